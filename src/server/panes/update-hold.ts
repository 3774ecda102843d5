/** Synchronized updates (DECSET 2026): a picture waits for the end of one, but not for ever. */
import type { Clock, Timer } from "../../base/clock.ts";

/** A program that never ends an update is shown after this long. */
const HOLD_MS = 150;

export class UpdateHold {
  private since: number | undefined;
  private timer: Timer | undefined;

  /** @param expired an update has been waited for long enough */
  constructor(private readonly clock: Clock, private readonly expired: () => void) {}

  /** Whether the picture must wait. @param isUpdating the program has begun an update and not ended it */
  holds(isUpdating: boolean): boolean {
    if (!isUpdating) {
      this.end();
      return false;
    }
    const now = this.clock.now();
    this.since ??= now;
    if (now - this.since >= HOLD_MS) return false;
    this.timer ??= this.clock.after(HOLD_MS, () => {
      this.timer = undefined;
      this.expired();
    });
    return true;
  }

  /** The update has ended: the next one, even one in the same piece, has its own time. */
  end(): void {
    this.since = undefined;
    this.timer?.cancel();
    this.timer = undefined;
  }
}
