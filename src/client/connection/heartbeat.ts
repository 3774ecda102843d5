/** Signs of life of one server: when something was heard last, how long the way there and back takes, and when it is dead. */
import type { Clock, Timer } from "../../base/clock.ts";
import { FugueError } from "../../base/errors.ts";
import { HEARTBEAT_MS } from "../../protocol/limits.ts";
import type { Connection } from "./connection.ts";

/** Beats without a byte after which a connection is dead: with HEARTBEAT_MS noticed within 5 s. */
const SILENT_BEATS = 2;
/** Every so many beats the round trip is measured, also while there is traffic. */
const MEASURE_BEATS = 3;

export class Heartbeat {
  /** When something was heard last, in milliseconds of the clock; 0: never. */
  heardAt = 0;
  /** Smoothed round trip, milliseconds; undefined until one was measured. */
  roundTrip: number | undefined;
  private timer: Timer | undefined;
  private beats = 0;
  private silent = 0;
  private pingedAt: number | undefined;

  /** @param changed what is known of the connection changed */
  constructor(private readonly clock: Clock, private readonly changed: () => void) {}

  /** Listens to a new connection; one that falls silent is given up. */
  start(connection: Connection): void {
    this.silent = this.beats = 0;
    this.pingedAt = undefined;
    this.timer?.cancel();
    // the hearts of all servers beat together: fifty of them wake the client once, not fifty times
    this.timer = this.clock.after(HEARTBEAT_MS - (this.clock.now() % HEARTBEAT_MS), () => {
      this.timer = this.clock.every(HEARTBEAT_MS, () => this.beat(connection));
      this.beat(connection);
    });
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  /** Something was heard now. */
  heard(): void {
    this.heardAt = this.clock.now();
  }

  private beat(connection: Connection): void {
    const heard = connection.takeHeard();
    if (heard) this.heard();
    this.silent = heard ? 0 : this.silent + 1;
    if (this.silent > SILENT_BEATS) return connection.fail(new FugueError("timeout", "nothing is heard from the server"));
    if (this.silent > 0 || this.beats++ % MEASURE_BEATS === 0) this.ping(connection);
    // the age of the last contact is shown
    if (this.silent > 1) this.changed();
  }

  private ping(connection: Connection): void {
    this.pingedAt ??= this.clock.now();
    connection.send("ping", { n: this.beats });
  }

  /** The server answered. */
  pong(): void {
    if (this.pingedAt === undefined) return;
    const took = this.clock.now() - this.pingedAt;
    this.pingedAt = undefined;
    const isFirst = this.roundTrip === undefined;
    this.roundTrip = isFirst ? took : this.roundTrip! * 0.7 + took * 0.3;
    if (isFirst) this.changed();
  }
}
