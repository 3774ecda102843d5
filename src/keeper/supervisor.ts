/** Keeps one daemon running: starts it, notices its end, starts it again with a backoff that a healthy one resets. */
import type { Clock, Timer } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";

const FIRST_DELAY_MS = 20;
const LONGEST_DELAY_MS = 10_000;

export class Supervisor {
  /** Restarts since the keeper began, and the reason of the last. */
  restarts = 0;
  lastExit: string | undefined;
  private proc: Bun.Subprocess | undefined;
  private delay = FIRST_DELAY_MS;
  private pending: Timer | undefined;
  private stopped = false;

  /** @param start starts the daemon process */
  constructor(private readonly start: () => Bun.Subprocess, private readonly clock: Clock, private readonly log: Logger) {}

  get pid(): number | undefined {
    return this.proc?.pid;
  }

  run(): void {
    this.pending = undefined;
    let proc: Bun.Subprocess;
    try {
      proc = this.start();
    } catch (error) {
      // the executable is being replaced, or no process is free: the panes must not pay for that
      return this.restartLater(`start failed: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.proc = proc;
    this.log.info("daemon started", { pid: proc.pid });
    void proc.exited.then(() => this.ended(proc));
  }

  /** The daemon says that it works: the next crash is restarted at once again. */
  healthy(): void {
    this.delay = FIRST_DELAY_MS;
  }

  private ended(proc: Bun.Subprocess): void {
    if (this.proc !== proc) return;
    this.proc = undefined;
    if (this.stopped) return;
    this.restartLater(proc.signalCode ? `signal ${proc.signalCode}` : `exit status ${proc.exitCode}`);
  }

  private restartLater(why: string): void {
    this.lastExit = why;
    this.restarts++;
    this.log.warn("daemon ended", { why: this.lastExit, restartInMs: this.delay });
    this.pending = this.clock.after(this.delay, () => this.run());
    this.delay = Math.min(this.delay * 3, LONGEST_DELAY_MS);
  }

  /** Ends the daemon for good. Resolves when it is gone; after `patience` milliseconds it is killed. */
  async stop(patience: number): Promise<void> {
    this.stopped = true;
    this.pending?.cancel();
    const proc = this.proc;
    if (!proc) return;
    proc.kill("SIGTERM");
    const timer = this.clock.after(patience, () => proc.kill("SIGKILL"));
    await proc.exited;
    timer.cancel();
  }
}
