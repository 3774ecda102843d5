/** `pane pipe`: a program gets a copy of what a pane prints. */
import { PANE } from "./arguments.ts";
import { serverCommand } from "./command.ts";

export const panePipe = serverCommand({
  name: "pane pipe",
  summary: "Copy what a pane prints to a program, or stop that",
  details: "CMD runs where the server runs, without a shell. Without CMD the copying ends.",
  group: "pane",
  effect: "write",
  args: {
    target: PANE,
    command: { type: "string", rest: true, value: "CMD", help: "program and its arguments" },
  },
  tmux: ["pipe-pane"],
  result: { "panes[].id": "integer: its id", "panes[].piped": "boolean: whether its output is copied now" },
  async run(ctx, args) {
    const { id } = ctx.find.pane(args.target);
    const piped = args.command.length > 0;
    await ctx.panes.pipe(id, piped ? args.command : undefined);
    return { panes: [{ id, piped }] };
  },
});
