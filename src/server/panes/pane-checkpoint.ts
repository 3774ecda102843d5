/**
 * A pane's checkpoint: what the pane itself has to remember, then the state of its emulator.
 *
 * checkpoint := f64 ordinal, u8 flags, [u32 length, prompt marks], emulator; all numbers are little-endian
 *
 * A very large emulator is compressed by zstd, or the keeper would not take it.
 */
import { FugueError } from "../../base/errors.ts";

const HEADER_BYTES = 9;
const FLAG = { swallowing: 1, marks: 2, packed: 4 } as const;
const PACKED_FROM_BYTES = 8 * 1024 * 1024;

export interface PaneCheckpoint {
  /** Answers and external effects since the pane's birth. */
  readonly ordinal: number;
  /** The rest of a control string that was too long is being dropped. */
  readonly swallowing: boolean;
  /** As PromptMarks encodes them; absent in checkpoints of earlier releases. */
  readonly marks: Uint8Array | undefined;
  /** The emulator's own checkpoint. */
  readonly emulator: Uint8Array;
}

export function encodePaneCheckpoint({ ordinal, swallowing, marks, emulator: whole }: PaneCheckpoint): Uint8Array {
  const isPacked = whole.length >= PACKED_FROM_BYTES;
  const emulator = isPacked ? Bun.zstdCompressSync(whole, { level: 1 }) : whole;
  const marksBytes = marks === undefined ? 0 : 4 + marks.length;
  const bytes = new Uint8Array(HEADER_BYTES + marksBytes + emulator.length);
  const view = new DataView(bytes.buffer);
  view.setFloat64(0, ordinal, true);
  bytes[8] = (swallowing ? FLAG.swallowing : 0) | (marks === undefined ? 0 : FLAG.marks) | (isPacked ? FLAG.packed : 0);
  if (marks !== undefined) {
    view.setUint32(HEADER_BYTES, marks.length, true);
    bytes.set(marks, HEADER_BYTES + 4);
  }
  bytes.set(emulator, HEADER_BYTES + marksBytes);
  return bytes;
}

/** The parts are views of `bytes`. @throws FugueError `protocol` on malformed bytes */
export function decodePaneCheckpoint(bytes: Uint8Array): PaneCheckpoint {
  if (bytes.length < HEADER_BYTES) throw malformed();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const flags = bytes[8]!;
  const head = { ordinal: view.getFloat64(0, true), swallowing: (flags & FLAG.swallowing) !== 0 };
  const emulator = (from: number) => {
    const part = bytes.subarray(from);
    return flags & FLAG.packed ? new Uint8Array(Bun.zstdDecompressSync(part)) : part;
  };
  if (!(flags & FLAG.marks)) return { ...head, marks: undefined, emulator: emulator(HEADER_BYTES) };
  if (bytes.length < HEADER_BYTES + 4) throw malformed();
  const end = HEADER_BYTES + 4 + view.getUint32(HEADER_BYTES, true);
  if (end > bytes.length) throw malformed();
  return { ...head, marks: bytes.subarray(HEADER_BYTES + 4, end), emulator: emulator(end) };
}

function malformed(): FugueError {
  return new FugueError("protocol", "malformed checkpoint of a pane");
}
