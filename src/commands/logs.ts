/** `logs`: what the processes of this home wrote about themselves. */
import { basename } from "node:path";
import { pathsFrom } from "../base/paths.ts";
import { cliCommand } from "./command.ts";
import { AUDIT_LOG } from "./log-files.ts";
import { LOG_ARGS, LOG_RESULT, printLogs } from "./log-output.ts";

export const logs = cliCommand({
  name: "logs",
  summary: "Print the logs of this machine's server",
  details: `Logs hold what happened, never what programs print or people type. --follow goes on until it is
interrupted. --audit shows what agents changed on this machine, and what they were refused: which agent, which command,
where.`,
  group: "server",
  effect: "read",
  args: {
    follow: LOG_ARGS.follow,
    audit: { type: "boolean", help: "what agents did, and nothing else" },
    lines: LOG_ARGS.lines,
  },
  result: LOG_RESULT,
  run(ctx, args) {
    const folder = pathsFrom(ctx.env).logs;
    return printLogs(ctx, folder, (path) => args.audit === (basename(path) === AUDIT_LOG), args, `there are no logs in ${folder}`);
  },
});
