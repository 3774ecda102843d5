/** Copies of parts of grids. */
import { ATTR, Grid } from "../../terminal/grid.ts";
import type { OverlayRect } from "./overlay.ts";

/** Lowest bit of the link number in an attribute word. */
const LINK = 1 << ATTR.linkShift;

/** The upper left part of a grid. */
export function cropGrid(from: Grid, cols: number, rows: number): Grid {
  const grid = new Grid(cols, rows);
  copyCells(from, grid, { x: 0, y: 0 }, { x: 0, y: 0, cols, rows });
  return grid;
}

/** Copies cells of `from`, beginning at `at`, into a part of `to`; wide characters cut in half become blanks. */
export function copyCells(from: Grid, to: Grid, at: { x: number; y: number }, part: OverlayRect): void {
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
      const unlinked = style.attr < LINK ? style : { ...style, attr: style.attr & (LINK - 1) };
      to.set(part.x + col, part.y + row, isCut ? "" : from.char(i), isCut ? 1 : width, unlinked);
    }
  }
}


/** Makes blanks of halves of wide characters whose other half was drawn over. */
export function mendWide(grid: Grid): void {
  const { codes, widths, cols } = grid;
  for (let i = 0; i < widths.length; i++) {
    const isLeft = widths[i] === 2 && ((i + 1) % cols === 0 || widths[i + 1] !== 0);
    const isRight = widths[i] === 0 && (i % cols === 0 || widths[i - 1] !== 2);
    if (!isLeft && !isRight) continue;
    codes[i] = 0;
    widths[i] = 1;
  }
}
