/**
 * Logical lines wrapped into display rows at a width, for reading. The rule is that of the terminal: rows are filled
 * from the left, and a wide character that does not fit goes to the next row. A line that is not here is one empty row.
 */
import type { RowRef, Position } from "./position.ts";
import type { SourceLine } from "./source.ts";
import type { CopyText } from "./text.ts";

/** The narrowest width: a wide character fits in it. */
const MIN_COLS = 2;
const ONE_ROW: readonly number[] = [0];

export class Layout {
  private readonly known = new WeakMap<SourceLine, readonly number[]>();
  /** Width in columns, at least 2. */
  readonly cols: number;

  constructor(readonly text: CopyText, cols: number) {
    this.cols = Math.max(MIN_COLS, cols);
  }

  /** The cell with which each row of a line begins. */
  starts(n: number): readonly number[] {
    const line = this.text.peek(n);
    if (line === undefined || line.cells.length * 2 <= this.cols) return ONE_ROW;
    let starts = this.known.get(line);
    if (starts === undefined) {
      starts = this.wrap(line);
      this.known.set(line, starts);
    }
    return starts;
  }

  private wrap(line: SourceLine): readonly number[] {
    const starts = [0];
    let room = this.cols;
    line.cells.forEach((cell, i) => {
      if (cell.width > room) {
        starts.push(i);
        room = this.cols;
      }
      room -= cell.width;
    });
    return starts.length === 1 ? ONE_ROW : starts;
  }

  rows(n: number): number {
    return this.starts(n).length;
  }

  /** The row that shows a position. */
  rowOf({ line, cell }: Position): RowRef {
    const starts = this.starts(line);
    let low = 0;
    for (let high = starts.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= cell) low = middle;
      else high = middle - 1;
    }
    return { line, row: low };
  }

  /** The cells [from, to) of a row. A row that the line has no more gives its last one. */
  span({ line, row }: RowRef): { from: number; to: number } {
    const starts = this.starts(line);
    const at = Math.min(row, starts.length - 1);
    return { from: starts[at]!, to: starts[at + 1] ?? this.text.peek(line)?.cells.length ?? 0 };
  }

  /** The last place in a row where the cursor may stand: after the text, or on the last cell if the line goes on. */
  limit(ref: RowRef): number {
    const line = this.text.peek(ref.line);
    if (line === undefined) return 0;
    const { from, to } = this.span(ref);
    const length = this.text.lengthOf(line);
    const isLast = ref.row >= this.rows(ref.line) - 1;
    return Math.max(from, isLast ? length : Math.min(to - 1, length));
  }

  /** The column of a position in its row; 0 in a line that is not here. */
  column(at: Position): number {
    const line = this.text.peek(at.line);
    if (line === undefined) return 0;
    let column = 0;
    const end = Math.min(at.cell, line.cells.length);
    for (let cell = this.span(this.rowOf(at)).from; cell < end; cell++) column += line.cells[cell]!.width;
    return column;
  }

  /** The cell of a row that covers a column, or the row's limit if the column is further right. */
  cellAt(ref: RowRef, column: number): number {
    const cells = this.text.peek(ref.line)?.cells ?? [];
    const limit = this.limit(ref);
    let cell = this.span(ref).from;
    for (let at = 0; cell < limit; cell++) {
      at += cells[cell]!.width;
      if (at > column) break;
    }
    return cell;
  }

  get firstRow(): RowRef {
    return { line: this.text.first, row: 0 };
  }

  get lastRow(): RowRef {
    const line = this.text.last;
    return { line, row: this.rows(line) - 1 };
  }

  /** The row `by` rows below (above if negative), or the last (first) one. */
  move(ref: RowRef, by: number): RowRef {
    let { line, row } = ref;
    row = Math.min(row, this.rows(line) - 1) + by;
    while (row < 0) {
      if (line <= this.text.first) return this.firstRow;
      row += this.rows(--line);
    }
    for (let rows = this.rows(line); row >= rows; rows = this.rows(line)) {
      if (line >= this.text.last) return this.lastRow;
      row -= rows;
      line++;
    }
    return { line, row };
  }

  /** How many rows `to` is below `from` (which must not be below it), at most `most`. */
  distance(from: RowRef, to: RowRef, most = Number.MAX_SAFE_INTEGER): number {
    let rows = -from.row;
    for (let line = from.line; line < to.line && rows < most; line++) rows += this.rows(line);
    return Math.min(rows + to.row, most);
  }
}
