/**
 * One pane as it is kept for the next start: a checkpoint of its screen, the position that the checkpoint is as of, and
 * what a list should say about it. Compressed, in a file of state.
 */
import { FugueError } from "../../base/errors.ts";
import { STATE_KIND, decodeStateFile, encodeStateFile } from "./state-file.ts";

/** What is known of a pane besides its screen. */
export interface ScreenFacts {
  /** Folder of its program. */
  cwd: string;
  /** Program in front: what is lost when it is not started again. */
  program: string;
  session: string;
}

export interface SavedScreen {
  /** Position of the pane's log, in the life of the keeper that held it. */
  position: number;
  /** Empty: the screen was not to be kept. */
  checkpoint: Uint8Array;
  facts: ScreenFacts;
}

const LARGEST_BYTES = 32 * 1024 * 1024;

/** payload := zstd(f64 position, u32 length of the facts, facts as JSON, checkpoint) */
export function encodeScreen({ position, checkpoint, facts }: SavedScreen): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(facts));
  const whole = new Uint8Array(12 + text.length + checkpoint.length);
  const view = new DataView(whole.buffer);
  view.setFloat64(0, position, true);
  view.setUint32(8, text.length, true);
  whole.set(text, 12);
  whole.set(checkpoint, 12 + text.length);
  return encodeStateFile(STATE_KIND.screen, Bun.zstdCompressSync(whole, { level: 1 }));
}

/** @throws FugueError `protocol` or `version` */
export function decodeScreen(file: Uint8Array): SavedScreen {
  const whole = new Uint8Array(Bun.zstdDecompressSync(decodeStateFile(STATE_KIND.screen, file)));
  if (whole.length < 12 || whole.length > LARGEST_BYTES) throw new FugueError("protocol", "a screen of no sensible size");
  const view = new DataView(whole.buffer, whole.byteOffset);
  const length = view.getUint32(8, true);
  if (12 + length > whole.length) throw new FugueError("protocol", "a screen that is cut short");
  const facts = JSON.parse(new TextDecoder().decode(whole.subarray(12, 12 + length))) as ScreenFacts;
  return { position: view.getFloat64(0, true), checkpoint: whole.slice(12 + length), facts };
}
