/** What is said to the person on the status line: one message at a time, for a while, and the list of those before. */
import type { Clock, Timer } from "../../base/clock.ts";
import { printable } from "../../base/names.ts";

const MOST_MESSAGES = 500;
const LONGEST_MESSAGE = 1000;
/** An error should be readable: it stays at least this long. */
const LEAST_ERROR_MS = 3000;

export interface SaidMessage {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly text: string;
}

export class MessageLine {
  /** The newest last; the oldest are forgotten. */
  readonly all: SaidMessage[] = [];
  current: { text: string; error: boolean } | undefined;
  private timer: Timer | undefined;

  /**
   * @param displayTime how long a message stays, in milliseconds; 0: until a key is pressed
   * @param changed the line is to be drawn anew
   */
  constructor(private readonly clock: Clock, private readonly displayTime: () => number, private readonly changed: () => void) {}

  say(text: string, error = false): void {
    const clean = printable(text, LONGEST_MESSAGE);
    this.all.push({ at: this.clock.wall(), text: clean });
    if (this.all.length > MOST_MESSAGES) this.all.shift();
    this.current = { text: clean, error };
    this.timer?.cancel();
    this.timer = undefined;
    const ms = this.displayTime();
    if (ms > 0) this.timer = this.clock.after(error ? Math.max(ms, LEAST_ERROR_MS) : ms, () => this.clear());
    this.changed();
  }

  /** Takes the message off the line. */
  clear(): void {
    if (!this.current) return;
    this.current = undefined;
    this.changed();
  }

  dispose(): void {
    this.timer?.cancel();
  }
}
