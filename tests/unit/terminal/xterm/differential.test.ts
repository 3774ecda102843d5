import { describe, expect, test } from "bun:test";
import { seededRandom } from "../../../../src/base/random.ts";
import { Emulator } from "../../../../src/terminal/emulator.ts";
import type { XtermCore } from "../../../../src/terminal/xterm/internals.ts";
import { LoggedEmulator, logEvents } from "../../../support/emulator-log.ts";
import { StockTerminal } from "../../../support/stock-terminal.ts";
import { CORPORA, corpus, pieces } from "../../../support/terminal-corpus.ts";
import { describeCore, firstDifference } from "../../../support/terminal-state.ts";

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
      expect({ seed, difference: firstDifference(describeCore(coreOf(ours)),
        describeCore(stock.core)) }).toEqual({ seed, difference: "" });
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
      expect({ seed, difference: firstDifference(describeCore(coreOf(ours)),
        describeCore(stock.core)) }).toEqual({ seed, difference: "" });
      stock.dispose();
      ours.dispose();
    }
  });
});

test("rows that were trimmed, then those that are left, are the rows of a terminal that keeps all", () => {
  for (const kind of ["plain", "unicode", "long", "log", "regions"]) {
    const bytes = corpus(kind, 20_000, 5);
    const stock = new StockTerminal(60, 10, 100_000);
    const ours = new LoggedEmulator(60, 10, 7);
    stock.parse(bytes);
    for (const piece of pieces(bytes, seededRandom(5))) ours.emulator.parse(piece);
    const { lines } = stock.core._bufferService.buffers.normal;
    const expected = Array.from({ length: lines.length }, (_,
      i) => `trimmed ${lines.get(i)!.isWrapped} ${lines.get(i)!._data.join()}`);
    const { normal } = ours.parts.core._bufferService.buffers;
    const left = Array.from({ length: normal.lines.length }, (_, i) => normal.lines.get(i)!);
    const actual = [...ours.log.filter((line) => line.startsWith("trimmed")),
      ...left.map((line) => `trimmed ${line.isWrapped} ${line._data.join()}`)];
    expect(firstDifference(actual, expected)).toBe("");
    stock.dispose();
  }
});
