/**
 * The hot end of history: xterm rows become packed logical lines in one growing buffer, without an allocation a row.
 *
 * A logical line is one row of the row codec, as wide as all its display rows together. What a row leaves empty at its
 * right edge is only written once a wrapped row follows, since the codec omits trailing empties. One empty cell at the
 * edge is dropped when the next row starts with a wide character: it is there because the character did not fit, and
 * xterm drops it by the same rule when it reflows (BufferReflow.ts, getWrappedLineTrimmedLength). Of a line that ends with
 * rows of nothing but a colour it is noted, so that they come back as rows.
 */
import { ByteWriter } from "../../base/bytes.ts";
import { packRuns, usedColumns, type LinkText } from "../row-packer.ts";
import { CELL, type XtermLine } from "../xterm/internals.ts";
import type { LineImage } from "./block.ts";
import { FLAG, KIND, RunCursor } from "./run-cursor.ts";

/** A block takes no new line beyond this many bytes. */
export const BLOCK_BYTES = 64 * 1024;
/** A block takes no new line beyond this many lines, so that its index stays small. */
export const BLOCK_LINES = 4096;
/** A logical line is split where it would get wider than this many columns. */
export const MAX_LINE_COLUMNS = 64 * 1024;
/** A logical line is split at the first row that starts beyond this many bytes (dense styles, long links). */
export const MAX_LINE_BYTES = 1024 * 1024;
/** A single row with more bytes than this loses its links and the far ends of its grapheme clusters. */
const MAX_ROW_BYTES = 512 * 1024;
/** UTF-16 units of a grapheme that survive in such a row (the Stream-Safe Text Format of UAX #15 allows 31). */
const SHORT_GRAPHEME = 32;

const FIRST_CAPACITY = 4096;
/** Room above BLOCK_BYTES: the last line of a block rarely makes the buffer grow again. */
const FULL_CAPACITY = BLOCK_BYTES + 16 * 1024;
/** Buffers up to this size are worth reusing. */
export const SPARE_BYTES = FULL_CAPACITY;
/** Flags, run header and byte length of a plain run. */
const HEAD_BYTES = 12;
const NULL_CELL = 1 << CELL.widthShift;
const FIRST_PRINTABLE = NULL_CELL + 0x20;
const PRINTABLES = 0x5e;

const scratch = new ByteWriter(4096);

/** How a row joins the lines before it. */
export const JOIN = {
  /** It continues the last line. */
  continues: 0,
  /** It begins a line. */
  begins: 1,
  /** It begins a line because the one that it continues grew too long. */
  rest: 2,
} as const;
export type Join = (typeof JOIN)[keyof typeof JOIN];

/** How the last line of a packer would be continued; what a checkpoint keeps besides its bytes. */
export interface TailState {
  /** Whether a wrapped row may still be joined to the last line. */
  open: boolean;
  /** Columns that its rows occupied, trailing empties included. */
  columns: number;
  /** Columns of each of its rows; 0 if they differ. */
  width: number;
  /** Empty plain columns at the end of its last row. */
  pad: number;
  /** Offset in the line's bytes of its last row's first run. */
  row: number;
}

/** Packs rows into lines. The fields are read by the block that takes the finished bytes over. */
export class LinePacker {
  buffer: Uint8Array = new Uint8Array(0);
  /** Bytes used of `buffer`. */
  length = 0;
  /** Offset of each line in `buffer`; the first `lines` entries are valid. */
  starts: Uint32Array = new Uint32Array(0);
  lines = 0;
  private open = false;
  private tailColumns = 0;
  private tailWidth = 0;
  private tailPad = 0;
  /** Absolute offset of the first run of the last row. */
  private tailRow = 0;

  /** Whether a new line belongs into the next block. */
  get full(): boolean {
    return this.length >= BLOCK_BYTES || this.lines >= BLOCK_LINES;
  }

  /** Whether a row that is marked as wrapped would be joined to the last line. */
  get tailOpen(): boolean {
    return this.open && this.lines > 0;
  }

  /** How a row of `cols` columns would be joined. */
  joinOf(wrapped: boolean, cols: number): Join {
    if (!wrapped || !this.open || this.lines === 0) return JOIN.begins;
    const bytes = this.length - this.starts[this.lines - 1]!;
    return LinePacker.overlong(this.tailColumns, cols) || bytes > MAX_LINE_BYTES ? JOIN.rest : JOIN.continues;
  }

  /** Whether a line whose rows occupy `columns` takes no further row of `cols` columns. */
  static overlong(columns: number, cols: number): boolean {
    return columns + cols > MAX_LINE_COLUMNS;
  }

  /** Packs one row of `cols` columns, joined as `joinOf` said. The line is not kept. */
  append(line: XtermLine, cols: number, links: LinkText, join: Join): void {
    const data = line._data;
    const end = usedColumns(line, cols);
    if (this.length + end + HEAD_BYTES > this.buffer.length) this.grow(end + HEAD_BYTES);
    if (join !== JOIN.continues) this.beginLine(join === JOIN.rest ? FLAG.continues : 0, cols);
    else {
      this.continueLine(data, cols);
      if (end > 0) this.flagColorRow(!hasContent(data, end));
    }
    this.tailRow = this.length;
    const inside = join === JOIN.continues;
    if (end > 0 && !this.packAscii(data, end, inside ? 1 : 0)) this.packStyled(line, end, links, inside);
    this.tailPad = cols - end;
    this.tailColumns += cols;
  }

  /** Begins a line; there must be room for a byte. */
  private beginLine(flags: number, cols: number): void {
    if (this.lines === this.starts.length) {
      const grown = new Uint32Array(Math.max(64, this.starts.length * 4));
      grown.set(this.starts);
      this.starts = grown;
    }
    this.starts[this.lines++] = this.length;
    this.buffer[this.length++] = flags;
    this.tailColumns = 0;
    this.tailWidth = cols;
    this.open = true;
  }

  /** Writes the empties that the last row left out, now that a row follows. */
  private continueLine(data: Uint32Array, cols: number): void {
    if (cols !== this.tailWidth) this.tailWidth = 0;
    let pad = this.tailPad;
    if (data[0]! >>> CELL.widthShift === 2) {
      if (pad > 0) pad--;
      else this.dropLastEmpty();
    }
    if (pad === 0) return;
    scratch.reset();
    scratch.varint(pad * 16 + KIND.empty * 4 + 1);
    this.put(scratch.view());
  }

  /** Notes whether the row that continues the last line is empty, but coloured. */
  private flagColorRow(isColor: boolean): void {
    const start = this.starts[this.lines - 1]!;
    if (isColor) this.buffer[start]! |= FLAG.colorRows;
    else this.buffer[start]! &= ~FLAG.colorRows;
  }

  /** Takes one cell off the end of the last row if it is empty (and styled: plain ones were not written). */
  private dropLastEmpty(): void {
    const run = new RunCursor(this.buffer, this.tailRow, this.length);
    let found = false;
    while (run.next()) found = run.kind === KIND.empty;
    if (!found) return;
    scratch.reset();
    if (run.cells > 1) {
      scratch.varint((run.cells - 1) * 16 + KIND.empty * 4 + run.styleKind);
      scratch.bytes(this.buffer.subarray(run.styleFrom, run.styleTo));
    }
    this.length = run.head;
    this.put(scratch.view());
  }

  /** Packs a row of plain printable ASCII in one pass. @returns false, with nothing changed, if it is not one. */
  private packAscii(data: Uint32Array, end: number, styleKind: number): boolean {
    const buffer = this.buffer;
    const header = end * 16 + styleKind;
    let at = this.length + (header < 0x80 ? 1 : header < 0x4000 ? 2 : 3) + (end < 0x80 ? 1 : end < 0x4000 ? 2 : 3);
    if (end >= 0x4000) return false;
    const stop = end * CELL.words;
    for (let i = 0; i < stop; i += CELL.words) {
      const content = data[i]!;
      if ((content - FIRST_PRINTABLE) >>> 0 > PRINTABLES || (data[i + 1]! | data[i + 2]!) !== 0) return false;
      buffer[at++] = content;
    }
    this.varint(header);
    this.varint(end);
    this.length = at;
    return true;
  }

  /** A varint of at most three bytes, into room that is known to be there. */
  private varint(value: number): void {
    while (value > 0x7f) {
      this.buffer[this.length++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    this.buffer[this.length++] = value;
  }

  private packStyled(line: XtermLine, end: number, links: LinkText, inside: boolean): void {
    const from = this.length;
    let to = this.packRow(line, end, links, MAX_ROW_BYTES);
    if (to < 0 || to - from > MAX_ROW_BYTES) to = this.packRow(shortened(line), end, () => undefined, Infinity);
    // a first run that says "style as before" means plain, also in mid-line
    if (inside && (this.buffer[from]! & 3) === 0) this.buffer[from]! |= 1;
    this.length = to;
  }

  /** Writes a row's runs behind what there is. @returns the index after them, or -1 if they take more than `most` bytes */
  private packRow(line: XtermLine, end: number, links: LinkText, most: number): number {
    for (;;) {
      const to = packRuns(this.buffer, this.length, line, end, links);
      if (to >= 0 || this.buffer.length - this.length > most) return to;
      this.grow(this.buffer.length);
    }
  }

  private put(bytes: Uint8Array): void {
    if (this.length + bytes.length > this.buffer.length) this.grow(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  private grow(more: number): void {
    const now = this.buffer.length;
    const next = now === 0 ? FIRST_CAPACITY : now < FULL_CAPACITY ? Math.min(now * 4, FULL_CAPACITY) : now * 2;
    const grown = new Uint8Array(Math.max(next, this.length + more));
    grown.set(this.buffer.subarray(0, this.length));
    this.buffer = grown;
  }

  /** Bytes of line `index` (0 is the first in this packer): a view, valid until the next change. */
  line(index: number): Uint8Array {
    return this.buffer.subarray(this.starts[index]!, index + 1 < this.lines ? this.starts[index + 1]! : this.length);
  }

  /** Removes the last line. What is then last is a finished line. */
  removeLast(): void {
    if (this.lines === 0) return;
    this.length = this.starts[--this.lines]!;
    this.open = false;
  }

  /** Starts over, on the given buffers if there are any (their contents are overwritten). */
  reset(buffer?: Uint8Array, starts?: Uint32Array): void {
    this.buffer = buffer ?? new Uint8Array(0);
    this.starts = starts ?? new Uint32Array(0);
    this.length = 0;
    this.lines = 0;
    this.open = false;
  }

  /** Takes the first `lines` lines of an image over, and its arrays; the last line is finished. */
  load(image: LineImage, lines: number): void {
    this.buffer = image.bytes;
    this.length = lines < image.lines ? image.starts[lines]! : image.length;
    this.starts = image.starts;
    this.lines = lines;
    this.open = false;
  }

  /** Adds a copy of a line of another packer, to go on with it as `tail` (that packer's) says. */
  adopt(bytes: Uint8Array, tail: TailState): void {
    if (this.length + bytes.length > this.buffer.length) this.grow(bytes.length);
    this.beginLine(0, 0);
    this.length--;
    this.put(bytes);
    this.resume(tail);
  }

  /** Goes on with the last line as `tail()` once said. */
  resume(tail: TailState): void {
    if (this.lines === 0) return;
    this.open = tail.open;
    this.tailColumns = tail.columns;
    this.tailWidth = tail.width;
    this.tailPad = tail.pad;
    this.tailRow = this.starts[this.lines - 1]! + tail.row;
  }

  tail(): TailState {
    const start = this.lines > 0 ? this.starts[this.lines - 1]! : 0;
    const { tailOpen: open, tailColumns: columns, tailWidth: width, tailPad: pad } = this;
    return { open, columns, width, pad, row: this.tailRow - start };
  }
}

/** Whether there is a character among the first `end` cells of a row. */
function hasContent(data: Uint32Array, end: number): boolean {
  for (let i = (end - 1) * CELL.words; i >= 0; i -= CELL.words) if (data[i]! & CELL.hasContent) return true;
  return false;
}

/** A row with bounded graphemes, for encoding only. */
function shortened(line: XtermLine): XtermLine {
  const combined: Record<number, string> = {};
  for (const [column, text] of Object.entries(line._combined)) {
    const cut = text.charCodeAt(SHORT_GRAPHEME - 1) >>> 10 === 0x36 ? SHORT_GRAPHEME - 1 : SHORT_GRAPHEME;
    combined[Number(column)] = text.slice(0, cut);
  }
  const { _data, _extendedAttrs, isWrapped, length } = line;
  return { _data, _combined: combined, _extendedAttrs, isWrapped, length };
}
