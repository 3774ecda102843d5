/** `confirm`: asks yes or no. */
import { tuiCommand } from "./command.ts";

export const confirm = tuiCommand({
  name: "confirm",
  summary: "Ask before a command is run",
  group: "client",
  effect: "read",
  args: {
    command: {
      type: "string", positional: true, required: true, commandLine: true, value: "COMMAND",
      help: "command line to run after a y",
    },
    question: { type: "string", short: "p", value: "TEXT", help: "the question; formats such as #W are replaced" },
  },
  tmux: ["confirm-before"],
  run: (ctx, args) => ctx.confirm(args.question ?? `${args.command}? (y/n)`, args.command),
});
