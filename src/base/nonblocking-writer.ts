/** Writes to a file descriptor that may not take everything at once: an ordered queue, tried again a moment later. */
import { writeSync } from "node:fs";
import type { Clock, Timer } from "./clock.ts";
import { systemCode } from "./errors.ts";

const RETRY_MS = 1;

interface WaitingBytes {
  bytes: Uint8Array;
  done: (() => void) | undefined;
}

/** The queue itself is not bounded: callers look at `waiting` before they add to it. */
export class NonblockingWriter {
  private queue: WaitingBytes[] = [];
  private queued = 0;
  private retry: Timer | undefined;

  /** @param failed called on an error other than "not now", after the queue was dropped */
  constructor(private readonly fd: number, private readonly clock: Clock, private readonly failed: (dropped: (() => void)[]) => void) {}

  /** Bytes that have not been taken yet. */
  get waiting(): number {
    return this.queued;
  }

  /** A copy of what has not been taken yet. */
  get unwritten(): Uint8Array {
    return Buffer.concat(this.queue.map(({ bytes }) => bytes));
  }

  /** Queues bytes, without a copy; `done` runs when all of them have been taken. */
  write(bytes: Uint8Array, done?: () => void): void {
    this.queue.push({ bytes, done });
    this.queued += bytes.length;
    if (!this.retry) this.flush();
  }

  private flush(): void {
    this.retry = undefined;
    while (this.queue.length > 0) {
      const head = this.queue[0]!;
      let taken = 0;
      try {
        taken = head.bytes.length === 0 ? 0 : writeSync(this.fd, head.bytes);
      } catch (error) {
        if (systemCode(error) !== "EAGAIN") return this.fail();
        this.retry = this.clock.after(RETRY_MS, () => this.flush());
        return;
      }
      this.queued -= taken;
      head.bytes = head.bytes.subarray(taken);
      if (head.bytes.length > 0) continue;
      this.queue.shift();
      head.done?.();
    }
  }

  private fail(): void {
    this.failed(this.clear());
  }

  /** Forgets what has not been taken. @returns the callbacks of what was dropped, uncalled */
  clear(): (() => void)[] {
    const dropped = this.queue.flatMap(({ done }) => (done ? [done] : []));
    this.retry?.cancel();
    this.retry = undefined;
    this.queue = [];
    this.queued = 0;
    return dropped;
  }
}
