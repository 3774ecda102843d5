/** What the bench has started: ended in reverse order when a case is over, and when the bench is interrupted. */

/** Ends one thing. Must not take longer than a few seconds, whatever state the thing is in. */
export type Closer = () => void | Promise<void>;

export class Cleanup {
  private closers: Closer[] = [];
  private running: Promise<void> | undefined;

  /** Takes note of something that has to be ended. @returns what it was given, for chaining. */
  own<T>(thing: T, close: Closer): T {
    this.closers.push(close);
    return thing;
  }

  /** Ends everything that was owned so far; failures on the way are reported on standard error, and the rest is ended. */
  close(): Promise<void> {
    this.running ??= this.closeAll().finally(() => (this.running = undefined));
    return this.running;
  }

  private async closeAll(): Promise<void> {
    for (let close = this.closers.pop(); close; close = this.closers.pop()) {
      try {
        await close();
      } catch (error) {
        console.error(`bench: while cleaning up: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
}
