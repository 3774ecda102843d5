/** Inserting and deleting cells within a row, as BufferLine's insertCells and deleteCells do, but by moving memory. */
import { CELL, type XtermLine } from "./internals.ts";
import { forgetExtent } from "./row-extent.ts";

const W = CELL.words;

/** Puts an empty cell in colour `bg` into column `x`. */
export function emptyCell(data: Uint32Array, x: number, bg: number): void {
  data[x * W] = CELL.empty;
  data[x * W + 1] = 0;
  data[x * W + 2] = bg;
}

function emptySpan(data: Uint32Array, from: number, to: number, bg: number): void {
  for (let x = from; x < to; x++) emptyCell(data, x, bg);
}

function isWide(data: Uint32Array, x: number): boolean {
  return data[x * W]! >>> CELL.widthShift === 2;
}

/** Moves the table entries of columns [from, to) by `by`; those of cells that are overwritten go. */
function shiftTable<T>(table: Record<number, T>, from: number, to: number, by: number): Record<number, T> {
  const keys = Object.keys(table);
  if (keys.length === 0) return table;
  const moved: Record<number, T> = {};
  for (const key of keys) {
    const x = Number(key);
    if (x >= from && x < to) moved[x + by] = table[x]!;
    else if (x < from + Math.min(0, by) || x >= to + Math.max(0, by)) moved[x] = table[x]!;
  }
  return moved;
}

/** ICH: `count` empty cells come in at column `x`; the last ones are lost. */
export function insertCells(line: XtermLine, x: number, count: number, bg: number): void {
  const { _data: data, length } = line;
  forgetExtent(line);
  if (x > 0 && isWide(data, x - 1)) emptyCell(data, x - 1, bg);
  const moved = Math.max(0, length - x - count);
  if (moved > 0) {
    data.copyWithin((x + count) * W, x * W, (x + moved) * W);
    line._combined = shiftTable(line._combined, x, x + moved, count);
    line._extendedAttrs = shiftTable(line._extendedAttrs, x, x + moved, count);
  }
  emptySpan(data, x, length - moved, bg);
  if (isWide(data, length - 1)) emptyCell(data, length - 1, bg);
}

/** DCH: `count` cells from column `x` on are lost; empty ones come in at the end. */
export function deleteCells(line: XtermLine, x: number, count: number, bg: number): void {
  const { _data: data, length } = line;
  forgetExtent(line);
  const moved = Math.max(0, length - x - count);
  if (moved > 0) {
    data.copyWithin(x * W, (x + count) * W, length * W);
    line._combined = shiftTable(line._combined, x + count, length, -count);
    line._extendedAttrs = shiftTable(line._extendedAttrs, x + count, length, -count);
  }
  emptySpan(data, x + moved, length, bg);
  if (x > 0 && isWide(data, x - 1)) emptyCell(data, x - 1, bg);
  const first = data[x * W]!;
  if (first >>> CELL.widthShift === 0 && (first & CELL.hasContent) === 0) emptyCell(data, x, bg);
}
