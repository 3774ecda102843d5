/**
 * Connections of a simulated network: bytes take a random time, arrive in pieces cut anywhere but in order, are held back
 * by a stall, and a cut loses what was on its way, from any byte on.
 */
import type { Random } from "../../../src/base/random.ts";
import type { Duplex, DuplexHandlers } from "../../../src/transport/duplex.ts";
import type { VirtualClock } from "../virtual-clock.ts";

/** What the system takes of a writer although nobody reads; the rest counts as buffered. */
const SOCKET_BYTES = 64 * 1024;

class WireEnd implements Duplex {
  peer!: WireEnd;
  private handlers: DuplexHandlers | undefined;
  /** What is on its way to this end. Empty pieces are the end of the stream. */
  private inbox: { readonly due: number; readonly bytes: Uint8Array }[] = [];
  private inboxBytes = 0;
  private lastDue = 0;
  private paused = false;
  private open = true;
  private closing = false;
  private owesDrain = false;

  constructor(readonly label: string, private readonly wire: Wire) {}

  get isOpen(): boolean {
    return this.open;
  }

  get buffered(): number {
    return Math.max(0, this.peer.inboxBytes - SOCKET_BYTES);
  }

  listen(handlers: DuplexHandlers): void {
    this.handlers = handlers;
    this.wire.wake(this);
  }

  write(bytes: Uint8Array): void {
    if (!this.open || this.closing || this.wire.isCut || bytes.length === 0) return;
    this.peer.take(bytes.slice());
    if (this.buffered > 0) this.owesDrain = true;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.wire.wake(this);
  }

  close(now = false): void {
    if (!this.open || this.closing) return;
    this.closing = true;
    if (now) this.peer.drop(0);
    this.peer.push(new Uint8Array());
    // this end hears of it in a later turn, as from a socket
    this.wire.later(0, () => this.end());
  }

  /** Splits what was written at random bytes. */
  private take(bytes: Uint8Array): void {
    const { random } = this.wire;
    for (let at = 0; at < bytes.length; ) {
      const size = random.integer(3) === 0 ? 1 + random.integer(bytes.length - at) : bytes.length - at;
      this.push(bytes.subarray(at, at + size));
      at += size;
    }
  }

  private push(bytes: Uint8Array): void {
    this.lastDue = Math.max(this.lastDue, this.wire.now + this.wire.delay());
    this.inbox.push({ due: this.lastDue, bytes });
    this.inboxBytes += bytes.length;
    this.wire.wake(this);
  }

  /** Loses what is on its way, all but this many bytes. */
  drop(keep: number): void {
    const kept: typeof this.inbox = [];
    let left = keep;
    for (const piece of this.inbox) {
      if (left === 0) break;
      const bytes = piece.bytes.subarray(0, left);
      if (bytes.length > 0) kept.push({ due: piece.due, bytes });
      left -= bytes.length;
    }
    this.inbox = kept;
    this.inboxBytes = keep - left;
  }

  /** Bytes on their way to this end. */
  get coming(): number {
    return this.inboxBytes;
  }

  /** When something can be delivered. */
  get due(): number | undefined {
    return this.handlers && this.open && !this.paused && this.inbox.length > 0 ? this.inbox[0]!.due : undefined;
  }

  deliver(): void {
    while (this.due !== undefined && this.due <= this.wire.now && !this.wire.stalled) {
      const { bytes } = this.inbox.shift()!;
      this.inboxBytes -= bytes.length;
      if (bytes.length === 0) this.end();
      else this.handlers!.data(bytes);
      if (this.peer.owesDrain && this.peer.buffered === 0) this.peer.drained();
    }
    if (this.due !== undefined) this.wire.wake(this);
  }

  /** What is left arrives now, and then the connection is over for this end. */
  lose(): void {
    this.wire.later(this.wire.delay(), () => {
      while (this.open && this.handlers && this.inbox.length > 0) {
        const { bytes } = this.inbox.shift()!;
        this.inboxBytes -= bytes.length;
        if (bytes.length > 0) this.handlers.data(bytes);
      }
      this.end();
    });
  }

  private drained(): void {
    this.owesDrain = false;
    if (this.open) this.handlers?.drain?.();
  }

  /** The connection is over for this end. */
  end(): void {
    if (!this.open) return;
    this.open = false;
    this.inbox = [];
    this.inboxBytes = 0;
    this.peer.push(new Uint8Array());
    this.handlers?.close();
  }
}

/** One connection. */
export class Wire {
  readonly near: WireEnd;
  readonly far: WireEnd;
  stalled = false;
  isCut = false;
  private readonly woken = new Map<WireEnd, number>();

  /** @param slowest most milliseconds that a piece takes, one way */
  constructor(readonly label: string, private readonly clock: VirtualClock, readonly random: Random, private readonly slowest: number) {
    this.near = new WireEnd(`${label}:near`, this);
    this.far = new WireEnd(`${label}:far`, this);
    this.near.peer = this.far;
    this.far.peer = this.near;
  }

  get now(): number {
    return this.clock.now();
  }

  get isOpen(): boolean {
    return this.near.isOpen || this.far.isOpen;
  }

  delay(): number {
    return this.random.float() * this.slowest;
  }

  later(ms: number, run: () => void): void {
    this.clock.after(ms, run);
  }

  /** Delivers to an end when something is due. */
  wake(end: WireEnd): void {
    const { due } = end;
    if (due === undefined || this.stalled) return;
    const at = Math.max(due, this.now);
    if ((this.woken.get(end) ?? Infinity) <= at) return;
    this.woken.set(end, at);
    this.clock.after(at - this.now, () => {
      if (this.woken.get(end) === at) this.woken.delete(end);
      end.deliver();
    });
  }

  stall(): void {
    this.stalled = true;
  }

  resume(): void {
    this.stalled = false;
    for (const end of [this.near, this.far]) this.wake(end);
  }

  /** The connection is lost, with a random part of what was on its way in each direction; each end hears of it in its time. */
  cut(): void {
    if (this.isCut) return;
    this.isCut = true;
    for (const end of [this.near, this.far]) {
      if (end.coming > 0) end.drop(this.random.integer(end.coming + 1));
      end.lose();
    }
  }

  /** The process at one end is killed: it hears nothing any more, and of what it wrote a part arrives. */
  kill(end: "near" | "far"): void {
    this[end].listen({ data() {}, close() {} });
    this.cut();
  }

  /** One end is gone, and the other hears nothing of it: no end of the stream, no error. */
  vanish(end: "near" | "far"): void {
    this.stall();
    this[end].end();
  }
}
