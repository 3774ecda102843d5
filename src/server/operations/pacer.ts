/** Passes things on one by one, no faster than at a given pace; what comes too fast waits, and of too much the oldest goes. */
import type { Clock, Timer } from "../../base/clock.ts";

/** Bounds of a pacer. */
export interface Pace {
  /** Least time between two that pass, milliseconds. */
  readonly ms: number;
  /** How many pass at once after a silence, 1 if it is not said: what waits dies with its process, so a few must not have to. */
  readonly burst?: number;
  /** How many may wait. */
  readonly most: number;
}

export class Pacer<T> {
  private waiting: T[] = [];
  private timer: Timer | undefined;
  /** How many pass before one has to wait. */
  private left: number;

  constructor(private readonly clock: Clock, private readonly pace: Pace, private readonly pass: (item: T) => void) {
    this.left = this.burst;
  }

  private get burst(): number {
    return this.pace.burst ?? 1;
  }

  /** Passes it on now, or when its turn comes. */
  push(item: T): void {
    this.timer ??= this.wait();
    if (this.left > 0) {
      this.left--;
      return this.pass(item);
    }
    this.waiting.push(item);
    if (this.waiting.length > this.pace.most) this.waiting.shift();
  }

  private wait(): Timer {
    return this.clock.after(this.pace.ms, () => {
      this.timer = undefined;
      const item = this.waiting.shift();
      if (item === undefined) this.left++;
      if (this.left < this.burst) this.timer = this.wait();
      if (item !== undefined) this.pass(item);
    });
  }

  /** Passes on what waits, all of it: nothing will come after it. */
  end(): void {
    const rest = this.waiting;
    this.dispose();
    for (const item of rest) this.pass(item);
  }

  /** Forgets what waits. */
  dispose(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.waiting = [];
  }
}
