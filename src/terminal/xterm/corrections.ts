/** Mistakes of xterm.js 6.0.0 that are put right in its own objects. */
import { CELL, type XtermCore, type XtermExtended } from "./internals.ts";

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
      this._ext = (this._ext & ~CELL.underlineStyleMask) | ((value << CELL.underlineStyleShift) & CELL.underlineStyleMask);
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
  Object.defineProperties(prototype, { underlineStyle: { ...style, configurable: true }, ext: { ...all, configurable: true } });
}
