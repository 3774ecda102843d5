/** Which visible rows may have changed, and how far the screen scrolled, since somebody last asked. */
import type { XtermDirtyRows } from "./internals.ts";

/** Below all rows. */
const NONE = 1 << 20;

/** Takes the place of xterm's own tracker; unlike that one it is not cleared by every parse call. */
export class DirtyRows implements XtermDirtyRows {
  start = 0;
  end: number;
  /** Rows the whole screen moved up. */
  scrolled = 0;

  constructor(private rows: number) {
    this.end = rows - 1;
  }

  /** xterm clears at the start of every parse call; here `take` does. */
  clearRange(): void {}

  markDirty(y: number): void {
    if (y < this.start) this.start = y;
    if (y > this.end) this.end = y;
  }

  markRangeDirty(from: number, to: number): void {
    this.markDirty(from);
    this.markDirty(to);
  }

  markAllDirty(): void {
    this.start = 0;
    this.end = this.rows - 1;
  }

  /** A screen that came back in another size or with other content: everything changed, nothing scrolled. */
  restart(rows: number): void {
    this.rows = rows;
    this.scrolled = 0;
    this.markAllDirty();
  }

  /** The marked range (inclusive), or undefined; starts anew. */
  take(): { from: number; to: number } | undefined {
    const from = Math.max(0, this.start);
    const to = Math.min(this.rows - 1, this.end);
    this.start = NONE;
    this.end = -1;
    return from <= to ? { from, to } : undefined;
  }

  takeScroll(): number {
    const count = this.scrolled;
    this.scrolled = 0;
    return count;
  }
}
