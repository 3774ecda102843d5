/**
 * One row of a screen as bytes: what frames carry, history keeps and checkpoints hold.
 *
 *   row   := flags, run*                    flags: varint, bit 0 = continues the row above
 *   run   := header, [style], content       header: varint = cells * 16 + kind * 4 + styleKind
 *   kind  := 0 narrow: byte length, UTF-8, one code point a cell      1 wide: the same, two columns a code point
 *            2 graphemes: per cell varint (byte length * 2 + wide), UTF-8       3 empty: no content
 *   styleKind := 0 as the run before (at first: plain)   1 plain   2 style follows
 *   style := parts byte (1 fg, 2 bg, 4 underline colour, 8 attributes, 16 link), then each part that is named
 *            colour: mode byte (1 palette, 2 rgb), 1 or 3 bytes       attributes: varint of ATTR bits 0-10
 *            link: string `params;uri`
 * `cells` counts characters: a wide character is one cell here and two columns on the screen. Empty plain cells at
 * the end are left out.
 */
import { ByteReader, ByteWriter } from "../base/bytes.ts";
import { FugueError } from "../base/errors.ts";
import { ATTR, COLOR, PLAIN, type Grid, type Style } from "./grid.ts";
import { CELL, type XtermLine } from "./xterm/internals.ts";

const NARROW = 0;
const WIDE = 1;
const GRAPHEMES = 2;
const EMPTY = 3;
const ATTR_MASK = (1 << 11) - 1;
/** Most cells of a logical line, and of a row of a screen. */
const MOST_CELLS = 1 << 20;
const MOST_ROW_CELLS = 4096;
/** UTF-8 bytes of one grapheme; the emulator makes none of more than 64 code units. */
const MOST_GRAPHEME_BYTES = 256;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const CONTROLS = new RegExp(CONTROL, "g");

/** Looks up the `params;uri` of xterm's link number, or undefined if it is gone. */
export type LinkText = (urlId: number) => string | undefined;

const scratch = new ByteWriter(4096);
const utf8 = new TextEncoder();

/** Colour word of ours for an xterm fg, bg or underline word. */
function colorOf(word: number): number {
  const mode = word & CELL.colorMode;
  if (mode === 0) return COLOR.default;
  return mode === CELL.colorRgb ? COLOR.rgb | (word & CELL.colorMask) : COLOR.palette | (word & 0xff);
}

/** The ATTR bits (without link) of an xterm cell. */
function attrOf(fg: number, bg: number, ext: number): number {
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
  if (fg & CELL.underline) attr |= (style === 0 ? 1 : style) << ATTR.underlineShift;
  return attr;
}

function writeColor(out: ByteWriter, color: number): void {
  if ((color & COLOR.modeMask) === COLOR.rgb) {
    out.u8(2);
    out.u8((color >> 16) & 0xff);
    out.u8((color >> 8) & 0xff);
    out.u8(color & 0xff);
  } else {
    out.u8(1);
    out.u8(color & 0xff);
  }
}

function writeStyle(out: ByteWriter, style: Style, link: string | undefined): void {
  const attr = style.attr & ATTR_MASK;
  out.u8((style.fg ? 1 : 0) | (style.bg ? 2 : 0) | (style.ul ? 4 : 0) | (attr ? 8 : 0) | (link ? 16 : 0));
  if (style.fg) writeColor(out, style.fg);
  if (style.bg) writeColor(out, style.bg);
  if (style.ul) writeColor(out, style.ul);
  if (attr) out.varint(attr);
  if (link) out.string(link);
}

/** Number of leading columns that have to be written: what follows is empty and plain. */
function usedColumns(data: Uint32Array, cols: number): number {
  let x = cols;
  while (x > 0) {
    const i = (x - 1) * CELL.words;
    if (data[i]! & CELL.hasContent || data[i + 1]! !== 0 || data[i + 2]! !== 0) break;
    // the right half of a wide character has no content of its own
    if (data[i]! >>> CELL.widthShift === 0) break;
    x--;
  }
  return x;
}

/** Encodes `cols` columns of an xterm row into `out`. */
export function writeXtermRow(out: ByteWriter, line: XtermLine, cols: number, links: LinkText): void {
  const data = line._data;
  const end = usedColumns(data, cols);
  out.varint(line.isWrapped ? 1 : 0);
  let plainBefore = true;
  let fgBefore = 0;
  let bgBefore = 0;
  let extBefore: unknown;
  let x = 0;
  while (x < end) {
    const i = x * CELL.words;
    const fg = data[i + 1]!;
    const bg = data[i + 2]!;
    const ext = bg & CELL.hasExtended ? line._extendedAttrs[x] : undefined;
    const kind = kindAt(data, x);
    const first = x;
    let bytes = 0;
    let cells = 0;
    while (x < end) {
      const j = x * CELL.words;
      if (data[j + 1] !== fg || data[j + 2] !== bg) break;
      if (ext !== undefined && !sameExtended(line._extendedAttrs[x], ext)) break;
      const content = data[j]!;
      if (kindAt(data, x) !== kind) break;
      if (kind <= WIDE) {
        const cp = content & CELL.codePointMask;
        bytes += cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
      }
      cells++;
      x += (content >>> CELL.widthShift) === 2 ? 2 : 1;
    }
    const plain = fg === 0 && bg === 0;
    const same = plain ? plainBefore : !plainBefore && fg === fgBefore && bg === bgBefore && ext === extBefore;
    out.varint(cells * 16 + kind * 4 + (same ? 0 : plain ? 1 : 2));
    if (!same && !plain) {
      const link = ext && ext.urlId ? links(ext.urlId) : undefined;
      const ul = ext ? colorOf(ext.underlineColor) : 0;
      writeStyle(out, { fg: colorOf(fg), bg: colorOf(bg), ul, attr: attrOf(fg, bg, ext?.ext ?? 0) }, link);
    }
    plainBefore = plain;
    fgBefore = fg;
    bgBefore = bg;
    extBefore = ext;
    if (kind <= WIDE) {
      out.varint(bytes);
      for (let c = first; c < x; c += kind === WIDE ? 2 : 1) out.codePoint(data[c * CELL.words]! & CELL.codePointMask);
    } else if (kind === GRAPHEMES) {
      for (let c = first; c < x; ) {
        const width = data[c * CELL.words]! >>> CELL.widthShift;
        const encoded = utf8.encode(line._combined[c] ?? "");
        out.varint(encoded.length * 2 + (width === 2 ? 1 : 0));
        out.bytes(encoded);
        c += width === 2 ? 2 : 1;
      }
    }
  }
}

function kindAt(data: Uint32Array, x: number): number {
  const content = data[x * CELL.words]!;
  if (content & CELL.combined) return GRAPHEMES;
  if ((content & CELL.codePointMask) === 0) return EMPTY;
  return content >>> CELL.widthShift === 2 ? WIDE : NARROW;
}

function sameExtended(a: XtermLine["_extendedAttrs"][number], b: XtermLine["_extendedAttrs"][number]): boolean {
  if (a === b) return true;
  return a !== undefined && b !== undefined && a.ext === b.ext && a.urlId === b.urlId && a.underlineColor === b.underlineColor;
}

/** Encodes one xterm row. @returns a copy that the caller keeps. */
export function encodeXtermRow(line: XtermLine, cols: number, links: LinkText): Uint8Array {
  scratch.reset();
  writeXtermRow(scratch, line, cols, links);
  return scratch.copy();
}

/** Encodes one row of a grid (overlays, tests). `links` maps link numbers to `params;uri`. */
export function encodeGridRow(grid: Grid, y: number, links: LinkText): Uint8Array {
  const out = scratch;
  out.reset();
  out.varint(grid.wrapped[y]!);
  let end = grid.cols;
  while (end > 0 && grid.chars[y * grid.cols + end - 1] === "" && grid.widths[y * grid.cols + end - 1] === 1 && isPlain(grid.styleAt(end - 1, y))) end--;
  let before = PLAIN;
  for (let x = 0; x < end; ) {
    const i = y * grid.cols + x;
    const style = grid.styleAt(x, y);
    const width = grid.widths[i] === 2 ? 2 : 1;
    const same = sameStyle(style, before);
    const char = grid.chars[i]!;
    out.varint(16 + (char === "" ? EMPTY : GRAPHEMES) * 4 + (same ? 0 : isPlain(style) ? 1 : 2));
    if (!same && !isPlain(style)) writeStyle(out, style, links(style.attr >>> ATTR.linkShift));
    if (char !== "") {
      const encoded = utf8.encode(char);
      out.varint(encoded.length * 2 + (width === 2 ? 1 : 0));
      out.bytes(encoded);
    }
    before = style;
    x += width;
  }
  return out.copy();
}

export function isPlain(style: Style): boolean {
  return style.fg === 0 && style.bg === 0 && style.ul === 0 && style.attr === 0;
}

export function sameStyle(a: Style, b: Style): boolean {
  return a.fg === b.fg && a.bg === b.bg && a.ul === b.ul && a.attr === b.attr;
}

/** Interns `params;uri` and gives it the number that cells carry. */
export type InternLink = (text: string) => number;

function readColor(input: ByteReader): number {
  const mode = input.u8();
  if (mode === 1) return COLOR.palette | input.u8();
  if (mode !== 2) throw new FugueError("protocol", `unknown colour mode ${mode}`);
  return COLOR.rgb | (input.u8() << 16) | (input.u8() << 8) | input.u8();
}

function readStyle(input: ByteReader, intern: InternLink): Style {
  const parts = input.u8();
  const fg = parts & 1 ? readColor(input) : 0;
  const bg = parts & 2 ? readColor(input) : 0;
  const ul = parts & 4 ? readColor(input) : 0;
  const attr = parts & 8 ? input.varint() & ATTR_MASK : 0;
  const link = parts & 16 ? intern(input.string()) : 0;
  return { fg, bg, ul, attr: attr | (link << ATTR.linkShift) };
}

/** Text of cells without what a terminal would obey: rows come from other machines, and painters write cells as they are. */
function harmless(text: string): string {
  return CONTROL.test(text) ? text.replace(CONTROLS, "\ufffd") : text;
}

/** Text of one cell: what is wider than two columns would spill over the cells beside it. */
function grapheme(text: string): string {
  const clean = harmless(text);
  return clean.length > 1 && Bun.stringWidth(clean) > 2 ? "\ufffd" : clean;
}

/** A run of equally styled cells, as `readRow` reports it. */
export interface RowCell {
  /** The grapheme; "" for an empty cell. */
  char: string;
  width: 1 | 2;
}

/**
 * Decodes a row, cell by cell from the left. Control characters, and cells wider than two columns, become U+FFFD.
 * @param most bound of the cells
 * @returns whether the row continues the one above.
 * @throws FugueError `protocol` on malformed bytes.
 */
export function readRow(
  bytes: Uint8Array, intern: InternLink, cell: (char: string, width: 1 | 2, style: Style) => void, most = MOST_CELLS,
): boolean {
  const input = new ByteReader(bytes);
  const wrapped = (input.varint() & 1) === 1;
  let style: Style = PLAIN;
  let total = 0;
  while (!input.done) {
    const header = input.varint();
    const cells = Math.floor(header / 16);
    const kind = (header >> 2) & 3;
    const styleKind = header & 3;
    total += cells;
    if (total > most || styleKind === 3) throw malformed();
    if (styleKind === 1) style = PLAIN;
    else if (styleKind === 2) style = readStyle(input, intern);
    if (kind === EMPTY) for (let n = 0; n < cells; n++) cell("", 1, style);
    else if (kind === GRAPHEMES) {
      for (let n = 0; n < cells; n++) {
        const size = input.varint();
        if (size > MOST_GRAPHEME_BYTES * 2 + 1) throw malformed();
        cell(grapheme(input.utf8(size >> 1)), size & 1 ? 2 : 1, style);
      }
    } else {
      const text = harmless(input.utf8(input.varint()));
      if (text.length > cells * 2) throw malformed();
      const width = kind === WIDE ? 2 : 1;
      for (const char of text) cell(char, width, style);
    }
  }
  return wrapped;
}

function malformed(): FugueError {
  return new FugueError("protocol", "malformed row");
}

/** Decodes a row into row `y` of a grid, emptying what the row does not cover. What lies beyond the grid is dropped. */
export function readRowIntoGrid(bytes: Uint8Array, grid: Grid, y: number, intern: InternLink): void {
  let x = 0;
  const wrapped = readRow(bytes, intern, (char, width, style) => {
    if (width === 2 && x + 1 >= grid.cols) grid.set(x, y, "", 1, style);
    else grid.set(x, y, char, width, style);
    if (width === 2) grid.set(x + 1, y, "", 0, style);
    x += width;
  }, MOST_ROW_CELLS);
  grid.wrapped[y] = wrapped ? 1 : 0;
  if (x < grid.cols) grid.clear(x, y, grid.cols - x);
}
