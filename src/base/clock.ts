/** Time, injected everywhere so that tests can own it. The only file that may touch the runtime's timers and clocks. */

/** A cancellable pending call. */
export interface Timer {
  cancel(): void;
}

/** A source of time. `now` is monotonic and only good for differences; `wall` is for showing to people. */
export interface Clock {
  /** Milliseconds, monotonic, fractional. */
  now(): number;
  /** Milliseconds since the Unix epoch. May jump. */
  wall(): number;
  /** Calls `run` once, after at least `ms` milliseconds (bounded to 2^31-1), unless cancelled. */
  after(ms: number, run: () => void): Timer;
  /** Calls `run` every `ms` milliseconds until cancelled. */
  every(ms: number, run: () => void): Timer;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

class SystemTimer implements Timer {
  constructor(private readonly handle: ReturnType<typeof setTimeout>, private readonly repeating: boolean) {}
  cancel(): void {
    if (this.repeating) clearInterval(this.handle);
    else clearTimeout(this.handle);
  }
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after: (ms, run) => new SystemTimer(setTimeout(run, Math.min(Math.max(0, ms), LONGEST_TIMER_MS)), false),
  every: (ms, run) => new SystemTimer(setInterval(run, Math.min(Math.max(1, ms), LONGEST_TIMER_MS)), true),
};

/** Resolves after `ms` milliseconds of the given clock. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve));
}
