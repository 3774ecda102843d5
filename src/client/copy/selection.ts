/** What is selected, by characters, words, lines or as a rectangle, and which cells that covers. */
import type { Layout } from "./layout.ts";
import { comparePositions, compareRows } from "./position.ts";
import type { Position, RowRef, Spot } from "./position.ts";
import type { CopyText } from "./text.ts";
import { LineMissing } from "./text.ts";
import { wordAt } from "./words.ts";

export interface Selection {
  readonly by: "char" | "word" | "line";
  /** Where it began. */
  readonly anchor: Spot;
  /** Where it ends if it no longer follows the cursor. */
  readonly head?: Spot;
}

/** How the ends of a selection count. */
export interface SelectionRules {
  /** vi: the character under the later end is selected, and the end of a line with it; emacs: neither. */
  readonly inclusive: boolean;
  readonly rectangle: boolean;
  readonly separators: string;
}

/** A selection whose ends are settled: running text, or a rectangle of display columns. */
export type Region =
  | {
      readonly kind: "text";
      readonly from: Position;
      /** Exclusive; the cell may be beyond the end of the line. */
      readonly to: Position;
      /** The end of the last line belongs to it. */
      readonly newline: boolean;
    }
  | {
      readonly kind: "rectangle";
      readonly top: RowRef;
      readonly bottom: RowRef;
      /** Columns, both inclusive. */
      readonly left: number;
      readonly right: number;
    };

/** The cells that a selection covers while its other end is at `cursor`. Never needs lines that are not here. */
export function regionOf(selection: Selection, cursor: Spot, layout: Layout, rules: SelectionRules): Region {
  const { anchor } = selection;
  const head = selection.head ?? cursor;
  if (rules.rectangle && selection.by === "char") return rectangle(anchor, head, layout, rules);
  const isForward = comparePositions(anchor, head) <= 0;
  const low = isForward ? anchor : head;
  const high = isForward ? head : anchor;
  if (selection.by === "line") return wholeLines(layout.text, low.line, high.line, rules.inclusive);
  if (selection.by === "word") return words(layout.text, anchor, head, rules);
  const line = layout.text.peek(high.line);
  const isAfterText = line !== undefined && high.cell >= layout.text.lengthOf(line);
  return {
    kind: "text",
    from: low,
    to: { line: high.line, cell: high.cell + (rules.inclusive ? 1 : 0) },
    newline: rules.inclusive && isAfterText,
  };
}

/** Lines `first` to `last`, both inclusive. */
export function wholeLines(text: CopyText, first: number, last: number, newline: boolean): Region {
  const line = text.peek(last);
  const cell = line === undefined ? 0 : text.lengthOf(line);
  return { kind: "text", from: { line: first, cell: 0 }, to: { line: last, cell }, newline };
}

/** From the word of the anchor to that of the head; where ends are exclusive, to that of the cell before the head. */
function words(text: CopyText, anchor: Position, head: Position, { inclusive, separators }: SelectionRules): Region {
  const isForward = comparePositions(anchor, head) < 0;
  const least = anchor.line === head.line ? anchor.cell : 0;
  const end = isForward && !inclusive ? { line: head.line, cell: Math.max(least, head.cell - 1) } : head;
  const low = isForward ? anchor : end;
  const high = isForward ? end : anchor;
  const from = { line: low.line, cell: reach(text, low, separators).from };
  const to = { line: high.line, cell: reach(text, high, separators).to };
  return { kind: "text", from, to, newline: false };
}

function reach(text: CopyText, at: Position, separators: string): { from: number; to: number } {
  try {
    const word = wordAt(text, at, separators);
    return word.to <= at.cell ? { from: at.cell, to: at.cell } : word;
  } catch (thrown) {
    if (thrown instanceof LineMissing) return { from: at.cell, to: at.cell };
    throw thrown;
  }
}

function rectangle(anchor: Spot, head: Spot, layout: Layout, { inclusive }: SelectionRules): Region {
  const from = layout.rowOf(anchor);
  const to = layout.rowOf(head);
  const anchorColumn = layout.column(anchor) + anchor.over;
  const headColumn = layout.column(head) + head.over;
  const isRightward = headColumn > anchorColumn;
  const last = layout.cols - 1;
  return {
    kind: "rectangle",
    top: compareRows(from, to) <= 0 ? from : to,
    bottom: compareRows(from, to) <= 0 ? to : from,
    left: Math.min(anchorColumn, headColumn),
    right: Math.min(last, isRightward ? headColumn - (inclusive ? 0 : 1) : anchorColumn),
  };
}

/** The cells [from, to) of a display row that a region covers, and whether the end of its line is covered too. */
export function coveredCells(region: Region, ref: RowRef, layout: Layout): { from: number; to: number; end: boolean } {
  const span = layout.span(ref);
  if (region.kind === "rectangle") {
    if (compareRows(ref, region.top) < 0 || compareRows(ref, region.bottom) > 0) return { from: 0, to: 0, end: false };
    return { ...columnCells(region.left, region.right, ref, layout), end: false };
  }
  const { from, to } = region;
  if (ref.line < from.line || ref.line > to.line) return { from: 0, to: 0, end: false };
  const start = ref.line === from.line ? Math.max(span.from, from.cell) : span.from;
  const stop = ref.line === to.line ? Math.min(span.to, to.cell) : span.to;
  const isLastRow = ref.row >= layout.rows(ref.line) - 1;
  return { from: start, to: Math.max(start, stop), end: isLastRow && (ref.line < to.line || region.newline) };
}

/** The cells of a row whose left edge is in the columns `left` to `right`. */
function columnCells(left: number, right: number, ref: RowRef, layout: Layout): { from: number; to: number } {
  const cells = layout.text.peek(ref.line)?.cells ?? [];
  const span = layout.span(ref);
  let cell = span.from;
  let column = 0;
  while (cell < span.to && column < left) column += cells[cell++]!.width;
  const from = cell;
  while (cell < span.to && column <= right) column += cells[cell++]!.width;
  return { from, to: cell };
}
