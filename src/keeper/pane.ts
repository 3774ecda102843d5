/** One pane of the keeper: its PTY, its ordered log, its credit. Called by the keeper's connection. */
import type { Clock, Timer } from "../base/clock.ts";
import {
  FROM_KEEPER, LOG_BOUND_BYTES, encodeKeeperMessage, jsonPayload, sizePayload,
  type KeptPane, type PaneExit, type SpawnRequest,
} from "./protocol.ts";
import { Pty } from "./pty.ts";

/** Largest piece of output in one message. */
const PIECE_BYTES = 64 * 1024;
/** Outputs that together are no longer than this become one record: a record costs more memory than a few bytes. */
const JOIN_BYTES = 1024;
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

/** Output counts its bytes, every other record counts 1: so each position names one point of the log exactly. */
interface LogRecord {
  type: number;
  offset: number;
  payload: Uint8Array;
}

function advanceOf(record: LogRecord): number {
  return record.type === FROM_KEEPER.output ? record.payload.length : 1;
}

/** The record without what lies before `offset`, or undefined if nothing of it is left. */
function trimmed(record: LogRecord, offset: number): LogRecord | undefined {
  if (offset <= record.offset) return record;
  if (offset >= record.offset + advanceOf(record)) return undefined;
  return { ...record, offset, payload: record.payload.subarray(offset - record.offset) };
}

/** Sends one message to the daemon, if one is connected. */
export type Send = (message: Uint8Array) => void;

export class KeeperPane {
  private readonly pty: Pty;
  private log: LogRecord[] = [];
  private start = 0;
  private end = 0;
  private credit = 0;
  /** Position up to which the daemon has got the log; -1 while it has not attached. */
  private sent = -1;
  private wake: (() => void) | undefined;
  private reading = false;
  private leaderGone = false;
  private readAt = 0;
  private smallReads = 0;
  private lingering: Timer | undefined;
  private cols: number;
  private rows: number;
  private readonly startCols: number;
  private readonly startRows: number;
  private effect = 0;
  private readonly inputs = new Map<number, number>();
  /** Acknowledgements that were not sent yet. */
  private owed: Uint8Array[] = [];
  private owing: Timer | undefined;
  private exit: PaneExit | undefined;
  private closed = false;
  private checkpointBlob: Uint8Array = new Uint8Array();
  private checkpointOffset = 0;

  /** @throws FugueError if the program cannot be started. */
  constructor(readonly id: number, request: SpawnRequest, private readonly clock: Clock, private readonly send: Send) {
    this.cols = this.startCols = request.cols;
    this.rows = this.startRows = request.rows;
    this.pty = new Pty(request, clock);
    void this.pump();
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
      pane: this.id, pid: this.pid, start: this.start, end: this.end, cols: this.cols, rows: this.rows,
      startCols: this.startCols, startRows: this.startRows, effect: this.effect, inputs: [...this.inputs], exit: this.exit,
    };
  }

  /** Reads as long as there is credit and room in the log; then waits to be woken. */
  private async pump(): Promise<void> {
    void this.pty.exited.then(() => {
      this.leaderGone = true;
      this.linger();
    });
    while (!this.closed) {
      if (this.end - this.start >= LOG_BOUND_BYTES || (this.sent >= 0 && this.credit <= 0)) {
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
    if (this.leaderGone && this.reading) this.lingering ??= this.clock.after(LINGER_MS, () => this.pty.endOutput());
  }

  private append(type: number, payload: Uint8Array): void {
    const record = { type, offset: this.end, payload };
    this.end += advanceOf(record);
    const last = this.log[this.log.length - 1];
    if (last !== undefined && type === FROM_KEEPER.output && last.type === type && last.payload.length + payload.length <= JOIN_BYTES) {
      const joined = new Uint8Array(last.payload.length + payload.length);
      joined.set(last.payload);
      joined.set(payload, last.payload.length);
      last.payload = joined;
    } else this.log.push(record);
    this.deliver();
  }

  /** Sends what the daemon has not got, as far as its credit goes. */
  private deliver(): void {
    if (this.sent < 0) return;
    for (let i = this.indexAfter(this.sent); i < this.log.length; i++) {
      const record = trimmed(this.log[i]!, this.sent)!;
      if (record.type === FROM_KEEPER.output) {
        if (this.credit <= 0) return;
        this.credit -= record.payload.length;
      }
      this.sent = record.offset + advanceOf(record);
      this.send(this.withOwed(encodeKeeperMessage(record.type, this.id, record.offset, record.payload)));
    }
  }

  /** Index of the first record that reaches beyond a position. */
  private indexAfter(position: number): number {
    let [from, to] = [0, this.log.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      const record = this.log[middle]!;
      if (record.offset + advanceOf(record) > position) to = middle;
      else from = middle + 1;
    }
    return from;
  }

  /** The daemon wants the log from `offset` on; it gives credit afterwards. */
  attach(offset: number): void {
    this.credit = 0;
    this.dropBefore(offset);
    this.sent = this.start;
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
    if (offset < this.checkpointOffset || offset > this.end) return;
    this.checkpointBlob = blob;
    this.checkpointOffset = offset;
    this.dropBefore(offset);
    this.wakeUp();
  }

  private dropBefore(offset: number): void {
    this.log.splice(0, this.indexAfter(offset));
    if (this.log.length > 0) this.log[0] = trimmed(this.log[0]!, offset)!;
    this.start = this.log[0]?.offset ?? this.end;
    if (this.sent >= 0) this.sent = Math.max(this.sent, this.start);
  }

  sendCheckpoint(): void {
    this.send(encodeKeeperMessage(FROM_KEEPER.checkpointed, this.id, this.checkpointOffset, this.checkpointBlob));
  }

  close(): void {
    this.closed = true;
    this.lingering?.cancel();
    this.owing?.cancel();
    this.pty.close();
    this.log = [];
    this.wakeUp();
  }
}
