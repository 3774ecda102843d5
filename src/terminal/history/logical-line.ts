/** A logical line as readers of a history get it. */
import { continuesBefore, measureLine } from "./run-cursor.ts";

/** One line, unwrapped. */
export interface LogicalLine {
  readonly number: number;
  /** A row of the row codec; flagged as continuing if it is the rest of a line that grew too long. A copy. */
  readonly bytes: Uint8Array;
  /** Columns that its cells cover. */
  readonly columns: number;
  readonly continues: boolean;
}

/** Describes a packed line. @throws FugueError `protocol` on malformed bytes. */
export function logicalLine(number: number, bytes: Uint8Array): LogicalLine {
  return { number, bytes, columns: measureLine(bytes).columns, continues: continuesBefore(bytes) };
}
