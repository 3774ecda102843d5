/**
 * Makes the outer terminal show a grid: knows what it shows, writes the difference. Cursor positions are given anew
 * after characters whose width terminals disagree on, so that a wrong guess stays one cell's.
 */
import { ATTR, Grid, PLAIN, STYLE_WORDS, type Style } from "../../terminal/grid.ts";
import { sgr, type PaintAbilities } from "./sgr.ts";

export interface PaintCursor {
  x: number;
  y: number;
  visible: boolean;
  /** DECSCUSR number. */
  shape: number;
}

const HIDE = "\x1b[?25l";
const SHOW = "\x1b[?25h";
const SYNC_BEGIN = "\x1b[?2026h";
const SYNC_END = "\x1b[?2026l";
/** Pictures larger than this are bracketed as one synchronized update. */
const SYNC_LENGTH = 256;
/** With no more pieces than this, and none longer than this, the cursor need not be hidden: it hardly moves. */
const FEW = 3;
const LONG = 8;
/** Unchanged cells between two changes that are cheaper written again than jumped over. */
const GAP_CELLS = 4;
/** A cursor that was hidden just now and of which nothing else is known. */
const UNKNOWN: PaintCursor = { x: -1, y: -1, visible: false, shape: -1 };

export class Painter {
  private shown: Grid | undefined;
  /** The terminal is empty: there is nothing to compare with. */
  private cleared = false;
  private style: Style = PLAIN;
  private link = 0;
  private x = -1;
  private y = -1;
  private cursor: PaintCursor = UNKNOWN;
  private out: string[] = [];

  /** @param linkText `params;uri` of a link number */
  constructor(public can: PaintAbilities, private readonly linkText: (id: number) => string | undefined) {}

  /** The terminal's content is unknown: the next paint clears it and writes everything. */
  reset(): void {
    this.shown = undefined;
  }

  /**
   * What to write so that the terminal shows `grid` and the cursor.
   * @param rows rows that may have changed; undefined: any. After a reset or another size all are looked at.
   */
  paint(grid: Grid, cursor: PaintCursor, rows?: Iterable<number>): string {
    this.out = [];
    this.cleared = false;
    if (!this.shown || this.shown.cols !== grid.cols || this.shown.rows !== grid.rows) {
      this.clear(grid);
      rows = undefined;
    }
    for (const y of rows ?? Array(grid.rows).keys()) if (y >= 0 && y < grid.rows) this.paintRow(grid, y);
    if (this.link !== 0) this.setLink(0);
    if (this.cursor.visible && (this.out.length > FEW || this.out.some((part) => part.length > LONG))) {
      this.out.unshift(HIDE);
      this.cursor = { ...this.cursor, visible: false };
    }
    this.placeCursor(cursor);
    const text = this.out.join("");
    return this.can.synchronized && text.length > SYNC_LENGTH ? SYNC_BEGIN + text + SYNC_END : text;
  }

  private clear(grid: Grid): void {
    this.out.push(`${HIDE}\x1b[m\x1b[H\x1b[2J`);
    this.cursor = UNKNOWN;
    this.style = PLAIN;
    this.link = 0;
    this.x = 0;
    this.y = 0;
    this.shown = new Grid(grid.cols, grid.rows);
    this.cleared = true;
  }

  private paintRow(grid: Grid, y: number): void {
    const shown = this.shown!;
    if (grid.sameRow(shown, y)) return;
    const start = y * grid.cols;
    const end = start + grid.cols;
    let i = start;
    while (i < end) {
      if (grid.sameCell(shown, i)) {
        i++;
        continue;
      }
      // begin at the left half of a wide character
      let from = i;
      while (from > start && grid.widths[from] === 0) from--;
      const blank = this.blankTail(grid, from, end);
      if (blank === from && this.blankPays(grid, shown, from, end)) {
        this.eraseTail(grid, from - start, y);
        shown.copy(grid, from, from, end - from);
        return;
      }
      let to = Math.max(i + 1, this.cleared ? blank : this.changedUntil(grid, i + 1, blank));
      while (to < end && grid.widths[to] === 0) to++;
      this.writeCells(grid, from, to, y);
      shown.copy(grid, from, from, to - from);
      i = to;
    }
  }

  /** First cell after a run of changed ones, in which short gaps count as changed. */
  private changedUntil(grid: Grid, from: number, end: number): number {
    let to = from;
    let same = 0;
    while (to < end && same < GAP_CELLS) same = grid.sameCell(this.shown!, to++) ? same + 1 : 0;
    return same >= GAP_CELLS ? to - same : to;
  }

  /** First cell from which the rest of the row is blank in one background. */
  private blankTail(grid: Grid, from: number, end: number): number {
    let i = end;
    const s = (end - 1) * STYLE_WORDS;
    const bg = grid.styles[s + 1];
    while (i > from && isBlank(grid, i - 1) && grid.styles[(i - 1) * STYLE_WORDS + 1] === bg) i--;
    return i;
  }

  /** Erasing to the end of the line costs 3 bytes: worth it from the fourth changed cell on. */
  private blankPays(grid: Grid, shown: Grid, from: number, end: number): boolean {
    let changed = 0;
    for (let i = from; i < end && changed < 4; i++) if (!grid.sameCell(shown, i)) changed++;
    return changed >= 4;
  }

  private eraseTail(grid: Grid, x: number, y: number): void {
    this.moveTo(x, y);
    if (this.link !== 0) this.setLink(0);
    const bg = grid.styles[(y * grid.cols + x) * STYLE_WORDS + 1]!;
    this.setStyle({ fg: this.style.fg, bg, ul: 0, attr: 0 });
    this.out.push("\x1b[K");
  }

  private writeCells(grid: Grid, from: number, to: number, y: number): void {
    const start = y * grid.cols;
    this.moveTo(from - start, y);
    for (let i = from; i < to; i++) {
      const width = grid.widths[i]!;
      if (width === 0) continue;
      this.styleAs(grid, i);
      const ascii = this.asciiUntil(grid, i, to);
      if (ascii > i) {
        this.out.push(String.fromCharCode.apply(null, grid.codes.subarray(i, ascii) as unknown as number[]));
        this.x += ascii - i;
        if (this.x >= grid.cols) this.x = -1;
        i = ascii - 1;
        continue;
      }
      const char = grid.char(i);
      this.out.push(char === "" ? " " : char);
      this.x += width;
      // the last column leaves terminals in different states, unsure widths in different places
      if (this.x >= grid.cols || isUnsure(char, width)) this.x = -1;
      if (this.x < 0 && i + width < to) this.moveTo(i + width - start, y);
    }
  }

  /** Takes on the style and the link of a cell. */
  private styleAs(grid: Grid, i: number): void {
    const { style } = this;
    const s = i * STYLE_WORDS;
    const attr = grid.styles[s + 3]!;
    if (grid.styles[s] !== style.fg || grid.styles[s + 1] !== style.bg || grid.styles[s + 2] !== style.ul || (attr & 0xfff) !== (style.attr & 0xfff)) {
      this.setStyle({ fg: grid.styles[s]!, bg: grid.styles[s + 1]!, ul: grid.styles[s + 2]!, attr: attr & 0xfff });
    }
    if (attr >>> ATTR.linkShift !== this.link) this.setLink(attr >>> ATTR.linkShift);
  }

  /** End of the run of printable ASCII that begins at cell `from` and looks as that does. */
  private asciiUntil(grid: Grid, from: number, end: number): number {
    const { codes, styles } = grid;
    const s = from * STYLE_WORDS;
    const [fg, bg, ul, attr] = [styles[s]!, styles[s + 1]!, styles[s + 2]!, styles[s + 3]!];
    let i = from;
    for (let at = s; i < end && codes[i]! >= 0x20 && codes[i]! < 0x7f; i++, at += STYLE_WORDS) {
      if (styles[at] !== fg || styles[at + 1] !== bg || styles[at + 2] !== ul || styles[at + 3] !== attr) break;
    }
    return i;
  }

  private setStyle(style: Style): void {
    const text = sgr(this.style, style, this.can);
    if (text !== "") this.out.push(text);
    this.style = style;
  }

  private setLink(id: number): void {
    if (this.can.hyperlinks) {
      const text = id === 0 ? undefined : this.linkText(id);
      this.out.push(`\x1b]8;${text ?? ";"}\x1b\\`);
    }
    this.link = id;
  }

  private moveTo(x: number, y: number): void {
    if (this.x === x && this.y === y) return;
    if (this.y === y && this.x >= 0 && x > this.x && x - this.x < 1000) this.out.push(x - this.x === 1 ? "\x1b[C" : `\x1b[${x - this.x}C`);
    else if (x === 0 && this.y >= 0 && y === this.y + 1 && this.x >= 0) this.out.push("\r\n");
    else if (x === 0) this.out.push(y === 0 ? "\x1b[H" : `\x1b[${y + 1}H`);
    else this.out.push(`\x1b[${y + 1};${x + 1}H`);
    this.x = x;
    this.y = y;
  }

  private placeCursor(cursor: PaintCursor): void {
    if (cursor.visible) this.moveTo(cursor.x, cursor.y);
    if (cursor.shape !== this.cursor.shape && cursor.visible) this.out.push(`\x1b[${cursor.shape} q`);
    if (cursor.visible !== this.cursor.visible) this.out.push(cursor.visible ? SHOW : HIDE);
    this.cursor = { ...cursor, shape: cursor.visible ? cursor.shape : this.cursor.shape };
  }
}

function isBlank(grid: Grid, i: number): boolean {
  const attr = grid.styles[i * STYLE_WORDS + 3]!;
  return grid.widths[i] === 1 && (grid.codes[i] === 0 || grid.codes[i] === 32) && (attr & (ATTR.inverse | ATTR.underlineMask | ATTR.strike | ATTR.overline)) === 0 && attr >>> ATTR.linkShift === 0;
}

/** Whether terminals may disagree on the width: sequences of code points, and wide ones outside the old CJK blocks. */
function isUnsure(char: string, width: number): boolean {
  const cp = char.codePointAt(0) ?? 0;
  if (char.length > (cp > 0xffff ? 2 : 1)) return true;
  if (cp < 0x300) return false;
  // what a row says of its characters may be wrong, or a lie
  if (Bun.stringWidth(char) !== width) return true;
  return width === 2 ? !(cp >= 0x3000 && cp <= 0x9fff) && !(cp >= 0xac00 && cp <= 0xd7a3) : cp >= 0x2600 && (cp <= 0x27bf || cp >= 0xe000);
}
