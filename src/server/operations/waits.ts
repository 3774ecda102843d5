/** Those who wait for something in panes: text, an exit, quiet, or their input to be in the PTY. */
import type { Timer } from "../../base/clock.ts";
import { meetsState } from "../../base/agent-state.ts";
import { FugueError } from "../../base/errors.ts";
import type { WaitCondition, WaitResult } from "../../commands/context.ts";
import type { PaneExit } from "../../keeper/protocol.ts";
import type { TextMatcher } from "../../terminal/history/pattern-matcher.ts";
import { compileSearch } from "../../terminal/history/search.ts";
import type { Daemon } from "../daemon.ts";
import type { Pane } from "../panes/pane.ts";
import { parseCursor, screenStart, textSince, type OutputPosition } from "./capture.ts";

/** Text conditions are looked at no more often than this per pane: a flood must not be searched at each piece. */
const LOOK_MS = 20;
/** Waits at the same time; more are refused. */
const MOST_WAITS = 1000;

interface Wait {
  panes: Map<Pane, WaitResult | undefined>;
  condition: WaitCondition;
  pattern?: TextMatcher;
  all: boolean;
  /** Where text that was not looked at begins; what is before the screen does not change any more. */
  from: Map<Pane, OutputPosition>;
  timers: Map<Pane, Timer>;
  resolve(results: WaitResult[]): void;
  reject(error: Error): void;
}

/** A pending wait: `cancel` ends it with an error when its caller has gone. */
export interface PendingWait {
  promise: Promise<WaitResult[]>;
  cancel(): void;
}

export class Waits {
  private readonly waits = new Set<Wait>();
  private readonly writes = new Map<string, { resolve(): void; reject(error: Error): void }>();

  constructor(private readonly daemon: Daemon) {}

  /** Waits until the condition holds for any, or all, of the panes. @throws FugueError `usage` on a bad pattern, `tooLarge` */
  start(panes: Pane[], condition: WaitCondition, all: boolean, timeoutMs: number | undefined): PendingWait {
    const pattern = condition.kind === "text" ? compileSearch(condition.pattern, { pattern: true }) : undefined;
    if (this.waits.size >= MOST_WAITS) throw new FugueError("tooLarge", "too many wait for panes already");
    let wait!: Wait;
    let timeout: Timer | undefined;
    const promise = new Promise<WaitResult[]>((resolve, reject) => {
      wait = { panes: new Map(panes.map((p) => [p, undefined])), condition, pattern, all, from: new Map(), timers: new Map(), resolve, reject };
    }).finally(() => {
      timeout?.cancel();
      for (const timer of wait.timers.values()) timer.cancel();
      this.waits.delete(wait);
    });
    this.waits.add(wait);
    if (timeoutMs !== undefined) {
      timeout = this.daemon.clock.after(timeoutMs, () => wait.reject(new FugueError("timeout", "timed out")));
    }
    for (const pane of panes) this.tryLook(wait, pane);
    return { promise, cancel: () => wait.reject(new FugueError("interrupted", "cancelled")) };
  }

  /** A pane printed something. */
  output(pane: Pane): void {
    for (const wait of this.waits) {
      if (!wait.panes.has(pane)) continue;
      if (wait.condition.kind === "idle") this.tryLook(wait, pane);
      else if (wait.condition.kind === "text" && !wait.timers.has(pane)) {
        wait.timers.set(pane, this.daemon.clock.after(LOOK_MS, () => {
          wait.timers.delete(pane);
          this.tryLook(wait, pane);
        }));
      }
    }
  }

  /** A pane's agent is in another state. */
  agent(pane: Pane): void {
    for (const wait of this.waits) if (wait.condition.kind === "agent" && wait.panes.has(pane)) this.tryLook(wait, pane);
  }

  exited(pane: Pane, exit: PaneExit): void {
    for (const wait of this.waits) {
      if (!wait.panes.has(pane)) continue;
      if (wait.condition.kind === "exit") this.done(wait, pane, { pane: pane.id, exit });
      else {
        // what it printed last may be what is waited for
        this.tryLook(wait, pane);
        if (wait.condition.kind === "idle") this.done(wait, pane, { pane: pane.id, exit });
      }
    }
  }

  /** @param why said of the pane */
  paneGone(pane: Pane, why = "is gone"): void {
    for (const [key, { reject }] of this.writes) {
      if (!key.startsWith(`${pane.id}:`)) continue;
      this.writes.delete(key);
      reject(new FugueError("noTarget", `pane %${pane.id} ${why}`));
    }
    for (const wait of this.waits) {
      if (!wait.panes.has(pane) || wait.panes.get(pane)) continue;
      const rest = [...wait.panes].filter(([p, result]) => p !== pane && !result);
      if (!wait.all && rest.length > 0) wait.panes.delete(pane);
      else wait.reject(new FugueError("noTarget", `pane %${pane.id} ${why}`));
    }
  }

  /** What goes wrong in looking is the caller's affair, not the daemon's. */
  private tryLook(wait: Wait, pane: Pane): void {
    try {
      this.look(wait, pane);
    } catch (error) {
      wait.reject(error as Error);
    }
  }

  private look(wait: Wait, pane: Pane): void {
    const { condition } = wait;
    if (condition.kind === "agent") {
      const state = this.daemon.agents.status(pane.id)?.state;
      if (state !== undefined && meetsState(state, condition.state)) this.done(wait, pane, { pane: pane.id, agent: state });
    } else if (condition.kind === "exit") {
      if (pane.exit) this.done(wait, pane, { pane: pane.id, exit: pane.exit });
    } else if (condition.kind === "text") {
      this.lookForText(wait, pane, condition.since);
    } else {
      wait.timers.get(pane)?.cancel();
      const left = Math.max(0, condition.ms - (this.daemon.clock.now() - pane.activeAt));
      wait.timers.set(pane, this.daemon.clock.after(left, () => this.done(wait, pane, { pane: pane.id })));
    }
  }

  /** What scrolls past between two looks is seen by the second. */
  private lookForText(wait: Wait, pane: Pane, since: string | undefined): void {
    const from = wait.from.get(pane) ?? (since === undefined ? screenStart(pane) : parseCursor(since));
    // its time grows with the text only: no pattern stops the daemon
    const line = textSince(pane, from).find((text) => wait.pattern!.probe(`${text}\n`, 0) >= 0);
    if (line !== undefined) return this.done(wait, pane, { pane: pane.id, line });
    const start = screenStart(pane);
    wait.from.set(pane, start.line > from.line ? start : from);
  }

  private done(wait: Wait, pane: Pane, result: WaitResult): void {
    wait.panes.set(pane, result);
    const results = [...wait.panes.values()];
    if (!wait.all) wait.resolve([result]);
    else if (results.every((r) => r !== undefined)) wait.resolve(results);
  }

  /** Resolves when input of this client and sequence is in the PTY of the pane. */
  input(pane: Pane, client: number, sequence: number): Promise<void> {
    return new Promise((resolve, reject) => this.writes.set(`${pane.id}:${client}:${sequence}`, { resolve, reject }));
  }

  /** Input is in the PTY, or was refused for this reason. */
  written(pane: Pane, client: number, sequence: number, refused?: string): void {
    const key = `${pane.id}:${client}:${sequence}`;
    const waiting = this.writes.get(key);
    this.writes.delete(key);
    if (refused === undefined) waiting?.resolve();
    else waiting?.reject(new FugueError("failed", `the input was refused: ${refused}`));
  }
}
