/**
 * All text of a pane as one sequence of logical lines: its history, the emulator's scrollback and its screen (of the
 * normal buffer). Capture, search, selection and copy mode see nothing else.
 *
 * A line that is partly in the history and partly in the emulator appears once, whole. Lines of the emulator are
 * numbered on from the history's, so a line keeps its number when it moves over; a line that grew too long is cut
 * where the history will cut it.
 */
import type { Clock } from "../../base/clock.ts";
import type { LinkText } from "../row-packer.ts";
import { CELL, type XtermLine } from "../xterm/internals.ts";
import { imageLine } from "./block.ts";
import type { History } from "./history.ts";
import { JOIN, LinePacker } from "./line-packer.ts";
import type { LinePage } from "./line-text.ts";
import { logicalLine, type LogicalLine } from "./logical-line.ts";
import type { TextMatcher } from "./pattern-matcher.ts";
import { measureLine } from "./run-cursor.ts";
import { searchPages, type LinePosition, type SearchBounds, type SearchResult } from "./search.ts";

/** The rows of an emulator's normal buffer, whichever buffer is shown. */
export interface HotRows {
  readonly cols: number;
  /** Rows of the screen. */
  readonly rows: number;
  /** Rows above the screen. */
  readonly scrollbackLength: number;
  /** Row `index` of the normal buffer, 0 being the oldest; the rows of its screen follow those of the scrollback. */
  scrollbackRow(index: number): XtermLine;
  linkText(urlId: number): string | undefined;
}

/** Rows of the emulator that form one logical line. */
interface HotLine {
  readonly number: number;
  /** Rows `from` up to `to` (exclusive). */
  readonly from: number;
  readonly to: number;
  /** Whether its beginning is the history's open tail. */
  readonly hasTail: boolean;
}

const READ_LINES = 1000;
const READ_BYTES = 1024 * 1024;

/** A view; it keeps nothing but two packing buffers. */
export class PaneText {
  private readonly links: LinkText;
  private readonly packer = new LinePacker();

  constructor(private readonly history: History, private readonly hot: HotRows, private readonly clock: Clock) {
    this.links = (urlId) => hot.linkText(urlId);
  }

  /** Number of the oldest line. */
  get firstLine(): number {
    return this.history.firstLine;
  }

  /** The number after the last line, which is the one that the bottom row of the screen belongs to. */
  get endLine(): number {
    return this.hotLines().at(-1)!.number + 1;
  }

  /** Number of the line that the top row of the screen belongs to: what `History.clear` is to be given. */
  get screenLine(): number {
    return this.locate(0, 0).line;
  }

  /** One line, or undefined if there is none of this number. */
  line(number: number): LogicalLine | undefined {
    return this.lines(number, number + 1)[0];
  }

  /** Lines `from` up to `to` (exclusive), bounded as in `History.lines`. */
  lines(from: number, to: number, bounds: { maxLines?: number; maxBytes?: number } = {}): LogicalLine[] {
    const { maxLines = READ_LINES, maxBytes = READ_BYTES } = bounds;
    const hotFirst = this.hotFirst;
    const found = from < hotFirst ? this.history.lines(from, Math.min(to, hotFirst), { maxLines, maxBytes }) : [];
    const last = found.at(-1);
    if (to <= hotFirst || (from < hotFirst && last?.number !== hotFirst - 1)) return found;
    let bytes = found.reduce((sum, line) => sum + line.bytes.length, 0);
    const page = this.hotPage(Math.max(from, hotFirst), Math.min(to, hotFirst + maxLines));
    for (let i = 0; i < page.to; i++) {
      const view = imageLine(page.image, i);
      bytes += view.length;
      if (found.length > 0 && (found.length >= maxLines || bytes > maxBytes)) break;
      found.push(logicalLine(page.firstLine + i, view.slice()));
    }
    return found;
  }

  /** Searches everything, the part of each line that is in the emulator included. */
  search(matcher: TextMatcher, bounds: SearchBounds = {}): SearchResult {
    return searchPages(this.pages(bounds), matcher, bounds, this.clock);
  }

  private *pages(bounds: SearchBounds): Generator<LinePage> {
    const hotFirst = this.hotFirst;
    const forward = bounds.direction !== "backward";
    const line = bounds.from?.line ?? (forward ? 0 : Infinity);
    if (forward) yield* this.history.searchPages(bounds, hotFirst);
    const page = forward ? this.hotPage(line, Infinity) : this.hotPage(0, line + 1);
    if (page.to > 0) yield page;
    if (!forward) yield* this.history.searchPages(bounds, hotFirst);
  }

  /**
   * The line and column of a cell of the emulator: row `y` of the screen (negative: of the scrollback above it) and
   * column `x`. Rows beyond the emulator's count as its nearest row.
   */
  locate(y: number, x: number): LinePosition {
    const { hot } = this;
    const row = Math.max(0, Math.min(hot.scrollbackLength + y, hot.scrollbackLength + hot.rows - 1));
    const line = this.hotLines().find((each) => row < each.to)!;
    return { line: line.number, column: this.columnsBefore(line, row) + x };
  }

  /**
   * Where a cell of a line is in the emulator: `y` as in `locate`; undefined if it is in the history, or nowhere. A
   * column beyond the line's end is placed in its last row, where `x` may then lie outside the screen.
   */
  place(position: LinePosition): { y: number; x: number } | undefined {
    const line = this.hotLines().find((each) => each.number === position.line);
    if (line === undefined) return undefined;
    let column = position.column - this.columnsBefore(line, line.from);
    if (column < 0 || line.from === line.to) return undefined;
    let row = line.from;
    for (; row + 1 < line.to && column >= this.rowColumns(row); row++) column -= this.rowColumns(row);
    return { y: row - this.hot.scrollbackLength, x: column };
  }

  /** Number of the first line that is (partly) in the emulator. */
  private get hotFirst(): number {
    return this.history.openTail ? this.history.endLine - 1 : this.history.endLine;
  }

  /** The lines of the emulator. Never empty. */
  private hotLines(): HotLine[] {
    const { history, hot } = this;
    const lines: HotLine[] = [];
    let hasTail = history.openTail;
    let number = this.hotFirst;
    let columns = hasTail ? history.tail().columns : 0;
    let from = 0;
    const count = hot.scrollbackLength + hot.rows;
    for (let row = 0; row < count; row++) {
      const joins = hot.scrollbackRow(row).isWrapped && !LinePacker.overlong(columns, hot.cols);
      if (!joins && (row > 0 || hasTail)) {
        lines.push({ number: number++, from, to: row, hasTail });
        hasTail = false;
        from = row;
        columns = 0;
      }
      columns += hot.cols;
    }
    lines.push({ number, from, to: count, hasTail });
    return lines;
  }

  /** Packs the emulator's lines with numbers in [from, to). The page is valid until the next call. */
  private hotPage(from: number, to: number): LinePage {
    this.packer.reset(this.packer.buffer, this.packer.starts);
    const lines = this.hotLines().filter((line) => line.number >= from && line.number < to);
    for (const line of lines) this.pack(line, line.to);
    const { buffer: bytes, length, starts, lines: count } = this.packer;
    return { image: { bytes, length, starts, lines: count }, firstLine: lines[0]?.number ?? from, from: 0, to: count };
  }

  /** Packs a line as far as its row `to` (exclusive). */
  private pack(line: HotLine, to: number): void {
    const { history, hot, packer } = this;
    if (line.hasTail) packer.adopt(history.newest()!, history.tail());
    for (let row = line.from; row < to; row++) {
      const source = hot.scrollbackRow(row);
      const begins = row === line.from && !line.hasTail;
      const isRest = source.isWrapped && (row > 0 || history.openTail);
      packer.append(source, hot.cols, this.links, !begins ? JOIN.continues : isRest ? JOIN.rest : JOIN.begins);
    }
  }

  /** Columns of a line that lie before its row `row`. */
  private columnsBefore(line: HotLine, row: number): number {
    let columns = 0;
    if (line.hasTail && line.from < line.to) {
      this.packer.reset(this.packer.buffer, this.packer.starts);
      this.pack(line, line.from + 1);
      columns = measureLine(this.packer.line(0)).columns - this.hot.cols + this.packer.tail().pad;
    }
    for (let before = line.from; before < row; before++) columns += this.rowColumns(before);
    return columns;
  }

  /** Columns that a row contributes to its line when another row of the line follows: see LinePacker. */
  private rowColumns(row: number): number {
    const { cols } = this.hot;
    const last = this.hot.scrollbackRow(row)._data[(cols - 1) * CELL.words]!;
    const next = this.hot.scrollbackRow(row + 1)._data[0]!;
    const emptyEdge = (last & CELL.hasContent) === 0 && last >>> CELL.widthShift === 1;
    return emptyEdge && next >>> CELL.widthShift === 2 ? cols - 1 : cols;
  }
}
