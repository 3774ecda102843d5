/**
 * Writes text into xterm's rows: what stock `InputHandler.print` and `lineFeed` do, cell for cell, without an object
 * or a call per character. The differential tests hold it against the stock code.
 */
import { Clusters } from "./clusters.ts";
import { CELL, type XtermAttributes, type XtermCore, type XtermInputHandler, type XtermLineMethods,
  type XtermParser } from "./internals.ts";
import type { ScreenRows } from "./screen-rows.ts";
import { decode, lengthOf } from "./utf8.ts";
import type { Widths } from "./widths.ts";

const W = CELL.words;
/** UTF-16 units of one cell; more combining marks are dropped. */
const MOST_CLUSTER = 64;
/** Join state after an ASCII character: break kind "other", width 1. */
const ASCII_STATE = 2;
/** Info (see Widths) of a character that is one cell wide and joins nothing. */
const NARROW_INFO = 1 << 4;
/** Break kind of prepended marks, the only one that an ASCII character joins. */
const PREPEND = 1;

const clusters = new Clusters();

/** Work (see ScreenRows) of a character that REP prints, and by column of one that moves the rest of its row. */
const PRINT_WORK = 100;
const INSERT_WORK = 4;

/** Characters that are printed one by one at once. */
const SLOW_STEP = 256;

/** Prints on the active screen of one terminal. */
export class FastPrint {
  private readonly input: XtermInputHandler;
  private readonly parser: XtermParser;
  /** Inside a run of text: the cell to the left of the cursor is one that the run itself wrote. */
  private inRun = false;
  /** The character set that `map` was made for. */
  private mappedCharset: Record<string, string> | undefined;
  private map: Uint16Array | null = null;

  constructor(private readonly core: XtermCore, private readonly screen: ScreenRows, private readonly widths: Widths) {
    this.input = core._inputHandler;
    this.parser = core._inputHandler._parser;
  }

  /** Whether the last thing parsed was text (part of a checkpoint, as it decides how a combining mark goes on). */
  get running(): boolean {
    return this.inRun;
  }

  set running(value: boolean) {
    this.inRun = value;
  }

  /** A control or sequence ends the run of text. */
  endRun(): void {
    this.inRun = false;
    this.parser.precedingJoinState = 0;
  }

  /** Prints the printable ASCII from `from` on; returns the index of the first byte that is none, at most `end`. */
  printAscii(bytes: Uint8Array, from: number, end: number): number {
    const { buffer, cols, dirty } = this.screen;
    const pen = this.input._curAttrData;
    const charset = this.core._charsetService.charset;
    const map = charset === undefined ? undefined : this.charsetMap(charset);
    if (
      map === null ||
      this.core.coreService.modes.insertMode ||
      ((this.parser.precedingJoinState >> 3) & 15) === PREPEND ||
      !this.core.coreService.decPrivateModes.wraparound
    ) {
      return this.printAsciiSlowly(bytes, from, end);
    }
    let x = buffer.x;
    dirty.markDirty(buffer.y);
    let row = this.screen.current();
    if (!this.inRun) this.startRun(row, x, pen);
    let i = from;
    for (;;) {
      if (x >= cols) {
        x = 0;
        row = this.wrap();
      }
      const stop = Math.min(end, i + cols - x);
      const length = writeAscii(row._data, x, bytes, i, stop, pen.fg, pen.bg);
      if (map !== undefined) mapCells(row._data, x, x + length, map);
      if (pen.bg & CELL.hasExtended) extend(row, x, x + length, pen);
      i += length;
      x += length;
      if (x > row.written!) row.written = x;
      if (i < stop || i >= end) break;
      const next = bytes[i]!;
      if (next < 0x20 || next > 0x7e) break;
    }
    buffer.x = x;
    if (x < cols && row._data[x * W]! < CELL.empty) this.endOfWide(row, x, pen);
    dirty.markDirty(buffer.y);
    this.parser.precedingJoinState = ASCII_STATE;
    return i;
  }

  /** Replacements by character code; null for a set that has more than single narrow characters. */
  private charsetMap(charset: Record<string, string>): Uint16Array | null {
    if (this.mappedCharset === charset) return this.map;
    const map = new Uint16Array(128);
    this.mappedCharset = charset;
    this.map = map;
    for (let code = 0; code < 127; code++) {
      const replaced = charset[String.fromCharCode(code)];
      map[code] = replaced ? replaced.charCodeAt(0) : code;
      if (this.widths.info(map[code]!) !== NARROW_INFO) this.map = null;
    }
    return this.map;
  }

  /**
   * Prints characters of two to four bytes from `from` on for as long as they are whole, well formed, join nothing and
   * the modes are the usual ones; returns the index of the first byte not taken.
   */
  printMultibyte(bytes: Uint8Array, from: number, end: number): number {
    const { buffer, cols, dirty } = this.screen;
    const { core, widths } = this;
    const pen = this.input._curAttrData;
    const { fg, bg } = pen;
    if (core.coreService.modes.insertMode || !core.coreService.decPrivateModes.wraparound) return from;
    const extended = (bg & CELL.hasExtended) !== 0;
    let row = this.screen.current();
    let data = row._data;
    let x = buffer.x;
    dirty.markDirty(buffer.y);
    let state = this.parser.precedingJoinState;
    let i = from;
    while (i < end) {
      const length = lengthOf(bytes[i]!);
      if (length === 1 || i + length > end) break;
      const code = decode(bytes, i, length);
      if (code < 0xa0) break;
      const info = widths.info(code);
      if (widths.joins(state, info)) break;
      if (!this.inRun) this.startRun(row, x, pen);
      const width = info >> 4;
      if (x + width > cols) {
        if (x > row.written!) row.written = x;
        clearEnd(row, x, cols, pen);
        x = 0;
        row = this.wrap();
        data = row._data;
      }
      const cell = x * W;
      data[cell] = code | (width << CELL.widthShift);
      data[cell + 1] = fg;
      data[cell + 2] = bg;
      if (width === 2) {
        data[cell + 3] = 0;
        data[cell + 4] = fg;
        data[cell + 5] = bg;
      }
      if (extended) extend(row, x, x + width, pen);
      x += width;
      state = ((info & 15) << 3) | (width << 1);
      i += length;
    }
    if (i === from) return from;
    if (x > row.written!) row.written = x;
    buffer.x = x;
    this.parser.precedingJoinState = state;
    this.finish(row, x, pen);
    return i;
  }

  private printAsciiSlowly(bytes: Uint8Array, from: number, end: number): number {
    let i = from;
    // in steps, between which whoever parses may stop: in insert mode each character moves its row
    for (const stop = Math.min(end, from + SLOW_STEP); i < stop; i++) {
      const c = bytes[i]!;
      if (c < 0x20 || c > 0x7e) break;
      this.print(c);
    }
    return i;
  }

  /** Prints one code point (0x20-0x7e or at least 0xa0), in whatever mode. */
  print(codePoint: number): void {
    const { buffer, cols, dirty } = this.screen;
    const pen = this.input._curAttrData;
    let row = this.screen.current();
    let x = buffer.x;
    dirty.markDirty(buffer.y);
    if (!this.inRun) this.startRun(row, x, pen);
    const code = this.mapped(codePoint);
    const before = this.parser.precedingJoinState;
    const info = this.widths.info(code);
    const joins = this.widths.joins(before, info);
    const state = joins ? this.widths.joined(code, before) : ((info & 15) << 3) | ((info >> 4) << 1);
    const width = joins ? (state >> 1) & 3 : info >> 4;
    const oldWidth = joins ? (before >> 1) & 3 : 0;
    this.parser.precedingJoinState = state;

    if (x + width - oldWidth > cols) {
      if (this.core.coreService.decPrivateModes.wraparound) {
        const oldRow = row;
        const oldX = x - oldWidth;
        if (oldWidth === 0) clearEnd(oldRow, oldX, cols, pen);
        row = this.wrap();
        if (oldWidth > 0) {
          // a mark made the character wider than the place it had
          row.copyCellsFrom(oldRow, oldX, 0, oldWidth, false);
          clearEnd(oldRow, oldX, cols, pen);
        }
        x = oldWidth;
      } else {
        x = cols - 1;
        if (width === 2) {
          buffer.x = x;
          this.finish(row, x, pen);
          return;
        }
      }
    }
    if (joins && x > 0) {
      const base = x - (row._data[(x - 1) * W]! >>> CELL.widthShift ? 1 : 2);
      this.addMark(row, base, code, width);
      for (let n = width - oldWidth; n > 0; n--) row.setCellFromCodepoint(x++, 0, 0, pen);
    } else {
      if (this.core.coreService.modes.insertMode) this.insertRoom(row, x, width - oldWidth, pen);
      row.setCellFromCodepoint(x++, code, width, pen);
      for (let n = width; n > 1; n--) row.setCellFromCodepoint(x++, 0, 0, pen);
    }
    buffer.x = x;
    this.finish(row, x, pen);
  }

  /** Adds a code point to the grapheme of a cell, unless that holds as many as we let it have. */
  private addMark(row: XtermLineMethods, x: number, code: number, width: number): void {
    const content = row._data[x * W]!;
    const first = content & CELL.codePointMask;
    // xterm's way with a mark that has nothing to stand on
    if ((content & CELL.combined) === 0 && first === 0) return row.addCodepointToCell(x, code, width);
    const text = content & CELL.combined ? row._combined[x]! : clusters.single(first);
    if (text.length >= MOST_CLUSTER) return;
    row._combined[x] = clusters.grown(text, code);
    row.decorated = true;
    const kept = width === 0 ? content >>> CELL.widthShift : width;
    row._data[x * W] = CELL.combined | (kept << CELL.widthShift);
  }

  private finish(row: XtermLineMethods, x: number, pen: XtermAttributes): void {
    if (x < this.screen.cols && row._data[x * W]! < CELL.empty) this.endOfWide(row, x, pen);
    this.screen.dirty.markDirty(this.screen.buffer.y);
  }

  /** REP: prints the last character again, at most a row full of them. */
  repeat(count: number): void {
    const state = this.parser.precedingJoinState;
    const { buffer, cols } = this.screen;
    const x = buffer.x - ((state >> 1) & 3);
    if (state === 0 || x < 0) return;
    const text = [...this.screen.current().getString(x)].map((char) => char.codePointAt(0)!);
    this.inRun = false;
    this.screen.work += Math.min(count, cols) * text.length * PRINT_WORK;
    for (let n = Math.min(count, cols); n > 0; n--) for (const code of text) this.print(code);
  }

  private mapped(codePoint: number): number {
    const charset = this.core._charsetService.charset;
    if (charset === undefined || codePoint >= 127) return codePoint;
    const replaced = charset[String.fromCharCode(codePoint)];
    return replaced ? replaced.charCodeAt(0) : codePoint;
  }

  private insertRoom(row: XtermLineMethods, x: number, width: number, pen: XtermAttributes): void {
    this.screen.countRows(INSERT_WORK);
    row.insertCells(x, width, this.screen.buffer.getNullCell(pen));
    const last = this.screen.cols - 1;
    if (row._data[last * W]! >>> CELL.widthShift === 2) row.setCellFromCodepoint(last, 0, 1, pen);
  }

  /** A run that begins on the right half of a wide character empties the left half. */
  private startRun(row: XtermLineMethods, x: number, pen: XtermAttributes): void {
    this.inRun = true;
    if (x > 0 && row._data[(x - 1) * W]! >>> CELL.widthShift === 2) row.setCellFromCodepoint(x - 1, 0, 1, pen);
  }

  /** A run that ends on the left half of a wide character empties the right half. */
  private endOfWide(row: XtermLineMethods, x: number, pen: XtermAttributes): void {
    if ((row._data[x * W]! & CELL.hasContent) === 0) row.setCellFromCodepoint(x, 0, 1, pen);
  }

  /** Goes to the next row because the line is full, and returns that row; the caller sets the column. */
  private wrap(): XtermLineMethods {
    const { buffer, rows } = this.screen;
    if (buffer.y === buffer.scrollBottom) this.screen.scroll(true);
    else {
      if (buffer.y < rows - 1) buffer.y++;
      this.screen.current().isWrapped = true;
    }
    return this.screen.current();
  }

  /** LF, VT, FF. */
  lineFeed(): void {
    const { buffer, rows, cols, dirty } = this.screen;
    dirty.markDirty(buffer.y);
    if (this.core.optionsService.rawOptions.convertEol) buffer.x = 0;
    if (buffer.y === buffer.scrollBottom) this.screen.scroll(false);
    else if (buffer.y < rows - 1) {
      buffer.y++;
      this.screen.current().isWrapped = false;
    }
    if (buffer.x >= cols) buffer.x--;
    dirty.markDirty(buffer.y);
    this.endRun();
  }
}

/** Empties what is left of a row that a wide character did not fit into. */
function clearEnd(row: XtermLineMethods, from: number, cols: number, pen: XtermAttributes): void {
  for (let x = from; x < cols; x++) row.setCellFromCodepoint(x, 0, 1, pen);
}

/** Gives cells [from, to) the pen's extended attributes. */
function extend(row: XtermLineMethods, from: number, to: number, pen: XtermAttributes): void {
  for (let x = from; x < to; x++) row._extendedAttrs[x] = pen.extended;
  row.decorated = true;
}

/** Writes printable ASCII from bytes [from, stop) into the cells from column `x` on; returns how many there were. */
function writeAscii(
  data: Uint32Array, x: number, bytes: Uint8Array, from: number, stop: number, fg: number, bg: number,
): number {
  let i = from;
  let cell = x * W;
  while (i < stop) {
    const c = bytes[i]!;
    if (c < 0x20 || c > 0x7e) break;
    data[cell] = CELL.empty | c;
    data[cell + 1] = fg;
    data[cell + 2] = bg;
    cell += W;
    i++;
  }
  return i - from;
}

/** Replaces the characters of cells [from, to). */
function mapCells(data: Uint32Array, from: number, to: number, map: Uint16Array): void {
  for (let cell = from * W; cell < to * W; cell += W) data[cell] = CELL.empty | map[data[cell]! & 0x7f]!;
}
