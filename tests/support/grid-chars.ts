/** The text of a grid, cell by cell. */
import type { Grid } from "../../src/terminal/grid.ts";

/** The grapheme of each cell; "" for empty ones and right halves. */
export function charsOf(grid: Grid): string[] {
  return Array.from(grid.codes, (_, i) => grid.char(i));
}
