/** The ordered log of one pane: what its program printed, its resizes, its exit, each at a position. */
import { FROM_KEEPER } from "./protocol.ts";

/** Outputs that together are no longer than this become one record: a record costs more memory than a few bytes. */
const JOIN_BYTES = 1024;

/** Output counts its bytes, every other record counts 1: so each position names one point of the log exactly. */
export interface LogRecord {
  /** `output`, `resized` or `exited` of FROM_KEEPER. */
  readonly type: number;
  /** Position at which it begins. */
  readonly offset: number;
  payload: Uint8Array;
}

/** How far a record moves the log's end. */
export function advanceOf({ type, payload }: { type: number; payload: Uint8Array }): number {
  return type === FROM_KEEPER.output ? payload.length : 1;
}

/** The record without what lies before `offset`; something of it must be left. */
function trimmed(record: LogRecord, offset: number): LogRecord {
  return offset <= record.offset ? record : { ...record, offset, payload: record.payload.subarray(offset - record.offset) };
}

/** Unbounded by itself: its reader looks at `size`. */
export class PaneLog {
  private records: LogRecord[] = [];
  private from: number;
  private to: number;

  /** @param position of the first record to come */
  constructor(position = 0) {
    this.from = this.to = position;
  }

  /** Position of the oldest record that is held; the end's if there is none. */
  get start(): number {
    return this.from;
  }

  /** Position of the next record to come. */
  get end(): number {
    return this.to;
  }

  get size(): number {
    return this.to - this.from;
  }

  /** Adds a record at the end. The payload is kept without a copy. */
  append(type: number, payload: Uint8Array): void {
    const last = this.records[this.records.length - 1];
    if (last !== undefined && type === FROM_KEEPER.output && last.type === type && last.payload.length + payload.length <= JOIN_BYTES) {
      const joined = new Uint8Array(last.payload.length + payload.length);
      joined.set(last.payload);
      joined.set(payload, last.payload.length);
      last.payload = joined;
    } else this.records.push({ type, offset: this.to, payload });
    this.to += advanceOf({ type, payload });
  }

  /** What is at a position, up to the end of its record; undefined at the end of the log. */
  at(position: number): LogRecord | undefined {
    const record = this.records[this.indexAfter(position)];
    return record && trimmed(record, position);
  }

  /** All records that are held, in order. */
  [Symbol.iterator](): Iterator<LogRecord> {
    return this.records[Symbol.iterator]();
  }

  /** Forgets everything before a position. */
  dropBefore(position: number): void {
    this.records.splice(0, this.indexAfter(position));
    if (this.records.length > 0) this.records[0] = trimmed(this.records[0]!, position);
    this.from = this.records[0]?.offset ?? this.to;
  }

  clear(): void {
    this.records = [];
    this.from = this.to;
  }

  /** Index of the first record that reaches beyond a position. */
  private indexAfter(position: number): number {
    let [from, to] = [0, this.records.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      const record = this.records[middle]!;
      if (record.offset + advanceOf(record) > position) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}
