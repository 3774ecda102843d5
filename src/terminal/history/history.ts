/**
 * The history of one pane: rows that left the emulator, as logical lines numbered from the pane's birth.
 *
 * Numbers never change and are never given to another line. The newest lines are packed into an open block; full
 * blocks wait raw until the pane is quiet and are then compressed; the oldest go when a cap is passed. Rows that are
 * still in the emulator have their numbers from `endLine` on (see PaneText); `takeBack` returns lines to it.
 */
import type { Clock } from "../../base/clock.ts";
import type { LinkText } from "../row-packer.ts";
import type { XtermLine } from "../xterm/internals.ts";
import { Block, encodeRecord, imageLine, type LineImage } from "./block.ts";
import { BlockList } from "./block-list.ts";
import { JOIN, LinePacker, SPARE_BYTES, type TailState } from "./line-packer.ts";
import type { LinePage } from "./line-text.ts";
import { logicalLine, type LogicalLine } from "./logical-line.ts";
import type { TextMatcher } from "./pattern-matcher.ts";
import { replayRecords, type HistoryRecord, type LineRange } from "./record-replay.ts";
import { searchPages, type SearchBounds, type SearchDirection, type SearchResult } from "./search.ts";
import { takeBack, type RowFactory } from "./take-back.ts";

const DEFAULT_MAX_LINES = 10_000;
const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;
const DEFAULT_MAX_RAW_BYTES = 4 * 1024 * 1024;
const LEAST_MAX_BYTES = 256 * 1024;
const READ_LINES = 1000;
const READ_BYTES = 1024 * 1024;

/** Bounds of a history. */
export interface HistoryLimits {
  /** Logical lines, at least 1; default 10,000. */
  readonly maxLines?: number;
  /** Bytes of memory for finished blocks, as they are held; default 8 MiB, at least 256 KiB. */
  readonly maxBytes?: number;
  /** Bytes of blocks that wait for compression; beyond it the oldest is compressed at once. Default 4 MiB. */
  readonly maxRawBytes?: number;
}

export class History {
  private readonly packer = new LinePacker();
  private readonly blocks = new BlockList();
  private readonly maxLines: number;
  private readonly maxBytes: number;
  private readonly maxRawBytes: number;
  private openId = 1;
  private nextId = 2;
  private start = 0;
  private end = 0;
  /** Buffers of the last raw block that went, for the next one. */
  private spare: LineImage | undefined;
  private lost: LineRange[] = [];

  /** `hotContinues` tells whether the oldest row that the emulator still has continues the row before it. */
  constructor(
    private readonly clock: Clock,
    private readonly hotContinues: () => boolean,
    limits: HistoryLimits = {},
  ) {
    this.maxLines = Math.max(1, limits.maxLines ?? DEFAULT_MAX_LINES);
    this.maxBytes = Math.max(LEAST_MAX_BYTES, limits.maxBytes ?? DEFAULT_MAX_BYTES);
    this.maxRawBytes = Math.min(limits.maxRawBytes ?? DEFAULT_MAX_RAW_BYTES, this.maxBytes / 2);
  }

  /** Number of the oldest line. */
  get firstLine(): number {
    return this.start;
  }

  /** The number after the newest line. */
  get endLine(): number {
    return this.end;
  }

  /** Whether the newest line goes on in the emulator's rows. */
  get openTail(): boolean {
    return this.end > this.start && this.packer.tailOpen && this.hotContinues();
  }

  /** Ranges of lines that should be there but could not be read from disk, oldest first. */
  get gaps(): readonly LineRange[] {
    return this.lost.filter((gap) => gap.to > this.start).sort((a, b) => a.from - b.from);
  }

  /** Bytes of memory held. */
  get memoryBytes(): number {
    const { packer, spare } = this;
    const open = packer.buffer.length + packer.starts.length * 4;
    const waiting = spare === undefined ? 0 : spare.bytes.length + spare.starts.length * 4;
    return open + this.blocks.bytes + this.blocks.cacheBytes + waiting;
  }

  /** Id of the oldest block that still counts; records of smaller ids are of no more use. */
  get firstBlock(): number {
    return this.blocks.first?.id ?? this.openId;
  }

  /** Adds the oldest row of the emulator, of `cols` columns. The line is not kept. */
  append(line: XtermLine, cols: number, links: LinkText): void {
    const { packer } = this;
    const join = packer.joinOf(line.isWrapped, cols);
    if (join !== JOIN.continues) {
      if (packer.full) this.seal();
      if (++this.end - this.start > this.maxLines) this.dropTo(this.end - this.maxLines);
    }
    packer.append(line, cols, links, join);
  }

  /** Finishes the open block and begins the next. */
  private seal(): void {
    const { packer, blocks } = this;
    const image = { bytes: packer.buffer, length: packer.length, starts: packer.starts, lines: packer.lines };
    blocks.push(Block.raw(this.openId, this.end - packer.lines, image));
    this.openId = this.nextId++;
    const { spare } = this;
    this.spare = undefined;
    packer.reset(spare?.bytes, spare?.starts);
    while (blocks.rawBytes > this.maxRawBytes) this.keepSpare(blocks.compressOldest(this.start));
    while (blocks.bytes > this.maxBytes) this.dropTo(blocks.first!.endLine);
  }

  /** Lets go of all lines before `line`, which is not before the oldest. */
  private dropTo(line: number): void {
    this.start = line;
    for (let block = this.blocks.first; block !== undefined && block.endLine <= this.start; block = this.blocks.first) {
      if (block.isRaw) this.keepSpare(block.read());
      this.blocks.shift();
    }
  }

  private keepSpare(image: LineImage | undefined): void {
    if (image !== undefined && image.bytes.length <= SPARE_BYTES) this.spare = image;
  }

  /**
   * Compresses up to `most` waiting blocks (about 0.15 ms each) and lets go of buffers and caches; to be called when
   * the pane is quiet. @returns whether none waits any more.
   */
  compressIdle(most = Infinity): boolean {
    this.spare = undefined;
    this.blocks.dropCache();
    for (let n = 0; n < most; n++) if (this.blocks.compressOldest(this.start) === undefined) return true;
    return this.blocks.rawBytes === 0;
  }

  /**
   * Forgets all lines. `nextLine` is the number that the emulator's first remaining row has; numbers already given to
   * lines of the history are not given again, except to the rest of a line that goes on in the emulator.
   */
  clear(nextLine = this.end): void {
    const least = this.openTail ? this.end - 1 : this.end;
    this.blocks.clear();
    this.packer.reset();
    this.spare = undefined;
    this.lost = [];
    this.openId = this.nextId++;
    this.start = this.end = Math.max(least, nextLine);
  }

  /** How the newest line was put together, and may go on. */
  tail(): TailState {
    return this.packer.tail();
  }

  /** Bytes of the newest line: a view, valid until the next change. Undefined if there is none, or it is unreadable. */
  newest(): Uint8Array | undefined {
    if (this.end === this.start || (this.packer.lines === 0 && !this.reopen())) return undefined;
    return this.packer.line(this.packer.lines - 1);
  }

  /** Removes the newest line; its number will be given to the line that comes in its place. */
  removeNewest(): void {
    if (this.newest() === undefined) return;
    this.packer.removeLast();
    this.end--;
  }

  /** Makes the newest finished block the open one again. */
  private reopen(): boolean {
    const block = this.blocks.last;
    if (block === undefined || block.endLine !== this.end) return false;
    const image = this.readable(block);
    if (image === undefined) return false;
    this.blocks.pop();
    this.packer.load(image, block.lines);
    return true;
  }

  /**
   * Takes the newest lines out and returns them as rows for the top of the emulator's scrollback, oldest first: the
   * open tail, then whole lines until there are `rowsWanted` rows or somewhat more. See take-back.ts for the bounds.
   */
  takeBack(rowsWanted: number, factory: RowFactory): XtermLine[] {
    return takeBack(this, rowsWanted, factory);
  }

  /**
   * Records of the blocks with ids above `sinceBlock`, which are compressed for it, and always of the open one: it
   * comes last, and replaces what was exported under its id before.
   */
  exportBlocks(sinceBlock = 0): HistoryRecord[] {
    const records: HistoryRecord[] = [];
    for (let n = 0; n < this.blocks.length; n++) {
      const block = this.blocks.at(n)!;
      const { id, firstLine, recordLines: lines } = block;
      if (id > sinceBlock) records.push({ id, firstLine, lines, bytes: this.blocks.record(block, this.start) });
    }
    const { packer, openId: id } = this;
    const firstLine = this.end - packer.lines;
    const header = { id, firstLine, lines: packer.lines, floor: this.start, tail: packer.tail() };
    records.push({ id, firstLine, lines: packer.lines, bytes: encodeRecord(header, this.openImage()) });
    return records;
  }

  /**
   * A history from records in any order. Those that cannot be read cost their own lines and leave gaps; new blocks get
   * ids above all of theirs. The other arguments are the constructor's.
   */
  static restore(
    records: readonly HistoryRecord[],
    clock: Clock,
    hotContinues: () => boolean,
    limits: HistoryLimits = {},
  ): History {
    const history = new History(clock, hotContinues, limits);
    history.load(records);
    return history;
  }

  private load(records: readonly HistoryRecord[]): void {
    const replayed = replayRecords(records);
    for (const block of replayed.blocks) this.blocks.push(block);
    this.start = replayed.start;
    this.end = replayed.end;
    this.lost = replayed.gaps;
    this.openId = replayed.nextId;
    this.nextId = replayed.nextId + 1;
    const { newest } = replayed;
    const last = this.blocks.last;
    if (newest !== undefined && last?.id === newest.id && this.reopen()) this.packer.resume(newest.tail);
    if (this.end - this.start > this.maxLines) this.dropTo(this.end - this.maxLines);
    while (this.blocks.bytes > this.maxBytes) this.dropTo(this.blocks.first!.endLine);
  }

  /** One line, or undefined if it is not here. Of the open tail: what left the emulator so far. */
  line(number: number): LogicalLine | undefined {
    return this.lines(number, number + 1)[0];
  }

  /**
   * Lines `from` up to `to` (exclusive), as far as the bounds allow (default 1,000 lines and 1 MiB, but always one
   * line); what is not here is left out.
   */
  lines(from: number, to: number, bounds: { maxLines?: number; maxBytes?: number } = {}): LogicalLine[] {
    const { maxLines = READ_LINES, maxBytes = READ_BYTES } = bounds;
    const found: LogicalLine[] = [];
    let bytes = 0;
    for (const page of this.pages(from, to, "forward")) {
      for (let i = page.from; i < page.to; i++) {
        const view = imageLine(page.image, i);
        if (found.length > 0 && (found.length >= maxLines || bytes + view.length > maxBytes)) return found;
        bytes += view.length;
        found.push(logicalLine(page.firstLine + i - page.from, view.slice()));
      }
    }
    return found;
  }

  /** Lines `from` up to `to` (exclusive) as pages in the given direction: views, valid until the next change. */
  *pages(from: number, to: number, direction: SearchDirection): Generator<LinePage> {
    const low = Math.max(from, this.start);
    const high = Math.min(to, this.end);
    if (low >= high) return;
    const forward = direction === "forward";
    const openFirst = this.end - this.packer.lines;
    if (!forward && high > openFirst) yield page(this.openImage(), openFirst, low, high);
    const { blocks } = this;
    const last = Math.min(blocks.indexOf(high - 1), blocks.length - 1);
    for (let n = blocks.indexOf(low), count = last - n + 1, i = 0; i < count; i++) {
      const block = blocks.at(forward ? n + i : last - i)!;
      if (block.firstLine >= high || block.endLine <= low) continue;
      const image = this.readable(block);
      if (image !== undefined) yield page(image, block.firstLine, low, Math.min(high, block.endLine));
    }
    if (forward && high > openFirst) yield page(this.openImage(), openFirst, low, high);
  }

  private openImage(): LineImage {
    const { buffer: bytes, length, starts, lines } = this.packer;
    return { bytes, length, starts, lines };
  }

  /** The lines of a block; a damaged one becomes a gap. */
  private readable(block: Block): LineImage | undefined {
    try {
      return this.blocks.read(block);
    } catch {
      const { firstLine: from, endLine: to } = block;
      if (!this.lost.some((gap) => gap.from <= from && gap.to >= to)) this.lost.push({ from, to });
      return undefined;
    }
  }

  /** Searches the lines before `to` (default: all, the open tail's part included). */
  search(matcher: TextMatcher, bounds: SearchBounds = {}, to = this.end): SearchResult {
    return searchPages(this.searchPages(bounds, to), matcher, bounds, this.clock);
  }

  /** The pages that a search with these bounds has to see, in its direction. */
  searchPages({ from, direction = "forward" }: SearchBounds, to = this.end): Generator<LinePage> {
    if (direction === "forward") return this.pages(from?.line ?? this.start, to, direction);
    return this.pages(this.start, from === undefined ? to : Math.min(to, from.line + 1), direction);
  }
}

function page(image: LineImage, imageFirst: number, low: number, high: number): LinePage {
  const firstLine = Math.max(low, imageFirst);
  return { image, firstLine, from: firstLine - imageFirst, to: high - imageFirst };
}
