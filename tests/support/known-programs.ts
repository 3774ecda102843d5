/**
 * Programs whose output is known, for tests and benches that kill daemons: what was lost, doubled or garbled can be told
 * from what is there. They print until a file appears, then say how far they came, and stay.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { corpus } from "./terminal-corpus.ts";

/** Kinds of output of a full-screen program. */
const KINDS = ["redraw", "regions", "edits", "unicode", "log", "tabs"];
const PARTS = 200;
const PART_BYTES = 700;

/** argv of a program that numbers its lines at a moderate pace. */
export function pacedLines(stop: string): string[] {
  const loop = `i=0; while [ ! -e '${stop}' ]; do seq -f 'line %.0f' $i $((i+4)); i=$((i+5)); sleep 0.05; done`;
  return ["sh", "-c", `${loop}; echo "printed $i"; exec sleep 1000`];
}

/** The same as fast as it goes. */
export function floodOfLines(stop: string): string[] {
  const loop = `i=0; while [ ! -e '${stop}' ]; do seq -f 'line %.0f' $i $((i+4999)); i=$((i+5000)); done`;
  return ["sh", "-c", `${loop}; echo "printed $i"; exec sleep 1000`];
}

/** Lines that are missing, doubled or out of order in what was captured, and whether the end is there. */
export function wrongLines(captured: string, fromFirst: boolean): { wrong: number; seen: number; example?: string } {
  const numbers = [...captured.matchAll(/^line (\d+)$/gm)].map((match) => Number(match[1]));
  const printed = Number(/^printed (\d+)$/m.exec(captured)?.[1] ?? NaN);
  let wrong = 0;
  let example: string | undefined;
  let expected = fromFirst ? 0 : (numbers[0] ?? 0);
  for (const number of numbers) {
    if (number !== expected) {
      wrong += Math.max(1, Math.abs(number - expected));
      example ??= `line ${number} where ${expected} should be`;
    }
    expected = number + 1;
  }
  if (expected !== printed) {
    wrong += Number.isNaN(printed) ? 1 : Math.abs(printed - expected);
    example ??= `the last line is ${expected - 1} of ${printed}`;
  }
  return { wrong, seen: numbers.length, example };
}

/** A full-screen program: its argv, and all that it has printed once it has stopped. */
export interface ScreenProgram {
  argv: string[];
  /** Undefined while it still prints. */
  printed(): Uint8Array | undefined;
}

export function screenProgram(folder: string, seed: number, stop: string): ScreenProgram {
  mkdirSync(folder, { recursive: true });
  const bytes = corpus(KINDS[seed % KINDS.length]!, PARTS * PART_BYTES, seed);
  const parts: Uint8Array[] = [];
  // cut anywhere: within sequences and characters too
  for (let n = 0; n < PARTS; n++) parts.push(bytes.subarray(Math.floor((bytes.length * n) / PARTS), Math.floor((bytes.length * (n + 1)) / PARTS)));
  parts.forEach((part, n) => writeFileSync(join(folder, String(n)), part));
  const count = join(folder, "count");
  const loop = `n=0; while [ ! -e '${stop}' ]; do cat '${folder}'/$((n % ${PARTS})); n=$((n+1)); sleep 0.02; done`;
  const printed = () => {
    let n: number;
    try {
      n = parseInt(readFileSync(count, "utf8"), 10);
    } catch {
      return undefined;
    }
    return Number.isNaN(n) ? undefined : new Uint8Array(Buffer.concat(Array.from({ length: n }, (_, i) => parts[i % PARTS]!)));
  };
  return { argv: ["sh", "-c", `stty raw -echo; ${loop}; echo $n > '${count}'; exec sleep 1000`], printed };
}
