/** A program's terminal with backpressure: its master, pulled one read at a time. */
import { closeSync } from "node:fs";
import type { Clock } from "../base/clock.ts";
import { foregroundGroup, setWindowSize, stopOutput } from "../base/libc.ts";
import { NonblockingWriter } from "../base/nonblocking-writer.ts";
import type { Program } from "./program.ts";
import type { PaneExit } from "./protocol.ts";

/** Bytes that may wait for a program that does not read its input; more is refused. */
export const WRITE_BOUND_BYTES = 4 * 1024 * 1024;

/** One program on one pseudo-terminal. */
export class Pty {
  readonly pid: number;
  /** Resolves when the leader has ended. */
  readonly exited: Promise<PaneExit>;
  /** Descriptor of the terminal's master, for the life of this object. */
  readonly master: number;
  private readonly reader: { read(): Promise<{ done: boolean; value?: Uint8Array }>; cancel(): Promise<unknown> };
  private readonly writer: NonblockingWriter;
  private open = true;
  private ended = false;

  /** Takes over the program's terminal. */
  constructor(program: Program, clock: Clock) {
    this.pid = program.pid;
    this.master = program.master;
    // an error is the end of the program: what was typed into it is as written as it will ever be
    this.writer = new NonblockingWriter(this.master, clock, (dropped) => dropped.forEach((done) => done()));
    this.reader = Bun.file(this.master).stream().getReader();
    this.exited = program.exited.then((exit) => {
      this.ended = true;
      return exit;
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
    if (this.open) setWindowSize(this.master, cols, rows);
  }

  /** Input that waits for the program to read, in order: what a `write` of it elsewhere would continue. */
  get unwritten(): Uint8Array {
    return this.writer.unwritten;
  }

  /** Holds whoever writes to the terminal, or lets them go on. @returns false where the system can't */
  hold(held: boolean): boolean {
    return this.open && stopOutput(this.master, held);
  }

  /** Sends a signal to the leader's process group and to the one in the foreground. Once the leader has ended: nothing. */
  kill(signal: number): void {
    // its number may be another process's by now
    if (this.ended || !this.open) return;
    const front = foregroundGroup(this.master);
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
      closeSync(this.master);
    } catch {
      // the stream may have closed it
    }
  }
}
