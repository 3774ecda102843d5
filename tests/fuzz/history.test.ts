import { describe, expect, test } from "bun:test";
import { systemClock } from "../../src/base/clock.ts";
import { seededRandom, systemRandom, type Random } from "../../src/base/random.ts";
import { History } from "../../src/terminal/history/history.ts";
import { wrapLine } from "../../src/terminal/history/line-wrap.ts";
import type { HistoryRecord } from "../../src/terminal/history/record-replay.ts";
import { compileSearch } from "../../src/terminal/history/search.ts";
import {
  columnsOf, KeepingXterm, logicalLinesOf, Pane, randomOutput, textOf, trimmed, type OutputKinds,
} from "../unit/terminal/history/xterm-pane.ts";

const BUDGET_MS = 1500;
const LIMITS = { maxLines: 100_000 };

/** Runs `round` with fresh seeds until the time is up; a failure names its seed. */
function rounds(round: (random: Random) => void): void {
  const fixed = process.env.FUGUE_FUZZ_SEED;
  const end = systemClock.now() + BUDGET_MS;
  do {
    const seed = fixed === undefined ? systemRandom.integer(2 ** 32) : Number(fixed);
    try {
      round(seededRandom(seed));
    } catch (error) {
      console.error(`failed with FUGUE_FUZZ_SEED=${seed}`);
      throw error;
    }
  } while (fixed === undefined && systemClock.now() < end);
}

/** Lets a pane and an xterm that forgets nothing live through the same output, and resizes if asked for. */
function live(random: Random, kinds: OutputKinds, resizes: boolean): { pane: Pane; keeping: KeepingXterm } {
  const width = (): number => 8 + random.integer(100);
  const height = (): number => 2 + random.integer(20);
  const [cols, rows] = [width(), height()];
  const pane = new Pane(cols, rows, random.integer(30), { ...LIMITS, maxRawBytes: random.integer(2) * 100_000 });
  const keeping = new KeepingXterm(cols, rows);
  for (let n = 0; n < 60; n++) {
    const output = randomOutput(random, kinds);
    pane.write(output);
    keeping.write(output);
    if (random.integer(20) === 0) pane.history.compressIdle();
    if (!resizes || random.integer(8) > 0) continue;
    const [newCols, newRows] = [width(), height()];
    pane.resize(newCols, newRows);
    keeping.resize(newCols, newRows);
  }
  return { pane, keeping };
}

function linesOf(pane: Pane): ReturnType<typeof columnsOf>[] {
  return pane.text.lines(0, Infinity, { maxLines: 1e6, maxBytes: 1e9 }).map((line) => trimmed(columnsOf(line.bytes)));
}

describe("a pane's text", () => {
  test("is cell for cell what an xterm with endless scrollback holds", () => {
    rounds((random) => {
      const kinds = { wide: true, clusters: true, empties: true, moves: random.integer(2) === 0 };
      const { pane, keeping } = live(random, kinds, false);
      const lines = linesOf(pane);
      const expected = logicalLinesOf(keeping);
      expect(lines.map(textOf)).toEqual(expected.map(textOf));
      expect(lines).toEqual(expected);
    });
  });

  // Only narrow single characters: xterm's own reflow loses blanks before wide ones and mixes clusters up.
  test("stays what an xterm with endless scrollback holds through resizes", () => {
    rounds((random) => {
      const kinds = { wide: false, clusters: false, empties: true, moves: random.integer(2) === 0 };
      const { pane, keeping } = live(random, kinds, true);
      const texts = (lines: ReturnType<typeof columnsOf>[]): string[] => lines.map((line) => textOf(trimmed(line, true)));
      expect(texts(linesOf(pane))).toEqual(texts(logicalLinesOf(keeping)));
    });
  });

  test("can be found from every cell of the emulator, and back", () => {
    rounds((random) => {
      // xterm's reflow may leave halves of wide characters
      const resizes = random.integer(2) === 0;
      const { pane } = live(random, { wide: !resizes, clusters: !resizes, empties: true, moves: true }, resizes);
      const y = random.integer(pane.scrollbackLength + pane.rows) - pane.scrollbackLength;
      const row = pane.scrollbackRow(pane.scrollbackLength + y);
      for (let x = 0; x < pane.cols; x++) {
        const { line, column } = pane.text.locate(y, x);
        const content = row._data[x * 3]!;
        if ((content & 0x3fffff) === 0) continue;
        const cell = columnsOf(pane.text.line(line)!.bytes)[column]!;
        const char = content & 0x200000 ? row._combined[x]! : String.fromCodePoint(content & 0x1fffff);
        expect(cell.char).toBe(char);
        expect(pane.text.place({ line, column })).toEqual({ y, x });
      }
    });
  });
});

describe("lines of the history", () => {
  test("wrap at any width as xterm prints them there", () => {
    rounds((random) => {
      const pane = new Pane(300, 3, 0, LIMITS);
      const kinds = { wide: true, clusters: true, empties: false, moves: false };
      const written = Array.from({ length: 12 }, () => randomOutput(random, kinds).replaceAll("\r\n", ""));
      for (const line of written) pane.write(`${line}\r\n`);
      pane.write("\r\n\r\n\r\n");
      const cols = 2 + random.integer(60);
      const printed = new KeepingXterm(cols, 3);
      for (const line of written) printed.write(`${line}\r\n`);
      const rows = pane.history.lines(0, written.length).flatMap((line) => wrapLine(line.bytes, cols));
      const xterm = rows.map((_, index) => trimmed(printedRow(printed, index), true));
      expect(rows.map((row) => trimmed(columnsOf(row), true))).toEqual(xterm);
    });
  });

  test("keep number and cells when they go back to the emulator and come again", () => {
    rounds((random) => {
      const { pane } = live(random, { wide: true, clusters: true, empties: true, moves: true }, false);
      const read = (): unknown => {
        const lines = pane.history.lines(0, Infinity, { maxLines: 1e6, maxBytes: 1e9 });
        return lines.map((line) => [line.number, trimmed(columnsOf(line.bytes))]);
      };
      const before = read();
      for (let n = 0; n < 3; n++) {
        if (random.integer(2) === 0) pane.history.compressIdle();
        pane.refill(pane.scrollbackLength + random.integer(300));
        pane.write("");
        expect(read()).toEqual(before);
      }
    });
  });

  test("are all found by a search for their text", () => {
    rounds((random) => {
      const { pane } = live(random, { wide: true, clusters: true, empties: true, moves: true }, random.integer(2) === 0);
      const word = ["fugue", "漢字", "e\u0301", "👩‍👩‍👧", " ", "link"][random.integer(6)]!;
      const matches = pane.text.search(compileSearch(word), { limit: 1e6, budgetMs: 1e6 }).matches;
      const expected = pane.text.lines(0, Infinity, { maxLines: 1e6, maxBytes: 1e9 }).flatMap((line) => {
        const text = textOf(trimmed(columnsOf(line.bytes), true));
        return Array.from({ length: text.split(word).length - 1 }, () => line.number);
      });
      expect(matches.map((match) => match.line)).toEqual(expected);
    });
  });
});

describe("records of a history", () => {
  test("restore all that is not damaged, and name the gaps", () => {
    const pane = new Pane(60, 4, 2, LIMITS);
    const filler = seededRandom(5);
    const kinds = { wide: true, clusters: true, empties: true, moves: false };
    for (let n = 0; n < 6000; n++) pane.write(randomOutput(filler, kinds));
    const all = pane.history.lines(0, Infinity, { maxLines: 1e6, maxBytes: 1e9 });
    const records = pane.history.exportBlocks();
    rounds((random) => {
      const damaged = records.map((record) => (random.integer(4) === 0 ? damage(random, record) : record));
      const again = History.restore(damaged, systemClock, () => false, LIMITS);
      const isLost = (n: number): boolean => again.gaps.some((gap) => n >= gap.from && n < gap.to);
      expect(again.endLine).toBe(pane.history.endLine);
      const read = again.lines(0, Infinity, { maxLines: 1e6, maxBytes: 1e9 });
      expect(read.map((line) => line.number)).toEqual(all.map((line) => line.number).filter((n) => !isLost(n)));
      for (const line of read) if (line.number % 97 === 0) expect(line).toEqual(all[line.number]!);
      const lost = damaged.filter((record, n) => record !== records[n]);
      expect(again.gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0)).toBe(lost.reduce((sum, record) => sum + record.lines, 0));
    });
  });
});

function damage(random: Random, record: HistoryRecord): HistoryRecord {
  const bytes = record.bytes.slice(0, random.integer(3) === 0 ? random.integer(record.bytes.length) : undefined);
  if (bytes.length === record.bytes.length) bytes[random.integer(bytes.length)]! ^= 1 + random.integer(255);
  return { ...record, bytes };
}

function printedRow(term: KeepingXterm, index: number): ReturnType<typeof columnsOf> {
  const pane = new Pane(term.cols, 2, 0);
  const row = term.scrollbackRow(index);
  const wrapped = row.isWrapped;
  row.isWrapped = false;
  pane.history.append(row, term.cols, (id) => term.linkText(id));
  row.isWrapped = wrapped;
  return columnsOf(pane.history.line(0)!.bytes);
}
