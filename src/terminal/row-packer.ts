/**
 * Packs an xterm row into the format of row-codec.ts. Every row that leaves a screen comes through here, so it writes
 * into a given array without an object per run, and looks at each cell twice: once to find where its run ends, once to
 * write it.
 */
import { ATTR } from "./grid.ts";
import { CELL, type XtermExtended, type XtermLine } from "./xterm/internals.ts";

/** Kinds of runs, as the format numbers them. */
export const RUN = { narrow: 0, wide: 1, graphemes: 2, empty: 3 } as const;

const W = CELL.words;
const UNDERLINED = CELL.underline;
const FG_FLAGS = ~(CELL.colorMode | CELL.colorMask);
const BG_FLAGS = FG_FLAGS & ~CELL.hasExtended;
const NARROW_ASCII = 1 << CELL.widthShift;
/** Content words of narrow characters below 0x80, with code point 0 left out. */
const ASCII_SPAN = 0x7f;
/** Header and byte length of a run, and a style without its link. */
const HEAD_BYTES = 8 + 5 + 24;
const MOST_CLUSTERS = 2048;

const utf8 = new TextEncoder();
/** UTF-8 of graphemes seen lately: programs use few of them, again and again. */
const clusters = new Map<string, Uint8Array>();

/** Looks up the `params;uri` of xterm's link number, or undefined if it is gone. */
export type LinkText = (urlId: number) => string | undefined;

function clusterBytes(text: string): Uint8Array {
  let bytes = clusters.get(text);
  if (bytes === undefined) {
    if (clusters.size >= MOST_CLUSTERS) clusters.clear();
    clusters.set(text, (bytes = utf8.encode(text)));
  }
  return bytes;
}

/** Number of leading columns in use: what follows is empty and plain. */
export function usedColumns(line: XtermLine, cols: number): number {
  const data = line._data;
  const written = line.written;
  let i = ((written !== undefined && written < cols ? written : cols) - 1) * W;
  while (i >= 0 && data[i] === CELL.empty && (data[i + 1]! | data[i + 2]!) === 0) i -= W;
  return i / W + 1;
}

function kindOf(content: number): number {
  if (content & CELL.combined) return RUN.graphemes;
  if ((content & CELL.codePointMask) === 0) return RUN.empty;
  return content >>> CELL.widthShift === 2 ? RUN.wide : RUN.narrow;
}

function sameExtended(a: XtermExtended | undefined, b: XtermExtended | undefined): boolean {
  if (a === b) return true;
  return a !== undefined && b !== undefined && a.ext === b.ext && a.urlId === b.urlId && a.underlineColor === b.underlineColor;
}

/** Column after the run of `kind` in the style of column `x`; the run is no longer than `end`. */
function runEnd(line: XtermLine, x: number, end: number, kind: number): number {
  const data = line._data;
  const fg = data[x * W + 1]!;
  const bg = data[x * W + 2]!;
  const extended = bg & CELL.hasExtended ? line._extendedAttrs[x] : undefined;
  const stop = end * W;
  let i = x * W;
  while (i < stop && data[i + 1] === fg && data[i + 2] === bg && kindOf(data[i]!) === kind) {
    if (extended !== undefined && !sameExtended(line._extendedAttrs[i / W], extended)) break;
    i += data[i]! >>> CELL.widthShift === 2 ? 2 * W : W;
  }
  return i / W;
}

/** Column after the narrow ASCII in the style of column `x` that begins there. */
function asciiEnd(data: Uint32Array, x: number, end: number): number {
  const fg = data[x * W + 1]!;
  const bg = data[x * W + 2]!;
  const stop = end * W;
  let i = x * W;
  while (i < stop && (data[i]! - NARROW_ASCII - 1) >>> 0 < ASCII_SPAN && data[i + 1] === fg && data[i + 2] === bg) i += W;
  return i / W;
}

/** Whether a narrow run in this style goes on at column `x`, with something that is not ASCII. */
function continues(data: Uint32Array, x: number, fg: number, bg: number): boolean {
  return data[x * W + 1] === fg && data[x * W + 2] === bg && kindOf(data[x * W]!) === RUN.narrow;
}

/**
 * Writes the runs of columns [0, end) into `out` from `from` on.
 * @returns the index after them, or -1 (what was written is of no use) if `out` is too small.
 */
export function packRuns(out: Uint8Array, from: number, line: XtermLine, end: number, links: LinkText): number {
  const data = line._data;
  let at = from;
  let fgBefore = 0;
  let bgBefore = 0;
  let extBefore: XtermExtended | undefined;
  for (let x = 0; x < end; ) {
    const fg = data[x * W + 1]!;
    const bg = data[x * W + 2]!;
    const ext = bg & CELL.hasExtended ? line._extendedAttrs[x] : undefined;
    const kind = kindOf(data[x * W]!);
    const ascii = bg & CELL.hasExtended ? x : asciiEnd(data, x, end);
    // most runs are ASCII all through
    const all = ascii === end || (ascii > x && !continues(data, ascii, fg, bg));
    const next = all ? ascii : runEnd(line, x, end, kind);
    const step = kind === RUN.wide ? 2 : 1;
    const cells = kind === RUN.graphemes ? graphemesIn(data, x, next) : kind === RUN.empty ? next - x : Math.ceil((next - x) / step);
    if (at + HEAD_BYTES + cells * 4 > out.length) return -1;
    const plain = (fg | bg) === 0;
    const same = fg === fgBefore && bg === bgBefore && (plain || ext === extBefore);
    at = varint(out, at, cells * 16 + kind * 4 + (same ? 0 : plain ? 1 : 2));
    if (!same && !plain) {
      const link = ext !== undefined && ext.urlId !== 0 ? links(ext.urlId) : undefined;
      at = packStyle(out, at, fg, bg, ext, link);
      if (at < 0 || at + HEAD_BYTES + cells * 4 > out.length) return -1;
    }
    fgBefore = fg;
    bgBefore = bg;
    extBefore = ext;
    if (kind === RUN.graphemes) {
      at = packGraphemes(out, at, line, x, next);
      if (at < 0) return -1;
    } else if (all) {
      at = varint(out, at, cells);
      for (let i = x * W; i < next * W; i += W) out[at++] = data[i]!;
    } else if (kind !== RUN.empty) at = packText(out, at, data, x, next, step);
    x = next;
  }
  return at;
}

/** Byte length and UTF-8 of single code points; there is room for 4 bytes of each and the length. */
function packText(out: Uint8Array, from: number, data: Uint32Array, x: number, next: number, step: number): number {
  let bytes = 0;
  for (let i = x * W; i < next * W; i += step * W) {
    const code = data[i]! & CELL.codePointMask;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  let at = varint(out, from, bytes);
  for (let i = x * W; i < next * W; i += step * W) {
    const code = data[i]! & CELL.codePointMask;
    if (code < 0x80) out[at++] = code;
    else if (code < 0x800) {
      out[at++] = 0xc0 | (code >> 6);
      out[at++] = 0x80 | (code & 0x3f);
    } else if (code < 0x10000) {
      out[at++] = 0xe0 | (code >> 12);
      out[at++] = 0x80 | ((code >> 6) & 0x3f);
      out[at++] = 0x80 | (code & 0x3f);
    } else {
      out[at++] = 0xf0 | (code >> 18);
      out[at++] = 0x80 | ((code >> 12) & 0x3f);
      out[at++] = 0x80 | ((code >> 6) & 0x3f);
      out[at++] = 0x80 | (code & 0x3f);
    }
  }
  return at;
}

function graphemesIn(data: Uint32Array, x: number, next: number): number {
  let count = 0;
  for (let c = x; c < next; c += data[c * W]! >>> CELL.widthShift === 2 ? 2 : 1) count++;
  return count;
}

function packGraphemes(out: Uint8Array, from: number, line: XtermLine, x: number, next: number): number {
  let at = from;
  for (let c = x; c < next; ) {
    const wide = line._data[c * W]! >>> CELL.widthShift === 2;
    const bytes = clusterBytes(line._combined[c] ?? "");
    if (at + 5 + bytes.length > out.length) return -1;
    at = varint(out, at, bytes.length * 2 + (wide ? 1 : 0));
    for (let n = 0; n < bytes.length; n++) out[at++] = bytes[n]!;
    c += wide ? 2 : 1;
  }
  return at;
}

/** An unsigned LEB128 below 2^31. */
function varint(out: Uint8Array, from: number, value: number): number {
  let at = from;
  while (value > 0x7f) {
    out[at++] = (value & 0x7f) | 0x80;
    value >>>= 7;
  }
  out[at++] = value;
  return at;
}

function packStyle(
  out: Uint8Array, from: number, fg: number, bg: number, ext: XtermExtended | undefined, link: string | undefined,
): number {
  const underline = ext === undefined ? 0 : ext.underlineColor & (CELL.colorMode | CELL.colorMask);
  const attr = (fg & FG_FLAGS) | (bg & BG_FLAGS) ? attributesOf(fg, bg, ext === undefined ? 0 : ext.ext) : 0;
  const parts = (fg & CELL.colorMode ? 1 : 0) | (bg & CELL.colorMode ? 2 : 0) | (underline & CELL.colorMode ? 4 : 0);
  out[from] = parts | (attr ? 8 : 0) | (link ? 16 : 0);
  let at = from + 1;
  if (parts & 1) at = packColor(out, at, fg);
  if (parts & 2) at = packColor(out, at, bg);
  if (parts & 4) at = packColor(out, at, underline);
  if (attr) at = varint(out, at, attr);
  if (!link) return at;
  const bytes = utf8.encode(link);
  if (at + 5 + bytes.length > out.length) return -1;
  at = varint(out, at, bytes.length);
  out.set(bytes, at);
  return at + bytes.length;
}

function packColor(out: Uint8Array, from: number, word: number): number {
  let at = from;
  if ((word & CELL.colorMode) === CELL.colorRgb) {
    out[at++] = 2;
    out[at++] = (word >> 16) & 0xff;
    out[at++] = (word >> 8) & 0xff;
  } else out[at++] = 1;
  out[at++] = word & 0xff;
  return at;
}

/** The ATTR bits (without link) of an xterm cell. */
function attributesOf(fg: number, bg: number, ext: number): number {
  let attr = 0;
  if (fg & CELL.bold) attr |= ATTR.bold;
  if (bg & CELL.dim) attr |= ATTR.dim;
  if (bg & CELL.italic) attr |= ATTR.italic;
  if (fg & CELL.blink) attr |= ATTR.blink;
  if (fg & CELL.inverse) attr |= ATTR.inverse;
  if (fg & CELL.invisible) attr |= ATTR.invisible;
  if (fg & CELL.strike) attr |= ATTR.strike;
  if (bg & CELL.overline) attr |= ATTR.overline;
  const style = (ext & CELL.underlineStyleMask) >>> CELL.underlineStyleShift;
  if (fg & UNDERLINED) attr |= (style === 0 ? 1 : style) << ATTR.underlineShift;
  return attr;
}
