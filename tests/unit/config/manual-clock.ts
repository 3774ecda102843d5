/** A clock that tests turn by hand. */
import type { Clock, Timer } from "../../../src/base/clock.ts";

interface Pending {
  at: number;
  readonly every: number | undefined;
  readonly run: () => void;
}

export class ManualClock implements Clock {
  private time = 0;
  private pending: Pending[] = [];

  now(): number {
    return this.time;
  }

  wall(): number {
    return this.time;
  }

  after(ms: number, run: () => void): Timer {
    return this.add({ at: this.time + ms, every: undefined, run });
  }

  every(ms: number, run: () => void): Timer {
    return this.add({ at: this.time + ms, every: ms, run });
  }

  /** Timers that have neither run nor been cancelled. */
  get timers(): number {
    return this.pending.length;
  }

  /** Lets `ms` milliseconds pass, and runs what falls due in order. */
  advance(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const next = this.pending.filter((p) => p.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.time = next.at;
      if (next.every === undefined) this.pending = this.pending.filter((p) => p !== next);
      else next.at += next.every;
      next.run();
    }
    this.time = end;
  }

  private add(entry: Pending): Timer {
    this.pending.push(entry);
    return { cancel: () => void (this.pending = this.pending.filter((p) => p !== entry)) };
  }
}
