/** A channel of ssh2 as a Duplex of ours. */
import type { Channel } from "ssh2";
import type { Duplex, DuplexHandlers } from "../../transport/duplex.ts";

/**
 * `ends` says what closing means: `stream` closes the channel and follows the peer's end, as a socket does; `program` only
 * ends its standard input, since it goes on until it exits.
 */
export class StreamDuplex implements Duplex {
  private handlers: DuplexHandlers | undefined;
  private paused = false;
  private waiting = false;
  private closing = false;
  private done = false;
  private failure: Error | undefined;

  constructor(private readonly channel: Channel, readonly label: string, private readonly ends: "stream" | "program") {
    channel.on("error", (error: Error) => {
      this.failure ??= error;
    });
    channel.on("close", () => this.finish());
  }

  get buffered(): number {
    return this.done ? 0 : this.channel.writableLength;
  }

  listen(handlers: DuplexHandlers): void {
    const first = this.handlers === undefined;
    this.handlers = handlers;
    if (this.done) return void queueMicrotask(() => handlers.close(this.failure));
    // whoever listens next takes the place of who did
    if (!first) return;
    this.channel.on("data", (bytes: Buffer) => {
      if (!this.done) this.handlers!.data(bytes);
    });
    if (this.ends === "stream") this.channel.on("end", () => this.close());
    if (this.paused) this.channel.pause();
  }

  write(bytes: Uint8Array): void {
    if (this.done || this.closing || bytes.length === 0) return;
    // ssh2 keeps a reference to what the window does not let through
    this.channel.write(Buffer.from(bytes), () => this.written());
    this.waiting = this.channel.writableLength > 0;
  }

  private written(): void {
    if (!this.waiting || this.done || this.channel.writableLength > 0) return;
    this.waiting = false;
    this.handlers?.drain?.();
  }

  pause(): void {
    this.paused = true;
    this.channel.pause();
  }

  resume(): void {
    this.paused = false;
    if (this.handlers) this.channel.resume();
  }

  close(now = false): void {
    if (this.done) return;
    if (now) {
      this.channel.destroy();
      // what still comes is dropped, and the peer is not waited for
      this.channel.resume();
      return void queueMicrotask(() => this.finish());
    }
    if (this.closing) return;
    this.closing = true;
    this.channel.end(() => {
      if (this.ends === "stream") this.channel.close();
    });
  }

  /** The connection is gone. What had arrived is still delivered, unless the reader has paused. */
  gone(error: Error | undefined): void {
    this.failure ??= error;
    if (this.paused || !this.handlers) this.finish();
  }

  private finish(): void {
    if (this.done) return;
    this.done = true;
    this.handlers?.close(this.failure);
  }
}
