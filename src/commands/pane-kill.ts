/** `pane kill`: ends a pane, or all others of its window. */
import { PANE } from "./arguments.ts";
import { serverCommand } from "./command.ts";

export const paneKill = serverCommand({
  name: "pane kill",
  summary: "End a pane with its program",
  group: "pane",
  effect: "destroy",
  args: {
    target: PANE,
    others: { type: "boolean", short: "a", help: "end all panes of its window but this one" },
  },
  tmux: ["kill-pane"],
  result: { "panes[].id": "integer: id of a pane that was ended" },
  run(ctx, args) {
    const pane = ctx.find.pane(args.target);
    const ended = args.others
      ? ctx.find.windowInfo(pane.window).panes.map(({ id }) => id).filter((id) => id !== pane.id)
      : [pane.id];
    for (const id of ended) ctx.panes.kill(id);
    return { panes: ended.map((id) => ({ id })) };
  },
});
