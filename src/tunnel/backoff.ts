/** How long to wait before the next try: exponential with jitter, so that many don't come back at the same moment. */
import type { Random } from "../base/random.ts";

const SHORTEST_MS = 100;
const LONGEST_MS = 10_000;

/** Counts failures in a row. */
export class Backoff {
  private failures = 0;

  constructor(private readonly random: Random) {}

  /** Milliseconds until the next try: doubles from 100 ms to 10 s, less up to a half at random. */
  next(): number {
    const most = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** this.failures);
    this.failures = Math.min(this.failures + 1, 16);
    return Math.max(SHORTEST_MS, most * (0.5 + this.random.float() / 2));
  }

  /** A try succeeded, or there is a reason to hope. */
  reset(): void {
    this.failures = 0;
  }
}
