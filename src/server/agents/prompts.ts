/**
 * Gives prompts to agents, and to other programs that read lines, as a person would: a paste, a moment to take it in,
 * Enter, and a look whether it was taken. One prompt at a time for each pane.
 */
import { answerKeys } from "../../agents/rules.ts";
import { draftOf } from "../../agents/live-text.ts";
import type { AgentTracker } from "../../agents/tracker.ts";
import { FugueError } from "../../base/errors.ts";
import { parseKey } from "../../base/keys.ts";
import { sleep } from "../../base/clock.ts";
import type { PromptOptions, PromptResult } from "../../commands/agent-context.ts";
import { pastedText } from "../../commands/send.ts";
import type { InputEvent } from "../../protocol/input.ts";
import { COMMAND_CLIENT } from "../../protocol/limits.ts";
import type { Daemon } from "../daemon.ts";
import type { Pane } from "../panes/pane.ts";
import { foregroundProgram } from "../panes/program.ts";

const DEFAULT_TIMEOUT_MS = 30_000;
const LOOK_MS = 20;
/** A program has taken a paste in when it has printed nothing for this long after it. */
const SETTLE_MS = 60;
/** A long one is worked on for longer. */
const LONG_BYTES = 1000;
const LONG_SETTLE_MS = 150;
/** An agent shows what was pasted within this time; another program may show nothing. */
const SHOWN_MS = 8000;
const UNSHOWN_MS = 400;
/** Enter is pressed again if nothing at all came of it. An empty input ignores it; a program that is no agent may not. */
const ENTER_AGAIN_MS = 1500;
const MOST_ENTERS = 4;
const MOST_WAITING = 32;
/** An agent that is ready takes pastes within this time. */
const PASTE_MODE_MS = 2500;
/** An agent that has taken a prompt begins to work within this time. */
const TURN_BEGINS_MS = 4000;

interface Attempt {
  readonly pane: Pane;
  readonly deadline: number;
  /** Throws while a person types there: also after a wait for the agent. */
  readonly mayType: () => void;
  cancelled: boolean;
}

/** A prompt that is under way; `cancel` ends it before its Enter, if that is still to come. */
export interface PendingPrompt {
  readonly promise: Promise<PromptResult>;
  cancel(): void;
}

export class Prompts {
  private readonly tails = new Map<Pane, { last: Promise<unknown>; count: number }>();

  constructor(private readonly daemon: Daemon) {}

  /**
   * @param mayType throws if nothing may be typed there just now
   * @throws FugueError through the promise: `refused`, `timeout`, `failed`, `noTarget`
   */
  start(pane: Pane, text: string | undefined, options: PromptOptions, mayType: () => void = () => {}): PendingPrompt {
    const attempt: Attempt = { pane, deadline: this.daemon.clock.now() + (options.timeoutMs ?? DEFAULT_TIMEOUT_MS), mayType, cancelled: false };
    const tail = this.tails.get(pane) ?? { last: Promise.resolve(), count: 0 };
    const run = async () => {
      try {
        // an agent or this daemon may have been started a moment ago
        if (!this.daemon.agents.running(pane)) this.daemon.agents.find(pane);
        return await (options.answer === undefined ? this.submit(attempt, text!, options) : this.answer(attempt, options.answer));
      } finally {
        if (--tail.count === 0) this.tails.delete(pane);
      }
    };
    if (tail.count >= MOST_WAITING) {
      const error = new FugueError("refused", `${tail.count} prompts already wait for %${pane.id}`, "wait until they are done");
      return { promise: Promise.reject(error), cancel() {} };
    }
    tail.count++;
    this.tails.set(pane, tail);
    const promise = tail.last.then(run, run);
    tail.last = promise.catch(() => {});
    return { promise, cancel: () => void (attempt.cancelled = true) };
  }

  private check({ pane, cancelled, deadline }: Attempt, late: () => FugueError): void {
    if (cancelled) throw new FugueError("interrupted", "cancelled");
    if (this.daemon.panes.get(pane.id) !== pane) throw new FugueError("noTarget", `pane %${pane.id} is gone`);
    if (pane.exit) throw new FugueError("failed", `the program in %${pane.id} has ended`);
    if (this.daemon.clock.now() >= deadline) throw late();
  }

  private tick(): Promise<void> {
    return sleep(this.daemon.clock, LOOK_MS);
  }

  private tracker(pane: Pane): AgentTracker | undefined {
    this.daemon.agents.refresh(pane);
    return this.daemon.agents.running(pane);
  }

  /** Waits until a prompt may be given. @throws FugueError `refused` if it may not */
  private async ready(attempt: Attempt, queue: boolean): Promise<AgentTracker | undefined> {
    const { pane } = attempt;
    for (;;) {
      const tracker = this.tracker(pane);
      const status = tracker?.status;
      if (!tracker || !status) return undefined;
      if (status.state === "blocked") throw asks(pane.id, status.question?.text);
      if (status.state !== "working") return tracker;
      // an agent that has only just been started will be ready in a moment
      if (!queue && tracker.turns > 0) throw new FugueError("refused", `the agent in %${pane.id} works`, "wait for it, or give --queue");
      this.check(attempt, () => new FugueError("timeout", `the agent in %${pane.id} still works: the prompt was not given`));
      await this.tick();
    }
  }

  private async submit(attempt: Attempt, text: string, { queue, follow }: PromptOptions): Promise<PromptResult> {
    const { pane } = attempt;
    const tracker = await this.ready(attempt, queue ?? false);
    if (!tracker && follow) throw new FugueError("refused", `no agent runs in %${pane.id}, whose state could be waited for: nothing was typed`, `leave --wait out to type into ${nameOf(pane)}`);
    const rules = tracker?.rules;
    const draft = () => (rules ? draftOf(pane.emulator, rules) : undefined);
    const before = draft();
    if (before !== undefined && before !== "") {
      throw new FugueError("refused", `something is typed in the input of %${pane.id} already`, "submit or delete it first");
    }
    if (!(await this.takesPastes(attempt, rules !== undefined)) && /[\r\n]/.test(text)) {
      throw new FugueError("refused", `the program in %${pane.id} takes no pastes: each line would be a prompt of its own`, "write it as one line");
    }
    await this.paste(attempt, text, before, draft);
    const asked = this.tracker(pane)?.status;
    if (asked?.state === "blocked") throw asks(pane.id, asked.question?.text);
    const turns = tracker?.turns ?? 0;
    const result = await this.enter(attempt, tracker, draft);
    if (!tracker || !follow) return result;
    // what begins no turn (a command of the agent's own) is over at once
    for (const end = this.daemon.clock.now() + TURN_BEGINS_MS; this.daemon.clock.now() < end && tracker.turns === turns; ) {
      this.check(attempt, () => new FugueError("timeout", `the prompt was taken, but %${pane.id} does not begin with it`));
      await this.tick();
      this.daemon.agents.refresh(pane);
    }
    const state = this.daemon.agents.status(pane.id)?.state;
    return { ...result, ...(state && { state }) };
  }

  /** Whether the program has asked for pastes to be marked. An agent that has only just been started does so in a moment. */
  private async takesPastes(attempt: Attempt, agent: boolean): Promise<boolean> {
    const { clock } = this.daemon;
    for (const end = clock.now() + PASTE_MODE_MS; agent && !attempt.pane.emulator.modes().bracketedPaste && clock.now() < end; ) {
      this.check(attempt, () => new FugueError("timeout", `no time was left to prompt %${attempt.pane.id}`));
      await this.tick();
    }
    return attempt.pane.emulator.modes().bracketedPaste;
  }

  /** Pastes, and waits until the program has taken it in. */
  private async paste(attempt: Attempt, text: string, before: string | undefined, draft: () => string | undefined): Promise<void> {
    const { pane } = attempt;
    const { clock } = this.daemon;
    this.check(attempt, () => new FugueError("timeout", `no time was left to prompt %${pane.id}`));
    attempt.mayType();
    for (const event of pastedText(text)) await this.type(attempt, event);
    const pasted = clock.now();
    for (;;) {
      const now = clock.now();
      const quiet = now - Math.max(pasted, pane.activeAt) >= (text.length > LONG_BYTES ? LONG_SETTLE_MS : SETTLE_MS);
      const shown = before === undefined ? pane.activeAt >= pasted || now - pasted >= UNSHOWN_MS : (draft() ?? before) !== before;
      if (quiet && shown) return;
      // a program that never falls silent has taken it in when it shows it
      if (shown && now - pasted >= SHOWN_MS / 4) return;
      if (now - pasted >= SHOWN_MS) throw new FugueError("failed", `the agent in %${pane.id} does not show what was pasted: Enter was not pressed`, `look at it: fugue capture %${pane.id}`);
      this.check(attempt, () => new FugueError("timeout", `the agent in %${pane.id} does not show what was pasted: Enter was not pressed`));
      await this.tick();
    }
  }

  /** Presses Enter and looks for a proof that the prompt was taken. */
  private async enter(attempt: Attempt, tracker: AgentTracker | undefined, draft: () => string | undefined): Promise<PromptResult> {
    const { pane } = attempt;
    const { clock } = this.daemon;
    const pasted = draft();
    const turns = tracker?.turns ?? 0;
    const reported = tracker?.reportedTurns ?? 0;
    const position = pane.cursorPosition;
    const most = tracker?.rules ? MOST_ENTERS : 1;
    // what a terminal echoes by itself proves nothing of its program
    const flags = tracker ? undefined : pane.ttyFlags.read();
    const output = flags?.echo && flags.canonical ? "none" : "output";
    let pressedAt = -Infinity;
    for (let enters = 0; ; ) {
      const proof = enters === 0 ? undefined : this.proofOf(pane, tracker, { turns, reported, position, pasted, draft: draft(), output });
      if (proof) {
        const state = this.daemon.agents.status(pane.id)?.state;
        return { pane: pane.id, proof, ...(state && { state }), ...(!tracker && { program: nameOf(pane) }) };
      }
      this.check(attempt, () => new FugueError("timeout", `the prompt was not taken: it stands in the input of %${pane.id}`, `look at it: fugue capture %${pane.id}`));
      if (enters < most && clock.now() - pressedAt >= ENTER_AGAIN_MS) {
        await this.type(attempt, { kind: "key", key: { name: "Enter", mods: 0 } });
        pressedAt = clock.now();
        enters++;
      }
      await this.tick();
    }
  }

  private proofOf(
    pane: Pane, tracker: AgentTracker | undefined,
    was: { turns: number; reported: number; position: number; pasted: string | undefined; draft: string | undefined; output: "output" | "none" },
  ): PromptResult["proof"] | undefined {
    if (!tracker) return pane.cursorPosition > was.position ? was.output : undefined;
    this.daemon.agents.refresh(pane);
    if (tracker.reportedTurns > was.reported) return "report";
    if (tracker.turns > was.turns) return "state";
    if (was.pasted === undefined) return pane.cursorPosition > was.position ? "output" : undefined;
    // an input that says something else may still be taking the paste in: only an empty one was submitted
    return was.draft === "" && was.pasted !== "" ? "input" : undefined;
  }

  private async answer(attempt: Attempt, answer: number): Promise<PromptResult> {
    const { pane } = attempt;
    const tracker = this.tracker(pane);
    const status = tracker?.status;
    if (!tracker || status?.state !== "blocked") throw new FugueError("refused", `%${pane.id} asks nothing`, "see: fugue agents");
    const answers = status.question?.answers ?? [];
    if (answers.length > 0 && (answer < 1 || answer > answers.length)) {
      throw new FugueError("usage", `there is no answer ${answer}`, `choose from 1 to ${answers.length}: ${answers.map((each, i) => `${i + 1} ${each}`).join(", ").slice(0, 200)}`);
    }
    const asked = status.question?.text;
    attempt.mayType();
    for (const key of answerKeys(tracker.rules?.prompt ?? { answer: ["%"] }, answer)) {
      await this.type(attempt, { kind: "key", key: parseKey(key) });
    }
    for (;;) {
      await this.tick();
      const now = this.tracker(pane)?.status;
      if (now?.state !== "blocked" || now.question?.text !== asked) return { pane: pane.id, proof: "state", ...(now && { state: now.state }) };
      this.check(attempt, () => new FugueError("timeout", `the answer was not taken: %${pane.id} still asks`, `look at it: fugue capture %${pane.id}`));
    }
  }

  /** Resolves when the event is in the PTY. */
  private async type(attempt: Attempt, event: InputEvent): Promise<void> {
    const { pane } = attempt;
    const { clock, waits } = this.daemon;
    const sequence = this.daemon.nextSequence();
    const done = waits.input(pane, COMMAND_CLIENT, sequence);
    pane.input(COMMAND_CLIENT, sequence, event);
    let late!: () => void;
    const timer = clock.after(Math.max(1, attempt.deadline - clock.now()), () => late());
    const timeout = new Promise<never>((_, reject) => {
      late = () => reject(new FugueError("timeout", `the program in %${pane.id} does not read its input`));
    });
    await Promise.race([done, timeout]).finally(() => timer.cancel());
  }
}

function nameOf(pane: Pane): string {
  return foregroundProgram(pane.pid) || pane.program || "the program";
}

function asks(pane: number, question: string | undefined): FugueError {
  return new FugueError(
    "refused", `the agent in %${pane} waits for an answer${question === undefined ? "" : `: ${question.slice(0, 200)}`}`,
    `answer it: fugue prompt %${pane} --answer N`,
  );
}
