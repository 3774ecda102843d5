/**
 * The rows of the active screen: finding, emptying, moving and scrolling them, with the same result as xterm's
 * BufferService and CircularList, but on the rows that are there instead of new ones.
 */
import { emptyCell } from "./cell-shift.ts";
import type { DirtyRows } from "./dirty-rows.ts";
import { CELL, type XtermBuffer, type XtermCore, type XtermInputHandler, type XtermLine,
  type XtermLineMethods } from "./internals.ts";

const W = CELL.words;
/** Up to here a loop is faster than a copy of a whole empty row. */
const FEW_COLUMNS = 32;
/** Work of moving a row, in cells. */
const MOVE_WORK = 3;
/** Work of emptying a row that is empty. */
const VISIT_WORK = 12;
/** Work of making a row, by column. */
const NEW_ROW_WORK = 4;
/** Work of scrolling by a row, and keeping the one that leaves. */
const SCROLL_WORK = 50;

export class ScreenRows {
  /** The active buffer. */
  buffer: XtermBuffer;
  cols = 0;
  rows = 0;
  /**
   * Work done since the terminal was made, in cells written or about as dear: a few bytes can ask for a million of
   * them, so whoever parses for others too stops by this measure and not by the length of what is parsed.
   */
  work = 0;
  private readonly input: XtermInputHandler;
  /** An empty row of the present width. */
  private blank = new Uint32Array(0);
  private leaving: XtermLineMethods[] = [];

  /** `lineTrimmed` gets each row that leaves the normal buffer's scrollback, before it is reused. */
  constructor(
    private readonly core: XtermCore,
    readonly dirty: DirtyRows,
    private readonly lineTrimmed: (line: XtermLine) => void,
  ) {
    this.input = core._inputHandler;
    this.buffer = core._bufferService.buffer;
    this.refresh();
  }

  /** To be called after a resize, and when the other buffer became the active one. */
  refresh(): void {
    const service = this.core._bufferService;
    this.buffer = service.buffer;
    this.rows = service.rows;
    if (this.cols === service.cols) return;
    this.cols = service.cols;
    this.blank = new Uint32Array(this.cols * W);
    for (let i = 0; i < this.blank.length; i += W) this.blank[i] = CELL.empty;
  }

  /** Counts work on whole rows that is done elsewhere. */
  countRows(count: number): void {
    this.work += count * this.cols;
  }

  /** Row `y` of the screen. */
  row(y: number): XtermLineMethods {
    const { lines, ybase } = this.buffer;
    return lines._array[(lines._startIndex + ybase + y) % lines._maxLength]!;
  }

  /** The cursor's row. */
  current(): XtermLineMethods {
    const { lines, ybase, y } = this.buffer;
    return lines._array[(lines._startIndex + ybase + y) % lines._maxLength]!;
  }

  /** Scrolls the scroll region up by one row, in the colour of the pen; from the top of a screen to the scrollback. */
  scroll(wrapped: boolean): void {
    const { buffer } = this;
    const { lines, scrollTop, scrollBottom } = buffer;
    if (scrollTop !== 0) {
      this.moveUp(scrollTop, scrollBottom, 1, this.eraseColor);
      this.row(scrollBottom).isWrapped = wrapped;
      return;
    }
    this.work += SCROLL_WORK + this.rows - scrollBottom;
    const full = lines._length === lines._maxLength;
    if (full && buffer === this.core._bufferService.buffers.normal) this.lineTrimmed(lines.get(0)!);
    if (scrollBottom === this.rows - 1) {
      this.dirty.scrolled++;
      this.dirty.markAllDirty();
      if (full) this.recycle(wrapped);
      else lines.push(this.newRow(wrapped));
    } else {
      this.dirty.markRangeDirty(0, scrollBottom);
      lines.splice(buffer.ybase + scrollBottom + 1, 0, this.newRow(wrapped));
    }
    if (full) return;
    buffer.ybase++;
    buffer.ydisp = buffer.ybase;
    // xterm keeps the saved cursor's row from the top of the scrollback: DECRC would go up with the text
    buffer.savedY++;
  }

  /** The full list's oldest row becomes its newest. */
  private recycle(wrapped: boolean): void {
    const { lines } = this.buffer;
    const start = lines._startIndex % lines._maxLength;
    lines._startIndex = start + 1 === lines._maxLength ? 0 : start + 1;
    this.empty(lines._array[start]!, this.eraseColor, wrapped);
  }

  private newRow(wrapped: boolean): XtermLineMethods {
    this.countRows(NEW_ROW_WORK);
    return this.buffer.getBlankLine(this.input._eraseAttrData(), wrapped);
  }

  /** The pen's background as the bg word of an erased cell. */
  get eraseColor(): number {
    return this.input._curAttrData.bg & CELL.erase;
  }

  /** Moves the rows of [top, bottom] up by `count`; empty rows in colour `bg` come in below. */
  moveUp(top: number, bottom: number, count: number, bg: number): void {
    this.dirty.markRangeDirty(top, bottom);
    this.work += MOVE_WORK * (bottom - top);
    const { lines, ybase } = this.buffer;
    const array = lines._array;
    const max = lines._maxLength;
    let to = (lines._startIndex + ybase + top) % max;
    if (count === 1) {
      const first = array[to]!;
      for (let n = bottom - top; n > 0; n--) {
        const from = to + 1 === max ? 0 : to + 1;
        array[to] = array[from];
        to = from;
      }
      this.empty(first, bg, false);
      array[to] = first;
      return;
    }
    const moved = Math.min(count, bottom - top + 1);
    for (let y = 0; y < moved; y++) this.leaving.push(array[(to + y) % max]!);
    for (let y = top + moved; y <= bottom; y++) this.put(y - moved, this.row(y));
    this.putLeaving(bottom - moved + 1, bg);
  }

  /** Moves the rows of [top, bottom] down by `count`; empty rows in colour `bg` come in above. */
  moveDown(top: number, bottom: number, count: number, bg: number): void {
    this.dirty.markRangeDirty(top, bottom);
    this.work += MOVE_WORK * (bottom - top);
    const moved = Math.min(count, bottom - top + 1);
    for (let y = bottom - moved + 1; y <= bottom; y++) this.leaving.push(this.row(y));
    for (let y = bottom - moved; y >= top; y--) this.put(y + moved, this.row(y));
    this.putLeaving(top, bg);
  }

  private put(y: number, line: XtermLineMethods): void {
    const { lines, ybase } = this.buffer;
    lines._array[(lines._startIndex + ybase + y) % lines._maxLength] = line;
  }

  private putLeaving(y: number, bg: number): void {
    const { leaving } = this;
    for (let i = 0; i < leaving.length; i++) {
      this.empty(leaving[i]!, bg, false);
      this.put(y + i, leaving[i]!);
    }
    leaving.length = 0;
  }

  /** Empties a whole row in colour `bg`. */
  empty(line: XtermLineMethods, bg: number, wrapped: boolean): void {
    if (line.length !== this.cols) {
      line._data = new Uint32Array(this.cols * W);
      line.length = this.cols;
      line.written = this.cols;
    }
    const data = line._data;
    const written = line.written ?? this.cols;
    this.work += VISIT_WORK + (bg === 0 ? written : written + this.cols);
    if (written > FEW_COLUMNS) data.set(this.blank);
    else for (let x = 0; x < written; x++) emptyCell(data, x, 0);
    if (bg !== 0) for (let i = 2; i < data.length; i += W) data[i] = bg;
    line.written = bg === 0 ? 0 : this.cols;
    // a new object for each row of a flood is most of what there is to collect
    if (line.decorated !== false) {
      line._combined = {};
      line._extendedAttrs = {};
      line.decorated = false;
    }
    line.isWrapped = wrapped;
  }

  /** Empties columns [from, to) of a row in colour `bg`, and the halves of wide characters that the edges cut. */
  emptyCells(line: XtermLineMethods, from: number, to: number, bg: number): void {
    const data = line._data;
    if (from > 0 && data[(from - 1) * W]! >>> CELL.widthShift === 2) emptyCell(data, from - 1, bg);
    if (to < line.length && data[(to - 1) * W]! >>> CELL.widthShift === 2) emptyCell(data, to, bg);
    const written = line.written ?? line.length;
    const last = Math.min(to, bg === 0 ? written : line.length);
    this.work += VISIT_WORK + Math.max(0, last - from);
    for (let x = from; x < last; x++) emptyCell(data, x, bg);
    if (bg !== 0) line.written = Math.max(written, last);
    else if (from < written && to >= written) line.written = from;
  }
}
