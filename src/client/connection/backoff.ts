/** How long a link that broke waits before it tries again: hardly at all if the other end is near, then ever longer. */
import type { Random } from "../../base/random.ts";

const FIRST_MS = 100;
const LONGEST_MS = 10_000;
/**
 * A daemon of this machine that was killed or replaced is back within moments, and looking for it costs next to nothing:
 * this often, so many times.
 */
const NEAR_MS = 20;
const NEAR_TRIES = 100;

export class Backoff {
  private delay = FIRST_MS;
  private nearTries = 0;

  constructor(private readonly random: Random) {}

  /** A good connection broke. @param isNear its other end is on this machine */
  restart(isNear: boolean): void {
    this.delay = FIRST_MS;
    this.nearTries = isNear ? NEAR_TRIES : 0;
  }

  /** Milliseconds until the next attempt. Clients of one server do not all come at the same time. */
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
}
