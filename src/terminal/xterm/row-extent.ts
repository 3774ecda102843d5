/**
 * Keeps `written` and `decorated` of rows true while xterm writes into them: its methods are wrapped once, in their prototype. Code of
 * ours that writes into a row's fields does the same itself.
 */
import { CELL, type XtermCore, type XtermLine, type XtermLineMethods } from "./internals.ts";

const W = CELL.words;
const wrapped = new WeakSet<object>();

/** The whole row may hold anything. */
export function forgetExtent(line: XtermLine): void {
  line.written = line.length;
  line.decorated = true;
}

/** Wraps the methods by which BufferLine changes cells; the others go through these. */
export function watchRows(core: XtermCore): void {
  const prototype = Object.getPrototypeOf(core._bufferService.buffer.lines.get(0)) as XtermLineMethods;
  if (wrapped.has(prototype)) return;
  wrapped.add(prototype);
  const { setCell, set, addCodepointToCell, resize, copyFrom, copyCellsFrom } = prototype;
  // the one that text outside the fast paths is written with: as xterm has it, without a call more
  prototype.setCellFromCodepoint = function (x, codePoint, width, pen): void {
    const cell = x * W;
    if (pen.bg & CELL.hasExtended) {
      this._extendedAttrs[x] = pen.extended;
      this.decorated = true;
    }
    this._data[cell] = codePoint | (width << CELL.widthShift);
    this._data[cell + 1] = pen.fg;
    this._data[cell + 2] = pen.bg;
    if (x >= this.written!) this.written = x + 1;
  };
  prototype.setCell = function (x, cell): void {
    setCell.call(this, x, cell);
    this.decorated = true;
    if (x >= this.written!) this.written = x + 1;
  };
  prototype.set = function (x, value): void {
    set.call(this, x, value);
    this.decorated = true;
    if (x >= this.written!) this.written = x + 1;
  };
  prototype.addCodepointToCell = function (x, codePoint, width): void {
    addCodepointToCell.call(this, x, codePoint, width);
    this.decorated = true;
    if (x >= this.written!) this.written = x + 1;
  };
  prototype.resize = function (cols, fill): boolean {
    const result = resize.call(this, cols, fill);
    forgetExtent(this);
    return result;
  };
  prototype.copyFrom = function (from): void {
    copyFrom.call(this, from);
    forgetExtent(this);
  };
  prototype.copyCellsFrom = function (from, source, target, length, reverse): void {
    copyCellsFrom.call(this, from, source, target, length, reverse);
    forgetExtent(this);
  };
}
