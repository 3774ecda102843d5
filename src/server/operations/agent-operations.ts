/** What commands ask and tell of the agents in panes. */
import { asFugueError, FugueError } from "../../base/errors.ts";
import { printable } from "../../base/names.ts";
import type { AgentExplanation, Agents, PaneAgent, PresetInfo, ProgramRequest, PromptOptions, PromptResult } from "../../commands/agent-context.ts";
import { formatProblem } from "../../config/problem.ts";
import type { Preset } from "../../config/presets.ts";
import { launchOf } from "../../harness/launch.ts";
import type { AgentReport } from "../../agents/tracker.ts";
import type { Daemon } from "../daemon.ts";
import type { Pane } from "../panes/pane.ts";
import type { Operations } from "./operations.ts";

const LONGEST = 600;
const MOST_PROBLEMS = 20;

/** The agent of a pane as commands show it. */
export function paneAgent(daemon: Daemon, id: number): PaneAgent | undefined {
  const status = daemon.agents.status(id);
  if (!status) return undefined;
  const { agent, version, state, since, question, session } = status;
  const preset = daemon.model.panes.get(id)?.preset;
  return {
    agent: printable(agent, 64), ...(version !== undefined && { version }), state, since, waits: daemon.agents.waits(id),
    ...(question && { question: printable(question.text, LONGEST), answers: question.answers.map((answer) => printable(answer)) }),
    ...(session !== undefined && { session }), ...(preset !== undefined && { preset }),
  };
}

export class AgentOperations implements Agents {
  constructor(private readonly ops: Operations) {}

  private get daemon(): Daemon {
    return this.ops.daemon;
  }

  private live(id: number): Pane {
    const pane = this.daemon.panes.get(id);
    if (!pane) throw new FugueError("noTarget", `pane %${id} is not running`);
    return pane;
  }

  list(): { pane: number; agent: PaneAgent }[] {
    return [...this.daemon.panes.keys()].flatMap((pane) => {
      const agent = paneAgent(this.daemon, pane);
      return agent ? [{ pane, agent }] : [];
    });
  }

  of(pane: number): PaneAgent | undefined {
    return paneAgent(this.daemon, pane);
  }

  report(id: number, { agent, ...report }: AgentReport & { agent?: string }): void {
    const { hello } = this.ops.connection;
    this.daemon.agents.report(this.live(id), report, agent, hello?.pane === id ? hello.pid : undefined);
  }

  explain(id: number): AgentExplanation {
    const evidence = this.daemon.agents.evidence(this.live(id)).map(({ kind, says, decided }) => ({ kind, says: printable(says), decided }));
    const agent = this.of(id);
    const problems = this.daemon.rules.problems.slice(0, MOST_PROBLEMS).map(formatProblem);
    return { pane: id, ...(agent && { agent }), evidence, problems };
  }

  presets(): PresetInfo[] {
    return this.daemon.settings().presets.map((preset) => this.presetInfo(preset));
  }

  private presetInfo(preset: Preset): PresetInfo {
    const { name, model = null, tags = [] } = preset;
    const info = { name, model, tags: [...tags], dir: preset.cwd ?? null };
    try {
      const { harness, base, cwd, isolate } = launchOf(preset, () => "", this.daemon.env.HOME);
      return { ...info, harness, command: [...base], dir: cwd ?? null, isolated: isolate, problem: null };
    } catch (error) {
      return { ...info, harness: null, command: [], isolated: false, problem: asFugueError(error).message };
    }
  }

  next(): number | undefined {
    const waiting = this.daemon.agents.waiting();
    const here = this.ops.person?.focus.valid ? this.ops.person.focus.pane : this.ops.caller.pane;
    const at = here === undefined ? -1 : waiting.indexOf(here);
    return [...waiting.slice(at + 1), ...waiting.slice(0, at + 1)].find((pane) => pane !== here);
  }

  requests(): ProgramRequest[] {
    return this.daemon.sideband.list();
  }

  async answer(request: number, yes: boolean): Promise<void> {
    const { kind, pane } = this.ops.caller;
    const asked = this.requests().find(({ id }) => id === request);
    if (kind === "agent" || (kind !== "person" && pane !== undefined && pane === asked?.pane)) {
      throw new FugueError("refused", "who asks can't allow it", "a person does, in another pane or at the question itself");
    }
    await this.daemon.sideband.answer(request, yes);
  }

  prompt(id: number, text: string | undefined, options: PromptOptions): Promise<PromptResult> {
    const pane = this.live(id);
    const mayType = () => this.ops.panes.yieldToPerson(pane);
    mayType();
    const pending = this.daemon.prompts.start(pane, text, options, mayType);
    this.ops.onCancel(() => pending.cancel());
    return pending.promise;
  }
}
