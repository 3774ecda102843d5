/** Walks the runs of a packed line (the row codec's format), and measures lines. Reads in place, allocates nothing. */
import { FugueError } from "../../base/errors.ts";

/** Kinds of runs in the row codec. */
export const KIND = { narrow: 0, wide: 1, graphemes: 2, empty: 3 } as const;

/** A run longer than this is malformed, as in the row codec. */
const MAX_RUN_CELLS = 1 << 20;

/** A cursor over runs: `next` moves on, the fields describe the run it stands on. Offsets are into `bytes`. */
export class RunCursor {
  /** Offset of the run's header. */
  head = 0;
  cells = 0;
  /** One of KIND. */
  kind = 0;
  /** 0 as the run before, 1 plain, 2 its own. */
  styleKind = 0;
  /** Bytes of the run's own style, if it has one. */
  styleFrom = 0;
  styleTo = 0;
  /** Bytes of the content. */
  from = 0;
  to = 0;
  columns = 0;

  /** `at` is the offset of the first run, `end` the end of the line. */
  constructor(private bytes: Uint8Array, private at: number, private end: number) {}

  /** Goes to the first run of another line. */
  reset(bytes: Uint8Array, at: number, end: number): void {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** @returns false at the end. @throws FugueError `protocol` on malformed bytes. */
  next(): boolean {
    if (this.at >= this.end) return false;
    this.head = this.at;
    const header = this.varint();
    this.cells = Math.floor(header / 16);
    this.kind = (header >>> 2) & 3;
    this.styleKind = header & 3;
    if (this.cells > MAX_RUN_CELLS || this.styleKind === 3) throw malformed();
    this.styleFrom = this.at;
    if (this.styleKind === 2) this.skipStyle();
    this.styleTo = this.at;
    if (this.kind === KIND.graphemes) this.measureGraphemes();
    else {
      const length = this.kind === KIND.empty ? 0 : this.varint();
      this.from = this.at;
      this.columns = this.kind === KIND.wide ? this.cells * 2 : this.cells;
      this.skip(length);
    }
    this.to = this.at;
    return true;
  }

  private varint(): number {
    if (this.at >= this.end) throw malformed();
    let byte = this.bytes[this.at++]!;
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    for (let scale = 128; byte >= 0x80; scale *= 128) {
      if (this.at >= this.end || scale > 2 ** 42) throw malformed();
      byte = this.bytes[this.at++]!;
      value += (byte & 0x7f) * scale;
    }
    return value;
  }

  private skip(length: number): void {
    this.at += length;
    if (this.at > this.end) throw malformed();
  }

  private skipStyle(): void {
    const parts = this.bytes[this.at]!;
    this.skip(1);
    for (let color = 1; color <= 4; color <<= 1) {
      if (parts & color) this.skip(this.bytes[this.at] === 1 ? 2 : 4);
    }
    if (parts & 8) this.varint();
    if (parts & 16) this.skip(this.varint());
  }

  private measureGraphemes(): void {
    this.from = this.at;
    this.columns = 0;
    for (let n = 0; n < this.cells; n++) {
      const size = this.varint();
      this.skip(Math.floor(size / 2));
      this.columns += size & 1 ? 2 : 1;
    }
  }
}

function malformed(): FugueError {
  return new FugueError("protocol", "a line of the history is malformed");
}

/** The extent of a packed line. */
export interface LineExtent {
  /** Columns that its cells cover, styled empties at the end included. */
  columns: number;
  /** Columns up to the end of the last cell with a character: what decides on wrapping. */
  content: number;
  /** Whether characters of two columns occur: only then a row may have to break one column early. */
  wide: boolean;
}

/** Measures a packed line. @throws FugueError `protocol` on malformed bytes. */
export function measureLine(bytes: Uint8Array): LineExtent {
  const run = new RunCursor(bytes, 1, bytes.length);
  let columns = 0;
  let content = 0;
  let wide = false;
  while (run.next()) {
    columns += run.columns;
    if (run.kind !== KIND.empty) content = columns;
    if (run.columns !== run.cells) wide = true;
  }
  return { columns, content, wide };
}

/** Flags of a packed line, in its first byte. Those of a row have the first of them only. */
export const FLAG = {
  /** It is the rest of a line that grew too long, or a display row that continues the row above. */
  continues: 1,
  /** Its last rows were empty and coloured: they are rows at any width, unlike the colour behind text. */
  colorRows: 2,
} as const;

/** Whether this line is the rest of a line that grew too long, or a display row that continues the row above. */
export function continuesBefore(bytes: Uint8Array): boolean {
  return (bytes[0]! & FLAG.continues) !== 0;
}

/** Whether the empties at the end of this line are rows of their own. */
export function hasColorRows(bytes: Uint8Array): boolean {
  return (bytes[0]! & FLAG.colorRows) !== 0;
}
