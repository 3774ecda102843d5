/** A stream whose first moments are watched before it is handed over: it may turn out that nobody is at its other end. */
import type { Duplex, DuplexHandlers } from "../../transport/duplex.ts";

export class CheckedDuplex implements Duplex {
  private handlers: DuplexHandlers | undefined;
  private early: Uint8Array[] = [];
  private closed = false;
  private error: Error | undefined;

  /** Listens at once. What comes before somebody else does is kept, and the stream is paused after its first bytes. */
  constructor(private readonly duplex: Duplex, readonly label: string) {
    duplex.listen({
      data: (bytes) => {
        if (this.handlers) return this.handlers.data(bytes);
        this.early.push(bytes.slice());
        duplex.pause();
      },
      close: (error) => {
        this.closed = true;
        this.error = error;
        this.handlers?.close(error);
      },
      drain: () => this.handlers?.drain?.(),
    });
  }

  /** It ended without having said anything. */
  get dead(): boolean {
    return this.closed && this.early.length === 0;
  }

  get buffered(): number {
    return this.duplex.buffered;
  }

  listen(handlers: DuplexHandlers): void {
    this.handlers = handlers;
    for (const bytes of this.early.splice(0)) handlers.data(bytes);
    if (this.closed) return void queueMicrotask(() => handlers.close(this.error));
    this.duplex.resume();
  }

  write(bytes: Uint8Array): void {
    this.duplex.write(bytes);
  }

  pause(): void {
    this.duplex.pause();
  }

  resume(): void {
    this.duplex.resume();
  }

  close(now = false): void {
    this.duplex.close(now);
  }
}
