/**
 * Moving the cursor, erasing, and inserting or deleting rows: what xterm's handlers do, without their objects and with
 * bounds on what a program may ask for (stock, `CSI 2147483647 L` runs for minutes).
 */
import { deleteCells, insertCells } from "./cell-shift.ts";
import { CELL, type XtermCore, type XtermLineMethods, type XtermPrivateModes } from "./internals.ts";
import { forgetExtent } from "./row-extent.ts";
import type { ScreenRows } from "./screen-rows.ts";

/** What xterm's own code costs in work, by row, where ours would cost one. */
export const SLOW_ROWS = 4;

/** Work of moving the entries of a row's tables, by column. */
const TABLE_WORK = 100;

function isEmptyTable(table: Record<number, unknown>): boolean {
  for (const _ in table) return false;
  return true;
}

export class FastEdit {
  constructor(private readonly core: XtermCore, private readonly screen: ScreenRows) {}

  private get modes(): XtermPrivateModes {
    return this.core.coreService.decPrivateModes;
  }

  /** Moves the cursor to a cell, 0-based; -1 keeps a coordinate. In origin mode rows count from the scroll region. */
  moveTo(column: number, line: number): boolean {
    const { buffer, cols, rows } = this.screen;
    const origin = this.modes.origin;
    const x = column < 0 ? buffer.x : column;
    const y = line < 0 ? buffer.y : line;
    buffer.x = x < cols ? x : cols - 1;
    if (origin) {
      const shifted = y + buffer.scrollTop;
      buffer.y = Math.min(buffer.scrollBottom, Math.max(buffer.scrollTop, shifted));
    } else buffer.y = y < rows ? y : rows - 1;
    return true;
  }

  /** Moves the cursor along its row. */
  moveBy(columns: number): boolean {
    const { buffer, cols } = this.screen;
    if (this.modes.origin) return false;
    buffer.x = Math.min(cols - 1, Math.max(0, Math.min(cols - 1, buffer.x) + columns));
    return true;
  }

  /** EL 0-2. */
  eraseInLine(what: number): boolean {
    if (what > 2 || this.modes.origin) return false;
    const { screen } = this;
    const { buffer, cols } = screen;
    const row = screen.current();
    const x = Math.min(cols, buffer.x);
    screen.dirty.markDirty(buffer.y);
    if (what === 0) {
      screen.emptyCells(row, x, cols, screen.eraseColor);
      if (x === 0) row.isWrapped = false;
    } else if (what === 1) screen.emptyCells(row, 0, x + 1, screen.eraseColor);
    else {
      screen.emptyCells(row, 0, cols, screen.eraseColor);
      row.isWrapped = false;
    }
    buffer.x = x;
    return true;
  }

  /** ED 0-2. */
  eraseInDisplay(what: number): boolean {
    if (what > 2 || this.modes.origin) return false;
    const { screen } = this;
    const { buffer, cols, rows } = screen;
    const bg = screen.eraseColor;
    const x = Math.min(cols, buffer.x);
    buffer.x = x;
    if (what === 2) {
      this.emptyRows(0, rows - 1, bg);
      return true;
    }
    const row = screen.current();
    screen.dirty.markDirty(buffer.y);
    if (what === 0) {
      screen.emptyCells(row, x, cols, bg);
      if (x === 0) row.isWrapped = false;
      this.emptyRows(buffer.y + 1, rows - 1, bg);
      return true;
    }
    screen.emptyCells(row, 0, x + 1, bg);
    row.isWrapped = false;
    if (x + 1 >= cols) this.endLine(buffer.y);
    this.emptyRows(0, buffer.y - 1, bg);
    return true;
  }

  /** The row below `y` continues nothing any more. (xterm.js takes another row for it, or throws.) */
  private endLine(y: number): void {
    if (y + 1 >= this.screen.rows) return;
    this.screen.row(y + 1).isWrapped = false;
    this.screen.dirty.markDirty(y + 1);
  }

  private emptyRows(from: number, to: number, bg: number): void {
    if (from > to) return;
    this.screen.dirty.markRangeDirty(from, to);
    for (let y = from; y <= to; y++) this.screen.empty(this.screen.row(y), bg, false);
  }

  /** IL: empty rows come in at the cursor; those at the end of the scroll region are lost. */
  insertRows(count: number): void {
    const { buffer } = this.screen;
    if (!this.intoRegion()) return;
    this.screen.moveDown(buffer.y, buffer.scrollBottom, count, this.screen.eraseColor);
    buffer.x = 0;
  }

  /** DL: rows from the cursor on are lost; empty ones come in at the end of the scroll region. */
  deleteRows(count: number): void {
    const { buffer } = this.screen;
    if (!this.intoRegion()) return;
    this.screen.moveUp(buffer.y, buffer.scrollBottom, count, this.screen.eraseColor);
    buffer.x = 0;
  }

  /** Puts the cursor where it may be, at most in column `right`. */
  private restrict(right: number): void {
    const { buffer, rows } = this.screen;
    buffer.x = Math.min(right, Math.max(0, buffer.x));
    buffer.y = this.modes.origin
      ? Math.min(buffer.scrollBottom, Math.max(buffer.scrollTop, buffer.y))
      : Math.min(rows - 1, Math.max(0, buffer.y));
  }

  /** False with the cursor outside the scroll region, where IL and DL do nothing. */
  private intoRegion(): boolean {
    const { buffer, cols } = this.screen;
    this.restrict(cols - 1);
    return buffer.y >= buffer.scrollTop && buffer.y <= buffer.scrollBottom;
  }

  /** SU: from the top of the screen the rows go to the scrollback, as in xterm (in xterm.js they are lost). */
  scrollUp(count: number): void {
    const { screen } = this;
    const { scrollTop, scrollBottom } = screen.buffer;
    const rows = Math.min(count, scrollBottom - scrollTop + 1);
    if (scrollTop === 0) for (let i = 0; i < rows; i++) screen.scroll(false);
    else screen.moveUp(scrollTop, scrollBottom, rows, screen.eraseColor);
  }

  /** SD. The new rows have no colour, as in xterm.js. */
  scrollDown(count: number): void {
    const { scrollTop, scrollBottom } = this.screen.buffer;
    this.screen.moveDown(scrollTop, scrollBottom, count, 0);
  }

  /** RI. */
  reverseIndex(): void {
    const { screen } = this;
    const { buffer } = screen;
    this.restrict(screen.cols - 1);
    if (buffer.y === buffer.scrollTop) screen.moveDown(buffer.scrollTop, buffer.scrollBottom, 1, screen.eraseColor);
    else if (buffer.y > 0 && !(this.modes.origin && buffer.y - 1 < buffer.scrollTop)) buffer.y--;
  }

  /** DECSED: ED 0-2 that spares protected cells. */
  eraseUnprotected(what: number): void {
    if (what > 2) return;
    const { screen } = this;
    const { buffer, cols, rows } = screen;
    this.restrict(cols);
    const fill = buffer.getNullCell(this.core._inputHandler._eraseAttrData());
    const from = what === 0 ? buffer.y : 0;
    const to = what === 1 ? buffer.y : rows - 1;
    screen.dirty.markRangeDirty(from, to);
    screen.countRows(SLOW_ROWS * (to - from + 1));
    for (let y = from; y <= to; y++) {
      const row = screen.row(y);
      const left = what === 0 && y === buffer.y ? buffer.x : 0;
      const right = what === 1 && y === buffer.y ? buffer.x + 1 : cols;
      row.replaceCells(left, right, fill, true);
      if (left === 0) row.isWrapped = false;
    }
    if (what === 1 && buffer.x + 1 >= cols) this.endLine(buffer.y);
  }

  /** DECALN: the screen full of E, margins gone, cursor home. */
  alignmentPattern(): void {
    const { screen } = this;
    const { buffer, rows } = screen;
    const { fg, bg } = this.core._inputHandler._curAttrData;
    buffer.scrollTop = 0;
    buffer.scrollBottom = rows - 1;
    buffer.x = 0;
    buffer.y = 0;
    screen.dirty.markAllDirty();
    screen.countRows(2 * rows);
    for (let y = 0; y < rows; y++) {
      const row = screen.row(y);
      screen.empty(row, 0, false);
      forgetExtent(row);
      const data = row._data;
      for (let i = 0; i < data.length; i += CELL.words) {
        data[i] = CELL.empty | 0x45;
        data[i + 1] = fg;
        data[i + 2] = bg & ~CELL.hasExtended;
      }
    }
  }

  /** ICH and DCH. */
  shiftCells(count: number, insert: boolean): void {
    const { screen } = this;
    this.restrict(screen.cols - 1);
    this.countShift(screen.current());
    (insert ? insertCells : deleteCells)(screen.current(), screen.buffer.x, count, screen.eraseColor);
    screen.dirty.markDirty(screen.buffer.y);
  }

  /** Tables of graphemes and attributes are moved entry by entry. */
  private countShift(row: XtermLineMethods): void {
    this.screen.countRows(isEmptyTable(row._combined) && isEmptyTable(row._extendedAttrs) ? 2 : TABLE_WORK);
  }

  /** SL, SR, DECIC, DECDC: the same at column `x` in every row of the scroll region, if the cursor is inside. */
  shiftColumns(x: number, count: number, insert: boolean): void {
    const { screen } = this;
    const { buffer } = screen;
    if (buffer.y > buffer.scrollBottom || buffer.y < buffer.scrollTop) return;
    const column = Math.min(x, screen.cols - 1);
    for (let y = buffer.scrollTop; y <= buffer.scrollBottom; y++) {
      const row = screen.row(y);
      this.countShift(row);
      (insert ? insertCells : deleteCells)(row, column, count, screen.eraseColor);
      row.isWrapped = false;
    }
    screen.dirty.markRangeDirty(buffer.scrollTop, buffer.scrollBottom);
  }

  /** CHT and CBT. */
  tab(count: number, forward: boolean): void {
    const { buffer, cols } = this.screen;
    if (buffer.x >= cols) return;
    for (let n = Math.min(count, cols); n > 0; n--) buffer.x = forward ? buffer.nextStop() : buffer.prevStop();
  }
}
