/** Notices that an SSH connection is dead: asks for life where nothing was heard for a while, and measures round trips. */
import { networkInterfaces } from "node:os";
import type { Clock, Timer } from "../base/clock.ts";
import type { Disposable } from "../base/lifecycle.ts";
import type { SshConnection } from "./ssh/connection.ts";

const LOOK_EVERY_MS = 500;
/** Silence after which a connection in use is asked; together with the patience it stays below five seconds. */
const BUSY_SILENCE_MS = 1000;
const IDLE_SILENCE_MS = 30_000;
const BUSY_PATIENCE_MS = 3000;
const IDLE_PATIENCE_MS = 10_000;
/** The wall clock gets this far ahead only if the machine slept, or its time was set: asking at once does no harm. */
const SLEPT_MS = 3000;
const NEW_SHARE = 0.3;

export interface PulseEvents {
  /** Whether somebody uses the connection, and wants to know soon. */
  busy(): boolean;
  /** Nothing was heard for so long, in milliseconds. Called once; the pulse has ended then. */
  dead(silentMs: number): void;
  /** What tells one network from another, as networkMark. */
  network(): string;
}

export class Pulse implements Disposable {
  /** Smoothed round trip in milliseconds. */
  rttMs: number | undefined;
  private heardAt: number;
  private askedAt: number | undefined;
  private lookedAt: { now: number; wall: number };
  private network: string;
  private readonly timer: Timer;
  private ended = false;

  constructor(private readonly connection: SshConnection, private readonly clock: Clock, private readonly events: PulseEvents) {
    this.heardAt = clock.now();
    this.network = events.network();
    this.lookedAt = { now: clock.now(), wall: clock.wall() };
    this.timer = clock.every(LOOK_EVERY_MS, () => this.look());
    this.ask();
  }

  /** Something came from the far side, or it took something: it lives. */
  heard(): void {
    this.heardAt = this.clock.now();
  }

  /** Asks now, unless an answer is awaited. */
  ask(): void {
    if (this.ended || this.askedAt !== undefined) return;
    this.askedAt = this.clock.now();
    this.connection.roundTrip().then(
      (ms) => {
        this.askedAt = undefined;
        this.heard();
        this.rttMs = this.rttMs === undefined ? ms : this.rttMs + (ms - this.rttMs) * NEW_SHARE;
      },
      // the connection's own end says why
      () => {},
    );
  }

  private look(): void {
    if (this.ended) return;
    const now = this.clock.now();
    const wall = this.clock.wall();
    const slept = wall - this.lookedAt.wall - (now - this.lookedAt.now) > SLEPT_MS;
    this.lookedAt = { now, wall };
    const busy = this.events.busy();
    if (this.askedAt !== undefined) {
      const silent = now - Math.max(this.askedAt, this.heardAt);
      if (silent > (busy ? BUSY_PATIENCE_MS : IDLE_PATIENCE_MS)) this.die(now - this.heardAt);
    } else if (slept || this.networkChanged() || now - this.heardAt >= (busy ? BUSY_SILENCE_MS : IDLE_SILENCE_MS)) this.ask();
  }

  private networkChanged(): boolean {
    const mark = this.events.network();
    const changed = mark !== this.network;
    this.network = mark;
    return changed;
  }

  private die(silentMs: number): void {
    this.dispose();
    this.events.dead(silentMs);
  }

  dispose(): void {
    this.ended = true;
    this.timer.cancel();
  }
}

/** The machine's addresses as one text: another text means another network. */
export function networkMark(): string {
  const all = Object.entries(networkInterfaces()).flatMap(([name, list]) => (list ?? []).map(({ address }) => `${name}=${address}`));
  return all.sort().join(" ");
}
