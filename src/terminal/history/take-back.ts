/** Gives the newest lines of a history back to the emulator as rows, when its window grows. */
import type { InternLink } from "../row-codec.ts";
import type { XtermLine } from "../xterm/internals.ts";
import { MAX_LINE_BYTES, MAX_LINE_COLUMNS, type TailState } from "./line-packer.ts";
import { restoreRow, type CreateLine } from "./line-restore.ts";
import { wrapCount, wrapLine } from "./line-wrap.ts";
import { measureLine } from "./run-cursor.ts";

/** Rows beyond those asked for that are given rather than leave a whole line out. */
const SLACK_ROWS = 200;
/** Rows that are given at most, of whatever width: some milliseconds of work. */
const MOST_ROWS = 20_000;
/** Lines beyond these sizes stay: another width could cut them at another place, and so change later numbers. */
const MAX_COLUMNS = MAX_LINE_COLUMNS / 2;
const MAX_BYTES = MAX_LINE_BYTES / 2;

/** The newest end of a history. */
export interface LineStack {
  readonly openTail: boolean;
  /** Bytes of the newest line (a view), or undefined if there is none. */
  newest(): Uint8Array | undefined;
  /** How the newest line was put together. */
  tail(): TailState;
  /** Removes the newest line. */
  removeNewest(): void;
}

/** What the rows are made of. */
export interface RowFactory {
  /** Width of the emulator's rows now. */
  readonly cols: number;
  /** Width that they will have next, at which the rows that are wanted are counted. */
  readonly nextCols: number;
  readonly createLine: CreateLine;
  readonly internLink: InternLink;
}

function restoreRows(rows: readonly Uint8Array[], factory: RowFactory): XtermLine[] {
  return rows.map((row, index) => {
    const line = factory.createLine(factory.cols);
    restoreRow(row, line, factory.internLink);
    // the rest of an overlong line stays a line of its own: its number must not change
    line.isWrapped = index > 0;
    return line;
  });
}

/**
 * The rows of the open tail, exactly as they left; undefined if it is too long, or if the width has changed since: the
 * emulator's next row then does not begin where a row of this width would.
 */
function openRows(bytes: Uint8Array, tail: TailState, factory: RowFactory): XtermLine[] | undefined {
  const { cols } = factory;
  if (tail.width !== cols || tail.columns > MAX_COLUMNS || bytes.length > MAX_BYTES) return undefined;
  const lines = restoreRows(wrapLine(bytes, cols, true), factory);
  const count = tail.columns / cols;
  if (lines.length > count) return undefined;
  while (lines.length < count) {
    const blank = factory.createLine(cols);
    blank.isWrapped = true;
    lines.push(blank);
  }
  return lines;
}

/**
 * Removes the newest lines and returns them as rows, oldest first: the open tail if there is one (call this at the old
 * width before a resize, so that the seam lies between lines), then whole lines until they will make `rowsWanted` rows at
 * the next width. It ends before a line that would bring more than 200 of those rows too many, or more than 20,000 rows
 * in all, or is half as long as a line may get. Nothing is returned while an open tail cannot be: it is that long, or its
 * width is not `factory.cols`.
 * @throws FugueError `protocol` on malformed bytes.
 */
export function takeBack(stack: LineStack, rowsWanted: number, factory: RowFactory): XtermLine[] {
  const groups: XtermLine[][] = [];
  const { cols, nextCols } = factory;
  let given = 0;
  let rows = 0;
  if (stack.openTail) {
    const bytes = stack.newest()!;
    const tail = openRows(bytes, stack.tail(), factory);
    if (tail === undefined) return [];
    groups.push(tail);
    given = tail.length;
    // no more than there are: the line that the cursor is in is not wrapped anew in a narrower window, but cut
    rows = Math.min(given, wrapCount(bytes, nextCols));
    stack.removeNewest();
  }
  while (rows < rowsWanted) {
    const bytes = stack.newest();
    if (bytes === undefined || bytes.length > MAX_BYTES || measureLine(bytes).columns > MAX_COLUMNS) break;
    const wrapped = wrapLine(bytes, cols);
    given += wrapped.length;
    rows += wrapCount(bytes, nextCols);
    if (rows > rowsWanted + SLACK_ROWS || given > MOST_ROWS) break;
    groups.push(restoreRows(wrapped, factory));
    stack.removeNewest();
  }
  return groups.reverse().flat();
}
