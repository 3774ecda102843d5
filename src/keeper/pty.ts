/**
 * A pseudo-terminal with backpressure. The runtime's own terminal reads greedily; so its master is duplicated by name,
 * the original closed in the same tick, and the duplicate pulled one read at a time.
 */
import { closeSync, readdirSync, writeSync } from "node:fs";
import type { Clock, Timer } from "../base/clock.ts";
import { FugueError, systemCode } from "../base/errors.ts";
import { duplicate, ptsName, setWindowSize } from "../base/libc.ts";
import type { PaneExit, SpawnRequest } from "./protocol.ts";

/** Bytes that may wait for a program that does not read its input; more is refused. */
export const WRITE_BOUND_BYTES = 4 * 1024 * 1024;
const RETRY_MS = 1;

/** Names of the masters this process holds, so that a new one can be told apart (fd numbers are reused too soon). */
const held = new Set<string>();

interface WaitingWrite {
  bytes: Uint8Array;
  done(): void;
}

function findNewMaster(): { fd: number; name: string } {
  for (const entry of readdirSync(process.platform === "darwin" ? "/dev/fd" : "/proc/self/fd")) {
    const name = ptsName(Number(entry));
    if (name !== undefined && !held.has(name)) return { fd: Number(entry), name };
  }
  throw new FugueError("system", "the new terminal's master was not found");
}

/** One program on one pseudo-terminal. */
export class Pty {
  readonly pid: number;
  /** Resolves when the leader has ended. */
  readonly exited: Promise<PaneExit>;
  private readonly fd: number;
  private readonly name: string;
  private readonly reader: { read(): Promise<{ done: boolean; value?: Uint8Array }>; cancel(): Promise<unknown> };
  private queue: WaitingWrite[] = [];
  private queued = 0;
  private retry: Timer | undefined;
  private open = true;

  /** Starts the program. @throws FugueError `failed` if it cannot be started, with the system's reason. */
  constructor(request: SpawnRequest, private readonly clock: Clock) {
    const { argv, argv0, env, cwd, cols, rows } = request;
    let proc;
    try {
      proc = Bun.spawn(argv, { argv0, env, cwd, terminal: { cols, rows, data() {} } });
    } catch (error) {
      throw new FugueError("failed", `can't start ${argv[0]}: ${systemCode(error) ?? String(error)}`, undefined, error);
    }
    const master = findNewMaster();
    this.fd = duplicate(master.fd);
    this.name = master.name;
    held.add(this.name);
    proc.terminal!.close();
    if (this.fd < 0) {
      held.delete(this.name);
      proc.kill("SIGKILL");
      throw new FugueError("system", "no file descriptor is free", "raise the limit: ulimit -n");
    }
    this.pid = proc.pid;
    this.reader = Bun.file(this.fd).stream().getReader();
    this.exited = proc.exited.then(() => ({ code: proc.exitCode, signal: proc.signalCode === null ? null : String(proc.signalCode) }));
  }

  /** The next bytes of output, or undefined at the end. Nothing is read from the terminal between calls. */
  async read(): Promise<Uint8Array | undefined> {
    try {
      const { done, value } = await this.reader.read();
      return done ? undefined : value;
    } catch {
      // EIO: the last program closed its side
      return undefined;
    }
  }

  /** Bytes waiting for the program to read. */
  get waiting(): number {
    return this.queued;
  }

  /**
   * Writes input; `done` runs when all of it is in the terminal. Bytes are kept without a copy.
   * @returns false, and nothing happens, if too much already waits.
   */
  write(bytes: Uint8Array, done: () => void): boolean {
    if (!this.open) return false;
    if (this.queued > 0 && this.queued + bytes.length > WRITE_BOUND_BYTES) return false;
    this.queue.push({ bytes, done });
    this.queued += bytes.length;
    if (this.queue.length === 1) this.flush();
    return true;
  }

  private flush(): void {
    this.retry = undefined;
    while (this.queue.length > 0 && this.open) {
      const head = this.queue[0]!;
      let taken = 0;
      try {
        taken = head.bytes.length === 0 ? 0 : writeSync(this.fd, head.bytes);
      } catch (error) {
        if (systemCode(error) === "EAGAIN") {
          this.retry = this.clock.after(RETRY_MS, () => this.flush());
          return;
        }
        taken = head.bytes.length; // the program is gone: what was typed into it is gone as well
      }
      this.queued -= taken;
      if (taken < head.bytes.length) {
        head.bytes = head.bytes.subarray(taken);
        continue;
      }
      this.queue.shift();
      head.done();
    }
  }

  resize(cols: number, rows: number): void {
    if (this.open) setWindowSize(this.fd, cols, rows);
  }

  /** Sends a signal to the leader's process group and to the leader itself. */
  kill(signal: number): void {
    for (const target of [-this.pid, this.pid]) {
      try {
        process.kill(target, signal);
      } catch {
        // already gone
      }
    }
  }

  /** Makes a pending `read` and all later ones answer that the output has ended. */
  endOutput(): void {
    this.reader.cancel().catch(() => {});
  }

  /** Closes the master: the kernel hangs up whoever is left. */
  close(): void {
    if (!this.open) return;
    this.open = false;
    this.retry?.cancel();
    this.queue = [];
    this.queued = 0;
    this.reader.cancel().catch(() => {});
    held.delete(this.name);
    try {
      closeSync(this.fd);
    } catch {
      // the stream may have closed it
    }
  }
}
