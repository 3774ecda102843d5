/** Passes things on one by one, no faster than at a given pace; what comes too fast waits, and of too much the oldest goes. */
import type { Clock, Timer } from "../../base/clock.ts";

export class Pacer<T> {
  private waiting: T[] = [];
  private timer: Timer | undefined;

  /**
   * @param paceMs least time between two
   * @param most   how many may wait
   */
  constructor(
    private readonly clock: Clock,
    private readonly paceMs: number,
    private readonly most: number,
    private readonly pass: (item: T) => void,
  ) {}

  /** Passes it on now, or when its turn comes. */
  push(item: T): void {
    this.waiting.push(item);
    if (this.waiting.length > this.most) this.waiting.shift();
    if (!this.timer) this.next();
  }

  private next(): void {
    this.timer = undefined;
    const item = this.waiting.shift();
    if (item === undefined) return;
    this.timer = this.clock.after(this.paceMs, () => this.next());
    this.pass(item);
  }

  dispose(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.waiting = [];
  }
}
