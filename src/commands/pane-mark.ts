/** `pane mark`: marks the pane that `pane swap` and `pane join` take by default. */
import { PANE } from "./arguments.ts";
import { serverCommand } from "./command.ts";

export const paneMark = serverCommand({
  name: "pane mark",
  summary: "Mark a pane for swap and join, or remove its mark",
  group: "pane",
  effect: "write",
  args: {
    target: PANE,
    clear: { type: "boolean", help: "remove the mark, wherever it is" },
  },
  tmux: ["select-pane"],
  result: { "panes[].id": "integer: id of the marked pane; no item if there is none" },
  run(ctx, args) {
    ctx.panes.mark(args.clear ? undefined : ctx.find.pane(args.target).id);
    const { marked } = ctx.panes;
    return { panes: marked === undefined ? [] : [{ id: marked }] };
  },
});
