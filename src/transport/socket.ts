/** Bun sockets as Duplexes: one ordered write queue per socket, continued at `drain`. */
import type { Socket } from "bun";
import type { Duplex, DuplexHandlers } from "./duplex.ts";

const NO_HANDLERS: DuplexHandlers = { data() {}, close() {} };

/** A Duplex over a Bun socket. Created by `listenUnix`, `connectUnix` and their siblings, which forward the socket's events. */
export class SocketDuplex implements Duplex {
  private handlers = NO_HANDLERS;
  private queue: Uint8Array[] = [];
  private queued = 0;
  private closing = false;
  private closed = false;
  /** Bytes that came before anyone listened (the peer may speak in the same packet as its connect). */
  private early: Uint8Array[] = [];

  constructor(readonly socket: Socket<unknown>, readonly label: string) {}

  get buffered(): number {
    return this.queued;
  }

  listen(handlers: DuplexHandlers): void {
    this.handlers = handlers;
    const early = this.early;
    this.early = [];
    for (const bytes of early) handlers.data(bytes);
  }

  write(bytes: Uint8Array): void {
    if (this.closed || this.closing || bytes.length === 0) return;
    if (this.queue.length === 0) {
      const taken = Math.max(0, this.socket.write(bytes));
      if (taken === bytes.length) return;
      bytes = bytes.slice(taken);
    } else bytes = bytes.slice();
    this.queue.push(bytes);
    this.queued += bytes.length;
  }

  pause(): void {
    if (!this.closed) this.socket.pause();
  }

  resume(): void {
    if (!this.closed) this.socket.resume();
  }

  close(now = false): void {
    if (this.closed) return;
    this.closing = true;
    if (now && this.queue.length > 0) {
      this.queue = [];
      this.queued = 0;
      // who does not read what was sent would not notice an orderly end either
      return void this.socket.terminate();
    }
    if (this.queue.length === 0) this.socket.end();
  }

  /** Event of the socket: bytes came. */
  onData(bytes: Uint8Array): void {
    if (this.handlers === NO_HANDLERS) this.early.push(bytes.slice());
    else this.handlers.data(bytes);
  }

  /** Event of the socket: it takes bytes again. */
  onDrain(): void {
    while (this.queue.length > 0) {
      const head = this.queue[0]!;
      const taken = Math.max(0, this.socket.write(head));
      this.queued -= taken;
      if (taken < head.length) {
        this.queue[0] = head.subarray(taken);
        return;
      }
      this.queue.shift();
    }
    if (this.closing) this.socket.end();
    this.handlers.drain?.();
  }

  /** Event of the socket: it is gone. */
  onClose(error?: Error): void {
    if (this.closed) return;
    this.closed = true;
    this.queue = [];
    this.queued = 0;
    this.handlers.close(error);
  }
}

/** The handler object that Bun wants, routing each socket's events to its SocketDuplex in `socket.data`. */
export function socketHandlers(opened: (socket: Socket<{ duplex?: SocketDuplex }>) => void) {
  type S = Socket<{ duplex?: SocketDuplex }>;
  return {
    binaryType: "uint8array" as const,
    open: opened,
    data: (socket: S, bytes: Uint8Array) => socket.data.duplex?.onData(bytes),
    drain: (socket: S) => socket.data.duplex?.onDrain(),
    close: (socket: S, error?: Error) => socket.data.duplex?.onClose(error),
    error: (socket: S, error: Error) => socket.data.duplex?.onClose(error),
    end: (socket: S) => void socket.end(),
  };
}
