/**
 * History of panes on disk, so that a daemon that was killed finds it again: one append-only file a pane. The page cache
 * outlives a SIGKILL, so nothing is waited for. A file is a sequence of records (u32 little-endian length, history
 * record), each batch closed by a mark: length 0xffffffff and the log position (f64) that everything before it is as of.
 *
 * What may not be on the disk, or can't be written there, is held by the keeper instead, as far as its bound goes.
 */
import { appendFileSync, readFileSync, renameSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { systemCode } from "../../base/errors.ts";
import type { History } from "../../terminal/history/history.ts";
import type { HistoryRecord } from "../../terminal/history/record-replay.ts";

const MARK = 0xffffffff;
const RECORD_HEAD_BYTES = 28;
const MARK_BYTES = 12;
/** A file is written anew once it is this much larger than what it has to hold. */
const WASTE_FACTOR = 4;
const LEAST_WASTE_BYTES = 1024 * 1024;
/** History of one pane that the keeper holds while the disk does not. The oldest is left out. */
const MOST_HELD_BYTES = 1024 * 1024;

const REFUSED = "all the room that the settings give to state is taken, or the disk has just failed";

function frame(records: readonly HistoryRecord[], position: number): Uint8Array {
  const size = records.reduce((n, r) => n + RECORD_HEAD_BYTES + r.bytes.length, MARK_BYTES);
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  let at = 0;
  for (const { id, firstLine, lines, bytes } of records) {
    view.setUint32(at, bytes.length, true);
    view.setFloat64(at + 4, id, true);
    view.setFloat64(at + 12, firstLine, true);
    view.setFloat64(at + 20, lines, true);
    out.set(bytes, at + RECORD_HEAD_BYTES);
    at += RECORD_HEAD_BYTES + bytes.length;
  }
  view.setUint32(at, MARK, true);
  view.setFloat64(at + 4, position, true);
  return out;
}

/**
 * The records up to the last mark that is not after `position`, and where that ends; what cannot be read, and all after
 * it, is left out. The records' bytes are views.
 */
function parseFrames(bytes: Uint8Array, position: number): { records: HistoryRecord[]; end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: HistoryRecord[] = [];
  let kept = 0;
  let end = 0;
  for (let at = 0; at + MARK_BYTES <= bytes.length; ) {
    const length = view.getUint32(at, true);
    if (length === MARK) {
      if (view.getFloat64(at + 4, true) > position) break;
      kept = records.length;
      end = at += MARK_BYTES;
      continue;
    }
    if (at + RECORD_HEAD_BYTES + length > bytes.length) break;
    records.push({
      id: view.getFloat64(at + 4, true), firstLine: view.getFloat64(at + 12, true), lines: view.getFloat64(at + 20, true),
      bytes: bytes.subarray(at + RECORD_HEAD_BYTES, at + RECORD_HEAD_BYTES + length),
    });
    at += RECORD_HEAD_BYTES + length;
  }
  return { records: records.slice(0, kept), end };
}

/** Where files of history may go, and what their writing tells. */
export interface HistoryPlace {
  /** Whether `bytes` more may be on the disk, and it is worth trying. */
  admits(bytes: number): boolean;
  /** Bytes on the disk became more or fewer. */
  grew(bytes: number): void;
  failed(reason: string): void;
  /** Holds bytes in the keeper under a key; none: forgets them. */
  hold(key: string, bytes: Uint8Array): void;
  held(key: string): Uint8Array | undefined;
}

/** The file of one pane. Failing disks cost history after a crash, never the pane. */
export class HistoryFile {
  private lastBlock = 0;
  private size = 0;
  /** The file is not what it should be: the next save writes it anew. */
  private stale = false;
  private holding = false;

  /** @param mayKeep whether the pane's text may be on the disk */
  constructor(
    readonly path: string, private readonly key: string, private readonly place: HistoryPlace, private readonly mayKeep: () => boolean,
  ) {}

  /** Adds what is new in the history, as of this position of the pane's log. @returns whether it is in the file. */
  save(history: History, position: number): boolean {
    if (!this.mayKeep()) {
      if (this.size > 0 || !this.holding) this.remove();
      this.hold(history, position);
      return false;
    }
    try {
      this.write(history, position);
    } catch (error) {
      this.stale = true;
      this.hold(history, position);
      this.place.failed(systemCode(error) ?? String(error));
      return false;
    }
    this.stale = false;
    if (this.holding) this.place.hold(this.key, new Uint8Array());
    this.holding = false;
    return true;
  }

  private write(history: History, position: number): void {
    if (this.stale) return this.rewrite(history, position);
    const records = history.exportBlocks(this.lastBlock);
    const batch = frame(records, position);
    if (this.size + batch.length > LEAST_WASTE_BYTES + WASTE_FACTOR * history.memoryBytes) return this.rewrite(history, position);
    if (!this.place.admits(batch.length)) throw new Error(REFUSED);
    appendFileSync(this.path, batch, { mode: 0o600 });
    this.changeSize(this.size + batch.length);
    this.noteBlocks(records);
  }

  private rewrite(history: History, position: number): void {
    const records = history.exportBlocks(0);
    const whole = frame(records, position);
    if (!this.place.admits(whole.length - this.size)) throw new Error(REFUSED);
    writeFileSync(`${this.path}.new`, whole, { mode: 0o600 });
    renameSync(`${this.path}.new`, this.path);
    this.changeSize(whole.length);
    this.noteBlocks(records);
  }

  /** The open block comes last and is exported again under its id. */
  private noteBlocks(records: readonly HistoryRecord[]): void {
    if (records.length > 1) this.lastBlock = records[records.length - 2]!.id;
  }

  private changeSize(size: number): void {
    this.place.grew(size - this.size);
    this.size = size;
  }

  /** Gives the newest blocks to the keeper. */
  private hold(history: History, position: number): void {
    const records = history.exportBlocks(0);
    let from = records.length;
    for (let bytes = 0; from > 0; from--) {
      bytes += records[from - 1]!.bytes.length + RECORD_HEAD_BYTES;
      if (bytes > MOST_HELD_BYTES) break;
    }
    this.place.hold(this.key, frame(records.slice(from), position));
    this.holding = true;
  }

  /** The records as of a position, of the file and of what the keeper holds. */
  load(position: number): HistoryRecord[] {
    let records: HistoryRecord[] = [];
    try {
      const bytes = readFileSync(this.path);
      const parsed = parseFrames(bytes, position);
      records = parsed.records;
      // what came after the mark must not stay in the file
      if (parsed.end < bytes.length) truncateSync(this.path, parsed.end);
      this.changeSize(parsed.end);
      this.lastBlock = records.reduce((most, { id }) => Math.max(most, id), 0);
    } catch {
      // never written, or unreadable: what there is now is written anew
      this.stale = true;
    }
    const held = this.place.held(this.key);
    if (held) {
      records.push(...parseFrames(held, position).records);
      this.stale = this.holding = true;
    }
    return records;
  }

  /** The log begins anew: the file's marks mean nothing any more, so it is written anew with the next save. */
  renew(): void {
    this.stale = true;
  }

  /** Removes what is on the disk; only what is new is written from now on. */
  purge(history: History): void {
    this.unlink();
    this.stale = false;
    this.noteBlocks(history.exportBlocks(this.lastBlock));
  }

  /** The pane is no more. */
  remove(): void {
    this.unlink();
    if (this.holding) this.place.hold(this.key, new Uint8Array());
    this.holding = false;
  }

  private unlink(): void {
    this.changeSize(0);
    try {
      unlinkSync(this.path);
    } catch {
      // never written, or gone
    }
  }
}
