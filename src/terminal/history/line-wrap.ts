/**
 * Wraps a packed logical line into display rows, each a row of the row codec.
 *
 * The rule is xterm's: rows are filled from the left, a wide character that does not fit goes to the next row and
 * leaves an empty cell, and only characters make rows. Styled empties at the end of a line (a colour up to the edge)
 * fill the last row and are cut there, unless they were rows of their own.
 */
import { ByteWriter } from "../../base/bytes.ts";
import { FLAG, hasColorRows, KIND, measureLine, RunCursor } from "./run-cursor.ts";

/** The narrowest window; a wide character fits in it. */
export const MIN_COLS = 2;

const out = new ByteWriter(4096);

/** Wraps one line; used once. */
class LineWrapper {
  private readonly rows: Uint8Array[] = [];
  private readonly run: RunCursor;
  /** Style bytes in force; undefined for plain. */
  private style: Uint8Array | undefined;
  private room: number;
  private rowStart = true;
  private columns = 0;
  // the piece that `take` found
  private pieceCells = 0;
  private pieceColumns = 0;
  private pieceEnd = 0;

  constructor(private readonly bytes: Uint8Array, private readonly cols: number, private readonly content: number) {
    this.run = new RunCursor(bytes, 1, bytes.length);
    this.room = cols;
    out.reset();
    out.varint(bytes[0]! & FLAG.continues);
  }

  wrap(): Uint8Array[] {
    const { run } = this;
    while (run.next()) {
      if (run.styleKind === 1) this.style = undefined;
      else if (run.styleKind === 2) this.style = this.bytes.subarray(run.styleFrom, run.styleTo);
      if (!this.place()) break;
    }
    this.rows.push(out.copy());
    return this.rows;
  }

  /** Puts the run into as many rows as it takes. @returns false once only empties are left and the row is full. */
  private place(): boolean {
    const { run } = this;
    let at = run.from;
    for (let left = run.cells; left > 0; ) {
      this.take(at, left);
      if (this.pieceCells === 0) {
        if (this.columns >= this.content) return false;
        this.newRow();
        continue;
      }
      this.emit(at);
      at = this.pieceEnd;
      left -= this.pieceCells;
    }
    return true;
  }

  private newRow(): void {
    this.rows.push(out.copy());
    out.reset();
    out.varint(1);
    this.room = this.cols;
    this.rowStart = true;
  }

  /** Finds how many of the next `left` cells of the run fit into the row. */
  private take(at: number, left: number): void {
    const { run, room } = this;
    if (run.kind === KIND.graphemes) {
      this.takeGraphemes(at, left);
      return;
    }
    const width = run.kind === KIND.wide ? 2 : 1;
    const cells = Math.min(left, Math.floor(room / width));
    this.pieceCells = cells;
    this.pieceColumns = cells * width;
    if (cells === left) this.pieceEnd = run.to;
    else if (run.kind === KIND.empty) this.pieceEnd = at;
    else if (run.to - run.from === run.cells) this.pieceEnd = at + cells;
    else this.pieceEnd = this.skipCodePoints(at, cells);
  }

  private takeGraphemes(at: number, left: number): void {
    this.pieceCells = this.pieceColumns = 0;
    this.pieceEnd = at;
    while (this.pieceCells < left) {
      let size = 0;
      let next = this.pieceEnd;
      for (let scale = 1; ; scale *= 128) {
        const byte = this.bytes[next++]!;
        size += (byte & 0x7f) * scale;
        if (byte < 0x80) break;
      }
      const width = size & 1 ? 2 : 1;
      if (this.pieceColumns + width > this.room) return;
      this.pieceCells++;
      this.pieceColumns += width;
      this.pieceEnd = next + Math.floor(size / 2);
    }
  }

  private skipCodePoints(at: number, count: number): number {
    let next = at;
    for (let n = 0; n < count; n++) {
      next++;
      while (next < this.run.to && (this.bytes[next]! & 0xc0) === 0x80) next++;
    }
    return next;
  }

  /** Writes the piece that `take` found. Only the first piece of a run can come behind another one in its row. */
  private emit(at: number): void {
    const { run, style } = this;
    const kind = this.rowStart ? (style === undefined ? 0 : 2) : run.styleKind;
    out.varint(this.pieceCells * 16 + run.kind * 4 + kind);
    if (kind === 2) out.bytes(style!);
    if (run.kind === KIND.narrow || run.kind === KIND.wide) out.varint(this.pieceEnd - at);
    if (run.kind !== KIND.empty) out.bytes(this.bytes.subarray(at, this.pieceEnd));
    this.rowStart = false;
    this.room -= this.pieceColumns;
    this.columns += this.pieceColumns;
  }
}

/**
 * The display rows of a packed line at a width (at least 2 columns), each encoded by the row codec; all but the first
 * are flagged as continuing the row above. At least one row. With `keepEmpties`, empties at the end make rows too.
 * @throws FugueError `protocol` on malformed bytes.
 */
export function wrapLine(bytes: Uint8Array, cols: number, keepEmpties = hasColorRows(bytes)): Uint8Array[] {
  const extent = measureLine(bytes);
  const width = Math.max(MIN_COLS, cols);
  if (extent.columns <= width) return [bytes];
  return new LineWrapper(bytes, width, keepEmpties ? extent.columns : extent.content).wrap();
}

/** How many rows `wrapLine` makes, without making them if it can be told from the widths. */
export function wrapCount(bytes: Uint8Array, cols: number): number {
  const extent = measureLine(bytes);
  const width = Math.max(MIN_COLS, cols);
  const columns = hasColorRows(bytes) ? extent.columns : extent.content;
  if (columns <= width) return 1;
  return extent.wide ? wrapLine(bytes, width).length : Math.ceil(columns / width);
}
