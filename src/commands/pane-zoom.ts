/** `pane zoom`: one pane fills its window, or no longer does. */
import { PANE } from "./arguments.ts";
import { serverCommand } from "./command.ts";
import { atMostOne } from "./values.ts";

export const paneZoom = serverCommand({
  name: "pane zoom",
  summary: "Let a pane fill its window, or end that",
  group: "pane",
  effect: "write",
  args: {
    target: PANE,
    on: { type: "boolean", help: "fill the window" },
    off: { type: "boolean", help: "show all panes again" },
  },
  tmux: ["resize-pane"],
  mcp: { name: "zoom_pane", description: "Lets a pane fill its window, or ends that." },
  result: { "panes[].id": "integer: its id", "panes[].zoomed": "boolean: whether it fills the window now" },
  check: (args) => atMostOne(args, "on", "off"),
  run(ctx, args) {
    const { id } = ctx.find.pane(args.target);
    return { panes: [{ id, zoomed: ctx.panes.zoom(id, args.on ? true : args.off ? false : "toggle") }] };
  },
});
