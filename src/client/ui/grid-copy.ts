/** Copies of parts of grids. */
import { ATTR, Grid } from "../../terminal/grid.ts";
import type { OverlayRect } from "./overlay.ts";

/** The upper left part of a grid. */
export function cropGrid(from: Grid, cols: number, rows: number): Grid {
  const grid = new Grid(cols, rows);
  copyCells(from, grid, { x: 0, y: 0 }, { x: 0, y: 0, cols, rows });
  return grid;
}

/** Copies cells of `from`, beginning at `at`, into a part of `to`; wide characters cut in half become blanks. */
export function copyCells(
  from: Grid, to: Grid, at: { x: number; y: number }, part: OverlayRect,
): void {
  for (let row = 0; row < part.rows; row++) {
    for (let col = 0; col < part.cols; col++) {
      const x = at.x + col;
      const y = at.y + row;
      if (x >= from.cols || y >= from.rows) continue;
      const i = y * from.cols + x;
      const width = from.widths[i]!;
      const isCut = (width === 2 && col + 1 >= part.cols) || (width === 0 && col === 0);
      const style = from.styleAt(x, y);
      // Link numbers mean something to the grid they come from only.
      const unlinked = style.attr >>> ATTR.linkShift === 0 ? style : { ...style, attr: style.attr & ((1 << ATTR.linkShift) - 1) };
      to.set(part.x + col, part.y + row, isCut ? "" : from.chars[i]!, isCut ? 1 : width, unlinked);
    }
  }
}

