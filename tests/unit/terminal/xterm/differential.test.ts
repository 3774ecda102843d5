import { describe, expect, test } from "bun:test";
import { seededRandom } from "../../../../src/base/random.ts";
import { Emulator } from "../../../../src/terminal/emulator.ts";
import type { XtermCore } from "../../../../src/terminal/xterm/internals.ts";
import { LoggedEmulator, logEvents } from "../../../support/emulator-log.ts";
import { StockTerminal } from "../../../support/stock-terminal.ts";
import { CORPORA, corpus, pieces } from "../../../support/terminal-corpus.ts";
import { describeCore, firstDifference, wordsOf } from "../../../support/terminal-state.ts";

const ROUNDS = 12;
const BYTES = 4000;

function coreOf(emulator: Emulator): XtermCore {
  return (emulator as unknown as { parts: { core: XtermCore } }).parts.core;
}

/** Cuts before a byte that does not continue a character. */
function wholeCharacters(bytes: Uint8Array, from: number, length: number): Uint8Array {
  let to = Math.min(bytes.length, from + length);
  while (to < bytes.length && (bytes[to]! & 0xc0) === 0x80) to++;
  return bytes.subarray(from, to);
}

describe.each(Object.keys(CORPORA))("%s output", (kind) => {
  test("gives the same cells, attributes, wrapping and cursor as stock xterm.js, however it is cut", () => {
    for (let seed = 1; seed <= ROUNDS; seed++) {
      const random = seededRandom(seed);
      const size = { cols: 2 + random.integer(90), rows: 2 + random.integer(28),
        scrollback: [0, 5, 100][random.integer(3)]! };
      const bytes = corpus(kind, BYTES, seed * 7919);
      const stock = new StockTerminal(size.cols, size.rows, size.scrollback);
      const ours = new Emulator(size, logEvents([]));
      stock.parse(bytes);
      for (const piece of pieces(bytes, random)) ours.parse(piece);
      const difference = firstDifference(describeCore(coreOf(ours)), describeCore(stock.core));
      expect({ seed, difference }).toEqual({ seed, difference: "" });
      expect(ours.errors).toBe(0);
      stock.dispose();
      ours.dispose();
    }
  });

  test("reflows as stock xterm.js does when it is resized in between", () => {
    for (let seed = 1; seed <= ROUNDS / 2; seed++) {
      const random = seededRandom(seed);
      const bytes = corpus(kind, BYTES, seed * 104729);
      // so much scrollback that stock has nothing to drop: it breaks when it has
      const scrollback = 100_000;
      const stock = new StockTerminal(80, 24, scrollback);
      const ours = new Emulator({ cols: 80, rows: 24, scrollback }, logEvents([]));
      for (let at = 0; at < bytes.length; ) {
        const part = wholeCharacters(bytes, at, 200 + random.integer(1500));
        at += part.length;
        const [cols, rows] = [8 + random.integer(90), 2 + random.integer(30)];
        stock.parse(part);
        ours.parse(part);
        stock.resize(cols, rows);
        ours.resize(cols, rows);
      }
      const difference = firstDifference(describeCore(coreOf(ours)), describeCore(stock.core));
      expect({ seed, difference }).toEqual({ seed, difference: "" });
      stock.dispose();
      ours.dispose();
    }
  });
});

/** What is tried, the text, and bytes after it. */
const EDGES: [name: string, text: string, more?: number[]][] = [
  ["erasing up to the left half of a wide character", "a漢b\x1b[1;2H\x1b[1K"],
  ["erasing from the right half of one", "a漢b\x1b[1;3H\x1b[K"],
  ["erasing characters across one", "a漢漢b\x1b[1;3H\x1b[2X"],
  ["writing onto the right half of one", "a漢b\x1b[1;3Hx"],
  ["writing onto the left half of one", "a漢b\x1b[1;2Hx"],
  ["a character that is not whole yet, onto the right half of one", "a漢b\x1b[1;3H", [0xe6]],
  ["a C1 control onto the right half of one", "a漢b\x1b[1;3H\u0084"],
  ["a mark that widens the character in the last column", "abcdefgh❤\ufe0f"],
  ["a wide character in the last column without wrapping", "\x1b[?7labcdefgh漢x"],
  ["inserting before a wide character at the end", "abcdef漢\x1b[1;1H\x1b[4hxy"],
  ["no underline after an underline came back with the cursor", "\x1b[4m\x1b7\x1b[m\x1b8\x1b[24mx"],
  ["the colour of an underline without one", "\x1b[58:5:9mx\x1b[4my\x1b[24mz"],
  ["a tab at the end", "\t\t\tx\ty"],
  ["backspace behind the last column", "abcdefghi\bx"],
  ["reverse wrapping", "\x1b[?45habcdefghijk\b\b\b\bx"],
  ["a scroll region of two rows", "\x1b[2;3r\x1b[3;1Ha\nb\nc\nd\x1bM\x1b[2;1H\x1bM"],
  ["colour of what scrolls in", "\x1b[44m\x1b[5;1H\n\n\x1b[2L\x1b[M\x1bM"],
];

describe("at an edge, cells are those of stock xterm.js:", () => {
  test.each(EDGES.map((edge) => [edge[0], edge] as const))("%s", (_, [, text, more = []]) => {
    const bytes = Uint8Array.from([...new TextEncoder().encode(text), ...more]);
    const stock = new StockTerminal(9, 5, 3);
    const ours = new Emulator({ cols: 9, rows: 5, scrollback: 3 }, logEvents([]));
    stock.parse(bytes);
    ours.parse(bytes);
    expect(firstDifference(describeCore(coreOf(ours)), describeCore(stock.core))).toBe("");
    stock.dispose();
  });
});

/** The rows of the normal buffer in the words of the log. */
function rowsOf(core: XtermCore): string[] {
  const { lines } = core._bufferService.buffers.normal;
  const rows = Array.from({ length: lines.length }, (_, i) => lines.get(i)!);
  return rows.map((row) => `trimmed ${row.isWrapped} ${wordsOf(row).join()}`);
}

test("rows that were trimmed, then those that are left, are the rows of a terminal that keeps all", () => {
  for (const kind of ["plain", "unicode", "long", "log", "regions"]) {
    const bytes = corpus(kind, 20_000, 5);
    const stock = new StockTerminal(60, 10, 100_000);
    const ours = new LoggedEmulator(60, 10, 7);
    stock.parse(bytes);
    for (const piece of pieces(bytes, seededRandom(5))) ours.emulator.parse(piece);
    const actual = [...ours.log.filter((line) => line.startsWith("trimmed")), ...rowsOf(ours.parts.core)];
    expect(firstDifference(actual, rowsOf(stock.core))).toBe("");
    stock.dispose();
  }
});
