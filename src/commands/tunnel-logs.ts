/** `tunnel logs`: what a tunnel wrote about itself. */
import { dirname } from "node:path";
import { sleep, systemClock } from "../base/clock.ts";
import { FugueError } from "../base/errors.ts";
import { cliCommand } from "./command.ts";
import type { CliContext } from "./context.ts";
import { jsonDocument } from "./json.ts";
import { formatLogLine, recentLines, LogTail, type LogLine } from "./log-files.ts";

const LOOK_EVERY_MS = 250;
const DEFAULT_LINES = 100;
const MOST_LINES = 10_000;

export const tunnelLogs = cliCommand({
  name: "tunnel logs",
  summary: "Print the log of a tunnel",
  details: `It holds what happened: connections, losses, errors. Never passwords, never what goes through. --follow goes on
until it is interrupted.`,
  group: "server",
  effect: "read",
  args: {
    name: { type: "string", positional: true, required: true, value: "NAME", help: "server of the configuration" },
    follow: { type: "boolean", short: "f", help: "go on with what is written later" },
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
    const path = await ctx.tunnels.log(args.name);
    const { lines, tails } = recentLines(dirname(path), Math.min(args.lines ?? DEFAULT_LINES, MOST_LINES), (file) => file === path);
    if (ctx.json) return ctx.stdout(jsonDocument({ logs: lines }));
    if (lines.length === 0 && !args.follow) ctx.stderr("the tunnel has no log yet\n");
    print(ctx, lines);
    if (args.follow) await follow(ctx, tails[0] ?? new LogTail(path, 0));
  },
});

/** Goes on for ever: the process is interrupted. */
async function follow(ctx: CliContext, tail: LogTail): Promise<never> {
  for (;;) {
    print(ctx, tail.read());
    await sleep(systemClock, LOOK_EVERY_MS);
  }
}

function print(ctx: CliContext, lines: readonly LogLine[]): void {
  if (lines.length > 0) ctx.stdout(lines.map((line) => `${formatLogLine(line)}\n`).join(""));
}
