/** The clock of one simulated process: when the process is killed, its timers are gone with it. */
import type { Clock, Timer } from "../../../src/base/clock.ts";
import type { VirtualClock } from "../virtual-clock.ts";

export class ProcessClock implements Clock {
  private readonly pending = new Set<Timer>();
  private dead = false;

  constructor(private readonly machine: VirtualClock) {}

  /** Timers that have neither run nor been cancelled. */
  get timers(): number {
    return this.pending.size;
  }

  now(): number {
    return this.machine.now();
  }

  wall(): number {
    return this.machine.wall();
  }

  after(ms: number, run: () => void): Timer {
    return this.keep((timer) => this.machine.after(ms, () => {
      this.pending.delete(timer());
      run();
    }));
  }

  every(ms: number, run: () => void): Timer {
    return this.keep(() => this.machine.every(ms, run));
  }

  private keep(start: (self: () => Timer) => Timer): Timer {
    // what is dead but has a promise in hand sets timers that never run
    if (this.dead) return { cancel() {} };
    const inner = start(() => timer);
    const timer: Timer = {
      cancel: () => {
        inner.cancel();
        this.pending.delete(timer);
      },
    };
    this.pending.add(timer);
    return timer;
  }

  /** SIGKILL. */
  kill(): void {
    this.dead = true;
    for (const timer of [...this.pending]) timer.cancel();
  }
}
