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
import { packRuns, RUN, usedColumns, type LinkText } from "./row-packer.ts";
import type { XtermLine } from "./xterm/internals.ts";

const ATTR_MASK = (1 << 11) - 1;
/** Most cells of a logical line, and of a row of a screen. */
const MOST_CELLS = 1 << 20;
const MOST_ROW_CELLS = 4096;
/** UTF-8 bytes of one grapheme; the emulator makes none of more than 64 code units. */
const MOST_GRAPHEME_BYTES = 256;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const CONTROLS = new RegExp(CONTROL, "g");

const scratch = new ByteWriter(4096);
let packed = new Uint8Array(4096);
const PRINTABLE = /^[\x20-\x7e]*$/;
const utf8 = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

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

/** Encodes one xterm row. @returns a copy that the caller keeps. */
export function encodeXtermRow(line: XtermLine, cols: number, links: LinkText): Uint8Array {
  const end = usedColumns(line, cols);
  for (;;) {
    packed[0] = line.isWrapped ? 1 : 0;
    const length = packRuns(packed, 1, line, end, links);
    if (length >= 0) return packed.slice(0, length);
    packed = new Uint8Array(packed.length * 2);
  }
}

/** Encodes one row of a grid (overlays, tests). `links` maps link numbers to `params;uri`. */
export function encodeGridRow(grid: Grid, y: number, links: LinkText): Uint8Array {
  const out = scratch;
  out.reset();
  out.varint(grid.wrapped[y]!);
  let end = grid.cols;
  while (end > 0 && grid.codes[y * grid.cols + end - 1] === 0 && grid.widths[y * grid.cols + end - 1] === 1 && isPlain(grid.styleAt(end - 1, y))) end--;
  let before = PLAIN;
  for (let x = 0; x < end; ) {
    const i = y * grid.cols + x;
    const style = grid.styleAt(x, y);
    const width = grid.widths[i] === 2 ? 2 : 1;
    const same = sameStyle(style, before);
    const char = grid.char(i);
    out.varint(16 + (char === "" ? RUN.empty : RUN.graphemes) * 4 + (same ? 0 : isPlain(style) ? 1 : 2));
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

/** Takes what `readRuns` finds, from the left. */
export interface RowSink {
  cell(char: string, width: 1 | 2, style: Style): void;
  /** Empty cells. */
  empty(cells: number, style: Style): void;
  /** Cells of one printable ASCII character each. The bytes are valid during the call only. */
  ascii(bytes: Uint8Array, style: Style): void;
}

/**
 * Decodes a row, cell by cell from the left; otherwise as `readRuns`.
 */
export function readRow(
  bytes: Uint8Array, intern: InternLink, cell: (char: string, width: 1 | 2, style: Style) => void, most = MOST_CELLS,
): boolean {
  return readRuns(bytes, intern, {
    cell,
    empty: (cells, style) => {
      for (let n = 0; n < cells; n++) cell("", 1, style);
    },
    ascii: (text, style) => {
      for (const code of text) cell(String.fromCharCode(code), 1, style);
    },
  }, most);
}

/**
 * Decodes a row. Control characters, and cells wider than two columns, become U+FFFD.
 * @param most bound of the cells
 * @returns whether the row continues the one above.
 * @throws FugueError `protocol` on malformed bytes.
 */
export function readRuns(bytes: Uint8Array, intern: InternLink, sink: RowSink, most = MOST_CELLS): boolean {
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
    if (kind === RUN.empty) sink.empty(cells, style);
    else if (kind === RUN.graphemes) readGraphemes(input, cells, style, sink);
    else readText(input, cells, kind === RUN.wide ? 2 : 1, style, sink);
  }
  return wrapped;
}

function readGraphemes(input: ByteReader, cells: number, style: Style, sink: RowSink): void {
  for (let n = 0; n < cells; n++) {
    const size = input.varint();
    if (size > MOST_GRAPHEME_BYTES * 2 + 1) throw malformed();
    sink.cell(grapheme(input.utf8(size >> 1)), size & 1 ? 2 : 1, style);
  }
}

function readText(input: ByteReader, cells: number, width: 1 | 2, style: Style, sink: RowSink): void {
  const bytes = input.bytes(input.varint());
  const text = decoder.decode(bytes);
  if (text.length > cells * 2) throw malformed();
  if (width === 1 && bytes.length === cells && PRINTABLE.test(text)) return sink.ascii(bytes, style);
  for (const char of harmless(text)) sink.cell(char, width, style);
}

function malformed(): FugueError {
  return new FugueError("protocol", "malformed row");
}

/** Writes what `readRuns` finds into a row of a grid; what lies beyond the grid is dropped. */
class GridRow implements RowSink {
  x = 0;

  constructor(private readonly grid: Grid, private readonly y: number) {}

  cell(char: string, width: 1 | 2, style: Style): void {
    const { grid, y } = this;
    if (width === 2 && this.x + 1 >= grid.cols) grid.set(this.x, y, "", 1, style);
    else grid.set(this.x, y, char, width, style);
    if (width === 2) grid.set(this.x + 1, y, "", 0, style);
    this.x += width;
  }

  empty(cells: number, style: Style): void {
    this.grid.clear(this.x, this.y, Math.min(cells, this.grid.cols - this.x), style);
    this.x += cells;
  }

  ascii(bytes: Uint8Array, style: Style): void {
    const room = Math.max(0, this.grid.cols - this.x);
    this.grid.setAscii(this.x, this.y, room < bytes.length ? bytes.subarray(0, room) : bytes, style);
    this.x += bytes.length;
  }
}

/** Decodes a row into row `y` of a grid, emptying what the row does not cover. What lies beyond the grid is dropped. */
export function readRowIntoGrid(bytes: Uint8Array, grid: Grid, y: number, intern: InternLink): void {
  const row = new GridRow(grid, y);
  grid.wrapped[y] = readRuns(bytes, intern, row, MOST_ROW_CELLS) ? 1 : 0;
  grid.clear(row.x, y, grid.cols - row.x);
}
