/** The part of the wrapped text that copy mode shows: its topmost row, and scrolling. */
import type { Layout } from "./layout.ts";
import { compareRows } from "./position.ts";
import type { RowRef } from "./position.ts";

export class View {
  /** Stays at the bottom when lines that arrive turn out to be longer. */
  private pinned: boolean;
  private first: RowRef;

  /** Shows the end of the text. `height` in rows, at least 1. */
  constructor(readonly layout: Layout, readonly height: number) {
    this.first = this.bottomTop;
    this.pinned = true;
  }

  get top(): RowRef {
    return this.first;
  }

  /** The topmost row when the view is at the bottom. */
  get bottomTop(): RowRef {
    return this.layout.move(this.layout.lastRow, 1 - this.height);
  }

  get atBottom(): boolean {
    return compareRows(this.first, this.bottomTop) >= 0;
  }

  /** Puts a row at the top, as far as there is text to fill the view. */
  setTop(ref: RowRef): void {
    const bottom = this.bottomTop;
    const row = { line: ref.line, row: Math.min(ref.row, this.layout.rows(ref.line) - 1) };
    this.pinned = compareRows(row, bottom) >= 0;
    if (this.pinned) this.first = bottom;
    else this.first = compareRows(row, this.layout.firstRow) < 0 ? this.layout.firstRow : row;
  }

  /** After lines have arrived: rows may have moved. */
  settle(): void {
    if (this.pinned) this.first = this.bottomTop;
    else this.setTop(this.first);
  }

  /** Scrolls down (up if negative) as far as possible. @returns the rows scrolled, with the sign of `by`. */
  scroll(by: number): number {
    const before = this.first;
    this.setTop(this.layout.move(before, by));
    const most = Math.abs(by);
    if (compareRows(this.first, before) >= 0) return this.layout.distance(before, this.first, most);
    return -this.layout.distance(this.first, before, most);
  }

  /** The rows shown, from the top; fewer than the height if the text is shorter. */
  rows(): RowRef[] {
    const rows: RowRef[] = [];
    const last = this.layout.lastRow;
    for (let ref = this.first; rows.length < this.height; ref = this.layout.move(ref, 1)) {
      rows.push(ref);
      if (compareRows(ref, last) >= 0) break;
    }
    return rows;
  }

  /** Where a row is shown, or undefined if it is out of sight. */
  yOf(ref: RowRef): number | undefined {
    if (compareRows(ref, this.first) < 0) return undefined;
    const y = this.layout.distance(this.first, ref, this.height);
    return y < this.height ? y : undefined;
  }

  /** Scrolls no further than needed to show a row. */
  reveal(ref: RowRef): void {
    if (compareRows(ref, this.first) < 0) this.setTop(ref);
    else if (this.yOf(ref) === undefined) this.setTop(this.layout.move(ref, 1 - this.height));
  }

  /** Shows a row that may be far away: if it is out of sight, a quarter above the bottom, as tmux does. */
  revealFar(ref: RowRef): void {
    if (this.yOf(ref) !== undefined) return;
    const above = this.height - Math.floor(this.height / 4);
    this.setTop(this.layout.move(ref, -Math.min(above, this.height - 1)));
  }

  /** Logical lines above the view when it is at the bottom. */
  get history(): number {
    return this.bottomTop.line - this.layout.text.first;
  }

  /** Logical lines that the view is scrolled up from the bottom; at least 1 if it is not there. */
  get scrolledBy(): number {
    return this.atBottom ? 0 : Math.max(1, this.bottomTop.line - this.first.line);
  }
}
