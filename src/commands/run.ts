/** `run`: runs a command in panes, waits for its end, and gives its output and exit status. */
import { shellWords } from "../base/shell-words.ts";
import { FugueError, asFugueError } from "../base/errors.ts";
import { SPAWN, spawnOptions } from "./arguments.ts";
import { serverCommand } from "./command.ts";
import type { RunOutcome, ServerContext } from "./context.ts";
import { cell, printableLines } from "./text-table.ts";
import { exitStatus } from "./wait.ts";

const DEFAULT_LINES = 2000;
const TIMED_OUT = 124;

interface RunResult {
  server?: string;
  pane: number | null;
  target: string;
  status: number | null;
  exit: { code: number | null; signal: string | null } | null;
  timedOut: boolean;
  output: string[];
  truncated: boolean;
  error: string | null;
}

interface RunValues {
  target: string[];
  new: boolean;
  timeout?: number;
  lines?: number;
  dir?: string;
  env: string[];
  command: string[];
}

/** One run; what goes wrong in one of several does not hinder the others. */
async function runOne(ctx: ServerContext, target: string | undefined, args: RunValues): Promise<RunResult> {
  const own = target === "." ? undefined : target;
  try {
    const { id } = ctx.find.pane(own);
    const inNew = args.new || args.target.length === 0;
    const outcome: RunOutcome = inNew
      ? await ctx.panes.runNew(id, spawnOptions(args), args.timeout)
      : await ctx.panes.run(id, commandLine(args.command), args.timeout);
    const most = args.lines ?? DEFAULT_LINES;
    return {
      pane: outcome.pane, target: outcome.label, exit: outcome.exit ?? null, timedOut: outcome.exit === undefined,
      status: outcome.exit ? exitStatus(outcome.exit) : null, output: outcome.lines.slice(Math.max(0, outcome.lines.length - most)),
      truncated: outcome.lines.length > most, error: null,
    };
  } catch (error) {
    if (args.target.length <= 1) throw error;
    return {
      pane: null, target: target ?? ".", exit: null, status: null, timedOut: false, output: [], truncated: false,
      error: asFugueError(error).message,
    };
  }
}

/** One word is a line for the shell as it stands; several are a program and its arguments. */
function commandLine(command: readonly string[]): string {
  return command.length === 1 ? command[0]! : shellWords(command);
}

function statusOf({ status, timedOut, error }: RunResult): number {
  return error !== null ? 1 : timedOut ? TIMED_OUT : (status ?? 1);
}

export const run = serverCommand({
  name: "run",
  summary: "Run a command in panes and print its output",
  details: `In each TARGET, a pane with a shell at its prompt, the command is typed, and its output and exit status are
given when it ends. With --new, or without TARGET, it gets a pane of its own in a new window that nobody is shown and that
closes when it ends. CMD is a program with arguments; one word with blanks is a line for the shell. When the time is up
the command goes on. The exit status is that of the first command that failed, 124 if the time was up.`,
  group: "script",
  effect: "write",
  args: {
    target: { type: "target", positional: true, repeat: true, value: "TARGET", complete: "target", help: "panes with a shell at its prompt" },
    new: { type: "boolean", help: "in a new window of TARGET's session" },
    timeout: { type: "duration", value: "TIME", help: "wait no longer than this: 30s, 5m" },
    lines: { type: "integer", short: "n", value: "N", help: `only the last N lines of output; default: ${DEFAULT_LINES}` },
    dir: { ...SPAWN.dir, help: "working folder of a new pane" },
    env: { ...SPAWN.env, help: "variable for the environment of a new pane" },
    command: { ...SPAWN.command, help: "what to run" },
  },
  mcp: {
    name: "run", required: ["command"],
    description: `Runs a command, waits until it ends, and gives its exit status and output. Without a target it runs in a
window of its own that closes afterwards; with targets it is typed into the shells of these panes, one or several at once,
which keeps their folder and variables. command is a list of program and arguments, or one text for the shell. Give a
timeout for what may take long: when it is up the command goes on, and you can wait for its pane.`,
  },
  result: {
    "runs[].pane": "integer or null: the pane",
    "runs[].target": "string: it as SESSION/WINDOW.PANE",
    "runs[].status": "integer or null: exit status as a shell has it; null while it runs",
    "runs[].exit": "object or null: {code, signal}",
    "runs[].timedOut": "boolean: the time was up, and it still runs",
    "runs[].output": "array of strings: lines that were printed",
    "runs[].truncated": "boolean: there were more lines before these",
    "runs[].error": "string or null: why it could not be run, if it is one of several",
  },
  check(args) {
    if (args.command.length === 0) throw new FugueError("usage", "'run' needs a command", "write it after --: fugue run work -- make");
    if (args.command[0] === "") throw new FugueError("usage", "the command is empty");
    spawnOptions(args);
    const inNew = args.new || args.target.length === 0;
    if (!inNew && (args.dir !== undefined || args.env.length > 0)) throw new FugueError(
      "usage", "--dir and --env are for new panes", "give --new, or change them in the shell",
    );
  },
  async run(ctx, args): Promise<{ runs: RunResult[] }> {
    const targets: (string | undefined)[] = args.target.length === 0 ? [undefined] : [...new Set(args.target)];
    return { runs: await Promise.all(targets.map((target) => runOne(ctx, target, args))) };
  },
  render(result: { runs: RunResult[] }, style, args) {
    const several = args.target.length > 1 || style.several;
    const blocks = result.runs.map((one) => {
      const text = one.output.map((line) => `${line}\n`).join("");
      const state = one.error ?? (one.timedOut ? "still runs" : `exit ${one.status}`);
      return `${several ? `== ${cell(style.several ? `${one.server ?? ""}:${one.target}` : one.target)}: ${cell(state)}\n` : ""}${style.raw ? text : printableLines(text)}`;
    });
    return blocks.join("");
  },
  status: (result: { runs: RunResult[] }) => result.runs.map(statusOf).find((status) => status !== 0) ?? 0,
});
