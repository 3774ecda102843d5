/** `wait`: until panes print something, fall silent, or end, or until their agents are in some state. */
import { constants } from "node:os";
import { AGENT_STATES, type AgentState } from "../base/agent-state.ts";
import { FugueError } from "../base/errors.ts";
import { serverCommand } from "./command.ts";
import type { ServerContext, WaitCondition, WaitResult } from "./context.ts";
import { checkTagOrTarget, panesTagged, TAG } from "./tagged.ts";
import { cell } from "./text-table.ts";
import { atMostOne, exactlyOne } from "./values.ts";

interface Waited {
  id: number;
  target: string;
  server?: string;
  line?: string;
  exit?: { code: number | null; signal: string | null };
  agent?: AgentState;
}

/** Exit status that a shell would report: the program's own, or 128 and the signal's number. */
export function exitStatus(exit: { code: number | null; signal: string | null }): number {
  if (exit.signal === null) return exit.code ?? 1;
  const signals: Readonly<Record<string, number>> = constants.signals;
  const name = exit.signal.startsWith("SIG") ? exit.signal : `SIG${exit.signal}`;
  return 128 + (Object.hasOwn(signals, name) ? signals[name]! : 0);
}

function conditionOf(args: { text?: string; since?: string; exit: boolean; idle?: number; agent?: string }): WaitCondition {
  if (args.exit) return { kind: "exit" };
  if (args.agent !== undefined) return { kind: "agent", state: args.agent as AgentState };
  if (args.idle !== undefined) return { kind: "idle", ms: args.idle };
  return { kind: "text", pattern: args.text!, ...(args.since !== undefined && { since: args.since }) };
}

/** Those of the targets that are panes or sessions which are gone, with how their programs ended. */
function endedPanes(ctx: ServerContext, targets: readonly string[]): Map<string, WaitResult> {
  const found = new Map<string, WaitResult>();
  for (const target of targets) {
    try {
      ctx.find.pane(target === "." ? undefined : target);
    } catch {
      const ended = ctx.panes.ended(target);
      if (ended !== undefined) found.set(target, ended);
    }
  }
  return found;
}

export const wait = serverCommand({
  name: "wait",
  summary: "Wait for panes: a text, silence, their end, a state of their agents",
  details: `--text takes a regular expression (without back references and look-around) and looks at every line, those
on the screen included; with --since only at what came after that position (printed by send and capture). With --exit
the exit status is that of the program: of the first one that ended, or with --all of the first TARGET that failed. The
exit status is 124 if the time is up. Several targets may be on several servers; each line then says which one it is
about, and a server that fails is an error of its targets alone.`,
  group: "script",
  effect: "read",
  waits: true,
  args: {
    target: {
      type: "target", positional: true, repeat: true, required: true, unless: "tag", value: "TARGET", complete: "target",
      help: "panes",
    },
    any: { type: "boolean", help: "until it holds for one of them" },
    all: { type: "boolean", help: "until it holds for each of them (the default)" },
    text: { type: "string", value: "REGEX", help: "until a line matches" },
    since: { type: "string", value: "CURSOR", help: "only text printed after this position" },
    exit: { type: "boolean", help: "until the program has ended" },
    idle: { type: "duration", value: "TIME", help: "until nothing was printed for this long: 500ms, 2s" },
    agent: {
      type: "choice", choices: AGENT_STATES.filter((state) => state !== "none"), value: "STATE",
      help: "until its agent is in this state; idle is met by done as well",
    },
    timeout: { type: "duration", value: "TIME", help: "give up after this long: 30s, 5m" },
    tag: TAG,
  },
  mcp: {
    name: "wait_for", args: ["target", "any", "all", "text", "since", "exit", "idle", "agent", "timeout"],
    description: `Waits until panes print a text (regular expression, per line), fall silent, or end; for all of them,
or for any. Give a timeout. With since only text after that cursor counts.`,
  },
  result: {
    "panes[].id": "integer: id of a pane for which it holds",
    "panes[].target": "string: it as it was written, or with --tag as %ID",
    "panes[].line": "string: the line that matched",
    "panes[].exit": "object: {code, signal} of its program",
    "panes[].agent": "string: state of its agent",
  },
  check(args) {
    checkTagOrTarget(args);
    atMostOne(args, "any", "all");
    exactlyOne(args, "text", "exit", "idle", "agent");
    if (args.since !== undefined && args.text === undefined) throw new FugueError(
      "usage", "--since goes with --text only",
    );
  },
  async run(ctx, args): Promise<{ panes: Waited[] }> {
    const targets = args.tag === undefined ? args.target : panesTagged(ctx.find, args.tag).map(({ id }) => `%${id}`);
    const gone = args.exit ? endedPanes(ctx, targets) : new Map<string, WaitResult>();
    const written = new Map([...gone].map(([target, { pane }]) => [pane, target]));
    const ids: number[] = [];
    for (const target of targets) {
      if (gone.has(target)) continue;
      const { id } = ctx.find.pane(target === "." ? undefined : target);
      if (!written.has(id)) ids.push(id);
      if (!written.has(id)) written.set(id, target);
    }
    const results = [...gone.values()];
    if (ids.length > 0 && !(args.any && gone.size > 0)) {
      results.push(...await ctx.panes.wait(ids, conditionOf(args), !args.any, args.timeout));
    }
    return { panes: results.map(
      ({ pane, line, exit, agent }) => ({
        id: pane, target: written.get(pane)!, ...(line !== undefined && { line }), ...(exit && { exit }), ...(agent !== undefined && { agent }),
      })
    ) };
  },
  render(result: { panes: Waited[] }, style, args) {
    const several = args.target.length > 1 || args.tag !== undefined || style.several;
    return result.panes
      .filter(({ line, agent }) => several || args.exit || line !== undefined || agent !== undefined)
      .map(({ id, target = `%${id}`, server, line, exit, agent }) => {
        const text = args.exit ? String(exit ? exitStatus(exit) : 0) : cell(agent ?? line ?? "", 4096);
        const name = style.several ? `${cell(server ?? "")}:${cell(target)}` : cell(target);
        return `${several ? `${name} ` : ""}${text}`.trimEnd();
      })
      .join("\n");
  },
  status(result: { panes: Waited[] }, args) {
    if (!args.exit) return 0;
    return result.panes.map(({ exit }) => (exit ? exitStatus(exit) : 0)).find((status) => status !== 0) ?? 0;
  },
});
