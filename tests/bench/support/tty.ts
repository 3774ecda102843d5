/**
 * The terminal in front of a client: a PTY whose master the bench owns. Bytes are counted, searched for markers, and,
 * where a case wants the picture, shown by a headless emulator that answers queries as a terminal would. Reading has
 * real backpressure, and can be slowed down to a rate.
 */
import { closeSync, readSync, readdirSync, writeSync } from "node:fs";
import { systemClock, sleep, type Timer } from "../../../src/base/clock.ts";
import { systemCode } from "../../../src/base/errors.ts";
import { duplicate, ptsName } from "../../../src/base/libc.ts";
import { Emulator } from "../../../src/terminal/emulator.ts";
import { killHard, type Command } from "./processes.ts";

const PIECE_BYTES = 16 * 1024;
const PACE_MS = 1;
const HANGUP_PATIENCE_MS = 2000;
/** Names of the masters this process holds, so that a new one can be told apart. */
const held = new Set<string>();

export interface Size {
  readonly cols: number;
  readonly rows: number;
}

export interface TtyOptions {
  /** Read by polling, so that `rate` can be set; otherwise as fast as bytes come. */
  readonly paced?: boolean;
}

interface Waiting {
  readonly marker: Buffer;
  tail: Buffer;
  found(at: number): void;
}

export class Tty {
  /** Bytes that came from the client. */
  bytes = 0;
  /** When the last of them came, in milliseconds of the system clock. */
  lastAt = 0;
  /** What is on the terminal, as long as `emulating`. */
  readonly emulator: Emulator;
  /** Feed the emulator. Once switched off its picture is stale, so it stays off. */
  emulating = true;
  /** Bytes per second that are read from the client; undefined: no limit. Only for a paced terminal. */
  rate: number | undefined;
  /** Called after every piece that came. */
  onData: ((piece: Uint8Array) => void) | undefined;
  readonly pid: number;
  /** Just before the client was started, in milliseconds of the system clock. */
  readonly startedAt: number;
  private readonly fd: number;
  private readonly name: string;
  private readonly exited: Promise<unknown>;
  private waiting: Waiting[] = [];
  private unsent: Uint8Array[] = [];
  private open = true;
  private retry: Timer | undefined;
  private pace: Timer | undefined;
  private budget = 0;
  private pacedAt = 0;
  private reader: { read(): Promise<{ done: boolean; value?: Uint8Array }>; cancel(): Promise<unknown> } | undefined;

  constructor(command: Command, size: Size, options: TtyOptions = {}) {
    this.emulator = new Emulator({ ...size, scrollback: 0 }, {
      reply: (bytes) => this.write(bytes), effect() {}, lineTrimmed() {}, scrollbackCleared() {}, synchronizedEnd() {},
    });
    this.startedAt = systemClock.now();
    const proc = Bun.spawn([...command.argv], { env: command.env, cwd: command.cwd, terminal: { ...size, data() {} } });
    const master = newMaster();
    this.fd = duplicate(master.fd);
    this.name = master.name;
    held.add(this.name);
    proc.terminal!.close();
    this.pid = proc.pid;
    this.exited = proc.exited;
    if (options.paced) this.pace = systemClock.every(PACE_MS, () => this.readPaced());
    else void this.readAll();
  }

  private async readAll(): Promise<void> {
    this.reader = Bun.file(this.fd).stream().getReader();
    while (this.open) {
      try {
        const { done, value } = await this.reader.read();
        if (done || !value) return;
        this.take(value);
      } catch {
        // EIO: the client is gone
        return;
      }
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  private readPaced(): void {
    const now = systemClock.now();
    // what was not used up in 20 ms is forgone: a slow link does not save up
    if (this.rate !== undefined) this.budget = Math.min(this.rate * 0.02, this.budget + (this.rate * (now - this.pacedAt)) / 1000);
    else this.budget = PIECE_BYTES;
    this.pacedAt = now;
    const piece = new Uint8Array(4096);
    while (this.budget >= 1) {
      try {
        const count = readSync(this.fd, piece, 0, Math.min(piece.length, Math.floor(this.budget)), null);
        if (count === 0) return;
        this.budget -= count;
        this.take(piece.slice(0, count));
      } catch {
        // nothing there yet, or the client is gone
        return;
      }
    }
  }

  private take(bytes: Uint8Array): void {
    this.bytes += bytes.length;
    this.lastAt = systemClock.now();
    if (this.waiting.length > 0) this.search(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    if (this.emulating) {
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) this.emulator.parse(bytes.subarray(at, at + PIECE_BYTES));
    }
    this.onData?.(bytes);
  }

  private search(piece: Buffer): void {
    for (const waiting of [...this.waiting]) {
      const { marker } = waiting;
      const border = Buffer.concat([waiting.tail, piece.subarray(0, marker.length - 1)]);
      if (piece.includes(marker) || border.includes(marker)) {
        this.waiting = this.waiting.filter((other) => other !== waiting);
        waiting.found(this.lastAt);
      } else {
        waiting.tail = Buffer.from(Buffer.concat([waiting.tail, piece.subarray(-marker.length)]).subarray(1 - marker.length));
        if (marker.length === 1) waiting.tail = Buffer.alloc(0);
      }
    }
  }

  /** Types text. @returns when, just before, in milliseconds of the system clock. */
  send(text: string): number {
    const at = systemClock.now();
    this.write(new TextEncoder().encode(text));
    return at;
  }

  private write(bytes: Uint8Array): void {
    if (!this.open) return;
    this.unsent.push(bytes);
    if (!this.retry) this.flush();
  }

  private flush(): void {
    this.retry = undefined;
    while (this.unsent.length > 0 && this.open) {
      const head = this.unsent[0]!;
      try {
        const taken = writeSync(this.fd, head);
        if (taken === head.length) this.unsent.shift();
        else this.unsent[0] = head.subarray(taken);
      } catch (error) {
        if (systemCode(error) !== "EAGAIN") return;
        this.retry = systemClock.after(1, () => this.flush());
        return;
      }
    }
  }

  /**
   * Waits until these bytes come, counted from now. A client that sends differences only sends a text in one piece if
   * none of its characters stood there before.
   * @returns when they came, in milliseconds of the system clock. @throws Error after `limit` milliseconds.
   */
  expect(text: string, limit: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const timer = systemClock.after(limit, () => {
        this.waiting = this.waiting.filter((other) => other !== waiting);
        reject(new Error(`${JSON.stringify(text)} did not come within ${limit} ms`));
      });
      const found = (at: number) => {
        timer.cancel();
        resolve(at);
      };
      const waiting: Waiting = { marker: Buffer.from(text), tail: Buffer.alloc(0), found };
      this.waiting.push(waiting);
    });
  }

  /** Waits until nothing has come for `quiet` milliseconds, at most `limit` milliseconds. */
  async settle(quiet: number, limit: number): Promise<void> {
    const start = systemClock.now();
    for (let now = start; now < start + limit; now = systemClock.now()) {
      const since = now - Math.max(this.lastAt, start);
      if (since >= quiet) return;
      await sleep(systemClock, Math.min(quiet - since, start + limit - now) + 1);
    }
  }

  /** Hangs up, and makes sure that the client ends. */
  async close(): Promise<void> {
    if (!this.open) return;
    this.open = false;
    this.pace?.cancel();
    this.retry?.cancel();
    this.reader?.cancel().catch(() => {});
    held.delete(this.name);
    try {
      closeSync(this.fd);
    } catch {
      // the stream may have closed it
    }
    const patience = sleep(systemClock, HANGUP_PATIENCE_MS).then(() => "late");
    if ((await Promise.race([this.exited, patience])) === "late") await killHard(this.pid);
    this.emulator.dispose();
  }
}

function newMaster(): { fd: number; name: string } {
  for (const entry of readdirSync("/proc/self/fd")) {
    const name = ptsName(Number(entry));
    if (name !== undefined && !held.has(name)) return { fd: Number(entry), name };
  }
  throw new Error("the new terminal's master was not found");
}
