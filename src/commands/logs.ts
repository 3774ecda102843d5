/** `logs`: what the processes of this home wrote about themselves. */
import { basename } from "node:path";
import { sleep, systemClock } from "../base/clock.ts";
import { FugueError } from "../base/errors.ts";
import { pathsFrom } from "../base/paths.ts";
import { cliCommand } from "./command.ts";
import type { CliContext } from "./context.ts";
import { jsonDocument } from "./json.ts";
import { AUDIT_LOG, formatLogLine, logFiles, LogTail, recentLines, type LogFilter } from "./log-files.ts";

const LOOK_EVERY_MS = 250;
const DEFAULT_LINES = 100;
const MOST_LINES = 10_000;

export const logs = cliCommand({
  name: "logs",
  summary: "Print the logs of this machine's server",
  details: `Logs hold what happened, never what programs print or people type. --follow goes on until it is
interrupted. --audit shows what agents changed on this machine, and what they were refused: which agent, which command,
where.`,
  group: "server",
  effect: "read",
  args: {
    follow: { type: "boolean", short: "f", help: "go on with what is written later" },
    audit: { type: "boolean", help: "what agents did, and nothing else" },
    lines: { type: "integer", short: "n", value: "N", help: `how many lines; default: ${DEFAULT_LINES}` },
  },
  result: {
    "logs[].from": "string: process that wrote it",
    "logs[].time": "string: ISO 8601, or empty",
    "logs[].level": "string: debug, info, warn or error, or empty",
    "logs[].scope": "string: part of the program, or empty",
    "logs[].event": "string: what happened",
    "logs[].facts": "object: what else is known about it",
  },
  async run(ctx, args) {
    if (args.follow && ctx.json) throw new FugueError("usage", "--follow and --json don't go together");
    const folder = pathsFrom(ctx.env).logs;
    const wanted: LogFilter = (path) => args.audit === (basename(path) === AUDIT_LOG);
    const { lines, tails } = recentLines(
      folder, Math.min(args.lines ?? DEFAULT_LINES, MOST_LINES), wanted,
    );
    if (ctx.json) return ctx.stdout(jsonDocument({ logs: lines }));
    if (lines.length > 0) ctx.stdout(lines.map((line) => `${formatLogLine(line)}\n`).join(""));
    else if (!args.follow) ctx.stderr(`there are no logs in ${folder}\n`);
    if (args.follow) await follow(ctx, folder, tails, wanted);
  },
});

/** Goes on for ever: the process is interrupted. */
async function follow(ctx: CliContext, folder: string, tails: LogTail[], wanted: LogFilter): Promise<never> {
  for (;;) {
    for (const path of logFiles(folder).filter(wanted)) if (!tails.some(
      (tail) => tail.path === path
    )) tails.push(new LogTail(path, 0));
    const lines = tails.flatMap((tail) => tail.read());
    if (lines.length > 0) ctx.stdout(lines.map((line) => `${formatLogLine(line)}\n`).join(""));
    await sleep(systemClock, LOOK_EVERY_MS);
  }
}
