/** `clear-history`: forgets the lines above a pane's screen. */
import { PANE } from "./arguments.ts";
import { serverCommand } from "./command.ts";

export const clearHistory = serverCommand({
  name: "clear-history",
  summary: "Forget the history of a pane",
  group: "pane",
  effect: "destroy",
  args: { target: PANE },
  tmux: ["clear-history"],
  result: { "panes[].id": "integer: its id" },
  run(ctx, args) {
    const { id } = ctx.find.pane(args.target);
    ctx.panes.clearHistory(id);
    return { panes: [{ id }] };
  },
});
