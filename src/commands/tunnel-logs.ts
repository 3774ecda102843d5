/** `tunnel logs`: what a tunnel wrote about itself. */
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { cliCommand } from "./command.ts";
import { LOG_ARGS, LOG_RESULT, printLogs } from "./log-output.ts";

export const tunnelLogs = cliCommand({
  name: "tunnel logs",
  summary: "Print the log of a tunnel",
  details: `It holds what happened: connections, losses, errors. Never passwords, never what goes through. --follow goes on
until it is interrupted.`,
  group: "server",
  effect: "read",
  args: {
    name: { type: "string", positional: true, required: true, value: "NAME", complete: "server", help: "server of the configuration" },
    ...LOG_ARGS,
  },
  result: LOG_RESULT,
  async run(ctx, args) {
    const path = await ctx.tunnels.log(args.name);
    // one that is out of the configuration may have left its log
    const isKnown = args.name.includes("://") || ctx.servers().includes(args.name) || existsSync(path);
    if (!isKnown) throw ctx.unknownServer(args.name);
    await printLogs(ctx, dirname(path), (file) => file === path, args, "the tunnel has no log yet");
  },
});
