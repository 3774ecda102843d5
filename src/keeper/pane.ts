/** One pane of the keeper: its PTY, its ordered log, its credit. Called by the keeper's connection. */
import type { Clock, Timer } from "../base/clock.ts";
import {
  FROM_KEEPER, LOG_BOUND_BYTES, encodeKeeperMessage, jsonPayload, sizePayload,
  type KeptPane, type PaneExit, type SpawnRequest,
} from "./protocol.ts";
import type { KeptProgram, PaneStock } from "./handover.ts";
import { PaneLog, advanceOf } from "./pane-log.ts";
import { startProgram } from "./program.ts";
import { Pty } from "./pty.ts";

/** Largest piece of output in one message. */
const PIECE_BYTES = 64 * 1024;
/** Reads shorter than this, following each other within the gap, this many times, are a flood of small pieces. */
const SMALL_BYTES = 512;
const SMALL_GAP_MS = 2;
const MANY_SMALL_READS = 8;
const JOIN_MS = 1;
/** How many clients' input sequences are remembered per pane; the least recently used goes first. */
const MOST_CLIENTS = 256;
/** How long an acknowledgement waits for output to go with. */
const OWE_MS = 1;
/** After the leader has ended, how long a read waits for output of what it left behind. */
const LINGER_MS = 300;

/** Sends one message to the daemon, if one is connected. */
export type Send = (message: Uint8Array) => void;

export class KeeperPane {
  /** Position up to which the daemon has got the log; -1 while it has not attached. */
  private sent = -1;
  private credit = 0;
  private wake: (() => void) | undefined;
  private reading = false;
  /** The output has ended; the program may go on. */
  private silent = false;
  /** Output is read beyond all bounds: the last of it is wanted. */
  private draining = false;
  /** Writers to the terminal are made to wait. */
  private held = false;
  private leaderExit: PaneExit | undefined;
  private readAt = 0;
  private smallReads = 0;
  private lingering: Timer | undefined;
  private cols: number;
  private rows: number;
  private effect: number;
  private readonly inputs: Map<number, number>;
  /** Acknowledgements that were not sent yet. */
  private owed: Uint8Array[] = [];
  private owing: Timer | undefined;
  private exit: PaneExit | undefined;
  private closed = false;
  private checkpointBlob: Uint8Array;
  private checkpointOffset: number;
  private readonly startCols: number | undefined;
  private readonly startRows: number | undefined;
  private readonly log: PaneLog;
  readonly id: number;

  /** A pane with a program that was just started. @throws FugueError if the program cannot be started */
  static start(id: number, request: SpawnRequest, clock: Clock, send: Send): KeeperPane {
    const { cols, rows } = request;
    const pty = new Pty(startProgram(request), clock);
    const kept = { pane: id, pid: pty.pid, start: 0, end: 0, cols, rows, startCols: cols, startRows: rows, effect: 0, inputs: [] };
    const nothing = { checkpoint: new Uint8Array(), checkpointOffset: 0, unwritten: new Uint8Array() };
    return new KeeperPane({ kept, log: new PaneLog(), ...nothing }, pty, clock, send);
  }

  constructor({ kept, log, checkpoint, checkpointOffset, unwritten }: PaneStock, private readonly pty: Pty, private readonly clock: Clock, private readonly send: Send) {
    this.id = kept.pane;
    this.cols = kept.cols;
    this.rows = kept.rows;
    this.startCols = kept.startCols;
    this.startRows = kept.startRows;
    this.effect = kept.effect;
    this.inputs = new Map(kept.inputs);
    this.exit = kept.exit;
    this.log = log;
    this.checkpointBlob = checkpoint;
    this.checkpointOffset = checkpointOffset;
    if (unwritten.length > 0) pty.write(unwritten, () => {});
    if (this.exit === undefined) void this.pump();
  }

  get pid(): number {
    return this.pty.pid;
  }

  /** Resolves when the leader has ended. */
  get gone(): Promise<unknown> {
    return this.pty.exited;
  }

  describe(): KeptPane {
    return {
      pane: this.id, pid: this.pid, start: this.log.start, end: this.log.end, cols: this.cols, rows: this.rows,
      startCols: this.startCols, startRows: this.startRows, effect: this.effect, inputs: [...this.inputs], exit: this.exit,
    };
  }

  /** Reads as long as there is credit and room in the log; then waits to be woken. */
  private async pump(): Promise<void> {
    void this.pty.exited.then((exit) => {
      this.leaderExit = exit;
      this.linger();
    });
    while (!this.closed) {
      if (!this.draining && (this.log.size >= LOG_BOUND_BYTES || (this.sent >= 0 && this.credit <= 0))) {
        await new Promise<void>((resolve) => (this.wake = resolve));
        continue;
      }
      this.reading = true;
      this.linger();
      const bytes = await this.pty.read();
      this.reading = false;
      this.lingering?.cancel();
      this.lingering = undefined;
      if (bytes === undefined) break;
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
        this.append(FROM_KEEPER.output, bytes.subarray(at, at + PIECE_BYTES));
      }
      await this.pause(bytes.length);
    }
    this.silent = true;
    const exit = await this.pty.exited;
    if (this.closed) return;
    this.exit = exit;
    this.append(FROM_KEEPER.exited, jsonPayload(exit));
  }

  /**
   * A macrotask between reads, or everything else in this process starves. A program that prints many small pieces
   * without end is read a moment later: the kernel joins them meanwhile, which costs everybody less.
   */
  private pause(length: number): Promise<void> {
    const now = this.clock.now();
    this.smallReads = length < SMALL_BYTES && now - this.readAt < SMALL_GAP_MS ? this.smallReads + 1 : 0;
    this.readAt = now;
    if (this.smallReads < MANY_SMALL_READS) return new Promise<void>((resolve) => setImmediate(resolve));
    return new Promise<void>((resolve) => void this.clock.after(JOIN_MS, () => {
      this.readAt = this.clock.now();
      resolve();
    }));
  }

  /**
   * The kernel hangs up when a session leader ends; this is for systems where something keeps the terminal open. Time
   * runs only while a read is under way: output that waits for credit is still to be read.
   */
  private linger(): void {
    if (this.leaderExit && this.reading) this.lingering ??= this.clock.after(LINGER_MS, () => this.pty.endOutput());
  }

  private append(type: number, payload: Uint8Array): void {
    this.log.append(type, payload);
    this.deliver();
  }

  /** Sends what the daemon has not got, as far as its credit goes. */
  private deliver(): void {
    if (this.sent < 0) return;
    for (let record = this.log.at(this.sent); record !== undefined; record = this.log.at(this.sent)) {
      if (record.type === FROM_KEEPER.output) {
        if (this.credit <= 0) return;
        this.credit -= record.payload.length;
      }
      this.sent = record.offset + advanceOf(record);
      this.send(this.withOwed(encodeKeeperMessage(record.type, this.id, record.offset, record.payload)));
    }
  }

  /** The daemon wants the log from `offset` on; it gives credit afterwards. */
  attach(offset: number): void {
    this.credit = 0;
    this.dropBefore(offset);
    this.sent = this.log.start;
    this.deliver();
  }

  /** No daemon is connected: output goes on being read up to the log's bound. */
  detach(): void {
    // the next daemon is told how far the input came
    this.owed = [];
    this.sent = -1;
    this.credit = 0;
    this.wakeUp();
  }

  addCredit(bytes: number): void {
    this.credit += bytes;
    this.deliver();
    this.wakeUp();
  }

  private wakeUp(): void {
    const wake = this.wake;
    this.wake = undefined;
    wake?.();
  }

  /** Writes input once per (client, sequence) and effect ordinal; a repeat is acknowledged without being written. */
  write(client: number, sequence: number, effect: number, bytes: Uint8Array): void {
    const done = () => {
      const payload = new Uint8Array(new Uint32Array([client]).buffer);
      this.owe(encodeKeeperMessage(FROM_KEEPER.written, this.id, sequence, payload));
    };
    const repeated = (sequence > 0 && (this.inputs.get(client) ?? 0) >= sequence) || (effect > 0 && effect <= this.effect);
    // what it repeats may still wait: nothing, written after it, says when that is done
    if (repeated) {
      if (!this.pty.write(new Uint8Array(), done)) done();
      return;
    }
    if (!this.pty.write(bytes.slice(), done)) {
      this.send(encodeKeeperMessage(FROM_KEEPER.error, this.id, sequence, jsonPayload({ error: "input", client })));
      return;
    }
    if (effect > 0) this.effect = effect;
    if (sequence > 0) this.remember(client, sequence);
  }

  /** Sends an acknowledgement with the output that follows (the echo, most likely), or a moment later by itself. */
  private owe(message: Uint8Array): void {
    this.owed.push(message);
    this.owing ??= this.clock.after(OWE_MS, () => this.send(this.withOwed()));
  }

  /** A message with what is owed before it: one turn of the daemon's instead of two. */
  private withOwed(message?: Uint8Array): Uint8Array {
    this.owing?.cancel();
    this.owing = undefined;
    if (this.owed.length === 0 && message !== undefined) return message;
    const all = message === undefined ? this.owed : [...this.owed, message];
    this.owed = [];
    return Buffer.concat(all);
  }

  private remember(client: number, sequence: number): void {
    this.inputs.delete(client);
    this.inputs.set(client, sequence);
    if (this.inputs.size > MOST_CLIENTS) this.inputs.delete(this.inputs.keys().next().value!);
  }

  recordEffect(ordinal: number): void {
    this.effect = Math.max(this.effect, ordinal);
  }

  resize(cols: number, rows: number): void {
    this.cols = cols;
    this.rows = rows;
    this.pty.resize(cols, rows);
    this.append(FROM_KEEPER.resized, sizePayload(cols, rows));
  }

  kill(signal: number): void {
    this.pty.kill(signal);
  }

  /** Everything before `offset` is covered by `blob`: the log up to there is dropped. */
  checkpoint(offset: number, blob: Uint8Array): void {
    if (offset < this.checkpointOffset || offset > this.log.end) return;
    this.checkpointBlob = blob;
    this.checkpointOffset = offset;
    this.dropBefore(offset);
    this.wakeUp();
  }

  private dropBefore(offset: number): void {
    this.log.dropBefore(offset);
    if (this.sent >= 0) this.sent = Math.max(this.sent, this.log.start);
  }

  sendCheckpoint(): void {
    this.send(encodeKeeperMessage(FROM_KEEPER.checkpointed, this.id, this.checkpointOffset, this.checkpointBlob));
  }

  close(): void {
    this.closed = true;
    this.lingering?.cancel();
    this.owing?.cancel();
    this.pty.close();
    this.log.clear();
    this.wakeUp();
  }

  // Another keeper takes over

  /**
   * Whether this process has nothing of the program's output that is not in the log: a read that waits has found nothing,
   * and what comes is read in a later turn of the event loop. To be asked at the beginning of one.
   */
  get quiet(): boolean {
    return this.exit !== undefined || this.silent || this.closed || this.reading;
  }

  /**
   * Reads what the program has printed, and holds it if it goes on printing: called again and again, it makes the pane
   * `quiet`. One that is so by itself is left alone, so that a stop that somebody typed stays. Undone by `resume`.
   */
  drain(): void {
    this.draining = true;
    this.wakeUp();
    if (!this.quiet && !this.held) this.held = this.pty.hold(true);
  }

  /** The end of `drain`: the program prints, and is read within bounds, as before. */
  resume(): void {
    this.draining = false;
    if (this.held) this.pty.hold(false);
    this.held = false;
  }

  /** All that another keeper needs to go on with this pane. */
  stock(): PaneStock & { program: KeptProgram } {
    const { log, checkpointBlob: checkpoint, checkpointOffset, pty, leaderExit, held } = this;
    return {
      kept: this.describe(), log, checkpoint, checkpointOffset, unwritten: pty.unwritten,
      program: { master: pty.master, exit: leaderExit, held },
    };
  }
}
