/**
 * Whose output is parsed next. Panes take turns in pieces; those a person typed in lately go first; after a few
 * milliseconds the loop yields through a timer, because message events alone would starve everything else.
 */
import type { Clock, Timer } from "../../base/clock.ts";

const SLICE_MS = 4;
/** A pane counts as typed in for this long after a key. */
const TYPED_MS = 1000;

/** What has output to parse. */
export interface Parsing {
  /** When a person last typed into it, in milliseconds of the clock. */
  readonly typedAt: number;
  /** Parses one piece. @returns whether more waits. */
  parsePiece(): boolean;
}

export class ParseLoop {
  private waiting: Parsing[] = [];
  private timer: Timer | undefined;
  private running = false;

  /** @param sliceEnded called after each slice: now is the time to make frames */
  constructor(private readonly clock: Clock, private readonly sliceEnded: () => void) {}

  /** Something has output. It is parsed at once if nothing else is under way, or if a person waits for its echo. */
  add(item: Parsing): void {
    const urgent = this.isTyped(item);
    if (!this.waiting.includes(item)) {
      if (urgent) this.waiting.unshift(item);
      else this.waiting.push(item);
    }
    if (this.running) return;
    if (!this.timer) this.slice();
    else if (urgent) this.one(item);
  }

  remove(item: Parsing): void {
    this.waiting = this.waiting.filter((other) => other !== item);
  }

  dispose(): void {
    this.timer?.cancel();
    this.waiting = [];
  }

  private isTyped(item: Parsing): boolean {
    return this.clock.now() - item.typedAt < TYPED_MS;
  }

  /** One piece of a pane out of turn; the slice that is due goes on later. */
  private one(item: Parsing): void {
    this.running = true;
    if (!item.parsePiece()) this.remove(item);
    this.running = false;
    this.sliceEnded();
  }

  private slice(): void {
    this.timer = undefined;
    this.running = true;
    const end = this.clock.now() + SLICE_MS;
    while (this.waiting.length > 0) {
      const item = this.waiting.shift()!;
      if (item.parsePiece()) {
        if (this.isTyped(item)) this.waiting.splice(Math.min(1, this.waiting.length), 0, item);
        else this.waiting.push(item);
      }
      if (this.clock.now() >= end) break;
    }
    this.running = false;
    this.sliceEnded();
    if (this.waiting.length > 0) this.timer = this.clock.after(0, () => this.slice());
  }
}
