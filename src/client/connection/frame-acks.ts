/**
 * Tells a server what was painted. A little of it is told a moment later: whoever carries the word on would take a
 * processor from the terminal, which is about to show the picture. Much is told at once: its server waits for it.
 */
import type { Clock, Timer } from "../../base/clock.ts";
import type { Disposable } from "../../base/lifecycle.ts";

/** Longer than a terminal takes to draw an echo, far less than what a server takes for a line that is full. */
const LATER_MS = 4;
/** A quarter of the least that a server has on its way. */
const MUCH_BYTES = 1024;

export class FrameAcks implements Disposable {
  private bytes = 0;
  private timer: Timer | undefined;

  constructor(private readonly clock: Clock, private readonly send: (bytes: number) => void) {}

  /** Frames of so many bytes on the wire were painted. */
  painted(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes >= MUCH_BYTES) this.tell();
    else this.timer ??= this.clock.after(LATER_MS, () => this.tell());
  }

  private tell(): void {
    const { bytes } = this;
    this.dispose();
    this.send(bytes);
  }

  /** What was not told is forgotten. */
  dispose(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.bytes = 0;
  }
}
