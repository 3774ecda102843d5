/** One pane of the keeper: its PTY, its ordered log, its credit. Called by the keeper's connection. */
import type { Clock } from "../base/clock.ts";
import {
  FROM_KEEPER, LOG_BOUND_BYTES, encodeKeeperMessage, jsonPayload, sizePayload,
  type KeptPane, type PaneExit, type SpawnRequest,
} from "./protocol.ts";
import { Pty } from "./pty.ts";

/** Largest piece of output in one message. */
const PIECE_BYTES = 64 * 1024;
/** How many clients' input sequences are remembered per pane; the least recently used goes first. */
const MOST_CLIENTS = 256;
/** After the leader has ended, how long output of what it left behind is waited for. */
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
  /** Index into `log` of the next record the daemon gets; -1 while it has not attached. */
  private cursor = -1;
  private wake: (() => void) | undefined;
  private cols: number;
  private rows: number;
  private effect = 0;
  private readonly inputs = new Map<number, number>();
  private exit: PaneExit | undefined;
  private closed = false;
  private checkpointBlob: Uint8Array = new Uint8Array();
  private checkpointOffset = 0;

  /** @throws FugueError if the program cannot be started. */
  constructor(readonly id: number, request: SpawnRequest, private readonly clock: Clock, private readonly send: Send) {
    this.cols = request.cols;
    this.rows = request.rows;
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
      effect: this.effect, inputs: [...this.inputs], exit: this.exit,
    };
  }

  /** Reads as long as there is credit and room in the log; then waits to be woken. */
  private async pump(): Promise<void> {
    // the kernel hangs up when a session leader ends; this is for systems where something keeps the terminal open
    void this.pty.exited.then(() => this.clock.after(LINGER_MS, () => this.pty.endOutput()));
    while (!this.closed) {
      if (this.end - this.start >= LOG_BOUND_BYTES || (this.cursor >= 0 && this.credit <= 0)) {
        await new Promise<void>((resolve) => (this.wake = resolve));
        continue;
      }
      const bytes = await this.pty.read();
      if (bytes === undefined) break;
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
        this.append(FROM_KEEPER.output, bytes.subarray(at, at + PIECE_BYTES));
      }
      // a macrotask between reads, or everything else in this process starves
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    const exit = await this.pty.exited;
    if (this.closed) return;
    this.exit = exit;
    this.append(FROM_KEEPER.exited, jsonPayload(exit));
  }

  private append(type: number, payload: Uint8Array): void {
    const record = { type, offset: this.end, payload };
    this.log.push(record);
    this.end += advanceOf(record);
    this.deliver();
  }

  /** Sends the records the daemon has not seen, as far as its credit goes. */
  private deliver(): void {
    if (this.cursor < 0) return;
    while (this.cursor < this.log.length) {
      const record = this.log[this.cursor]!;
      if (record.type === FROM_KEEPER.output) {
        if (this.credit <= 0) return;
        this.credit -= record.payload.length;
      }
      this.cursor++;
      this.send(encodeKeeperMessage(record.type, this.id, record.offset, record.payload));
    }
  }

  /** The daemon wants the log from `offset` on; it gives credit afterwards. */
  attach(offset: number): void {
    this.credit = 0;
    this.dropBefore(offset);
    this.cursor = 0;
    this.deliver();
  }

  /** No daemon is connected: output goes on being read up to the log's bound. */
  detach(): void {
    this.cursor = -1;
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
      this.send(encodeKeeperMessage(FROM_KEEPER.written, this.id, sequence, payload));
    };
    const repeated = (sequence > 0 && (this.inputs.get(client) ?? 0) >= sequence) || (effect > 0 && effect <= this.effect);
    if (repeated) return done();
    if (!this.pty.write(bytes.slice(), done)) {
      this.send(encodeKeeperMessage(FROM_KEEPER.error, this.id, sequence, jsonPayload({ error: "input", client })));
      return;
    }
    if (effect > 0) this.effect = effect;
    if (sequence > 0) this.remember(client, sequence);
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
    let drop = 0;
    while (drop < this.log.length && trimmed(this.log[drop]!, offset) === undefined) drop++;
    if (drop > 0) this.log.splice(0, drop);
    if (this.log.length > 0) this.log[0] = trimmed(this.log[0]!, offset)!;
    if (this.cursor >= 0) this.cursor = Math.max(0, this.cursor - drop);
    this.start = this.log[0]?.offset ?? this.end;
  }

  sendCheckpoint(): void {
    this.send(encodeKeeperMessage(FROM_KEEPER.checkpointed, this.id, this.checkpointOffset, this.checkpointBlob));
  }

  close(): void {
    this.closed = true;
    this.pty.close();
    this.log = [];
    this.wakeUp();
  }
}
