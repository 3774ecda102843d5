/**
 * Keeps one daemon running: starts it, notices its end, starts it again with a backoff that a healthy one resets. Starts
 * another build in its place when asked, and goes back to the one before if that does not prove healthy.
 */
import type { Clock, Timer } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import type { UpgradeState } from "./protocol.ts";

/** A healthy daemon that ends is started again after this long. */
const FIRST_DELAY_MS = 20;
/** One that ends before it was healthy: after this long, and from some failures in a row on after twice as long each time. */
const NEXT_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;
/** So many failures in a row can be others' doing, or pass: people wait for the daemon, and a few starts cost little. */
const QUICK_TRIES = 5;
/** A new build has this long to connect, and as long again to say that it is healthy. */
const PROBATION_MS = 10_000;
/** So many ends in a row without a healthy daemon in between, and the keeper's own build is started instead. */
const MANY_FAILURES = 3;

/** Starts a daemon: of this executable, or the one that daemons are usually started from. */
export type StartDaemon = (executable: string | undefined) => Bun.Subprocess;

/** A build that has been started beside the daemon, or in its place, and has still to prove itself. */
interface Candidate {
  readonly proc: Bun.Subprocess;
  readonly executable: string;
  readonly before: string | undefined;
  timer: Timer;
  /** It has taken over. */
  inPlace: boolean;
}

export class Supervisor {
  /** Restarts since the keeper began, and the reason of the last. */
  restarts = 0;
  lastExit: string | undefined;
  /** When the next daemon is started, while there is none; milliseconds since 1970. */
  nextStart: number | undefined;
  upgrade: UpgradeState | undefined;
  /** Called when one of the above has changed. */
  changed: () => void = () => {};
  private proc: Bun.Subprocess | undefined;
  private executable: string | undefined;
  private candidate: Candidate | undefined;
  private wasHealthy = true;
  /** Ends in a row of daemons that had not served, or not for long. */
  private failures = 0;
  private pending: Timer | undefined;
  private stopped = false;

  /**
   * @param start starts the daemon process
   * @param ownImage a path to the keeper's own build that stays valid when its file is replaced or deleted
   */
  constructor(
    private readonly start: StartDaemon, private readonly clock: Clock, private readonly log: Logger, private readonly ownImage?: string,
  ) {}

  get pid(): number | undefined {
    return this.proc?.pid;
  }

  /** Whether another build is being tried. */
  get busy(): boolean {
    return this.candidate !== undefined;
  }

  /** Starts a daemon; also after `suspend`. */
  run(): void {
    this.stopped = false;
    this.pending = undefined;
    this.nextStart = undefined;
    let proc: Bun.Subprocess;
    try {
      proc = this.start(this.executable);
    } catch (error) {
      // the executable is being replaced, or no process is free: the panes must not pay for that
      return this.restartLater(`start failed: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.proc = proc;
    this.log.info("daemon started", { pid: proc.pid, executable: this.executable });
    void proc.exited.then(() => this.ended(proc));
  }

  /** The daemon serves clients: what ends it now is not its start, and people wait for the next one. */
  ready(): void {
    this.failures = 0;
  }

  /** The daemon says that it works: the next crash is restarted at once again, and a new build has proved itself. */
  healthy(): void {
    this.wasHealthy = true;
    this.failures = 0;
    const { candidate } = this;
    if (!candidate?.inPlace) return;
    candidate.timer.cancel();
    this.candidate = undefined;
    this.tell({ executable: candidate.executable, state: "done" });
  }

  private ended(proc: Bun.Subprocess): void {
    if (this.proc !== proc) return;
    this.proc = undefined;
    if (this.stopped) return;
    const why = reasonOf(proc);
    if (this.candidate?.proc === proc) return this.goBack(`it ended: ${why}`);
    this.restartLater(why);
  }

  private restartLater(why: string): void {
    this.lastExit = why;
    this.restarts++;
    if (++this.failures >= MANY_FAILURES && this.ownImage !== undefined && this.executable !== this.ownImage) {
      this.log.warn("the daemon's executable fails again and again: the keeper's own build is used", { executable: this.executable });
      this.executable = this.ownImage;
    }
    const delay = this.wasHealthy ? FIRST_DELAY_MS : Math.min(NEXT_DELAY_MS * 2 ** Math.max(0, this.failures - QUICK_TRIES), LONGEST_DELAY_MS);
    this.wasHealthy = false;
    this.log.warn("daemon ended", { why: this.lastExit, restartInMs: delay });
    this.nextStart = this.clock.wall() + delay;
    this.pending = this.clock.after(delay, () => this.run());
    this.changed();
  }

  // Another build

  /** Starts another build beside the daemon. It takes over when it connects. @returns why not, if it can't be tried */
  tryBuild(executable: string): string | undefined {
    if (this.candidate) return "an upgrade is under way";
    let proc: Bun.Subprocess;
    try {
      proc = this.start(executable);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    const timer = this.clock.after(PROBATION_MS, () => this.failed(`it did not connect within ${PROBATION_MS / 1000} s`));
    const candidate: Candidate = { proc, executable, before: this.executable, timer, inPlace: false };
    this.candidate = candidate;
    this.log.info("another build is started", { pid: proc.pid, executable });
    void proc.exited.then(() => {
      if (this.candidate === candidate && !candidate.inPlace) this.failed(`it ended: ${reasonOf(proc)}`);
    });
    this.tell({ executable, state: "trying" });
    return undefined;
  }

  /** A daemon has connected: if it is the new build, the old one ends. */
  connected(pid: number): void {
    const { candidate } = this;
    if (!candidate || candidate.inPlace || candidate.proc.pid !== pid) return;
    candidate.inPlace = true;
    candidate.timer.cancel();
    candidate.timer = this.clock.after(PROBATION_MS, () => this.failed(`it was not healthy within ${PROBATION_MS / 1000} s`));
    const old = this.proc;
    this.pending?.cancel();
    this.nextStart = undefined;
    this.proc = candidate.proc;
    this.executable = candidate.executable;
    void candidate.proc.exited.then(() => this.ended(candidate.proc));
    // it has nothing that the keeper does not have: its end is a matter of a moment, whatever it is doing
    old?.kill("SIGKILL");
  }

  private failed(why: string): void {
    const { candidate } = this;
    if (!candidate) return;
    candidate.proc.kill("SIGKILL");
    if (candidate.inPlace) return this.goBack(why);
    candidate.timer.cancel();
    this.candidate = undefined;
    this.tell({ executable: candidate.executable, state: "failed", why });
  }

  /** The new build has failed in its place: the one before is started again, at once. */
  private goBack(why: string): void {
    const { executable, before, timer } = this.candidate!;
    timer.cancel();
    this.candidate = undefined;
    this.proc = undefined;
    this.executable = before;
    this.restarts++;
    this.lastExit = `the upgrade to ${executable} failed: ${why}`;
    this.tell({ executable, state: "failed", why });
    this.run();
  }

  private tell(upgrade: UpgradeState): void {
    this.upgrade = upgrade;
    this.log.info("upgrade", { ...upgrade });
    this.changed();
  }

  /** Ends the daemon, at once: the keeper has all that it has. Resolves when it is gone; `run` starts the next one. */
  async suspend(): Promise<void> {
    this.stopped = true;
    this.pending?.cancel();
    this.proc?.kill("SIGKILL");
    await this.proc?.exited;
  }

  /** Ends the daemon for good. Resolves when it is gone; after `patience` milliseconds it is killed. */
  async stop(patience: number): Promise<void> {
    this.stopped = true;
    this.pending?.cancel();
    this.candidate?.timer.cancel();
    if (this.candidate?.inPlace === false) this.candidate.proc.kill("SIGKILL");
    this.candidate = undefined;
    const proc = this.proc;
    if (!proc) return;
    proc.kill("SIGTERM");
    const timer = this.clock.after(patience, () => proc.kill("SIGKILL"));
    await proc.exited;
    timer.cancel();
  }
}

function reasonOf(proc: Bun.Subprocess): string {
  return proc.signalCode ? `signal ${proc.signalCode}` : `exit status ${proc.exitCode}`;
}
