/** A pair of connected in-memory duplexes for tests and simulations: bytes arrive in a later microtask, in order. */
import type { Duplex, DuplexHandlers } from "./duplex.ts";

class MemoryDuplex implements Duplex {
  peer!: MemoryDuplex;
  buffered = 0;
  private handlers: DuplexHandlers | undefined;
  private inbox: Uint8Array[] = [];
  private paused = false;
  private open = true;
  private closing = false;
  /** The peer has closed: this end follows once it has heard everything. */
  private ending = false;
  private scheduled = false;

  constructor(readonly label: string, private readonly defer: (run: () => void) => void) {}

  listen(handlers: DuplexHandlers): void {
    this.handlers = handlers;
    this.deliver();
  }

  write(bytes: Uint8Array): void {
    if (!this.open || this.closing || bytes.length === 0) return;
    this.peer.receive(bytes.slice());
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.deliver();
  }

  close(now = false): void {
    if (!this.open) return;
    this.closing = true;
    if (now) this.peer.inbox = [];
    this.defer(() => {
      this.end();
      this.peer.ending = true;
      this.peer.deliver();
    });
  }

  private receive(bytes: Uint8Array): void {
    this.inbox.push(bytes);
    this.deliver();
  }

  private deliver(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    this.defer(() => {
      this.scheduled = false;
      while (this.inbox.length > 0 && !this.paused && this.handlers && this.open) this.handlers.data(this.inbox.shift()!);
      if (this.ending && this.inbox.length === 0) this.end();
    });
  }

  private end(): void {
    if (!this.open) return;
    this.open = false;
    this.handlers?.close();
  }
}

/** Two ends of one connection. `defer` decides when bytes move; a simulation passes its own clock. */
export function memoryPair(defer: (run: () => void) => void = queueMicrotask): [Duplex, Duplex] {
  const a = new MemoryDuplex("memory:a", defer);
  const b = new MemoryDuplex("memory:b", defer);
  a.peer = b;
  b.peer = a;
  return [a, b];
}
