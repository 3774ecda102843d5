/** `pane rename`: names a pane. */
import { targetOption } from "./arguments.ts";
import { serverCommand } from "./command.ts";

export const paneRename = serverCommand({
  name: "pane rename",
  summary: "Name a pane",
  group: "pane",
  effect: "write",
  args: {
    name: {
      type: "string", positional: true, required: true, value: "NAME",
      help: "shown in place of the program's title; empty: the title again",
    },
    target: targetOption("pane; default: the current one"),
  },
  tmux: ["select-pane"],
  result: { "panes[].id": "integer: its id", "panes[].name": "string: its new name" },
  run(ctx, args) {
    const { id } = ctx.find.pane(args.target);
    ctx.panes.rename(id, args.name);
    return { panes: [{ id, name: args.name }] };
  },
});
