/**
 * History of panes on disk, so that a daemon that was killed finds it again: one append-only file a pane. The page cache
 * outlives a SIGKILL, so nothing is waited for. A file is a sequence of records (u32 little-endian length, history
 * record), each batch closed by a mark: length 0xffffffff and the log position (f64) that everything before it is as of.
 */
import { appendFileSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../../base/log.ts";
import type { History } from "../../terminal/history/history.ts";
import type { HistoryRecord } from "../../terminal/history/record-replay.ts";

const MARK = 0xffffffff;
/** A file is written anew once it is this much larger than what it has to hold. */
const WASTE_FACTOR = 4;
const LEAST_WASTE_BYTES = 1024 * 1024;

function frame(records: readonly HistoryRecord[], position: number): Uint8Array {
  const size = records.reduce((n, r) => n + 28 + r.bytes.length, 12);
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  let at = 0;
  for (const { id, firstLine, lines, bytes } of records) {
    view.setUint32(at, bytes.length, true);
    view.setFloat64(at + 4, id, true);
    view.setFloat64(at + 12, firstLine, true);
    view.setFloat64(at + 20, lines, true);
    out.set(bytes, at + 28);
    at += 28 + bytes.length;
  }
  view.setUint32(at, MARK, true);
  view.setFloat64(at + 4, position, true);
  return out;
}

/** The file of one pane. Failing disks cost history after a crash, never the pane. */
export class HistoryFile {
  private lastBlock = 0;
  private size = 0;
  private failed = false;

  constructor(private readonly path: string, private readonly log: Logger) {}

  /** Adds what is new in the history, as of this position of the pane's log. */
  save(history: History, position: number): void {
    const records = history.exportBlocks(this.lastBlock);
    const batch = frame(records, position);
    try {
      if (this.size + batch.length > LEAST_WASTE_BYTES + WASTE_FACTOR * history.memoryBytes || this.failed) this.rewrite(history, position);
      else {
        appendFileSync(this.path, batch, { mode: 0o600 });
        this.size += batch.length;
      }
      this.failed = false;
    } catch (error) {
      if (!this.failed) this.log.warn("history is not saved", { path: this.path, error: String(error) });
      this.failed = true;
      return;
    }
    // the open block comes last and is exported again under its id
    this.lastBlock = records.length > 1 ? records[records.length - 2]!.id : this.lastBlock;
  }

  private rewrite(history: History, position: number): void {
    const whole = frame(history.exportBlocks(0), position);
    writeFileSync(`${this.path}.new`, whole, { mode: 0o600 });
    renameSync(`${this.path}.new`, this.path);
    this.size = whole.length;
  }

  /** The records as of a position: what came after its mark is left out. Unreadable rests are left out as well. */
  load(position: number): HistoryRecord[] {
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(this.path);
    } catch {
      return [];
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const records: HistoryRecord[] = [];
    let kept = 0;
    for (let at = 0; at + 12 <= bytes.length; ) {
      const length = view.getUint32(at, true);
      if (length === MARK) {
        if (view.getFloat64(at + 4, true) > position) break;
        kept = records.length;
        at += 12;
        continue;
      }
      if (at + 28 + length > bytes.length) break;
      records.push({
        id: view.getFloat64(at + 4, true), firstLine: view.getFloat64(at + 12, true), lines: view.getFloat64(at + 20, true),
        bytes: bytes.slice(at + 28, at + 28 + length),
      });
      at += 28 + length;
    }
    // the next save writes everything anew: what came after the mark must not stay in the file
    this.failed = true;
    return records.slice(0, kept);
  }

  remove(): void {
    try {
      unlinkSync(this.path);
    } catch {
      // never written, or gone
    }
  }
}

/** The files of all panes. */
export class HistoryFolder {
  constructor(private readonly folder: string, private readonly log: Logger) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      log.warn("no folder for history", { folder, error: String(error) });
    }
  }

  file(pane: number): HistoryFile {
    return new HistoryFile(join(this.folder, `${pane}.history`), this.log);
  }

  /** Removes the files of panes that are no more. */
  sweep(alive: ReadonlySet<number>): void {
    try {
      for (const name of readdirSync(this.folder)) {
        const pane = Number(name.split(".")[0]);
        if (!alive.has(pane) && statSync(join(this.folder, name)).isFile()) unlinkSync(join(this.folder, name));
      }
    } catch {
      // a folder that cannot be read has nothing that could be removed
    }
  }
}
