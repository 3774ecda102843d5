import { describe, expect, test } from "bun:test";
import { systemClock } from "../../src/base/clock.ts";
import { seededRandom, type Random } from "../../src/base/random.ts";
import { Emulator, type EmulatorEvents } from "../../src/terminal/emulator.ts";
import { History } from "../../src/terminal/history/history.ts";
import { wrapLine } from "../../src/terminal/history/line-wrap.ts";
import type { LogicalLine } from "../../src/terminal/history/logical-line.ts";
import type { HistoryRecord } from "../../src/terminal/history/record-replay.ts";
import { PaneText } from "../../src/terminal/history/pane-text.ts";
import { compileSearch } from "../../src/terminal/history/search.ts";
import { resizeWithHistory } from "../../src/terminal/history/window-resize.ts";
import { encodeXtermRow } from "../../src/terminal/row-codec.ts";
import { emulatorCells, silentEmulator, write } from "../support/cells.ts";
import { logEvents, rowText } from "../support/emulator-log.ts";
import { between, fuzzRounds } from "../support/fuzz.ts";
import {
  columnsOf, difference, KeepingXterm, logicalLinesOf, Pane, randomOutput, textOf, trimmed,
  type Column, type OutputKinds,
} from "../unit/terminal/history/xterm-pane.ts";

const MOST_ROUNDS = 1e6;
const MOST_MS = 1500;
const LIMITS = { maxLines: 100_000 };
const ALL = { maxLines: 1e6, maxBytes: 1e9 };

/** Rounds with a pane and an xterm that forgets nothing, after both lived through the same output. */
function lives(what: string, life: (random: Random, each: Living) => void): void {
  fuzzRounds(what, MOST_ROUNDS, MOST_MS, (random) => {
    let lived: Lives | undefined;
    life(random, (kinds, resizes) => (lived = live(random, kinds, resizes)));
    lived?.pane.dispose();
    lived?.keeping.dispose();
  });
}

type Living = (kinds: OutputKinds, resizes: boolean) => Lives;

interface Lives {
  pane: Pane;
  keeping: KeepingXterm;
}

function live(random: Random, kinds: OutputKinds, resizes: boolean): Lives {
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

/** An emulator with few rows of scrollback, and the history that the others go to, as a pane has them. */
class EmulatorPane {
  emulator: Emulator;
  history: History;
  private readonly events: EmulatorEvents = {
    ...logEvents([]),
    lineTrimmed: (line) => this.history.append(line, this.emulator.cols, (id) => this.emulator.linkText(id)),
  };

  constructor(cols: number, rows: number, scrollback: number) {
    this.emulator = new Emulator({ cols, rows, scrollback }, this.events);
    this.history = new History(systemClock, () => this.continues, LIMITS);
  }

  private get continues(): boolean {
    return this.emulator.scrollbackRow(0).isWrapped;
  }

  get text(): PaneText {
    return new PaneText(this.history, this.emulator, systemClock);
  }

  /** Goes on from its checkpoint and its records. */
  die(): void {
    const checkpoint = this.emulator.checkpoint();
    this.emulator.dispose();
    this.emulator = Emulator.restore(checkpoint, this.events);
    this.history = History.restore(this.history.exportBlocks(), systemClock, () => this.continues, LIMITS);
  }
}

/** The normal screen, whichever is shown. */
function screenOf(emulator: Emulator): string[] {
  const { rows, scrollbackLength } = emulator;
  return Array.from({ length: rows }, (_, y) => rowText(emulator.scrollbackRow(scrollbackLength + y)));
}

function linesOf(text: PaneText): Column[][] {
  return text.lines(0, Infinity, ALL).map((line) => trimmed(columnsOf(line.bytes)));
}

/** The lines' text. `wide`: without blanks, since xterm's reflow loses some before wide characters at an edge. */
function texts(lines: Column[][], wide: boolean): string[] {
  return lines.map((line) => textOf(trimmed(line, true))).map((text) => (wide ? text.replaceAll(" ", "") : text));
}

describe("a pane's text", () => {
  test("is cell for cell what an xterm with endless scrollback holds", () => {
    lives("history, output", (random, each) => {
      const { pane, keeping } = each({ wide: true, empties: true, moves: random.integer(2) === 0 }, false);
      expect(difference(linesOf(pane.text), logicalLinesOf(keeping))).toBeUndefined();
    });
  });

  test("stays what an xterm with endless scrollback holds through resizes", () => {
    lives("history, resizes", (random, each) => {
      const wide = random.integer(2) === 0;
      const { pane, keeping } = each({ wide, empties: true, moves: random.integer(2) === 0 }, true);
      expect(difference(texts(linesOf(pane.text), wide), texts(logicalLinesOf(keeping), wide))).toBeUndefined();
    });
  });

  test("stays what an emulator with endless scrollback holds, while rows go to the history and come back", () => {
    fuzzRounds("history, emulator", MOST_ROUNDS, MOST_MS, (random) => {
      const [cols, rows] = [between(random, 2, 60), between(random, 1, 20)];
      const pane = new EmulatorPane(cols, rows, random.integer(30));
      const keeping = silentEmulator(cols, rows, 30_000);
      const wide = random.integer(2) === 0;
      for (let n = 0; n < 60; n++) {
        const other = keeping.modes().alternateScreen ? "\x1b[?1049l" : "\x1b[?1049h";
        const kinds = { wide, empties: true, moves: random.integer(2) === 0 };
        const output = random.integer(20) === 0 ? other : randomOutput(random, kinds);
        write(pane.emulator, output);
        write(keeping, output);
        if (random.integer(8) > 0) continue;
        const size = [random.integer(3) === 0 ? keeping.cols : between(random, 2, 60), between(random, 1, 20)] as const;
        resizeWithHistory(pane.emulator, pane.history, ...size);
        keeping.resize(...size);
        if (!wide) expect(difference(screenOf(pane.emulator), screenOf(keeping))).toBeUndefined();
      }
      expect(difference(texts(linesOf(pane.text), wide), texts(logicalLinesOf(keeping), wide))).toBeUndefined();
      pane.emulator.dispose();
      keeping.dispose();
    });
  });

  test("is what it is without deaths when emulator and history die again and again", () => {
    fuzzRounds("history, deaths", MOST_ROUNDS, MOST_MS, (random) => {
      const [cols, rows, scrollback] = [between(random, 2, 60), between(random, 1, 20), random.integer(30)];
      const panes = [new EmulatorPane(cols, rows, scrollback), new EmulatorPane(cols, rows, scrollback)] as const;
      const [alive, mortal] = panes;
      for (let n = 0; n < 40; n++) {
        const output = randomOutput(random, { wide: true, empties: true, moves: true });
        const size = [between(random, 2, 60), between(random, 1, 20)] as const;
        const resizes = random.integer(5) === 0;
        for (const pane of panes) {
          write(pane.emulator, output);
          if (resizes) resizeWithHistory(pane.emulator, pane.history, ...size);
        }
        if (random.integer(4) === 0 && mortal.emulator.atGround) mortal.die();
        if (!resizes) continue;
        expect(difference(emulatorCells(mortal.emulator), emulatorCells(alive.emulator))).toBeUndefined();
        expect(mortal.emulator.cursor()).toEqual(alive.emulator.cursor());
      }
      expect(difference(linesOf(mortal.text), linesOf(alive.text))).toBeUndefined();
      for (const pane of panes) pane.emulator.dispose();
    });
  });

  test("can be found from every cell of the emulator, and back", () => {
    lives("history, places", (random, each) => {
      const resizes = random.integer(2) === 0;
      const { pane } = each({ wide: !resizes, empties: true, moves: true }, resizes);
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
    fuzzRounds("history, wrapping", MOST_ROUNDS, MOST_MS, (random) => {
      const kinds = { wide: true, empties: false, moves: false };
      const written = Array.from({ length: 12 }, () => randomOutput(random, kinds).replaceAll("\r\n", ""));
      const wide = new Pane(300, 3, 0, LIMITS);
      const narrow = new KeepingXterm(2 + random.integer(60), 3);
      for (const line of written) {
        wide.write(`${line}\r\n`);
        narrow.write(`${line}\r\n`);
      }
      wide.write("\r\n\r\n\r\n");
      const rows = wide.history.lines(0, written.length).flatMap((line) => wrapLine(line.bytes, narrow.cols));
      const printed = rows.map((_, index) => trimmed(rowOf(narrow, index), true));
      expect(difference(rows.map((row) => trimmed(columnsOf(row), true)), printed)).toBeUndefined();
      wide.dispose();
      narrow.dispose();
    });
  });

  test("keep number and cells when they go back to the emulator and come again", () => {
    lives("history, taking back", (random, each) => {
      const { pane } = each({ wide: true, empties: true, moves: true }, false);
      const read = (): unknown[] => {
        return pane.history.lines(0, Infinity, ALL).map((line) => [line.number, trimmed(columnsOf(line.bytes))]);
      };
      const before = read();
      for (let n = 0; n < 3; n++) {
        if (random.integer(2) === 0) pane.history.compressIdle();
        pane.refill(pane.scrollbackLength + random.integer(300));
        pane.write("");
        expect(difference(read(), before)).toBeUndefined();
      }
    });
  });

  test("are all found by a search for their text", () => {
    lives("history, search", (random, each) => {
      const { pane } = each({ wide: true, empties: true, moves: true }, random.integer(2) === 0);
      const word = ["fugue", "漢字", "e\u0301", "👩‍👩‍👧", " ", "link"][random.integer(6)]!;
      const matches = pane.text.search(compileSearch(word), { limit: 1e6, budgetMs: 1e6 }).matches;
      const expected = pane.text.lines(0, Infinity, ALL).flatMap((line) => {
        const text = textOf(trimmed(columnsOf(line.bytes), true));
        return Array.from({ length: text.split(word).length - 1 }, () => line.number);
      });
      expect(difference(matches.map((match) => match.line), expected)).toBeUndefined();
    });
  });
});

describe("records of a history", () => {
  test("restore all that is not damaged, and name the gaps", () => {
    const pane = new Pane(60, 4, 2, LIMITS);
    const output = seededRandom(1);
    for (let n = 0; n < 6000; n++) pane.write(randomOutput(output, { wide: true, empties: true, moves: false }));
    const all = pane.history.lines(0, Infinity, ALL);
    const records = pane.history.exportBlocks();
    expect(records.length).toBeGreaterThan(5);
    fuzzRounds("history, records", MOST_ROUNDS, MOST_MS, (random) => {
      const damaged = records.map((record) => (random.integer(4) === 0 ? damage(random, record) : record));
      const again = History.restore(damaged, systemClock, () => false, LIMITS);
      const lost = damaged.filter((record, n) => record !== records[n]);
      expect(again.endLine).toBe(pane.history.endLine);
      expect(sum(again.gaps.map((gap) => gap.to - gap.from))).toBe(sum(lost.map((record) => record.lines)));
      const kept = all.filter(({ number }) => !again.gaps.some((gap) => number >= gap.from && number < gap.to));
      expect(difference(again.lines(0, Infinity, ALL).map(digest), kept.map(digest))).toBeUndefined();
    });
    pane.dispose();
  });
});

function sum(numbers: number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function digest(line: LogicalLine): string {
  return `${line.number} ${Bun.hash(line.bytes)}`;
}

function damage(random: Random, record: HistoryRecord): HistoryRecord {
  const bytes = record.bytes.slice(0, random.integer(3) === 0 ? random.integer(record.bytes.length) : undefined);
  if (bytes.length === record.bytes.length) bytes[random.integer(bytes.length)]! ^= 1 + random.integer(255);
  return { ...record, bytes };
}

/** The columns of one row of an xterm. */
function rowOf(term: KeepingXterm, index: number): Column[] {
  return columnsOf(encodeXtermRow(term.scrollbackRow(index), term.cols, (id) => term.linkText(id)));
}
