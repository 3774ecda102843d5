/**
 * A second SSH connection, logged in and silent, with one stream to the far daemon open in it. When the line was dead and is
 * back, TCP still waits before it sends again what was lost (RFC 6298: longer than the line was dead, at worst), and a new
 * login takes eight round trips. This one has lost nothing, so it can be used at once.
 */
import { sleep, type Clock, type Timer } from "../base/clock.ts";
import { asFugueError } from "../base/errors.ts";
import type { Disposable } from "../base/lifecycle.ts";
import type { Logger } from "../base/log.ts";
import type { Duplex } from "../transport/duplex.ts";
import { HeldStream } from "./held-stream.ts";
import { networkMark } from "./pulse.ts";
import type { SshConnection } from "./ssh/connection.ts";

/** Who only looks in does not need one. */
const PREPARE_MS = 2000;
/** One that ended is replaced after this long. */
const AGAIN_MS = 60_000;
/** A dead line is asked so often whether it is back, for so long; each question may take so long. */
const ASK_EVERY_MS = 50;
const ASK_FOR_MS = 30_000;
const ANSWER_MS = 2000;
/** Round trips shorter than this don't tell a far machine from something on this one. */
const LEAST_FAR_MS = 10;

export interface StandbySetup {
  /** Logs in without asking anybody. */
  open(signal: AbortSignal): Promise<SshConnection>;
  /** Opens a stream to the far daemon, without starting one; absent where the daemon does not wait for a silent client. */
  stream?(connection: SshConnection): Promise<Duplex>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether somebody uses the tunnel, over a connection beside which another one may be opened. */
  wanted(): boolean;
}

export class Standby implements Disposable {
  private connection: SshConnection | undefined;
  private stream: HeldStream | undefined;
  private network = "";
  private opening = false;
  private isRefused = false;
  private timer: Timer | undefined;
  private readonly abort = new AbortController();

  constructor(private readonly setup: StandbySetup) {}

  /** Opens one soon, unless there is one. */
  prepare(ms = PREPARE_MS): void {
    if (this.abort.signal.aborted || this.isRefused || this.connection || this.opening || this.timer) return;
    this.timer = this.setup.clock.after(ms, () => {
      this.timer = undefined;
      if (this.setup.wanted()) void this.open();
    });
  }

  private async open(): Promise<void> {
    this.opening = true;
    let connection: SshConnection | undefined;
    try {
      connection = await this.setup.open(this.abort.signal);
      if (this.abort.signal.aborted || connection.reaches === undefined) return connection.close();
      const stream = await this.setup.stream?.(connection);
      this.stream = stream && new HeldStream(stream);
      connection.rest?.(true);
      this.keep(connection);
      this.network = networkMark();
      this.setup.log.info("standby ready", { to: connection.label });
    } catch (thrown) {
      connection?.close();
      const error = asFugueError(thrown);
      // the tunnel works without; servers lock out who insists
      this.isRefused = error.code === "refused";
      this.setup.log.info("no standby", { error: error.message });
    } finally {
      this.opening = false;
      if (!this.connection) this.prepare(AGAIN_MS);
    }
  }

  private keep(connection: SshConnection): void {
    if (this.abort.signal.aborted) return this.drop() ?? connection.close();
    this.connection = connection;
    void connection.closed.then(() => this.lost(connection));
  }

  private lost(connection: SshConnection): void {
    if (this.connection !== connection) return;
    this.forget();
    this.prepare(AGAIN_MS);
  }

  private forget(): SshConnection | undefined {
    const { connection } = this;
    this.connection = undefined;
    return connection;
  }

  private drop(): undefined {
    this.forget()?.close();
    this.stream?.close(true);
    this.stream = undefined;
  }

  /**
   * Waits until the far machine can be reached again.
   * @param rttMs what a round trip took before, if that is known
   * @returns the connection, which is the caller's from now on; undefined if there is none, or it is of no use
   */
  async revive(signal: AbortSignal, rttMs: number | undefined): Promise<SshConnection | undefined> {
    const { connection } = this;
    const { clock } = this.setup;
    if (!connection) return undefined;
    const farMs = rttMs !== undefined && rttMs >= LEAST_FAR_MS ? rttMs / 2 : Infinity;
    const back = Promise.withResolvers<void>();
    let isBack = false;
    const end = clock.now() + ASK_FOR_MS;
    while (!isBack) {
      if (signal.aborted || this.connection !== connection) return undefined;
      // with other addresses of ours, what was open is dead
      if (clock.now() > end || networkMark() !== this.network) return this.drop();
      void connection.reaches!(ANSWER_MS, farMs).then((yes) => {
        isBack ||= yes;
        if (yes) back.resolve();
      });
      await Promise.race([sleep(clock, ASK_EVERY_MS), back.promise]);
    }
    if (this.connection !== connection) return undefined;
    this.forget();
    connection.rest?.(false);
    this.setup.log.info("standby taken", { to: connection.label });
    return connection;
  }

  /** The stream that was opened in the connection that was taken, if it lives. */
  takeStream(): Duplex | undefined {
    if (this.connection) return undefined;
    const { stream } = this;
    this.stream = undefined;
    return stream && !stream.closed ? stream : undefined;
  }

  dispose(): void {
    this.abort.abort();
    this.timer?.cancel();
    this.drop();
  }
}
