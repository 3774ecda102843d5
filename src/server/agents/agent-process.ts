/** Which agent is in front of a terminal: recognised by the processes of the foreground group. Linux; elsewhere by name. */
import { basename } from "node:path";
import type { AgentRules } from "../../agents/rules.ts";
import type { AgentProcess } from "../../agents/tracker.ts";
import { argvOf, childrenOf, parentOf, processGroup, type Foreground } from "../panes/program.ts";

/** Wrappers (npx, shells, version managers) stand between a terminal and an agent: so deep and so many are looked at. */
const DEEPEST = 4;
const MOST_PROCESSES = 24;
const INTERPRETERS = /^(node|nodejs|bun|deno|python[0-9.]*|uv|uvx|npx|npm|pnpm|ruby|env)$/;
const SHELLS = /^(ba|z|fi|da|k|a)?sh$/;

/** Name of a command line's program; npm installs native ones as `.exe` on every system. */
function programOf(argv: readonly string[]): string {
  return basename((argv[0] ?? "").replace(/^-/, "").split(" ")[0]!).replace(/\.exe$/, "");
}

/** Names by which a command line may be known: its program, and for an interpreter its script and that one's package. */
export function namesOf(argv: readonly string[]): string[] {
  const first = argv[0];
  if (!first) return [];
  const program = programOf(argv);
  const names = [program, ...packagesOf(first)];
  // a shell that is given options runs a command line, not a script
  const script = INTERPRETERS.test(program) ? argv.slice(1).find((word) => !word.startsWith("-"))
    : SHELLS.test(program) && !argv[1]?.startsWith("-") ? argv[1] : undefined;
  if (script !== undefined) names.push(basename(script).replace(/\.(m?js|cjs|ts|py|sh)$/, ""), ...packagesOf(script));
  return names;
}

function packagesOf(path: string): string[] {
  const found = /.*\/(?:node_modules|site-packages)\/(@[^/]+\/[^/]+|[^/]+)/.exec(path);
  return found ? [found[1]!] : [];
}

/** The agent whose program this command line starts. */
export function agentOf(argv: readonly string[], known: readonly AgentRules[]): { rules: AgentRules; name: string } | undefined {
  for (const name of namesOf(argv)) {
    const rules = known.find(({ programs }) => programs.includes(name));
    if (rules) return { rules, name };
  }
  return undefined;
}

/** Whether looking at the children of what is in front may be worth it: a shell at its prompt starts others in groups of their own. */
function mayWrap(argv: readonly string[]): boolean {
  const program = programOf(argv);
  return INTERPRETERS.test(program) || (SHELLS.test(program) && argv.length > 1);
}

/** The agent in front of a terminal, if there is one. */
export function findAgent({ group, argv }: Foreground, known: readonly AgentRules[]): AgentProcess | undefined {
  let level = [group];
  let left = MOST_PROCESSES;
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth++) {
    const below: number[] = [];
    for (const pid of level) {
      if (left-- <= 0) return undefined;
      const words = pid === group ? argv : argvOf(pid);
      if (pid !== group && processGroup(pid) !== group) continue;
      const found = agentOf(words, known);
      if (found) {
        const agent = found.rules.agent === "generic" ? found.name : found.rules.agent;
        return { agent, rules: found.rules, pid, evidence: `${found.name} (process ${pid}) is in front` };
      }
      if (mayWrap(words)) below.push(...childrenOf(pid));
    }
    level = below;
  }
  return undefined;
}

/** Generations from a process up that are looked at. */
const MOST_ANCESTORS = 24;

/**
 * Whether a process belongs to an agent that another agent started in the same pane, and not to the pane's own. A
 * launcher and the program it starts directly are one agent.
 * @param caller the process that says something
 * @param own    process of the pane's agent
 */
export function isInside(caller: number, own: number, known: readonly AgentRules[]): boolean {
  const kinds: (string | undefined)[] = [];
  let pid = caller;
  for (; pid > 1 && pid !== own && kinds.length < MOST_ANCESTORS; pid = parentOf(pid)) kinds.push(agentOf(argvOf(pid), known)?.rules.agent);
  const kind = pid === own ? agentOf(argvOf(own), known)?.rules.agent : undefined;
  while (kind !== undefined && kinds.at(-1) === kind) kinds.pop();
  return kinds.some((each) => each !== undefined);
}
