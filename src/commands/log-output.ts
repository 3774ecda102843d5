/** Lines of logs as commands print them, and the following of what is appended. */
import { sleep, systemClock } from "../base/clock.ts";
import { FugueError } from "../base/errors.ts";
import type { CliContext } from "./context.ts";
import { jsonDocument } from "./json.ts";
import { formatLogLine, logFiles, LogTail, recentLines, type LogFilter, type LogLine } from "./log-files.ts";

const LOOK_EVERY_MS = 250;
const DEFAULT_LINES = 100;
const MOST_LINES = 10_000;

/** Arguments of commands that print logs. */
export const LOG_ARGS = {
  follow: { type: "boolean", short: "f", help: "go on with what is written later" },
  lines: { type: "integer", short: "n", value: "N", help: `how many lines; default: ${DEFAULT_LINES}` },
} as const;

/** Their result. */
export const LOG_RESULT = {
  "logs[].from": "string: process that wrote it",
  "logs[].time": "string: ISO 8601, or empty",
  "logs[].level": "string: debug, info, warn or error, or empty",
  "logs[].scope": "string: part of the program, or empty",
  "logs[].event": "string: what happened",
  "logs[].facts": "object: what else is known about it",
} as const;

/**
 * Prints the last lines of some files of a folder, and with `follow` what comes after them, until it is interrupted.
 * @param nothing what to say where there are no lines
 * @throws FugueError `usage` for `--follow` as JSON
 */
export async function printLogs(
  ctx: CliContext, folder: string, wanted: LogFilter, args: { follow: boolean; lines?: number }, nothing: string,
): Promise<void> {
  if (args.follow && ctx.json) throw new FugueError("usage", "--follow and --json don't go together");
  const { lines, tails } = recentLines(folder, Math.min(args.lines ?? DEFAULT_LINES, MOST_LINES), wanted);
  if (ctx.json) return ctx.stdout(jsonDocument({ logs: lines }));
  if (lines.length === 0 && !args.follow) ctx.stderr(`${nothing}\n`);
  print(ctx, lines);
  if (args.follow) await follow(ctx, folder, tails, wanted);
}

/** Goes on for ever: the process is interrupted. Files that appear later are read from their beginning. */
async function follow(ctx: CliContext, folder: string, tails: LogTail[], wanted: LogFilter): Promise<never> {
  for (;;) {
    for (const path of logFiles(folder).filter(wanted)) {
      if (!tails.some((tail) => tail.path === path)) tails.push(new LogTail(path, 0));
    }
    print(ctx, tails.flatMap((tail) => tail.read()));
    await sleep(systemClock, LOOK_EVERY_MS);
  }
}

function print(ctx: CliContext, lines: readonly LogLine[]): void {
  if (lines.length > 0) ctx.stdout(lines.map((line) => `${formatLogLine(line)}\n`).join(""));
}
