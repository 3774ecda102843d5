/** The bytes of a file of history: records in batches, each batch closed by a mark. See history-file.ts. */
import { asFugueError } from "../../base/errors.ts";
import { readHeader } from "../../terminal/history/block.ts";
import type { HistoryRecord } from "../../terminal/history/record-replay.ts";

const MARK = 0xffffffff;
const MARK_BYTES = 12;
/** What a record takes besides its own bytes. */
export const frameHeadBytes = 28;

/** A batch: records, and the mark that says which position of the pane's log they are as of. */
export function frame(records: readonly HistoryRecord[], position: number): Uint8Array {
  const size = records.reduce((n, r) => n + frameHeadBytes + r.bytes.length, MARK_BYTES);
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  let at = 0;
  for (const { id, firstLine, lines, bytes } of records) {
    view.setUint32(at, bytes.length, true);
    view.setFloat64(at + 4, id, true);
    view.setFloat64(at + 12, firstLine, true);
    view.setFloat64(at + 20, lines, true);
    out.set(bytes, at + frameHeadBytes);
    at += frameHeadBytes + bytes.length;
  }
  view.setUint32(at, MARK, true);
  view.setFloat64(at + 4, position, true);
  return out;
}

export interface ParsedFrames {
  /** Those up to the last mark that is not after the position. Their bytes are views. */
  readonly records: HistoryRecord[];
  /** Bytes in all, and where that mark ends. */
  readonly size: number;
  readonly end: number;
  /** Position of that mark, and of the first of all; -1: there is none. */
  readonly mark: number;
  readonly firstMark: number;
  /** The last batch has no mark, or the last record is not whole. */
  readonly cut: boolean;
  /** A record is damaged, or was written by a later release. */
  readonly fault: "damaged" | "newer" | undefined;
}

/** Reads batches as of a position. Never throws: what cannot be read, and all after it, is left out. */
export function parseFrames(bytes: Uint8Array, position: number): ParsedFrames {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: HistoryRecord[] = [];
  let [at, kept, end, last, mark, firstMark] = [0, 0, 0, 0, -1, -1];
  while (at + MARK_BYTES <= bytes.length) {
    const length = view.getUint32(at, true);
    if (length === MARK) {
      const of = view.getFloat64(at + 4, true);
      if (firstMark < 0) firstMark = of;
      last = at += MARK_BYTES;
      // a later mark may be of an earlier position only if a bit of one between is wrong
      if (!(of <= position)) continue;
      [kept, end, mark] = [records.length, at, of];
      continue;
    }
    if (at + frameHeadBytes + length > bytes.length) break;
    records.push({
      id: view.getFloat64(at + 4, true), firstLine: view.getFloat64(at + 12, true), lines: view.getFloat64(at + 20, true),
      bytes: bytes.subarray(at + frameHeadBytes, at + frameHeadBytes + length),
    });
    at += frameHeadBytes + length;
  }
  const whole = records.slice(0, kept);
  return { records: whole, size: bytes.length, end, mark, firstMark, cut: last < bytes.length, fault: faultOf(whole) };
}

function faultOf(records: readonly HistoryRecord[]): ParsedFrames["fault"] {
  let fault: ParsedFrames["fault"];
  for (const { bytes } of records) {
    try {
      readHeader(bytes);
    } catch (error) {
      if (asFugueError(error).code === "version") return "newer";
      fault = "damaged";
    }
  }
  return fault;
}
