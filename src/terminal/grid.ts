/** A rectangle of terminal cells: what mirrors, overlays, the compositor and the painter work on. */

/** Bits of a cell's attribute word. Bits 12-31 hold the link number (0: none). */
export const ATTR = {
  bold: 1,
  dim: 2,
  italic: 4,
  blink: 8,
  inverse: 16,
  invisible: 32,
  strike: 64,
  overline: 128,
  /** Underline style at bits 8-10: 0 none, 1 single, 2 double, 3 curly, 4 dotted, 5 dashed. */
  underlineShift: 8,
  underlineMask: 7 << 8,
  linkShift: 12,
} as const;

/** Colours are words: 0 is the default; otherwise a mode in the top byte and a value below it. */
export const COLOR = {
  default: 0,
  /** Palette entry 0-255 in the low byte. */
  palette: 1 << 24,
  /** 0xRRGGBB in the low three bytes. */
  rgb: 2 << 24,
  modeMask: 0xff << 24,
  valueMask: 0xffffff,
} as const;

export function paletteColor(index: number): number {
  return COLOR.palette | (index & 0xff);
}

export function rgbColor(rgb: number): number {
  return COLOR.rgb | (rgb & 0xffffff);
}

/** How a cell looks, apart from its character. */
export interface Style {
  readonly fg: number;
  readonly bg: number;
  /** Underline colour. */
  readonly ul: number;
  /** ATTR bits and link number. */
  readonly attr: number;
}

export const PLAIN: Style = { fg: 0, bg: 0, ul: 0, attr: 0 };

/** Words per cell in `Grid.styles`: fg, bg, ul, attr. */
export const STYLE_WORDS = 4;

/** In `Grid.codes`: the cell holds several code points, which `char` knows. Above every code point. */
export const CLUSTER = 0x110000;

/**
 * Cells, row by row. `codes[i]` is the code point of cell i: 0 for an empty cell (shown as a blank) and for the right
 * half of a wide one, CLUSTER for a grapheme of several. `widths[i]` is 1, or 2 for the left half of a wide character,
 * or 0 for its right half. Words rather than strings, so that rows are filled, copied and compared by the engine's own
 * loops: a client that starts has no time to warm up ours.
 */
export class Grid {
  readonly codes: Uint32Array;
  readonly widths: Uint8Array;
  readonly styles: Uint32Array;
  /** Per row 1 if it continues the row above (a wrapped line). */
  readonly wrapped: Uint8Array;
  /** Graphemes of several code points, by cell. */
  private readonly clusters = new Map<number, string>();

  constructor(readonly cols: number, readonly rows: number) {
    const n = cols * rows;
    this.codes = new Uint32Array(n);
    this.widths = new Uint8Array(n).fill(1);
    this.styles = new Uint32Array(n * STYLE_WORDS);
    this.wrapped = new Uint8Array(rows);
  }

  /** The grapheme of cell `i`; "" for an empty one. */
  char(i: number): string {
    const code = this.codes[i]!;
    if (code === 0) return "";
    return code === CLUSTER ? this.clusters.get(i) ?? "" : String.fromCodePoint(code);
  }

  /** Empties a span of cells of one row; it must lie in the grid. */
  clear(x: number, y: number, length: number, style: Style = PLAIN): void {
    if (length <= 0) return;
    const start = y * this.cols + x;
    this.codes.fill(0, start, start + length);
    this.widths.fill(1, start, start + length);
    this.setStyles(start, length, style);
  }

  /** Writes printable ASCII into cells of one row; they must lie in the grid. */
  setAscii(x: number, y: number, bytes: Uint8Array, style: Style): void {
    if (bytes.length === 0) return;
    const start = y * this.cols + x;
    this.codes.set(bytes, start);
    this.widths.fill(1, start, start + bytes.length);
    this.setStyles(start, bytes.length, style);
  }

  private setStyles(start: number, length: number, { fg, bg, ul, attr }: Style): void {
    const { styles } = this;
    const [from, end] = [start * STYLE_WORDS, (start + length) * STYLE_WORDS];
    if (fg === 0 && bg === 0 && ul === 0 && attr === 0) return void styles.fill(0, from, end);
    styles[from] = fg;
    styles[from + 1] = bg;
    styles[from + 2] = ul;
    styles[from + 3] = attr;
    // what is there is doubled until the span is full
    for (let done = STYLE_WORDS; done < end - from; done *= 2) styles.copyWithin(from + done, from, Math.min(from + done, end - done));
  }

  /** Writes one cell; the caller writes the right half of a wide one too (char "", width 0). Outside the grid: nothing. */
  set(x: number, y: number, char: string, width: number, style: Style): void {
    if (x < 0 || y < 0 || x >= this.cols || y >= this.rows) return;
    const i = y * this.cols + x;
    this.setChar(i, char);
    this.widths[i] = width;
    const s = i * STYLE_WORDS;
    this.styles[s] = style.fg;
    this.styles[s + 1] = style.bg;
    this.styles[s + 2] = style.ul;
    this.styles[s + 3] = style.attr;
  }

  /** Gives cell `i` another grapheme; its width and style stay. */
  setChar(i: number, char: string): void {
    const code = char === "" ? 0 : char.codePointAt(0)!;
    if (char.length <= 1 || (char.length === 2 && code > 0xffff)) this.codes[i] = code;
    else {
      this.codes[i] = CLUSTER;
      this.clusters.set(i, char);
    }
  }

  styleAt(x: number, y: number): Style {
    const s = (y * this.cols + x) * STYLE_WORDS;
    return { fg: this.styles[s]!, bg: this.styles[s + 1]!, ul: this.styles[s + 2]!, attr: this.styles[s + 3]! };
  }

  /** Copies `count` cells of another grid, or of this one, from its cell `start` on to cell `at`. */
  copy(from: Grid, start: number, at: number, count: number): void {
    if (count <= 0) return;
    const { codes } = this;
    const clusters = from.clustersIn(start, count);
    codes.set(from.codes.subarray(start, start + count), at);
    this.widths.set(from.widths.subarray(start, start + count), at);
    this.styles.set(from.styles.subarray(start * STYLE_WORDS, (start + count) * STYLE_WORDS), at * STYLE_WORDS);
    for (const [i, text] of clusters) this.clusters.set(i - start + at, text);
  }

  private clustersIn(start: number, count: number): [cell: number, text: string][] {
    if (this.clusters.size === 0) return [];
    const found: [number, string][] = [];
    for (let i = this.codes.indexOf(CLUSTER, start); i >= 0 && i < start + count; i = this.codes.indexOf(CLUSTER, i + 1)) {
      found.push([i, this.clusters.get(i) ?? ""]);
    }
    return found;
  }

  /** Whether cell `i` looks the same in both grids, which have one size. An empty cell is a blank. */
  sameCell(other: Grid, i: number): boolean {
    const s = i * STYLE_WORDS;
    const [a, b] = [this.codes[i]!, other.codes[i]!];
    return this.widths[i] === other.widths[i] && this.styles[s] === other.styles[s] && this.styles[s + 1] === other.styles[s + 1]
      && this.styles[s + 2] === other.styles[s + 2] && this.styles[s + 3] === other.styles[s + 3]
      && (a === b ? a !== CLUSTER || this.clusters.get(i) === other.clusters.get(i) : (a === 0 || a === 32) && (b === 0 || b === 32));
  }

  /** Whether every cell of row `y` is the same in both grids, which have one size. May say no where blanks differ from empty cells. */
  sameRow(other: Grid, y: number): boolean {
    const [start, end] = [y * this.cols, (y + 1) * this.cols];
    return sameWords(this.codes, other.codes, start, end) && sameWords(this.widths, other.widths, start, end)
      && sameWords(this.styles, other.styles, start * STYLE_WORDS, end * STYLE_WORDS)
      && this.clustersIn(start, this.cols).every(([i, text]) => other.clusters.get(i) === text);
  }

  /** Text of a row from column `from` up to `to` (exclusive), empty cells as blanks, trailing blanks kept. */
  text(y: number, from = 0, to = this.cols): string {
    let out = "";
    for (let x = from; x < to; x++) {
      const i = y * this.cols + x;
      if (this.widths[i] === 0) continue;
      out += this.codes[i] === 0 ? " " : this.char(i);
    }
    return out;
  }

  /** Moves rows [top, bottom) up by `by` (down if negative); rows that come free are left as they were. */
  scroll(top: number, bottom: number, by: number): void {
    const { cols } = this;
    const from = by > 0 ? top + by : top;
    const to = by > 0 ? top : top - by;
    const count = bottom - top - Math.abs(by);
    if (count <= 0) return;
    this.copy(this, from * cols, to * cols, count * cols);
    this.wrapped.copyWithin(to, from, from + count);
  }
}

function sameWords<T extends Uint8Array | Uint32Array>(a: T, b: T, start: number, end: number): boolean {
  return Buffer.compare(bytesOf(a, start, end), bytesOf(b, start, end)) === 0;
}

function bytesOf(words: Uint8Array | Uint32Array, start: number, end: number): Uint8Array {
  const size = words.BYTES_PER_ELEMENT;
  return new Uint8Array(words.buffer, words.byteOffset + start * size, (end - start) * size);
}
