/** Mistakes of xterm.js 6.0.0 that are put right in its own objects. */
import { CELL, type XtermCore, type XtermExtended, type XtermLine, type XtermLineMethods } from "./internals.ts";

const W = CELL.words;
const patched = new WeakSet<object>();

/** DECSC and DECRC forget the style and colour of underlines; the link is not theirs. */
export function correctSavedCursor(core: XtermCore): void {
  const input = core._inputHandler;
  const save = input.saveCursor.bind(input);
  const restore = input.restoreCursor.bind(input);
  input.saveCursor = () => {
    input._activeBuffer.savedCurAttrData.extended = input._curAttrData.extended;
    return save();
  };
  input.restoreCursor = () => {
    restore();
    const pen = input._curAttrData;
    const saved = input._activeBuffer.savedCurAttrData;
    const next = pen.extended.clone();
    next.underlineStyle = 0;
    next.underlineColor = 0;
    if (saved.bg & CELL.hasExtended) next.ext = withoutLink(saved.extended).ext;
    pen.extended = next;
    pen.updateExtended();
    return true;
  };
}

function withoutLink(extended: XtermExtended): XtermExtended {
  const copy = extended.clone();
  copy.urlId = 0;
  return copy;
}

/** Every link reports a dashed underline, whatever the program asked for. */
export function correctLinkStyle(core: XtermCore): void {
  const prototype = Object.getPrototypeOf(core._inputHandler._curAttrData.extended) as object;
  if (patched.has(prototype)) return;
  patched.add(prototype);
  const style = {
    get(this: { _ext: number }): number {
      return (this._ext & CELL.underlineStyleMask) >>> CELL.underlineStyleShift;
    },
    set(this: { _ext: number }, value: number): void {
      const mask = CELL.underlineStyleMask;
      this._ext = (this._ext & ~mask) | ((value << CELL.underlineStyleShift) & mask);
    },
  };
  const all = {
    get(this: { _ext: number }): number {
      return this._ext;
    },
    set(this: { _ext: number }, value: number): void {
      this._ext = value;
    },
  };
  Object.defineProperty(prototype, "underlineStyle", { ...style, configurable: true });
  Object.defineProperty(prototype, "ext", { ...all, configurable: true });
}

/** What rows do wrong when they are reflowed and cut, in the prototype that all rows of all terminals share. */
export function correctRows(core: XtermCore): void {
  const prototype = Object.getPrototypeOf(core._bufferService.buffer.lines.get(0)) as XtermLineMethods;
  if (patched.has(prototype)) return;
  patched.add(prototype);
  correctCellCopy(prototype);
  correctCut(prototype);
}

/**
 * Copying cells from row to row (which reflow lives on) also copies the graphemes of cells outside the range, over
 * those of other cells. Ours copies what belongs to the range, also within one row.
 */
function correctCellCopy(prototype: XtermLineMethods): void {
  prototype.copyCellsFrom = function (this: XtermLine, from, source, target, length): void {
    const data = from._data;
    const count = Math.min(length, this.length - target, from.length - source);
    const graphemes: [x: number, text: string][] = [];
    const attributes: [x: number, extended: XtermExtended | undefined][] = [];
    for (let n = 0; n < count; n++) {
      const x = source + n;
      if (data[x * W]! & CELL.combined) graphemes.push([target + n, from._combined[x]!]);
      if (data[x * W + 2]! & CELL.hasExtended) attributes.push([target + n, from._extendedAttrs[x]]);
    }
    this._data.set(data.subarray(source * W, (source + count) * W), target * W);
    for (const [x, text] of graphemes) this._combined[x] = text;
    for (const [x, extended] of attributes) this._extendedAttrs[x] = extended;
  };
}

/**
 * A row that is cut within a character of two columns keeps half of it. Such a row counts as a column longer than it
 * is, and reflowing it to exactly that width fails. Ours loses the whole character.
 */
function correctCut(prototype: XtermLineMethods): void {
  const { resize } = prototype;
  prototype.resize = function (this: XtermLineMethods, cols, fill): boolean {
    const isCut = cols < this.length;
    const result = resize.call(this, cols, fill);
    if (isCut && this._data[(cols - 1) * W]! >>> CELL.widthShift === 2) this.setCell(cols - 1, fill);
    return result;
  };
}
