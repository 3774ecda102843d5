/** A clock that stands still until a test turns it. */
import type { Clock, Timer } from "../../src/base/clock.ts";

interface Pending {
  at: number;
  readonly order: number;
  readonly every: number | undefined;
  readonly run: () => void;
}

export class VirtualClock implements Clock {
  private time = 0;
  private order = 0;
  private pending: Pending[] = [];

  /** @param epoch what `wall` says at the beginning */
  constructor(private epoch = 1_700_000_000_000) {}

  now(): number {
    return this.time;
  }

  wall(): number {
    return this.epoch + this.time;
  }

  after(ms: number, run: () => void): Timer {
    return this.add({ at: this.time + Math.max(0, ms), order: this.order++, every: undefined, run });
  }

  every(ms: number, run: () => void): Timer {
    return this.add({ at: this.time + Math.max(1, ms), order: this.order++, every: Math.max(1, ms), run });
  }

  private add(entry: Pending): Timer {
    this.pending.push(entry);
    return { cancel: () => void (this.pending = this.pending.filter((p) => p !== entry)) };
  }

  /** Timers that have neither run nor been cancelled: a test that leaves some has found a leak. */
  get timers(): number {
    return this.pending.length;
  }

  /** Milliseconds until the next timer, or undefined. */
  get untilNext(): number | undefined {
    const next = this.next();
    return next && next.at - this.time;
  }

  private next(): Pending | undefined {
    let best: Pending | undefined;
    for (const p of this.pending) if (!best || p.at < best.at || (p.at === best.at && p.order < best.order)) best = p;
    return best;
  }

  /** Somebody sets the wall clock; timers take no notice. */
  jump(ms: number): void {
    this.epoch += ms;
  }

  /** Time passes without any timer running: work that takes long. */
  spend(ms: number): void {
    this.time += ms;
  }

  /** Lets time pass; what falls due runs in order. Throws after very many timers: something rearms for ever. */
  advance(ms: number): void {
    const end = this.time + ms;
    for (let runs = 0; ; runs++) {
      const next = this.next();
      if (!next || next.at > end) break;
      if (runs > 100_000) throw new Error("timers rearm without end");
      this.fire(next);
    }
    this.time = Math.max(this.time, end);
  }

  /** As `advance`, with a turn of the microtask queue after each timer. */
  async advanceAsync(ms: number): Promise<void> {
    const end = this.time + ms;
    for (let runs = 0; ; runs++) {
      await settle();
      const next = this.next();
      if (!next || next.at > end) break;
      if (runs > 10_000) throw new Error("timers rearm without end");
      this.fire(next);
    }
    this.time = Math.max(this.time, end);
  }

  private fire(entry: Pending): void {
    this.time = Math.max(this.time, entry.at);
    if (entry.every === undefined) this.pending = this.pending.filter((p) => p !== entry);
    else entry.at += entry.every;
    entry.run();
  }
}

/** Lets everything run that waits for promises only. */
export async function settle(turns = 20): Promise<void> {
  for (let i = 0; i < turns; i++) await Promise.resolve();
}
