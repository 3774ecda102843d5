/** Ports on the loopback behind which another one lies, at the far end of a slow link: for TCP, and for UDP. */
import type { Socket, udp } from "bun";
import { systemClock, type Timer } from "../../src/base/clock.ts";
import { Stream, whenConnected, type SlowLink } from "./slow-link.ts";

type Side = Socket<{ pair: Pair; other: "near" | "far" }>;

/** One connection: a socket on each side, and a stream each way. */
class Pair {
  far: Side | undefined;
  private readonly up: Stream;
  private readonly down: Stream;
  private over = false;
  private readonly open = new Set<Side>();
  /** The near end has given up before it was connected. */
  abandoned = false;

  constructor(private readonly near: Side, private readonly proxy: SlowProxy) {
    const { link } = proxy;
    this.open.add(near);
    const opensAt = systemClock.now() + 2 * link.delayMs;
    this.up = new Stream(
      link, link.up, opensAt, (bytes) => write(this.far, bytes), () => void this.far?.end(), (full) => pause(this.near, full),
    );
    this.down = new Stream(
      link, link.down, 0, (bytes) => write(this.near, bytes), () => void this.near.end(), (full) => this.far && pause(this.far, full),
    );
  }

  received(from: Side, bytes: Uint8Array): void {
    const { link } = this.proxy;
    if (from === this.near) {
      link.bytesUp += bytes.length;
      this.up.push(bytes);
    } else {
      link.bytesDown += bytes.length;
      this.down.push(bytes);
    }
  }

  drained(side: Side): void {
    (side === this.near ? this.down : this.up).drained();
  }

  ended(side: Side): void {
    (side === this.near ? this.up : this.down).finish();
  }

  closed(side: Side): void {
    // what is still on the way arrives; a cut link tells nobody of an end
    this.open.delete(side);
    if (side === this.near) this.up.finish();
    else this.down.finish();
    if (side === this.far) this.far = undefined;
    this.abandoned = this.open.size === 0;
    if (this.abandoned) this.proxy.pairs.delete(this);
  }

  /** The far end is there: what waited for it goes on. */
  connected(far: Side): void {
    this.far = far;
    this.open.add(far);
    this.up.drained();
  }

  /** Ends it at once, on both sides. */
  sever(): void {
    if (this.over) return;
    this.over = true;
    this.up.dispose();
    this.down.dispose();
    this.near.terminate();
    this.far?.terminate();
    this.proxy.pairs.delete(this);
  }
}

function write(socket: Side | undefined, bytes: Uint8Array): number {
  return socket === undefined ? 0 : Math.max(0, socket.write(bytes));
}

function pause(socket: Side, on: boolean): void {
  if (on) socket.pause();
  else socket.resume();
}

/** A TCP port that leads over the link to another one. */
export class SlowProxy {
  readonly pairs = new Set<Pair>();
  readonly port: number;
  private readonly listener: { readonly port: number; stop(all?: boolean): void };

  constructor(readonly link: SlowLink, private readonly target: number) {
    this.listener = Bun.listen<{ pair: Pair; other: "near" | "far" }>({ hostname: "127.0.0.1", port: 0, socket: this.handlers((near) => this.accept(near)) });
    this.port = this.listener.port;
  }

  /** Connections that are open. */
  get connections(): number {
    return this.pairs.size;
  }

  private handlers(open: (socket: Side) => void) {
    return {
      binaryType: "uint8array" as const,
      open,
      data: (socket: Side, bytes: Uint8Array) => socket.data?.pair.received(socket, bytes),
      drain: (socket: Side) => socket.data?.pair.drained(socket),
      end: (socket: Side) => socket.data?.pair.ended(socket),
      close: (socket: Side) => this.closed(socket),
      error: (socket: Side) => this.closed(socket),
    };
  }

  private closed(socket: Side): void {
    socket.data?.pair.closed(socket);
  }

  private accept(near: Side): void {
    const pair = new Pair(near, this);
    near.data = { pair, other: "far" };
    near.setNoDelay(true);
    this.pairs.add(pair);
    // the far end accepts when the third packet of the handshake is there
    whenConnected(this.link, () => systemClock.after(3 * this.link.delayMs, () => void this.reach(pair)));
  }

  private async reach(pair: Pair): Promise<void> {
    if (pair.abandoned || !this.pairs.has(pair)) return;
    try {
      await Bun.connect<{ pair: Pair; other: "near" | "far" }>({
        hostname: "127.0.0.1", port: this.target, data: { pair, other: "near" },
        socket: this.handlers((far) => {
          far.setNoDelay(true);
          pair.connected(far);
        }),
      });
    } catch {
      pair.sever();
    }
  }

  /** Breaks every connection, as a middlebox that forgets: both ends are told. */
  sever(): void {
    for (const pair of [...this.pairs]) pair.sever();
  }

  stop(): void {
    this.listener.stop(true);
    this.sever();
  }
}

/** Datagrams that wait at a full bottleneck for longer than this are dropped. */
const LONGEST_QUEUE_MS = 2000;

/** A UDP port that leads over the link to another one. For one peer. */
export class SlowDatagrams {
  private near: udp.Socket<"uint8array"> | undefined;
  private far: udp.Socket<"uint8array"> | undefined;
  private peer: { port: number; address: string } | undefined;
  private readonly timers = new Set<Timer>();

  private constructor(private readonly link: SlowLink, private readonly target: number) {}

  static async open(link: SlowLink, target: number): Promise<SlowDatagrams> {
    const proxy = new SlowDatagrams(link, target);
    proxy.near = await Bun.udpSocket({
      hostname: "127.0.0.1", binaryType: "uint8array",
      socket: {
        data: (_, bytes, port, address) => {
          proxy.peer = { port, address };
          link.bytesUp += bytes.length;
          proxy.pass(bytes, link.up, (packet) => proxy.far?.send(packet, proxy.target, "127.0.0.1"));
        },
        // whoever is not there does not get it
        error() {},
      },
    });
    proxy.far = await Bun.udpSocket({
      hostname: "127.0.0.1", binaryType: "uint8array",
      socket: {
        data: (_, bytes) => {
          link.bytesDown += bytes.length;
          proxy.pass(bytes, link.down, (packet) => proxy.peer && proxy.near?.send(packet, proxy.peer.port, proxy.peer.address));
        },
        error() {},
      },
    });
    return proxy;
  }

  get port(): number {
    return this.near!.port;
  }

  private pass(bytes: Uint8Array, lane: SlowLink["up"], send: (packet: Uint8Array) => unknown): void {
    if (this.link.isCut || lane.backlogMs > LONGEST_QUEUE_MS) return;
    const packet = bytes.slice();
    const now = systemClock.now();
    const timer = systemClock.after(lane.arrival(packet.length, now) - now, () => {
      this.timers.delete(timer);
      if (!this.link.isCut) send(packet);
    });
    this.timers.add(timer);
  }

  stop(): void {
    for (const timer of this.timers) timer.cancel();
    this.near?.close();
    this.far?.close();
  }
}
