/** `pane select`: goes to a pane, or to the one beside, before or after it. */
import { PANE } from "./arguments.ts";
import { serverCommand } from "./command.ts";
import { atMostOne } from "./values.ts";

const STEPS = ["left", "right", "up", "down", "next", "previous", "last"] as const;

export const paneSelect = serverCommand({
  name: "pane select",
  summary: "Move the focus to a pane",
  details: `With a direction it is the pane on that side of TARGET. A script moves nobody's focus: it sets the
window's active pane.`,
  group: "pane",
  effect: "write",
  view: true,
  args: {
    target: PANE,
    left: { type: "boolean", help: "the pane to the left" },
    right: { type: "boolean", help: "the pane to the right" },
    up: { type: "boolean", help: "the pane above" },
    down: { type: "boolean", help: "the pane below" },
    next: { type: "boolean", help: "the pane after it" },
    previous: { type: "boolean", help: "the pane before it" },
    last: { type: "boolean", help: "the pane in focus before" },
  },
  tmux: ["select-pane", "last-pane"],
  mcp: {
    name: "select_pane",
    description: "Makes a pane the active one of its window for whoever attaches next. Nobody's view changes now.",
  },
  result: { "panes[].id": "integer: id of the pane that is in focus now" },
  check: (args) => atMostOne(args, ...STEPS),
  run(ctx, args) {
    const { id } = ctx.find.pane(args.target);
    const step = STEPS.find((name) => args[name]);
    const chosen = step === undefined ? id : (ctx.panes.neighbour(id, step)?.id ?? id);
    if (step === undefined || chosen !== id) ctx.panes.select(chosen);
    return { panes: [{ id: chosen }] };
  },
});
