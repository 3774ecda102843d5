/** What is to be looked at, and when: one timer for all of it, and looks that are due at about the same time in one turn. */
import type { Clock, Timer } from "../../base/clock.ts";

/** Times are rounded up to multiples of this, so that fifty panes that print don't need a timer each. */
const GRAIN_MS = 20;

export class LookQueue<T> {
  private readonly due = new Map<T, number>();
  private timer: Timer | undefined;
  private firesAt = Infinity;

  constructor(private readonly clock: Clock, private readonly look: (item: T) => void) {}

  /** Looks at an item in `ms` milliseconds, or sooner if that was asked for already. */
  after(item: T, ms: number): void {
    const due = Math.ceil((this.clock.now() + ms) / GRAIN_MS) * GRAIN_MS;
    if ((this.due.get(item) ?? Infinity) <= due) return;
    this.due.set(item, due);
    if (due < this.firesAt) this.arm(due);
  }

  remove(item: T): void {
    this.due.delete(item);
  }

  dispose(): void {
    this.due.clear();
    this.timer?.cancel();
  }

  private arm(at: number): void {
    this.timer?.cancel();
    this.firesAt = at;
    this.timer = this.clock.after(Math.max(0, at - this.clock.now()), () => this.fire());
  }

  private fire(): void {
    this.firesAt = Infinity;
    this.timer = undefined;
    // a timer may fire a little early
    const now = this.clock.now() + 1;
    const ready = [...this.due].filter(([, due]) => due <= now).map(([item]) => item);
    for (const item of ready) this.due.delete(item);
    for (const item of ready) this.look(item);
    let next = Infinity;
    for (const due of this.due.values()) next = Math.min(next, due);
    if (next < this.firesAt) this.arm(next);
  }
}
