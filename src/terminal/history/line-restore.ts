/** The way back from packed rows to xterm's lines. */
import { ATTR, COLOR, type Style } from "../grid.ts";
import { readRow, type InternLink } from "../row-codec.ts";
import { forgetExtent } from "../xterm/row-extent.ts";
import { CELL, type XtermExtended, type XtermLine } from "../xterm/internals.ts";

const PALETTE_16 = 16;

/** Makes an empty line of xterm's own kind. */
export type CreateLine = (cols: number) => XtermLine;

/** Extended attributes that behave as xterm's own (ExtendedAttrs in AttributeData.ts), as corrected for links. */
class RestoredAttributes implements XtermExtended {
  constructor(public ext: number, public urlId: number) {}

  get underlineStyle(): number {
    return (this.ext & CELL.underlineStyleMask) >>> CELL.underlineStyleShift;
  }

  set underlineStyle(value: number) {
    const mask = CELL.underlineStyleMask;
    this.ext = (this.ext & ~mask) | ((value << CELL.underlineStyleShift) & mask);
  }

  get underlineColor(): number {
    return this.ext & (CELL.colorMode | CELL.colorMask);
  }

  set underlineColor(value: number) {
    const mask = CELL.colorMode | CELL.colorMask;
    this.ext = (this.ext & ~mask) | (value & mask);
  }

  get underlineVariantOffset(): number {
    return this.ext >>> 29;
  }

  set underlineVariantOffset(value: number) {
    this.ext = (this.ext & 0x1fffffff) | (value << 29);
  }

  clone(): XtermExtended {
    return new RestoredAttributes(this.ext, this.urlId);
  }

  isEmpty(): boolean {
    return this.underlineStyle === 0 && this.urlId === 0;
  }
}

/** xterm's words for a style. */
interface StyleWords {
  readonly fg: number;
  readonly bg: number;
  readonly extended: RestoredAttributes | undefined;
}

function colorWord(color: number): number {
  const mode = color & COLOR.modeMask;
  if (mode === COLOR.rgb) return CELL.colorRgb | (color & COLOR.valueMask);
  if (mode !== COLOR.palette) return 0;
  const index = color & 0xff;
  return (index < PALETTE_16 ? CELL.colorP16 : CELL.colorP256) | index;
}

function wordsOf(style: Style): StyleWords {
  const { attr } = style;
  let fg = colorWord(style.fg);
  let bg = colorWord(style.bg);
  if (attr & ATTR.bold) fg |= CELL.bold;
  if (attr & ATTR.blink) fg |= CELL.blink;
  if (attr & ATTR.inverse) fg |= CELL.inverse;
  if (attr & ATTR.invisible) fg |= CELL.invisible;
  if (attr & ATTR.strike) fg |= CELL.strike;
  if (attr & ATTR.dim) bg |= CELL.dim;
  if (attr & ATTR.italic) bg |= CELL.italic;
  if (attr & ATTR.overline) bg |= CELL.overline;
  const underline = (attr & ATTR.underlineMask) >>> ATTR.underlineShift;
  const urlId = attr >>> ATTR.linkShift;
  if (underline !== 0) fg |= CELL.underline;
  const extended = new RestoredAttributes(colorWord(style.ul) | (underline << CELL.underlineStyleShift), urlId);
  if (extended.isEmpty()) return { fg, bg, extended: undefined };
  return { fg, bg: bg | CELL.hasExtended, extended };
}

/**
 * Fills an empty xterm line from a packed row. What lies beyond the line's length is dropped.
 * @throws FugueError `protocol` on malformed bytes.
 */
export function restoreRow(bytes: Uint8Array, line: XtermLine, intern: InternLink): void {
  let x = 0;
  forgetExtent(line);
  let style: Style | undefined;
  let words: StyleWords = { fg: 0, bg: 0, extended: undefined };
  const put = (content: number): void => {
    const i = x * CELL.words;
    line._data[i] = content;
    line._data[i + 1] = words.fg;
    line._data[i + 2] = words.bg;
    if (words.extended !== undefined) line._extendedAttrs[x] = words.extended;
    x++;
  };
  line.isWrapped = readRow(bytes, intern, (char, width, its) => {
    if (x + width > line.length) return;
    if (its !== style) words = wordsOf((style = its));
    const code = char === "" ? 0 : char.codePointAt(0)!;
    const single = char.length === (code > 0xffff ? 2 : 1) || char === "";
    if (!single) line._combined[x] = char;
    put((single ? code : CELL.combined) | (width << CELL.widthShift));
    if (width === 2) put(0);
  });
}
