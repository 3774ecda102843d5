/** How long to wait before the next try: ever longer, and with jitter, so that many don't come back at the same moment. */
import type { Random } from "./random.ts";

const FIRST_MS = 100;
const LONGEST_MS = 10_000;
/** What was near and good a moment ago is back soon, and looking for it costs next to nothing: this often, so many times. */
const NEAR_MS = 20;
const NEAR_TRIES = 100;

/** Counts failures in a row. */
export class Backoff {
  private delay = FIRST_MS;
  private nearTries = 0;

  constructor(private readonly random: Random) {}

  /** Milliseconds until the next try: 100, doubling up to 10,000, give or take a quarter. */
  next(): number {
    const jitter = 0.75 + this.random.float() / 2;
    if (this.nearTries > 0) {
      this.nearTries--;
      return NEAR_MS * jitter;
    }
    const { delay } = this;
    this.delay = Math.min(delay * 2, LONGEST_MS);
    return delay * jitter;
  }

  /**
   * A try succeeded, or there is a reason to hope.
   * @param isNear the other end is on this machine: for some two seconds it is tried every 20 ms
   */
  reset(isNear = false): void {
    this.delay = FIRST_MS;
    this.nearTries = isNear ? NEAR_TRIES : 0;
  }
}
