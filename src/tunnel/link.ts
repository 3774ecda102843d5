/** Holds one SSH connection alive: opens it, notices its death, opens it again by itself. Asks people only who wait. */
import { Backoff } from "../base/backoff.ts";
import type { Clock, Timer } from "../base/clock.ts";
import { asFugueError, FugueError } from "../base/errors.ts";
import { formatDuration } from "../base/duration.ts";
import type { Disposable } from "../base/lifecycle.ts";
import type { Logger } from "../base/log.ts";
import type { Random } from "../base/random.ts";
import type { Prompter } from "../transport/dialer.ts";
import type { People } from "./people.ts";
import { networkMark, Pulse } from "./pulse.ts";
import type { TunnelState } from "./record.ts";
import type { SshConnection } from "./ssh/connection.ts";

const WATCH_NETWORK_MS = 1000;
/** A login that was refused is not repeated sooner for clients that can't be asked: servers lock out who insists. */
const STUCK_MS = 60_000;
const VERIFY_MS = 1500;

export interface LinkSetup {
  /** Opens a connection; a prompter that can't ask is told of progress only. */
  open(prompter: Prompter, signal: AbortSignal): Promise<SshConnection>;
  /** A connection that was kept for this, once the far machine can be reached; undefined: there is none. */
  revive?(signal: AbortSignal, rttMs: number | undefined): Promise<SshConnection | undefined>;
  readonly people: People;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** The machine's addresses as one text; default: those that the system names. */
  readonly network?: () => string;
  /** Whether somebody uses the connection. */
  busy(): boolean;
  /** The state, or what is counted, is another one. */
  changed(): void;
  /** A connection was opened, or lost (undefined). */
  connected(connection: SshConnection | undefined): void;
}

export class Link implements Disposable {
  state: TunnelState = "starting";
  /** When it came into this state, milliseconds since the epoch. */
  since: number;
  reconnects = 0;
  lastError: FugueError | undefined;
  connection: SshConnection | undefined;
  private pulse: Pulse | undefined;
  private attempt: Promise<SshConnection> | undefined;
  private retry: Timer | undefined;
  private watch: Timer | undefined;
  private network = "";
  private triedAt = 0;
  private lastRttMs: number | undefined;
  private wasReady = false;
  private readonly abort = new AbortController();
  private readonly backoff: Backoff;
  private readonly mark: () => string;

  constructor(private readonly setup: LinkSetup) {
    this.mark = setup.network ?? networkMark;
    this.since = setup.clock.wall();
    this.backoff = new Backoff(setup.random);
  }

  get rttMs(): number | undefined {
    return this.pulse?.rttMs;
  }

  /** Something came from the far side. */
  heard(): void {
    this.pulse?.heard();
  }

  /** Somebody begins to use the connection: whether it lives is asked now, not when silence is noticed. */
  check(): void {
    this.pulse?.ask();
  }

  /** The connection, after an attempt that begins at once if there is none. @throws FugueError why there is none */
  connect(): Promise<SshConnection> {
    if (this.connection) return Promise.resolve(this.connection);
    if (this.attempt) return this.attempt;
    const early = this.setup.clock.now() - this.triedAt < STUCK_MS;
    if (this.state === "stuck" && early && !this.setup.people.present && this.lastError) return Promise.reject(this.lastError);
    return this.begin();
  }

  private begin(): Promise<SshConnection> {
    this.stopWaiting();
    const attempt = this.dial().finally(() => (this.attempt = undefined));
    this.attempt = attempt;
    attempt.catch(() => {});
    return attempt;
  }

  private async dial(): Promise<SshConnection> {
    const { people, clock, log } = this.setup;
    this.become(this.wasReady ? "connecting" : "starting");
    for (;;) {
      const mayAsk = people.present;
      this.triedAt = clock.now();
      try {
        const kept = await this.setup.revive?.(this.abort.signal, this.lastRttMs);
        const connection = kept ?? await this.setup.open(mayAsk ? people : people.onlookers, this.abort.signal);
        if (kept) this.verify(kept);
        if (!this.abort.signal.aborted) return this.up(connection);
        connection.close();
        throw new FugueError("interrupted", "the tunnel was stopped");
      } catch (thrown) {
        const error = asFugueError(thrown, "failed");
        if (this.abort.signal.aborted) throw error;
        log.warn("no connection", { code: error.code, error: error.message, asked: mayAsk });
        // somebody came who can be asked what this attempt could not ask
        if (!mayAsk && people.present && needsPerson(error)) continue;
        this.failed(error);
        throw error;
      }
    }
  }

  /** A connection that was not used for long may be dead: that must be known soon. */
  private verify(connection: SshConnection): void {
    const timer = this.setup.clock.after(VERIFY_MS, () => {
      this.lose(connection, new FugueError("timeout", `${connection.label} does not answer on a connection that was kept`));
    });
    connection.roundTrip().then(() => timer.cancel(), () => timer.cancel());
  }

  private up(connection: SshConnection): SshConnection {
    const { clock, log } = this.setup;
    if (this.wasReady) this.reconnects++;
    this.wasReady = true;
    this.connection = connection;
    this.backoff.reset();
    this.pulse = new Pulse(connection, clock, {
      busy: () => this.setup.busy(), network: this.mark,
      dead: (ms) => this.lose(connection, new FugueError("timeout", `nothing was heard from ${connection.label} for ${formatDuration(ms)}`)),
    });
    void connection.closed.then((reason) => this.lose(connection, reason));
    log.info("connected", { to: connection.label, backend: connection.backend, reconnects: this.reconnects });
    this.become("ready");
    this.setup.connected(connection);
    return connection;
  }

  /** Drops the connection as dead. */
  private lose(connection: SshConnection, reason: FugueError | undefined): void {
    if (this.connection !== connection) return;
    this.connection = undefined;
    this.lastRttMs = this.rttMs ?? this.lastRttMs;
    this.pulse?.dispose();
    this.pulse = undefined;
    connection.close();
    if (this.abort.signal.aborted) return;
    this.lastError = reason ?? new FugueError("closed", `${connection.label} closed the connection`);
    this.setup.log.warn("connection lost", { error: this.lastError.message });
    this.setup.connected(undefined);
    this.wait();
  }

  private failed(error: FugueError): void {
    this.lastError = error;
    // a tunnel that never was ready has somebody waiting, who decides; and what needs an answer waits for somebody
    if (!this.wasReady || needsPerson(error)) return this.become("stuck");
    this.wait();
  }

  private wait(): void {
    const { clock } = this.setup;
    this.become("waiting");
    this.retry = clock.after(this.backoff.next(), () => void this.begin().catch(() => {}));
    this.network = this.mark();
    this.watch = clock.every(WATCH_NETWORK_MS, () => {
      if (this.mark() === this.network) return;
      this.backoff.reset();
      void this.begin().catch(() => {});
    });
  }

  private stopWaiting(): void {
    this.retry?.cancel();
    this.watch?.cancel();
    this.retry = this.watch = undefined;
  }

  private become(state: TunnelState): void {
    if (state !== this.state) this.since = this.setup.clock.wall();
    this.state = state;
    this.setup.changed();
  }

  dispose(): void {
    this.stopWaiting();
    this.abort.abort();
    this.pulse?.dispose();
    this.connection?.close();
    this.connection = undefined;
  }
}

/** Errors that trying again without anybody to ask does not mend. */
function needsPerson({ code }: FugueError): boolean {
  return code === "refused" || code === "usage" || code === "config";
}
