/**
 * A stand-in for a network between two processes of this machine: it passes bytes on later and no faster than it is told,
 * stalls, and cuts connections. Loopback and unix sockets only. Kernels without `netem` have nothing else.
 */
import { createConnection, createServer, type NetConnectOpts, type Server, type Socket } from "node:net";
import { systemClock, type Timer } from "../../src/base/clock.ts";

/** Bytes on their way in one direction; with more the sender has to wait, as with a full buffer of a router. */
const MOST_QUEUED_BYTES = 4 * 1024 * 1024;
/** What is sent at once over a limited line: small enough that a key does not wait for a large piece. */
const PIECE_BYTES = 1400;

/** A place to listen at or to connect to: a port of 127.0.0.1, or the path of a unix socket. */
export type ProxyPlace = { readonly port: number } | { readonly path: string };

/** How the line behaves. It can be changed while connections are open. */
export interface Line {
  /** One way, milliseconds: half a round trip. */
  delayMs: number;
  /** In each direction; undefined: no limit. */
  bytesPerSecond?: number;
}

/** One direction of one connection. */
class Lane {
  private queue: { readonly due: number; readonly bytes: Uint8Array }[] = [];
  private queued = 0;
  private timer: Timer | undefined;
  /** When the line has sent what was given to it so far. */
  private freeAt = 0;
  private ended = false;

  constructor(private readonly from: Socket, private readonly to: Socket, private readonly proxy: DelayProxy) {
    from.on("data", (bytes: Buffer) => this.take(bytes));
    from.on("end", () => {
      this.ended = true;
      this.move();
    });
    to.on("drain", () => this.move());
  }

  private take(bytes: Uint8Array): void {
    const { delayMs, bytesPerSecond } = this.proxy.line;
    const now = systemClock.now();
    const size = bytesPerSecond === undefined ? bytes.length : PIECE_BYTES;
    for (let at = 0; at < bytes.length; at += size) {
      const piece = bytes.slice(at, at + size);
      this.freeAt = Math.max(now, this.freeAt) + (bytesPerSecond === undefined ? 0 : (piece.length / bytesPerSecond) * 1000);
      this.queue.push({ due: this.freeAt + delayMs, bytes: piece });
    }
    this.queued += bytes.length;
    if (this.queued > MOST_QUEUED_BYTES) this.from.pause();
    this.move();
  }

  /** Passes on what is due. */
  move(): void {
    if (this.proxy.stalled) return;
    this.timer?.cancel();
    this.timer = undefined;
    const now = systemClock.now();
    while (this.queue.length > 0 && this.queue[0]!.due <= now && !this.to.writableNeedDrain) {
      const { bytes } = this.queue.shift()!;
      this.queued -= bytes.length;
      this.proxy.bytes += bytes.length;
      this.to.write(bytes);
    }
    if (this.from.isPaused() && this.queued < MOST_QUEUED_BYTES / 2) this.from.resume();
    const next = this.queue[0];
    if (next && !this.to.writableNeedDrain) this.timer = systemClock.after(Math.max(0, next.due - now), () => this.move());
    else if (!next && this.ended) this.to.end();
  }

  dispose(): void {
    this.timer?.cancel();
    this.queue = [];
  }
}

/** Use it with `await using`. */
export class DelayProxy {
  /** Nothing moves, and nobody is told: a lost route. */
  private isStalled = false;
  /** Bytes that were passed on, both ways. */
  bytes = 0;
  /** New connections are closed at once. */
  refusing = false;
  private readonly open = new Map<Socket, { readonly far: Socket; readonly lanes: readonly Lane[] }>();

  private constructor(private readonly server: Server, private readonly target: ProxyPlace, public line: Line) {
    server.on("connection", (near) => this.accept(near));
  }

  /** Listens at `place` (port 0: any that is free) and leads to `target`. */
  static async start(place: ProxyPlace, target: ProxyPlace, line: Line = { delayMs: 0 }): Promise<DelayProxy> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    const proxy = new DelayProxy(server, target, { ...line });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen("path" in place ? { path: place.path } : { host: "127.0.0.1", port: place.port }, resolve);
    });
    return proxy;
  }

  /** The port that it listens on. @throws Error if it listens on a unix socket */
  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === "string") throw new Error("no port: it listens on a unix socket");
    return address.port;
  }

  /** Connections that are open. */
  get connections(): number {
    return this.open.size;
  }

  get stalled(): boolean {
    return this.isStalled;
  }

  private accept(near: Socket): void {
    near.on("error", () => near.destroy());
    if (this.refusing) return void near.destroy();
    const options: NetConnectOpts = "path" in this.target ? { path: this.target.path } : { host: "127.0.0.1", port: this.target.port };
    const far = createConnection({ ...options, allowHalfOpen: true, noDelay: true });
    const lanes = [new Lane(near, far, this), new Lane(far, near, this)];
    this.open.set(near, { far, lanes });
    const drop = () => this.drop(near);
    far.on("error", drop);
    near.on("close", drop);
    far.on("close", drop);
  }

  private drop(near: Socket): void {
    const connection = this.open.get(near);
    if (!connection) return;
    this.open.delete(near);
    for (const lane of connection.lanes) lane.dispose();
    near.destroy();
    connection.far.destroy();
  }

  /** Holds everything back, also new bytes; connections stay open. */
  stall(): void {
    this.isStalled = true;
  }

  /** Goes on after `stall`: what was held back arrives. */
  resume(): void {
    this.isStalled = false;
    for (const { lanes } of this.open.values()) for (const lane of lanes) lane.move();
  }

  /** Ends all connections; what was on its way is lost. */
  cut(): void {
    for (const near of [...this.open.keys()]) this.drop(near);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.cut();
    await closed;
  }
}
