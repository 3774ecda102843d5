/**
 * The text that copy mode moves in: a LineSource whose lines may still be on their way. Motions read it strictly and
 * are interrupted by LineMissing; drawing peeks.
 */
import type { Position } from "./position.ts";
import type { LineSource, SourceLine } from "./source.ts";

const NO_LINE: SourceLine = { cells: [] };
/** Lines that we remember as never coming. */
const MOST_ABSENT = 100_000;

/** Thrown by a strict read of a line that is not here. The motion is run again when the line is. */
export class LineMissing {
  constructor(readonly line: number) {}
}

/** Whether a cell shows nothing. */
export function isBlank(char: string): boolean {
  return char === " " || char === "" || char === "\t";
}

/** The lines of a source. Numbers out of its range, and lines that it could not get, are empty lines. */
export class CopyText {
  private readonly absent = new Set<number>();
  private readonly lengths = new WeakMap<SourceLine, number>();
  /** Lines at the end that are not counted any more. */
  private dropped = 0;

  constructor(readonly source: LineSource) {}

  get first(): number {
    return this.source.first;
  }

  /** The newest line; an empty source has one empty line. */
  get last(): number {
    return Math.max(this.source.first, this.source.end - 1 - this.dropped);
  }

  /** Takes up to `most` blank lines from the end, those after line `keep`: a screen that gets fewer rows loses these first. */
  dropBlank(most: number, keep: number): void {
    for (; most > 0 && this.last > keep; most--) {
      const line = this.peek(this.last);
      if (line === undefined || this.lengthOf(line) > 0) return;
      this.dropped++;
    }
  }

  /** Counts the lines up to `n` again: something is to be there. */
  keep(n: number): void {
    this.dropped = Math.max(0, Math.min(this.dropped, this.source.end - 1 - n));
  }

  /** The line if it is here. */
  peek(n: number): SourceLine | undefined {
    if (n < this.source.first || n >= this.source.end) return NO_LINE;
    return this.source.line(n) ?? (this.absent.has(n) ? NO_LINE : undefined);
  }

  /** The line. @throws LineMissing if it has to be fetched. */
  line(n: number): SourceLine {
    const line = this.peek(n);
    if (line === undefined) throw new LineMissing(n);
    return line;
  }

  /** Cells of a line up to its last one that is not blank. @throws LineMissing */
  length(n: number): number {
    return this.lengthOf(this.line(n));
  }

  /** The same for a line in hand. */
  lengthOf(line: SourceLine): number {
    const known = this.lengths.get(line);
    if (known !== undefined) return known;
    let length = line.cells.length;
    while (length > 0 && isBlank(line.cells[length - 1]!.char)) length--;
    this.lengths.set(line, length);
    return length;
  }

  /** The character of a cell, a blank for one without and for those after the text. @throws LineMissing */
  char(line: number, cell: number): string {
    return this.line(line).cells[cell]?.char || " ";
  }

  /** The cell at a terminal column of a line that is wrapped nowhere. @throws LineMissing */
  cellAtColumn(n: number, column: number): number {
    const { cells } = this.line(n);
    let cell = 0;
    for (let at = 0; cell < cells.length; cell++) {
      at += cells[cell]!.width;
      if (at > column) break;
    }
    return cell;
  }

  /** The terminal column of a position in its line, as if that were wrapped nowhere; of a line not here, a guess. */
  columnOf({ line, cell }: Position): number {
    const cells = this.peek(line)?.cells ?? [];
    let column = 0;
    for (let i = 0; i < cell; i++) column += cells[i]?.width ?? 1;
    return column;
  }

  /** To be called when a fetch of [from, to) has ended: what is still missing counts as empty until `retry`. */
  settle(from: number, to: number): void {
    for (let n = Math.max(from, this.first); n < Math.min(to, this.source.end); n++) {
      if (this.source.line(n) !== undefined) continue;
      if (this.absent.size >= MOST_ABSENT) this.absent.clear();
      this.absent.add(n);
    }
  }

  /** Gives lines that could not be had another chance. */
  retry(): void {
    this.absent.clear();
  }
}
