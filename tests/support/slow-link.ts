/**
 * A network link of a test's own, on the loopback: whatever goes through it takes its time, shares a limited rate, and is
 * lost while the link is cut. Kernels without netem have nothing like it.
 *
 * Losses are what TCP makes of them: who sent into the cut sends again after the retransmission time, then after twice
 * that, and so on (RFC 6298); who connects asks again after 1, 3, 7, 15 s. UDP is just lost.
 */
import { systemClock, type Timer } from "../../src/base/clock.ts";

/** Bytes that a bottleneck holds before senders feel it: a router with more memory than is good. */
const BUFFER_BYTES = 256 * 1024;
/** A packet, where the rate is limited: more is cut up. */
const PACKET_BYTES = 1400;
/** Linux adds this much to the round trip, where that hardly varies. */
const RTO_MIN_MS = 200;
const LONGEST_RTO_MS = 120_000;
const FIRST_SYN_MS = 1000;
const LOOK_AGAIN_MS = 5;

export interface LinkOptions {
  /** Milliseconds that every byte takes, each way. */
  readonly delayMs?: number;
  /** Bytes per second each way, shared by all connections; undefined: no limit. */
  readonly rate?: number;
}

/** One direction of the link: when a byte that comes now will have been sent. */
class Lane {
  /** When the bottleneck is free again. */
  freeAt = 0;

  constructor(private readonly link: SlowLink) {}

  /** Milliseconds until what was taken has left the bottleneck. */
  get backlogMs(): number {
    return Math.max(0, this.freeAt - systemClock.now());
  }

  /** Whether the bottleneck's memory is full. */
  get full(): boolean {
    return this.link.rate !== undefined && (this.backlogMs * this.link.rate) / 1000 > BUFFER_BYTES;
  }

  /** When this many bytes arrive that leave at `from`. */
  arrival(bytes: number, from: number): number {
    this.freeAt = Math.max(this.freeAt, from) + (this.link.rate === undefined ? 0 : (bytes / this.link.rate) * 1000);
    return this.freeAt + this.link.delayMs;
  }
}

/** Both directions, and what both kinds of traffic have in common. */
export class SlowLink {
  delayMs: number;
  readonly up = new Lane(this);
  readonly down = new Lane(this);
  /** Bytes that went each way, without headers. */
  bytesUp = 0;
  bytesDown = 0;
  private cutAt: number | undefined;
  private bytesPerSecond: number | undefined;
  private restored: (() => void)[] = [];

  constructor({ delayMs = 0, rate }: LinkOptions = {}) {
    this.delayMs = delayMs;
    this.bytesPerSecond = rate;
  }

  /** Bytes per second each way; undefined: no limit. */
  get rate(): number | undefined {
    return this.bytesPerSecond;
  }

  set rate(rate: number | undefined) {
    this.bytesPerSecond = rate;
    // what comes from now on does not wait for what another rate had held up
    this.up.freeAt = this.down.freeAt = 0;
  }

  get isCut(): boolean {
    return this.cutAt !== undefined;
  }

  /** Everything on the way, and everything that is sent from now on, is lost. */
  cut(): void {
    this.cutAt ??= systemClock.now();
  }

  /** The link is back. @returns when, in milliseconds of the system clock */
  restore(): number {
    this.cutAt = undefined;
    for (const run of this.restored.splice(0)) run();
    return systemClock.now();
  }

  /** Calls back when the link is back. */
  onRestored(run: () => void): void {
    this.restored.push(run);
  }

  /** Milliseconds after which TCP sends a lost segment again the first time. */
  get retransmissionMs(): number {
    return Math.max(RTO_MIN_MS, 2 * this.delayMs + RTO_MIN_MS);
  }

  /** Cuts bytes into packets, if the rate is limited. */
  packets(bytes: Uint8Array): Uint8Array[] {
    if (this.rate === undefined) return [bytes];
    const packets: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += PACKET_BYTES) packets.push(bytes.subarray(at, at + PACKET_BYTES));
    return packets;
  }
}

/** When what was lost at `lostAt` is sent again for the first time after `now`; doubling from `first`. */
export function nextAttempt(lostAt: number, first: number, now: number): number {
  let at = lostAt;
  for (let wait = first; at <= now; wait = Math.min(wait * 2, LONGEST_RTO_MS)) at += wait;
  return at;
}

/** One direction of one TCP connection: bytes in order, each at its time. */
export class Stream {
  private queue: { bytes: Uint8Array; at: number }[] = [];
  private timer: Timer | undefined;
  private lostAt: number | undefined;
  /** The receiver has not taken all. */
  private waits = false;
  private ended = false;
  private isOver = false;
  private isFull = false;
  private later: Timer | undefined;

  /**
   * @param opensAt nothing leaves before: the connection is being made
   * @param deliver takes what has arrived; returns how many bytes it took
   * @param full    more waits than should: the sender is to be paused, or may go on
   */
  constructor(
    private readonly link: SlowLink, private readonly lane: Lane, private readonly opensAt: number,
    private readonly deliver: (bytes: Uint8Array) => number, private readonly end: () => void, private readonly full: (full: boolean) => void,
  ) {}

  push(bytes: Uint8Array): void {
    const from = Math.max(systemClock.now(), this.opensAt);
    for (const packet of this.link.packets(bytes.slice())) this.queue.push({ bytes: packet, at: this.lane.arrival(packet.length, from) });
    this.checkFull();
    this.arm();
  }

  private checkFull(): void {
    const { full } = this.lane;
    // others fill the bottleneck too: it is looked at again until there is room
    if (full) this.later ??= systemClock.after(LOOK_AGAIN_MS, () => {
      this.later = undefined;
      if (!this.isOver) this.checkFull();
    });
    if (this.isFull === full) return;
    this.isFull = full;
    this.full(full);
  }

  /** The sender has ended: the receiver is told once it has everything. */
  finish(): void {
    this.ended = true;
    this.arm();
  }

  /** The receiver takes bytes again. */
  drained(): void {
    this.waits = false;
    this.arm();
  }

  private arm(): void {
    if (this.isOver || this.timer || this.waits || this.lostAt !== undefined) return;
    const head = this.queue[0];
    if (!head) {
      if (this.ended && !this.link.isCut) this.end();
      return;
    }
    this.timer = systemClock.after(Math.max(0, head.at - systemClock.now()), () => {
      this.timer = undefined;
      this.run();
    });
  }

  private run(): void {
    if (this.link.isCut) return this.lose();
    const now = systemClock.now();
    while (this.queue.length > 0 && this.queue[0]!.at <= now + 0.2) {
      const head = this.queue[0]!;
      const taken = this.deliver(head.bytes);
      if (taken < head.bytes.length) {
        head.bytes = head.bytes.subarray(taken);
        this.waits = true;
        return;
      }
      this.queue.shift();
    }
    this.checkFull();
    this.arm();
  }

  /** The head was lost on its way: all that follows waits for it to be sent again. */
  private lose(): void {
    this.lostAt = this.queue[0]!.at - this.link.delayMs;
    this.waitForLink();
  }

  private waitForLink(): void {
    this.link.onRestored(() => {
      if (this.isOver) return;
      const now = systemClock.now();
      this.timer = systemClock.after(nextAttempt(this.lostAt!, this.link.retransmissionMs, now) - now, () => this.sendAgain());
    });
  }

  private sendAgain(): void {
    this.timer = undefined;
    if (this.link.isCut) return this.waitForLink();
    this.lostAt = undefined;
    const now = systemClock.now();
    for (const packet of this.queue) packet.at = this.lane.arrival(packet.bytes.length, now);
    this.arm();
  }

  dispose(): void {
    this.isOver = true;
    this.timer?.cancel();
    this.later?.cancel();
    this.queue = [];
  }
}

/** When a connection that is asked for now is there at the far end: at once, or when the link is back. */
export function whenConnected(link: SlowLink, run: () => void): void {
  const askedAt = systemClock.now();
  const go = () => {
    if (!link.isCut) return run();
    link.onRestored(() => systemClock.after(nextAttempt(askedAt, FIRST_SYN_MS, systemClock.now()) - systemClock.now(), go));
  };
  go();
}
