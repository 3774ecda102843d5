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

/**
 * Cells, row by row. `chars[i]` is the grapheme of cell i: "" for an empty cell (shown as a blank) and for the right
 * half of a wide one. `widths[i]` is 1, or 2 for the left half of a wide character, or 0 for its right half.
 */
export class Grid {
  readonly chars: string[];
  readonly widths: Uint8Array;
  readonly styles: Uint32Array;
  /** Per row 1 if it continues the row above (a wrapped line). */
  readonly wrapped: Uint8Array;

  constructor(readonly cols: number, readonly rows: number) {
    const n = cols * rows;
    this.chars = new Array<string>(n).fill("");
    this.widths = new Uint8Array(n).fill(1);
    this.styles = new Uint32Array(n * STYLE_WORDS);
    this.wrapped = new Uint8Array(rows);
  }

  /** Empties a span of cells of one row. */
  clear(x: number, y: number, length: number, style: Style = PLAIN): void {
    for (let i = 0; i < length; i++) this.set(x + i, y, "", 1, style);
  }

  /** Writes one cell; the caller writes the right half of a wide one too (char "", width 0). Outside the grid: nothing. */
  set(x: number, y: number, char: string, width: number, style: Style): void {
    if (x < 0 || y < 0 || x >= this.cols || y >= this.rows) return;
    const i = y * this.cols + x;
    this.chars[i] = char;
    this.widths[i] = width;
    const s = i * STYLE_WORDS;
    this.styles[s] = style.fg;
    this.styles[s + 1] = style.bg;
    this.styles[s + 2] = style.ul;
    this.styles[s + 3] = style.attr;
  }

  styleAt(x: number, y: number): Style {
    const s = (y * this.cols + x) * STYLE_WORDS;
    return { fg: this.styles[s]!, bg: this.styles[s + 1]!, ul: this.styles[s + 2]!, attr: this.styles[s + 3]! };
  }

  /** Text of a row from column `from` up to `to` (exclusive), empty cells as blanks, trailing blanks kept. */
  text(y: number, from = 0, to = this.cols): string {
    let out = "";
    for (let x = from; x < to; x++) {
      const i = y * this.cols + x;
      if (this.widths[i] === 0) continue;
      out += this.chars[i] === "" ? " " : this.chars[i]!;
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
    const moved = this.chars.slice(from * cols, (from + count) * cols);
    for (let i = 0; i < moved.length; i++) this.chars[to * cols + i] = moved[i]!;
    this.widths.copyWithin(to * cols, from * cols, (from + count) * cols);
    this.styles.copyWithin(to * cols * STYLE_WORDS, from * cols * STYLE_WORDS, (from + count) * cols * STYLE_WORDS);
    this.wrapped.copyWithin(to, from, from + count);
  }
}
