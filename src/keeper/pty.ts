/**
 * A pseudo-terminal with backpressure. The runtime's own terminal reads greedily; so its master is duplicated by name,
 * the original closed in the same tick, and the duplicate pulled one read at a time.
 */
import { closeSync, readdirSync, readFileSync } from "node:fs";
import type { Clock } from "../base/clock.ts";
import { FugueError, systemCode } from "../base/errors.ts";
import { duplicate, foregroundGroup, ptsName, setWindowSize } from "../base/libc.ts";
import { NonblockingWriter } from "../base/nonblocking-writer.ts";
import type { PaneExit, SpawnRequest } from "./protocol.ts";

/** Bytes that may wait for a program that does not read its input; more is refused. */
export const WRITE_BOUND_BYTES = 4 * 1024 * 1024;

/** A PTY master that this process has open. */
export interface OpenMaster {
  readonly fd: number;
  /** Name of its terminal, such as `/dev/pts/7`. */
  readonly name: string;
}

/** All of them. One terminal may stand there twice, while its first descriptor is being closed. */
function openMasters(): OpenMaster[] {
  return readdirSync(process.platform === "darwin" ? "/dev/fd" : "/proc/self/fd").flatMap((entry) => {
    const name = ptsName(Number(entry));
    return name === undefined ? [] : [{ fd: Number(entry), name }];
  });
}

/**
 * Which master a program was just started on.
 * @param own name of its terminal; undefined if it has ended already: then it is what was not open before, number and
 * name together, because each alone is used again
 */
export function masterAmong(now: readonly OpenMaster[], before: readonly OpenMaster[], own: string | undefined): number | undefined {
  if (own !== undefined) return now.find(({ name }) => name === own)?.fd;
  return now.find(({ fd, name }) => !before.some((each) => each.fd === fd && each.name === name))?.fd;
}

/** The master of the terminal that process `pid` was just started on. @throws FugueError `system` */
function newMaster(pid: number, before: readonly OpenMaster[]): number {
  const fd = masterAmong(openMasters(), before, terminalOf(pid));
  if (fd === undefined) throw new FugueError("system", "the new terminal's master was not found", "try again");
  return fd;
}

/** Name of a process's controlling terminal where /proc tells it (proc_pid_stat(5), tty_nr). */
function terminalOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const device = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[4]);
    return device === 0 ? undefined : `/dev/pts/${(device & 0xff) | ((device >>> 12) & 0xfff00)}`;
  } catch {
    return undefined;
  }
}

/** One program on one pseudo-terminal. */
export class Pty {
  readonly pid: number;
  /** Resolves when the leader has ended. */
  readonly exited: Promise<PaneExit>;
  private readonly fd: number;
  private readonly reader: { read(): Promise<{ done: boolean; value?: Uint8Array }>; cancel(): Promise<unknown> };
  private readonly writer: NonblockingWriter;
  private open = true;
  private ended = false;

  /** Starts the program. @throws FugueError `failed` if it cannot be started, with the system's reason. */
  constructor(request: SpawnRequest, clock: Clock) {
    const { argv, argv0, env, cwd, cols, rows } = request;
    let proc;
    const before = openMasters();
    try {
      proc = Bun.spawn(argv, { argv0, env, cwd, terminal: { cols, rows, data() {} } });
    } catch (error) {
      throw new FugueError("failed", `can't start ${argv[0]}: ${systemCode(error) ?? String(error)}`, undefined, error);
    }
    try {
      this.fd = duplicate(newMaster(proc.pid, before));
      if (this.fd < 0) throw new FugueError("system", "no file descriptor is free", "raise the limit: ulimit -n");
    } catch (error) {
      proc.kill("SIGKILL");
      throw error;
    } finally {
      // in the same tick as the duplicate was made: the runtime must not read a byte
      proc.terminal!.close();
    }
    this.pid = proc.pid;
    // an error is the end of the program: what was typed into it is as written as it will ever be
    this.writer = new NonblockingWriter(this.fd, clock, (dropped) => dropped.forEach((done) => done()));
    this.reader = Bun.file(this.fd).stream().getReader();
    this.exited = proc.exited.then(() => {
      this.ended = true;
      return { code: proc.exitCode, signal: proc.signalCode === null ? null : String(proc.signalCode) };
    });
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
    return this.writer.waiting;
  }

  /**
   * Writes input; `done` runs when all of it is in the terminal. Bytes are kept without a copy.
   * @returns false, and nothing happens, if too much already waits.
   */
  write(bytes: Uint8Array, done: () => void): boolean {
    if (!this.open) return false;
    if (this.writer.waiting > 0 && this.writer.waiting + bytes.length > WRITE_BOUND_BYTES) return false;
    this.writer.write(bytes, done);
    return true;
  }

  resize(cols: number, rows: number): void {
    if (this.open) setWindowSize(this.fd, cols, rows);
  }

  /** Sends a signal to the leader's process group and to the one in the foreground. Once the leader has ended: nothing. */
  kill(signal: number): void {
    // its number may be another process's by now
    if (this.ended || !this.open) return;
    const front = foregroundGroup(this.fd);
    for (const group of new Set([this.pid, front ?? this.pid])) {
      try {
        process.kill(-group, signal);
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
    this.writer.clear();
    this.reader.cancel().catch(() => {});
    try {
      closeSync(this.fd);
    } catch {
      // the stream may have closed it
    }
  }
}
