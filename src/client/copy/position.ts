/** Places in the text of a pane and rows of its display: what the motions of copy mode take and give. */

/** A cell of a logical line, counted in cells (a wide character is one). `cell` may be the place after the last one. */
export interface Position {
  readonly line: number;
  readonly cell: number;
}

/** A place that may lie to the right of the text: `over` columns after `cell`. Only rectangles need that. */
export interface Spot extends Position {
  readonly over: number;
}

/** A display row: row `row` (from 0) of those that a logical line takes at the present width. */
export interface RowRef {
  readonly line: number;
  readonly row: number;
}

/** Negative if `a` stands before `b`, 0 at the same place, otherwise positive. */
export function comparePositions(a: Position, b: Position): number {
  return a.line - b.line || a.cell - b.cell;
}

/** Negative if row `a` is above `b`, 0 for the same row, otherwise positive. */
export function compareRows(a: RowRef, b: RowRef): number {
  return a.line - b.line || a.row - b.row;
}
