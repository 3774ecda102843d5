/** Reads one line from standard input, outside of the TUI: for questions of the command line. */
import { readSync } from "node:fs";

const LONGEST_LINE_BYTES = 4096;

/** The line without its end, or undefined at the end of input. Blocks: nothing else goes on in a shell command that asks. */
export function readLine(): string | undefined {
  const buffer = new Uint8Array(LONGEST_LINE_BYTES);
  const length = readSync(0, buffer);
  return length === 0 ? undefined : new TextDecoder().decode(buffer.subarray(0, length)).replace(/\r?\n[^]*$/, "");
}
