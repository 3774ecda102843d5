/**
 * History of panes on disk, so that a daemon that was killed finds it again: one append-only file a pane. The page cache
 * outlives a SIGKILL, so nothing is waited for. A file is a sequence of records (u32 little-endian length, history
 * record), each batch closed by a mark: length 0xffffffff and the log position (f64) that everything before it is as of.
 * The records have checksums and a version of their own.
 *
 * A file is written anew when too much of it is outdated. What is saved of the pane's screen may be older than that, so
 * the file before stays beside it (`.old`) until a newer screen is saved.
 *
 * What may not be on the disk, or can't be written there, is held by the keeper instead, as far as its bound goes.
 */
import { appendFileSync, readFileSync, renameSync, statSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { systemCode } from "../../base/errors.ts";
import type { History } from "../../terminal/history/history.ts";
import type { HistoryRecord } from "../../terminal/history/record-replay.ts";
import { frame, frameHeadBytes, parseFrames, type ParsedFrames } from "./history-frames.ts";

/** A file is written anew once it is this much larger than what it has to hold. */
const WASTE_FACTOR = 4;
const LEAST_WASTE_BYTES = 1024 * 1024;
/** History of one pane that the keeper holds while the disk does not. The oldest is left out. */
const MOST_HELD_BYTES = 1024 * 1024;

/** Where files of history may go, and what their writing tells. */
export interface HistoryPlace {
  /** Whether `bytes` more may be on the disk now. */
  admits(bytes: number): boolean;
  /** What was not admitted is held instead. */
  refused(): void;
  /** Bytes on the disk became more or fewer. */
  grew(bytes: number): void;
  failed(reason: string): void;
  /** A file can't be read as a whole, or could not when it was needed: it is kept aside before it is written anew. `newer`: by a later release. */
  damaged(path: string, newer: boolean): void;
  /** Room for what the keeper holds under a key, bytes. */
  roomToHold(key: string): number;
  /** Holds bytes in the keeper under a key; none: forgets them. */
  hold(key: string, bytes: Uint8Array): void;
  held(key: string): Uint8Array | undefined;
}

/** The file of one pane. Failing disks cost history after a crash, never the pane. */
export class HistoryFile {
  private lastBlock = 0;
  private size = 0;
  private oldSize = 0;
  /** Position of the first mark: what is saved of an earlier one is in the file before. */
  private firstMark = 0;
  /** Blocks up to this one were purged: they never go to the disk again. */
  private purged = 0;
  /** The file is not what it should be: it is to be written anew. */
  private stale = false;
  /** The log begins anew: nothing that was saved is later than what is written now. */
  private renewed = false;
  private holding = false;
  /** What was there could not be read: the disk failed when it was to be loaded. */
  private unread = false;
  /** How often it was saved or removed. */
  private saves = 0;

  /** @param mayKeep whether the pane's text may be on the disk */
  constructor(
    readonly path: string, private readonly key: string, private readonly place: HistoryPlace, private readonly mayKeep: () => boolean,
  ) {}

  private get oldPath(): string {
    return `${this.path}.old`;
  }

  /** Adds what is new in the history, as of this position of the pane's log; before the keeper gets a checkpoint of it. */
  save(history: History, position: number): void {
    this.saves++;
    if (!this.mayKeep()) {
      if (this.size > 0 || !this.holding) this.remove();
      return this.hold(history, position);
    }
    if (this.stale && !this.renewed) return this.hold(history, position);
    this.attempt(history, position, () => (this.renewed ? this.rewrite(history.exportBlocks(this.purged), position) : this.append(history, position)));
  }

  /**
   * What writes the file anew, if need be, as of what was just saved. To be called when the keeper has the checkpoint of
   * this position: until then a daemon that is killed leaves the one before, which the marks of the old file belong to.
   */
  prepare(history: History, position: number): (() => void) | undefined {
    const wasteful = this.size > LEAST_WASTE_BYTES + WASTE_FACTOR * history.memoryBytes;
    if (!this.mayKeep() || !(this.stale || wasteful) || !this.place.admits(0)) return undefined;
    const records = history.exportBlocks(this.purged);
    const { saves, stale } = this;
    return () => {
      // what was saved or removed since is not in these records
      if (this.saves !== saves || !this.mayKeep()) return;
      // one that is only wasteful goes on as it is, if there is no room for another
      this.attempt(history, position, () => this.rewrite(records, position) || !stale);
    };
  }

  /** @param write returns false if there is no room now */
  private attempt(history: History, position: number, write: () => boolean): void {
    let written = false;
    try {
      written = write();
    } catch (error) {
      this.place.failed(systemCode(error) ?? String(error));
    }
    if (!written) {
      this.stale = true;
      this.place.refused();
      return this.hold(history, position);
    }
    if (this.holding) this.place.hold(this.key, new Uint8Array());
    this.holding = false;
  }

  private append(history: History, position: number): boolean {
    const records = history.exportBlocks(Math.max(this.lastBlock, this.purged));
    const batch = frame(records, position);
    if (!this.place.admits(batch.length)) return false;
    appendFileSync(this.path, batch, { mode: 0o600 });
    if (this.size === 0) this.firstMark = position;
    this.changeSize(this.size + batch.length);
    this.noteBlocks(records);
    return true;
  }

  private rewrite(records: readonly HistoryRecord[], position: number): boolean {
    const whole = frame(records, position);
    if (!this.place.admits(whole.length - this.size)) return false;
    const keepsOld = this.size > 0 && this.oldSize === 0 && !this.renewed && this.place.admits(whole.length);
    const beside = `${this.path}.new`;
    try {
      writeFileSync(beside, whole, { mode: 0o600 });
      if (keepsOld) this.keepOld();
      if (this.unread && sizeOf(this.path) > 0) this.place.damaged(this.path, false);
      this.unread = false;
      renameSync(beside, this.path);
    } catch (error) {
      discard(beside);
      throw error;
    }
    if (this.renewed) this.dropOld();
    this.firstMark = position;
    this.changeSize(whole.length);
    this.lastBlock = 0;
    this.noteBlocks(records);
    this.stale = this.renewed = false;
    return true;
  }

  private keepOld(): void {
    try {
      renameSync(this.path, this.oldPath);
      this.changeOldSize(this.size);
    } catch {
      // somebody removed it
    }
    this.changeSize(0);
  }

  /** A screen as of this position is on the disk: what was kept for an older one is needed no more. */
  screenSaved(position: number): void {
    if (this.oldSize > 0 && this.firstMark <= position) this.dropOld();
  }

  private dropOld(): void {
    if (this.oldSize === 0) return;
    discard(this.oldPath);
    this.changeOldSize(0);
  }

  /** The open block comes last and is exported again under its id. */
  private noteBlocks(records: readonly HistoryRecord[]): void {
    if (records.length > 1) this.lastBlock = records[records.length - 2]!.id;
  }

  private changeSize(size: number): void {
    this.place.grew(size - this.size);
    this.size = size;
  }

  private changeOldSize(size: number): void {
    this.place.grew(size - this.oldSize);
    this.oldSize = size;
  }

  /** Gives the newest blocks to the keeper. */
  private hold(history: History, position: number): void {
    const records = history.exportBlocks(this.purged);
    const most = Math.min(MOST_HELD_BYTES, this.place.roomToHold(this.key));
    let from = records.length;
    for (let bytes = 0; from > 0; from--) {
      bytes += frameHeadBytes + records[from - 1]!.bytes.length;
      if (bytes > most) break;
    }
    this.place.hold(this.key, frame(records.slice(from), position));
    this.holding = true;
  }

  /** The records as of a position, of the file and of what the keeper holds. */
  load(position: number): HistoryRecord[] {
    const held = this.place.held(this.key);
    const records = this.loadFile(position, held !== undefined);
    if (held) {
      records.push(...parseFrames(held, position).records);
      this.stale = this.holding = true;
    }
    return records;
  }

  private loadFile(position: number, isHeld: boolean): HistoryRecord[] {
    this.changeOldSize(sizeOf(this.oldPath));
    let parsed = this.read(this.path, position);
    if (this.oldSize > 0 && (parsed === undefined || parsed.mark < 0)) {
      // it was written anew, or about to be, after what is to be loaded was saved
      const old = this.read(this.oldPath, position);
      if (old && old.mark >= 0 && this.promoteOld()) parsed = old;
    }
    if (!parsed) {
      // never written, or unreadable: what there is now is written anew
      this.stale = true;
      return [];
    }
    this.firstMark = parsed.firstMark;
    this.lastBlock = parsed.records.reduce((most, { id }) => Math.max(most, id), 0);
    // a write that was cut short by a full disk is no damage: what is missing is held
    this.takeOver(parsed, parsed.fault ?? (parsed.cut && parsed.mark !== position && !isHeld ? "damaged" : undefined));
    return parsed.records;
  }

  private read(path: string, position: number): ParsedFrames | undefined {
    try {
      return parseFrames(readFileSync(path), position);
    } catch (error) {
      // the disk itself is not well, which is told elsewhere: what it has may be there again later
      if (systemCode(error) !== "ENOENT") this.unread = true;
      return undefined;
    }
  }

  private promoteOld(): boolean {
    try {
      renameSync(this.oldPath, this.path);
      this.changeOldSize(0);
      return true;
    } catch {
      return false;
    }
  }

  /** What came after the mark must not stay in the file. */
  private takeOver({ size, end }: ParsedFrames, fault: ParsedFrames["fault"]): void {
    if (fault !== undefined) {
      this.place.damaged(this.path, fault === "newer");
      this.stale = true;
    }
    try {
      if (end < size) truncateSync(this.path, end);
      this.changeSize(end);
    } catch {
      this.changeSize(size);
      this.stale = true;
    }
  }

  /** The log begins anew: the file's marks mean nothing any more, so it is written anew with the next save. */
  renew(): void {
    this.stale = this.renewed = true;
  }

  /** Removes what is on the disk; only what is new is written from now on. */
  purge(history: History): void {
    this.unlink();
    const records = history.exportBlocks(this.lastBlock);
    this.noteBlocks(records);
    this.purged = this.lastBlock;
    this.stale = false;
  }

  /** The pane is no more. */
  remove(): void {
    this.unlink();
    if (this.holding) this.place.hold(this.key, new Uint8Array());
    this.holding = false;
  }

  private unlink(): void {
    this.saves++;
    this.changeSize(0);
    discard(this.path);
    // also one that nobody looked for yet
    discard(this.oldPath);
    this.changeOldSize(0);
  }
}

/** Bytes of a file; 0: there is none, or it can't be looked at. */
function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

function discard(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // never written, or gone
  }
}
