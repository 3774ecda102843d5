/**
 * Runs actions one after the other. One that needs a line that is not here is undone, the line is fetched, and the
 * action is run again; one that waits for an answer holds up those behind it. Nothing blocks: all of it can be dropped.
 */
import type { Action, ActionHost, Wait } from "./action.ts";
import type { CopyState } from "./state.ts";
import { LineMissing } from "./text.ts";

/** Bound of repetitions of one action. */
const MOST_REPEATS = 100_000;
/** Lines fetched for an action at first; doubled each time it still lacks one. */
const FIRST_CHUNK = 64;
const LARGEST_CHUNK = 4096;
/** How often one repetition of an action may lack a line before it is given up. */
const MOST_FETCHES = 100;

interface Step {
  readonly action: Action;
  readonly args: readonly string[];
  readonly count: number;
  /** Repetitions to come, of an action that is repeated. */
  left: number;
  fetches: number;
}

export class ActionRunner {
  private steps: Step[] = [];
  /** The wait that holds everything up; replaced when it is dropped, so that its end is ignored. */
  private wait: Wait | undefined;

  /** @param progressed called when a wait is over and whatever was behind it has been run */
  constructor(
    private readonly state: CopyState,
    private readonly host: ActionHost,
    private readonly progressed: () => void,
  ) {}

  /** Whether something is still to come. */
  get isBusy(): boolean {
    return this.wait !== undefined || this.steps.length > 0;
  }

  /** Drops what has not been done. */
  abort(): void {
    this.steps = [];
    this.wait = undefined;
  }

  /** Runs an action, now or after those before it. */
  run(action: Action, args: readonly string[], count: number): void {
    this.steps.push({ action, args, count, left: Math.min(count, MOST_REPEATS), fetches: 0 });
    this.advance();
  }

  /** Waits for something before anything else is run. */
  hold(wait: Wait): void {
    this.wait = wait;
    const over = (): void => this.over(wait);
    wait.until.then(over, over);
  }

  private over(wait: Wait): void {
    if (this.wait !== wait) return;
    this.wait = undefined;
    const next = wait.then();
    if (next) this.hold(next);
    this.advance();
    this.progressed();
  }

  private advance(): void {
    for (let step = this.steps[0]; step !== undefined && this.wait === undefined; step = this.steps[0]) {
      if (this.perform(step) && this.steps[0] === step) this.steps.shift();
    }
  }

  /** @returns whether the step is done with. */
  private perform(step: Step): boolean {
    let saved = this.state.save();
    try {
      if (!step.action.repeats) {
        const wait = step.action.run(this.state, step, this.host);
        if (wait) this.hold(wait);
        return true;
      }
      for (; step.left > 0; step.left--) {
        saved = this.state.save();
        step.action.run(this.state, { args: step.args, count: 1 }, this.host);
        step.fetches = 0;
        const { cursor } = this.state;
        const { line, cell, over } = saved.cursor;
        if (cursor.line === line && cursor.cell === cell && cursor.over === over) break;
      }
      return true;
    } catch (thrown) {
      if (!(thrown instanceof LineMissing)) throw thrown;
      this.state.restore(saved);
      return !this.fetchFor(step, thrown.line);
    }
  }

  /** Fetches the line and those beyond it. @returns false if that has been tried often enough. */
  private fetchFor(step: Step, line: number): boolean {
    if (step.fetches >= MOST_FETCHES) return false;
    const { text, cursor } = this.state;
    const chunk = Math.min(LARGEST_CHUNK, FIRST_CHUNK * 2 ** step.fetches++);
    const from = line < cursor.line ? Math.max(text.first, line + 1 - chunk) : line;
    const to = line < cursor.line ? line + 1 : Math.min(text.last + 1, line + chunk);
    const then = (): undefined => {
      text.settle(from, to);
      this.state.settleLines();
    };
    this.hold({ until: text.source.fetch(from, to), then });
    return true;
  }
}
