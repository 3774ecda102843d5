/** One stream to the far daemon that is open before anybody needs it, its greeting already here. */
import type { Clock, Timer } from "../base/clock.ts";
import type { Disposable } from "../base/lifecycle.ts";
import type { Duplex } from "../transport/duplex.ts";
import { HeldStream } from "./held-stream.ts";

/** A spare that ended by itself is replaced after this long: a daemon that hangs up at once is not called in a circle. */
const AGAIN_MS = 1000;

export interface SpareSetup {
  /** Opens a stream, without starting a daemon. */
  open(): Promise<Duplex>;
  readonly clock: Clock;
  /** After this long it is replaced, before the far side's patience ends; absent: it may stay. */
  readonly lifetimeMs?: number;
  /** Whether a spare is worth having now. */
  wanted(): boolean;
}

export class Spare implements Disposable {
  private stream: HeldStream | undefined;
  private opening = false;
  private timer: Timer | undefined;
  private ended = false;

  constructor(private readonly setup: SpareSetup) {}

  /** Whether one is ready. */
  get ready(): boolean {
    return this.stream !== undefined && !this.stream.closed;
  }

  /** The spare, if there is a live one; another one is opened in the background. */
  take(): Duplex | undefined {
    const stream = this.stream;
    this.stream = undefined;
    this.fill();
    return stream && !stream.closed ? stream : undefined;
  }

  /** Takes a stream that was opened for another reason. */
  put(duplex: Duplex): void {
    if (this.ended || this.stream) return duplex.close(true);
    const stream: HeldStream = new HeldStream(duplex, () => this.lost(stream));
    this.stream = stream;
    this.timer?.cancel();
    this.timer = this.setup.lifetimeMs === undefined ? undefined : this.setup.clock.after(this.setup.lifetimeMs, () => this.renew());
  }

  /** Opens a spare unless there is one. */
  fill(): void {
    if (this.ended || this.opening || this.stream || !this.setup.wanted()) return;
    this.opening = true;
    this.setup.open().then(
      (duplex) => {
        this.opening = false;
        this.put(duplex);
      },
      // whoever needs a stream next is told why there is none
      () => void (this.opening = false),
    );
  }

  /** Drops it: the connection that carried it is gone. */
  clear(): void {
    this.timer?.cancel();
    this.stream?.close(true);
    this.stream = undefined;
  }

  private renew(): void {
    const old = this.stream;
    this.stream = undefined;
    old?.close(true);
    this.fill();
  }

  private lost(stream: HeldStream): void {
    if (this.stream !== stream) return;
    this.stream = undefined;
    this.timer?.cancel();
    this.timer = this.setup.clock.after(AGAIN_MS, () => this.fill());
  }

  dispose(): void {
    this.ended = true;
    this.clear();
  }
}
