/** A stream whose reader comes later: what arrives before is kept, bounded, and then given to the reader first. */
import type { Duplex, DuplexHandlers } from "../transport/duplex.ts";

/** Kept at most before the stream is paused. A greeting is far smaller. */
const MOST_HELD_BYTES = 64 * 1024;

export class HeldStream implements Duplex {
  private handlers: DuplexHandlers | undefined;
  private pieces: Uint8Array[] = [];
  private held = 0;
  private full = false;
  private ended: { error?: Error } | undefined;

  /**
   * @param onEnd called if the stream ends while nobody has listened to it yet
   * @param early bytes that were read from it already
   */
  constructor(private readonly duplex: Duplex, private readonly onEnd: () => void = () => {}, early?: Uint8Array) {
    if (early && early.length > 0) this.keep(early);
    duplex.listen({
      data: (bytes) => (this.handlers ? this.handlers.data(bytes) : this.keep(bytes)),
      close: (error) => this.end(error),
      drain: () => this.handlers?.drain?.(),
    });
  }

  get label(): string {
    return this.duplex.label;
  }

  get buffered(): number {
    return this.duplex.buffered;
  }

  /** Whether the far end has closed it. */
  get closed(): boolean {
    return this.ended !== undefined;
  }

  /** Gives the reader what is kept, then what comes. */
  listen(handlers: DuplexHandlers): void {
    this.handlers = handlers;
    const pieces = this.pieces;
    this.pieces = [];
    this.held = 0;
    for (const piece of pieces) handlers.data(piece);
    if (this.full) this.duplex.resume();
    this.full = false;
    if (this.ended) handlers.close(this.ended.error);
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

  close(now?: boolean): void {
    this.duplex.close(now);
  }

  private keep(bytes: Uint8Array): void {
    this.pieces.push(bytes.slice());
    this.held += bytes.length;
    if (this.held < MOST_HELD_BYTES || this.full) return;
    this.full = true;
    this.duplex.pause();
  }

  private end(error: Error | undefined): void {
    if (this.ended) return;
    this.ended = error ? { error } : {};
    if (this.handlers) this.handlers.close(error);
    else this.onEnd();
  }
}
