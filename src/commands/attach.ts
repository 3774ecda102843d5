/** `attach`: shows a session on this terminal. */
import { cliCommand } from "./command.ts";
import { needTerminal } from "./need-terminal.ts";
import { parseTarget } from "./target.ts";

export const attach = cliCommand({
  name: "attach",
  summary: "Show a session on this terminal",
  details: `Without TARGET the session used last is shown. A window or pane as TARGET is shown as well. Every terminal
that attaches has its own focus; the size of a window follows the terminal in which somebody typed last.`,
  group: "session",
  effect: "read",
  several: true,
  args: {
    target: {
      type: "target", positional: true, value: "TARGET", complete: "target",
      help: "session, window or pane; default: the session used last",
    },
    "read-only": { type: "boolean", short: "r", help: "only watch: keys are not sent to programs" },
    "detach-others": { type: "boolean", short: "d", help: "detach the other terminals that show the session" },
  },
  tmux: ["attach-session"],
  async run(ctx, args) {
    const server = args.target === undefined ? undefined : parseTarget(args.target).server;
    needTerminal(ctx, server ?? ctx.selected[0]!, "look at it with: fugue capture");
    return ctx.attach({ target: args.target, readOnly: args["read-only"], detachOthers: args["detach-others"] });
  },
});
