/** Text as cells: graphemes and their widths, cutting to a number of columns, drawing into a grid. */
import { graphemes } from "../../base/graphemes.ts";
import { printable } from "../../base/names.ts";
import type { Grid, Style } from "../../terminal/grid.ts";

/** A grapheme and the columns it takes. */
export interface TextCell {
  readonly char: string;
  readonly width: 1 | 2;
}

/** UTF-16 units of one text that are looked at; what is longer never fits a screen. */
const LONGEST_TEXT = 16_384;
const ASCII = /^[\x20-\x7e]*$/;

/** Columns of one grapheme: 0 (nothing to see), 1 or 2. */
export function graphemeWidth(grapheme: string): 0 | 1 | 2 {
  const width = Bun.stringWidth(grapheme);
  return width <= 0 ? 0 : width === 1 ? 1 : 2;
}

/**
 * The cells of a text that is safe to show: control characters become U+FFFD, half surrogates too, what has no width
 * by itself is left out. Bounded to 16,384 UTF-16 units.
 */
export function textCells(text: string): TextCell[] {
  const clean = printable(text, LONGEST_TEXT).toWellFormed();
  if (ASCII.test(clean)) return Array.from(clean, (char) => ({ char, width: 1 }) as const);
  const cells: TextCell[] = [];
  for (const char of graphemes(clean)) {
    const width = graphemeWidth(char);
    if (width !== 0) cells.push({ char, width });
  }
  return cells;
}

/** Columns of cells. */
export function cellsWidth(cells: readonly TextCell[]): number {
  let width = 0;
  for (const cell of cells) width += cell.width;
  return width;
}

/** Columns that a text takes when `textCells` makes cells of it. */
export function textWidth(text: string): number {
  return ASCII.test(text) && text.length <= LONGEST_TEXT ? text.length : cellsWidth(textCells(text));
}

/** As many cells as fit; if some are left out, the last one is an ellipsis. */
export function clipCells(cells: readonly TextCell[], columns: number): readonly TextCell[] {
  if (cellsWidth(cells) <= columns) return cells;
  if (columns <= 0) return [];
  const kept: TextCell[] = [];
  let width = 0;
  for (const cell of cells) {
    if (width + cell.width > columns - 1) break;
    kept.push(cell);
    width += cell.width;
  }
  kept.push({ char: "…", width: 1 });
  return kept;
}

/** Lines of at most `columns` columns, broken at blanks where there are any. At least one line. */
export function wrapText(text: string, columns: number): string[] {
  const room = Math.max(2, columns);
  const lines: string[] = [];
  let line: TextCell[] = [];
  let width = 0;
  for (const cell of textCells(text)) {
    if (width + cell.width > room) {
      const blank = cell.char === " " ? line.length : line.findLastIndex((c) => c.char === " ") + 1;
      const kept = blank > 0 ? line.splice(0, blank) : line.splice(0);
      lines.push(kept.map((c) => c.char).join("").trimEnd());
      width = cellsWidth(line);
      if (cell.char === " " && line.length === 0) continue;
    }
    line.push(cell);
    width += cell.width;
  }
  lines.push(line.map((c) => c.char).join(""));
  return lines;
}

/**
 * Draws cells from column x on, at most `columns` of them; a wide character that does not fit whole becomes a blank.
 * @returns the columns drawn.
 */
export function drawCells(
  grid: Grid, x: number, y: number, cells: readonly TextCell[], style: Style, columns: number,
): number {
  const end = Math.min(x + columns, grid.cols);
  let at = x;
  for (const cell of cells) {
    if (at >= end) break;
    if (cell.width === 2 && at + 1 >= end) {
      grid.set(at++, y, "", 1, style);
      break;
    }
    grid.set(at, y, cell.char, cell.width, style);
    if (cell.width === 2) grid.set(at + 1, y, "", 0, style);
    at += cell.width;
  }
  return at - x;
}

/** Draws a text; see `drawCells`. */
export function drawText(
  grid: Grid, x: number, y: number, text: string, style: Style, columns = grid.cols - x,
): number {
  return drawCells(grid, x, y, textCells(text), style, columns);
}
