/** `proxy`: this machine's server on standard input and output. */
import { FugueError } from "../base/errors.ts";
import { cliCommand } from "./command.ts";

export const proxy = cliCommand({
  name: "proxy",
  summary: "Join standard input and output with this machine's server",
  details: `What other machines run over SSH to reach the server here, where SSH may not open its socket itself. Starts the
server if none runs. People have no use for it.`,
  group: "server",
  effect: "read",
  args: {
    where: { type: "boolean", help: "print where the server's socket is, once it answers, and end" },
    mark: { type: "string", value: "WORD", help: "begin the line before everything else with this word" },
    socket: { type: "file", value: "PATH", help: "another socket than this user's own" },
    "no-start": { type: "boolean", help: "don't start a server" },
  },
  check(args) {
    if (args.mark === undefined || /^[\w-]{1,64}$/.test(args.mark)) return;
    throw new FugueError("usage", "--mark takes up to 64 letters, digits and dashes");
  },
  run: (ctx, args) => ctx.proxy({
    where: args.where, start: !args["no-start"],
    ...(args.mark !== undefined && { mark: args.mark }), ...(args.socket !== undefined && { socket: args.socket }),
  }),
});
