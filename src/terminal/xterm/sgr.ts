/** Select Graphic Rendition (CSI m): applied to the pen, and read back from it for DECRQSS. */
import { CELL, type XtermAttributes, type XtermExtended, type XtermParams } from "./internals.ts";

const PALETTE_MASK = CELL.colorMode | 0xff;
const COLOR = CELL.colorMode | CELL.colorMask;
const MOST_UNDERLINE = 5;

/** A "nothing extended" value that pens and cells share; these objects are never changed, only replaced. */
let nothing: XtermExtended | undefined;
/** The last other one, as programs switch one underline on and off. */
let latest: XtermExtended | undefined;

/** Sets style and colour of the underline. One line in the text's own colour is in the fg word: its cells need no entries in tables. */
function setExtended(pen: XtermAttributes, wanted: number, color: number): void {
  const { urlId } = pen.extended;
  const style = wanted === 1 && color === 0 && urlId === 0 ? 0 : wanted;
  const plain = style === 0 && color === 0 && urlId === 0;
  if (plain && pen.extended === nothing) return;
  const known = plain ? nothing : latest;
  const same = known?.urlId === urlId && known.underlineStyle === style && known.underlineColor === color;
  if (same) pen.extended = known;
  else {
    const next = pen.extended.clone();
    next.underlineStyle = style;
    next.underlineColor = color;
    if (plain) nothing = next;
    else latest = next;
    pen.extended = next;
  }
  pen.updateExtended();
}

/** Style of the pen's underline, 0 for none. */
function underlineOf({ fg, extended }: XtermAttributes): number {
  return fg & CELL.underline ? extended.underlineStyle || 1 : 0;
}

/** SGR 4, 21, 24: underline in a style of 0-5, 0 for none. */
function underline(pen: XtermAttributes, style: number): void {
  if (style === 0) pen.fg &= ~CELL.underline;
  else pen.fg |= CELL.underline;
  setExtended(pen, style, pen.extended.underlineColor);
}

/**
 * Applies the first `count` of `params` to the pen. `given` has their sub-parameters, if they have any. An incomplete
 * colour ends the sequence without effect.
 */
export function applySgr(pen: XtermAttributes, params: Int32Array, count: number, given?: XtermParams): void {
  for (let i = 0; i < count; i++) {
    const p = params[i]!;
    if (p === 0) {
      pen.fg = 0;
      pen.bg = 0;
      // a link stays
      setExtended(pen, 0, 0);
    } else if (p >= 30 && p <= 37) pen.fg = (pen.fg & ~PALETTE_MASK) | CELL.colorP16 | (p - 30);
    else if (p === 39) pen.fg &= ~COLOR;
    else if (p >= 40 && p <= 47) pen.bg = (pen.bg & ~PALETTE_MASK) | CELL.colorP16 | (p - 40);
    else if (p === 49) pen.bg &= ~COLOR;
    else if (p === 38 || p === 48 || p === 58) {
      const subs = given !== undefined && given.hasSubParams(i) ? given.getSubParams(i) : null;
      const used = subs === null ? plainColor(pen, p, params, i, count) : subColor(pen, p, subs);
      if (used < 0) return;
      i += used;
    } else if (p >= 90 && p <= 97) pen.fg = (pen.fg & ~PALETTE_MASK) | CELL.colorP16 | 8 | (p - 90);
    else if (p >= 100 && p <= 107) pen.bg = (pen.bg & ~PALETTE_MASK) | CELL.colorP16 | 8 | (p - 100);
    else if (p === 4) {
      const style = given !== undefined && given.hasSubParams(i) ? given.getSubParams(i)![0]! : 1;
      underline(pen, style < 0 || style > MOST_UNDERLINE ? 1 : style);
    } else applyFlag(pen, p);
  }
}

/** `38;5;n` and `38;2;r;g;b`. @returns how many parameters follow the first, or -1 if they are not all there. */
function plainColor(pen: XtermAttributes, target: number, params: Int32Array, at: number, count: number): number {
  const mode = at + 1 < count ? params[at + 1]! : 0;
  if (mode === 5 && at + 2 < count) {
    setColor(pen, target, CELL.colorP256 | (params[at + 2]! & 0xff));
    return 2;
  }
  if (mode !== 2 || at + 4 >= count) return -1;
  setColor(pen, target, rgb(params[at + 2]!, params[at + 3]!, params[at + 4]!));
  return 4;
}

/** `38:5:n`, `38:2:r:g:b` and, with a colour space, `38:2:s:r:g:b`. */
function subColor(pen: XtermAttributes, target: number, subs: Int32Array): number {
  if (subs[0] === 5 && subs.length >= 2) setColor(pen, target, CELL.colorP256 | (Math.max(0, subs[1]!) & 0xff));
  else if (subs[0] === 2 && subs.length >= 4) {
    const r = subs.length === 4 ? 1 : 2;
    setColor(pen, target, rgb(subs[r] ?? 0, subs[r + 1] ?? 0, subs[r + 2] ?? 0));
  }
  return 0;
}

function rgb(r: number, g: number, b: number): number {
  return CELL.colorRgb | ((Math.max(0, r) & 0xff) << 16) | ((Math.max(0, g) & 0xff) << 8) | (Math.max(0, b) & 0xff);
}

/** Sets a colour as xterm does: a palette index leaves the other bits of a former RGB value in place. */
function setColor(pen: XtermAttributes, target: number, value: number): void {
  const mask = (value & CELL.colorMode) === CELL.colorRgb ? CELL.colorMask : PALETTE_MASK;
  if (target === 38) pen.fg = (pen.fg & ~mask) | value;
  else if (target === 48) pen.bg = (pen.bg & ~mask) | value;
  else setExtended(pen, underlineOf(pen), (pen.extended.underlineColor & ~mask) | value);
}

function applyFlag(pen: XtermAttributes, p: number): void {
  switch (p) {
    case 1: pen.fg |= CELL.bold; break;
    case 2: pen.bg |= CELL.dim; break;
    case 3: pen.bg |= CELL.italic; break;
    case 5: pen.fg |= CELL.blink; break;
    case 7: pen.fg |= CELL.inverse; break;
    case 8: pen.fg |= CELL.invisible; break;
    case 9: pen.fg |= CELL.strike; break;
    case 21: underline(pen, 2); break;
    case 22:
      pen.fg &= ~CELL.bold;
      pen.bg &= ~CELL.dim;
      break;
    case 23: pen.bg &= ~CELL.italic; break;
    case 24: underline(pen, 0); break;
    case 25: pen.fg &= ~CELL.blink; break;
    case 27: pen.fg &= ~CELL.inverse; break;
    case 28: pen.fg &= ~CELL.invisible; break;
    case 29: pen.fg &= ~CELL.strike; break;
    case 53: pen.bg |= CELL.overline; break;
    case 55: pen.bg &= ~CELL.overline; break;
    case 59: setExtended(pen, underlineOf(pen), 0); break;
  }
}

function colorReport(word: number, plain: number, bright: number, extended: number): string {
  const mode = word & CELL.colorMode;
  if (mode === 0) return "";
  const index = word & 0xff;
  if (mode === CELL.colorP16 && plain > 0) return `;${index < 8 ? plain + index : bright + index - 8}`;
  if (mode !== CELL.colorRgb) return `;${extended}:5:${index}`;
  return `;${extended}:2::${(word >> 16) & 0xff}:${(word >> 8) & 0xff}:${word & 0xff}`;
}

/** The pen as parameters that would set it anew, beginning with 0. */
export function reportSgr(pen: XtermAttributes): string {
  const { fg, bg } = pen;
  let out = "0";
  if (fg & CELL.bold) out += ";1";
  if (bg & CELL.dim) out += ";2";
  if (bg & CELL.italic) out += ";3";
  if (fg & CELL.underline) {
    const style = pen.extended.underlineStyle;
    out += style > 1 ? `;4:${style}` : ";4";
  }
  if (fg & CELL.blink) out += ";5";
  if (fg & CELL.inverse) out += ";7";
  if (fg & CELL.invisible) out += ";8";
  if (fg & CELL.strike) out += ";9";
  if (bg & CELL.overline) out += ";53";
  out += colorReport(fg, 30, 90, 38) + colorReport(bg, 40, 100, 48);
  return out + colorReport(pen.extended.underlineColor, 0, 0, 58);
}
