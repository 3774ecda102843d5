/**
 * The state of copy mode that motions change: cursor, view, selection, mark. All of it can be saved and put back, so
 * that a motion interrupted for want of a line leaves no trace.
 */
import type { Jump } from "./jump.ts";
import { Layout } from "./layout.ts";
import type { Position, RowRef, Spot } from "./position.ts";
import { regionOf } from "./selection.ts";
import type { Region, Selection, SelectionRules } from "./selection.ts";
import type { SearchMatch, SearchTerm } from "./search.ts";
import { CopyText } from "./text.ts";
import { View } from "./view.ts";
import type { LineSource } from "./source.ts";

/** Column that stands for "the end of the row, wherever that is". */
export const ROW_END = Number.MAX_SAFE_INTEGER;

export type KeyStyle = "vi" | "emacs";

/** What outlasts one visit to copy mode; the TUI keeps one per pane. */
export interface CopyMemory {
  term?: SearchTerm;
  jump?: Jump;
  /** Search patterns, the newest last; bounded. */
  readonly patterns: string[];
}

/** What can be saved and put back. */
interface Moment {
  cursor: Spot;
  /** Column that vertical motions keep to. */
  goal: number;
  /** The cursor went to a line that is not here: its cell follows from `goal` once the line is. */
  adrift: boolean;
  top: RowRef;
  selection: Selection | undefined;
  rectangle: boolean;
  mark: Position;
  markShown: boolean;
  match: SearchMatch | undefined;
}

export class CopyState {
  text: CopyText;
  layout: Layout;
  view: View;
  cursor: Spot;
  goal = 0;
  adrift = false;
  selection: Selection | undefined;
  /** Selections by characters are rectangles; stays on for the next selection. */
  rectangle = false;
  mark: Position;
  markShown = false;
  positionShown = true;
  /** What is searched for, if anything was in this visit: shown highlighted. */
  shownTerm: SearchTerm | undefined;
  /** The match that the cursor was taken to. */
  match: SearchMatch | undefined;

  constructor(
    source: LineSource,
    cols: number,
    rows: number,
    readonly keys: KeyStyle,
    readonly separators: string,
    readonly memory: CopyMemory,
  ) {
    this.text = new CopyText(source);
    this.layout = new Layout(this.text, cols);
    this.view = new View(this.layout, Math.max(1, rows));
    this.cursor = { line: this.text.last, cell: 0, over: 0 };
    this.mark = this.cursor;
  }

  save(): Moment {
    const { cursor, goal, adrift, selection, rectangle, mark, markShown, match } = this;
    return { cursor, goal, adrift, selection, rectangle, mark, markShown, match, top: this.view.top };
  }

  /** Puts a saved moment back; the size may have changed since. */
  restore({ top, ...moment }: Moment): void {
    Object.assign(this, moment);
    this.text.keep(this.lastUsed);
    this.cursor = this.fitted(this.cursor);
    this.view.setTop(top);
    this.view.reveal(this.row);
  }

  get rules(): SelectionRules {
    return { inclusive: this.keys === "vi", rectangle: this.rectangle, separators: this.separators };
  }

  /** The last line that the cursor or an end of the selection is in. */
  private get lastUsed(): number {
    const { cursor, selection } = this;
    return Math.max(cursor.line, selection?.anchor.line ?? 0, selection?.head?.line ?? 0);
  }

  /** What is selected now. */
  get region(): Region | undefined {
    return this.selection && regionOf(this.selection, this.cursor, this.layout, this.rules);
  }

  /** Whether the cursor may stand to the right of the text. */
  get isFree(): boolean {
    return this.rectangle && this.selection?.by === "char" && this.selection.head === undefined;
  }

  get row(): RowRef {
    return this.layout.rowOf(this.cursor);
  }

  /** Column of the cursor in its row; may be the width itself, after a full row. Of a line that is not here yet at most that. */
  get column(): number {
    return Math.min(this.layout.cols, this.layout.column(this.cursor) + this.cursor.over);
  }

  /** Row of the cursor in the view. */
  get y(): number {
    return this.view.yOf(this.row) ?? 0;
  }

  /** Takes the cursor to a place and scrolls there: as little as needed, or (`far`) so that its surroundings show. */
  moveTo({ line, cell }: Position, far = false): void {
    this.text.keep(line);
    this.cursor = this.fitted({ line, cell, over: 0 });
    this.adrift = this.text.peek(line) === undefined;
    this.goal = this.layout.column(this.cursor);
    if (far) this.view.revealFar(this.row);
    else this.view.reveal(this.row);
  }

  /** Takes the cursor to a row, as near to column `goal` as its text reaches. */
  moveToRow(ref: RowRef, goal = this.goal): void {
    this.goal = goal;
    this.place(ref, goal);
    this.adrift = this.text.peek(ref.line) === undefined;
    this.view.reveal(this.row);
  }

  /** Takes the cursor to a column of a row; to the right of the text only if that is allowed. */
  moveToColumn(ref: RowRef, column: number): void {
    this.moveToRow(ref, column);
    this.goal = this.column;
  }

  /** A place where the cursor may stand at this width, as far as its line is here. */
  private fitted({ line, cell, over }: Spot): Spot {
    if (this.text.peek(line) === undefined) return { line, cell, over };
    const limit = this.layout.limit(this.layout.rowOf({ line, cell }));
    const at = { line, cell: Math.min(cell, limit) };
    return { ...at, over: Math.min(over, Math.max(0, this.layout.cols - this.layout.column(at))) };
  }

  private place(ref: RowRef, column: number): void {
    const cell = this.layout.cellAt(ref, column);
    const over = this.isFree && cell >= this.layout.limit(ref) ? this.overshoot(ref, cell, column) : 0;
    this.cursor = { line: ref.line, cell, over };
  }

  private overshoot(ref: RowRef, cell: number, column: number): number {
    const isLast = ref.row >= this.layout.rows(ref.line) - 1;
    const at = this.layout.column({ line: ref.line, cell });
    return isLast ? Math.max(0, Math.min(column, this.layout.cols) - at) : 0;
  }

  /** The cursor down by so many rows (up if negative), as far as there are any. */
  moveRows(by: number): void {
    this.moveToRow(this.layout.move(this.row, by));
  }

  /** Scrolls and keeps the cursor where it is in the view; with `carry` it goes on where scrolling ends. */
  scroll(by: number, carry: boolean): void {
    const { y } = this;
    const rest = carry ? by - this.view.scroll(by) : (this.view.scroll(by), 0);
    const to = Math.max(0, Math.min(this.view.height - 1, y + rest));
    this.moveToRow(this.layout.move(this.view.top, to));
  }

  /** Takes the rectangle's freedom from the cursor, after the selection changed. */
  settleCursor(): void {
    if (this.cursor.over > 0 && !this.isFree) this.cursor = { ...this.cursor, over: 0 };
  }

  /** Lines have arrived: rows have moved, and the cursor may stand beside the text. */
  settleLines(): void {
    const row = this.row;
    const line = this.text.peek(this.cursor.line);
    if (line !== undefined) {
      if (this.adrift) {
        this.adrift = false;
        if (this.cursor.cell === 0 && this.goal > 0) this.place(row, this.goal);
        else this.goal = this.column;
      }
      this.cursor = this.fitted(this.cursor);
    }
    this.view.settle();
    this.view.reveal(this.row);
  }

  /** The same pane read anew: line numbers mean the same lines as before. */
  changeSource(source: LineSource): void {
    this.text = new CopyText(source);
    const inRange = (line: number): number => Math.max(this.text.first, Math.min(this.text.last, line));
    this.cursor = { ...this.cursor, line: inRange(this.cursor.line) };
    this.mark = { ...this.mark, line: inRange(this.mark.line) };
    this.selection = undefined;
    this.match = undefined;
    this.resize(this.layout.cols, this.view.height);
    this.settleLines();
  }

  /** A new size. The topmost row keeps its first cell, unless the view was at the bottom. */
  resize(cols: number, rows: number): void {
    const { view } = this;
    this.text.dropBlank(view.height - rows, this.lastUsed);
    const top = { line: view.top.line, cell: this.layout.span(view.top).from };
    const wasAtBottom = view.atBottom;
    this.layout = new Layout(this.text, cols);
    this.view = new View(this.layout, Math.max(1, rows));
    if (!wasAtBottom) this.view.setTop(this.layout.rowOf(top));
    this.cursor = this.fitted({ ...this.cursor, over: 0 });
    if (this.goal !== ROW_END) this.goal = this.layout.column(this.cursor);
    this.view.reveal(this.row);
  }
}
