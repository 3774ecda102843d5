/**
 * What floods panes, made from a seed: the same bytes on every machine. No corpus holds the characters of markers and
 * of the prompt (`@`, `J`, `K`, `Q`, `X`, `Z`; sequences aside), so that these are new wherever they are printed. All
 * fit 80 columns and 22 rows.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { seededRandom, type Random } from "../../../src/base/random.ts";

const BLOCK_BYTES = 2 * 1024 * 1024;
const WORDS = ("the of and to in is it for on as with that by this are from at be or an was not can all has which one "
  + "file line error value return process server request session buffer window module import config install update "
  + "0x7f3a 127.0.0.1 200 404 1024 src/main.ts node_modules /usr/lib/x86_64 README.md {key:value} [ok] --verbose").split(" ");
const CJK = [..."日本語漢字仮名交文端末画面入出力速度試験中国한국어터미널속도시험"];
const EMOJI = ["😀", "🚀", "👍🏽", "👩‍💻", "👨‍👩‍👧", "🇩🇪", "🇯🇵", "❤️", "✓", "é"];

function pick<T>(random: Random, items: readonly T[]): T {
  return items[random.integer(items.length)]!;
}

/** Words of `length` columns altogether. */
export function prose(random: Random, length: number): string {
  let out = "";
  while (out.length < length) out += `${pick(random, WORDS)} `;
  return out.slice(0, length);
}

function wide(random: Random): string {
  let out = "";
  for (let n = 4 + random.integer(8); n > 0; n--) {
    for (let m = 1 + random.integer(4); m > 0; m--) out += pick(random, CJK);
    out += random.integer(3) === 0 ? ` ${pick(random, EMOJI)} ` : random.integer(3) === 0 ? ` ${pick(random, WORDS)} ` : "";
  }
  return `${out}\n`;
}

function log(random: Random): string {
  const level = pick(random, ["\x1b[32mINFO\x1b[0m", "\x1b[33mWARN\x1b[0m", "\x1b[1;31mFAIL\x1b[0m", "\x1b[36mDEBU\x1b[0m"]);
  const time = `\x1b[2m2025-01-0${1 + random.integer(9)}T12:${10 + random.integer(49)}:00\x1b[22m`;
  return `${time} ${level} \x1b[38;5;${random.integer(256)}m${pick(random, WORDS)}\x1b[0m: ${prose(random, 8 + random.integer(20))}`
    + `\x1b[38;2;${random.integer(256)};${random.integer(256)};${random.integer(256)}m${pick(random, WORDS)}\x1b[39m \x1b[4m${pick(random, WORDS)}\x1b[24m\n`;
}

/** One redraw of a program that fills the screen: a header, a list with a selected row, gauges. */
function redraw(random: Random): string {
  let out = "\x1b[?25l\x1b[H\x1b[7m" + prose(random, 79) + "\x1b[m";
  const selected = 2 + random.integer(20);
  for (let row = 2; row <= 22; row++) {
    const bar = random.integer(20);
    out += `\x1b[${row};1H${row === selected ? "\x1b[30;46m" : ""}${String(random.integer(99999)).padStart(6)} `
      + `\x1b[${31 + random.integer(6)}m${"|".repeat(bar)}\x1b[${row === selected ? 30 : 39}m${" ".repeat(20 - bar)} ${prose(random, 30)}\x1b[m\x1b[K`;
  }
  return `${out}\x1b[?25h`;
}

function region(random: Random): string {
  let out = "\x1b[3;20r\x1b[20;1H";
  for (let n = 40; n > 0; n--) out += `${prose(random, 20 + random.integer(55))}\r\n`;
  return `${out}\x1b[3;1H${`\x1bM${pick(random, WORDS)}\r`.repeat(3)}\x1b[r`;
}

/** Kinds of output; each function makes one unit of it. */
const CORPORA = {
  plain: (random: Random) => `${prose(random, 20 + random.integer(59))}\n`,
  "cjk+emoji": wide,
  "sgr log": log,
  "tui redraws": redraw,
  "scroll region": region,
  "long lines": (random: Random) => `${prose(random, 1000 + random.integer(3000))}\n`,
  yes: () => "y\n",
} as const;

export type CorpusName = keyof typeof CORPORA;
export const CORPUS_NAMES = Object.keys(CORPORA) as CorpusName[];

/** Brings the terminal back to an empty screen and the default modes. */
const TAIL = "\x1b[r\x1b[m\x1b[?25h\x1b[H\x1b[2J";

/** Writes at least `size` bytes of a corpus to a file; the screen is empty after it. @returns the bytes of the file. */
export function writeCorpus(path: string, name: CorpusName, size: number): number {
  const random = seededRandom(CORPUS_NAMES.indexOf(name) + 1);
  const parts: string[] = [];
  const block = Math.min(size, BLOCK_BYTES);
  for (let length = 0; length < block; ) {
    const part = CORPORA[name](random);
    parts.push(part);
    length += part.length;
  }
  return writeRepeated(path, Buffer.from(parts.join("")), size, TAIL);
}

function writeRepeated(path: string, block: Buffer, size: number, tail: string): number {
  const fd = openSync(path, "w", 0o600);
  let written = 0;
  try {
    while (written < size) written += writeSync(fd, block);
    written += writeSync(fd, tail);
  } finally {
    closeSync(fd);
  }
  return written;
}

/** Lines that are full up to `cols - 1` columns, different for each seed. */
export function filledLines(seed: number, lines: number, cols: number): string {
  const random = seededRandom(1000 + seed);
  let out = "";
  for (let n = 0; n < lines; n++) out += `${prose(random, cols - 1)}\n`;
  return out;
}

/**
 * A text that no corpus holds, and of which no character is one of the prompt's or of the marker's before it: whatever
 * stood where it is printed, all of it is new.
 */
export function marker(number: number): string {
  const letters = number % 2 === 0 ? "@Z" : "JK";
  return number.toString(2).padStart(12, "0").replace(/[01]/g, (digit) => letters[Number(digit)]!);
}
