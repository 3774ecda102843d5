import { describe, expect, test } from "bun:test";
import { seededRandom } from "../../../src/base/random.ts";
import { LoggedEmulator } from "../../support/emulator-log.ts";
import { CORPORA, corpus, pieces, WILD } from "../../support/terminal-corpus.ts";
import { describeState, firstDifference } from "../../support/terminal-state.ts";

const KINDS = [...Object.keys(CORPORA), ...Object.keys(WILD), "bytes"];

function output(kind: string, seed: number): Uint8Array {
  return kind === "bytes" ? seededRandom(seed).bytes(3000) : corpus(kind, 3000, seed * 131);
}

describe.each(KINDS)("%s", (kind) => {
  test("gives the same state, answers and effects however it is cut", () => {
    for (let seed = 1; seed <= 10; seed++) {
      const random = seededRandom(seed);
      const size = [1 + random.integer(90), 1 + random.integer(28), [0, 5, 100][random.integer(3)]!] as const;
      const [whole, cut] = [new LoggedEmulator(...size), new LoggedEmulator(...size)];
      const bytes = output(kind, seed);
      whole.emulator.parse(bytes);
      for (const piece of pieces(bytes, random, random.integer(2) ? 3 : 400)) cut.emulator.parse(piece);
      expect({ seed, difference: firstDifference(describeState(cut.emulator),
        describeState(whole.emulator)) }).toEqual({ seed, difference: "" });
      expect(firstDifference(cut.log, whole.log)).toBe("");
      expect(cut.emulator.errors).toBe(0);
    }
  });

  test("gives the same state in steps of bounded work", () => {
    for (let seed = 1; seed <= 4; seed++) {
      const [whole, stepped] = [new LoggedEmulator(60, 20, 30), new LoggedEmulator(60, 20, 30)];
      const bytes = output(kind, seed);
      whole.emulator.parse(bytes);
      for (let at = 0; at < bytes.length; ) at += stepped.emulator.parseSome(bytes.subarray(at), 500);
      const difference = firstDifference(describeState(stepped.emulator), describeState(whole.emulator));
      expect({ seed, difference }).toEqual({ seed, difference: "" });
      expect(firstDifference(stepped.log, whole.log)).toBe("");
    }
  });

  test("a checkpoint at any quiet place changes nothing of what follows", () => {
    let cuts = 0;
    for (let seed = 1; seed <= 8; seed++) {
      const random = seededRandom(seed);
      const size = [1 + random.integer(90), 1 + random.integer(28), [0, 5, 100][random.integer(3)]!] as const;
      const [through, restarted] = [new LoggedEmulator(...size), new LoggedEmulator(...size)];
      for (const piece of pieces(output(kind, seed), random)) {
        through.emulator.parse(piece);
        restarted.emulator.parse(piece);
        if (random.integer(8) === 0) {
          const [cols, rows] = [1 + random.integer(90), 1 + random.integer(30)];
          through.emulator.resize(cols, rows);
          restarted.emulator.resize(cols, rows);
        }
        if (!restarted.emulator.atGround || random.integer(3) > 0) continue;
        cuts++;
        restarted.restart();
      }
      const difference = firstDifference(describeState(restarted.emulator), describeState(through.emulator));
      expect({ seed, difference }).toEqual({ seed, difference: "" });
      expect(firstDifference(restarted.log, through.log)).toBe("");
    }
    expect(cuts).toBeGreaterThan(0);
  });

  test("every row that changes on the screen is reported as dirty", () => {
    const seen = (terminal: LoggedEmulator): string[] =>
      Array.from({ length: terminal.emulator.rows }, (_, y) => {
        const row = terminal.emulator.screenRow(y);
        return `${row.isWrapped} ${row._data.join()} ${JSON.stringify(row._combined)}`;
      });
    for (let seed = 1; seed <= 4; seed++) {
      const random = seededRandom(seed);
      const terminal = new LoggedEmulator(40, 12, 10);
      terminal.emulator.takeDirty();
      let before = seen(terminal);
      for (const piece of pieces(output(kind, seed), random, 30)) {
        terminal.emulator.parse(piece);
        const after = seen(terminal);
        const dirty = terminal.emulator.takeDirty() ?? { from: 0, to: -1 };
        const missed = after.findIndex((row, y) => row !== before[y] && (y < dirty.from || y > dirty.to));
        expect({ seed, missed, piece: missed < 0 ? "" : new TextDecoder().decode(piece) }).toEqual({ seed, missed: -1,
          piece: "" });
        before = after;
      }
    }
  });
});

/** Few bytes that ask for a lot, each after text that makes it dear. */
const HUNGRY: Readonly<Record<string, string>> = {
  RIS: "\x1bc", "ED 2": "\x1b[2J", "ED 2, coloured": "\x1b[41m\x1b[2J", "ED 2 at an origin": "\x1b[?6h\x1b[2J",
  DECSED: "\x1b[?2J", SU: "\x1b[999S", "SU of a part": "\x1b[1;299r\x1b[999S", SD: "\x1b[999T", IL: "\x1b[H\x1b[999L",
  DL: "\x1b[H\x1b[999M", SL: "\x1b[ @", SR: "\x1b[ A", DECIC: "\x1b['}", DECDC: "\x1b['~", DECALN: "\x1b#8", RI: "\x1b[H\x1bM",
  "the other screen": "\x1b[?1049h\x1b[?1049l", REP: "x\x1b[999999999b", ICH: "\x1b[H\x1b[@", DCH: "\x1b[H\x1b[P",
  "insert mode": `\x1b[4h\x1b[H${"y".repeat(2000)}`, DA: "\x1b[c", LF: "\n".repeat(50),
};

test.each(Object.entries(HUNGRY))("%s over and over is parsed in many steps", (_name, sequence) => {
  const MOST = 30_000;
  const { emulator, parts } = new LoggedEmulator(300, 300, 100);
  const text = new TextEncoder();
  for (let y = 0; y < 350; y++) emulator.parse(text.encode("e\u0301".repeat(300)));
  const bytes = text.encode(sequence.repeat(Math.ceil(1600 / sequence.length)));
  let steps = 0;
  for (let at = 0; at < bytes.length; steps++) {
    const before = parts.screen.work;
    at += emulator.parseSome(bytes.subarray(at), MOST);
    // the control that goes beyond the bound is done whole: at most a few screens of cells, or a row's tables
    expect(parts.screen.work - before).toBeLessThan(MOST + 300 * 300 * 110);
  }
  expect(steps).toBeGreaterThan(3);
});

test("a character that is cut after a byte 0x80 arrives whole", () => {
  const terminal = new LoggedEmulator();
  for (const byte of new TextEncoder().encode("a—“b”\u{1f600}")) terminal.emulator.parse(Uint8Array.of(byte));
  expect(terminal.row(0)).toBe("a—“b”😀");
});

test("a piece ends at ground only between characters and between sequences", () => {
  const terminal = new LoggedEmulator();
  const ground = (text: string | Uint8Array): boolean => {
    terminal.emulator.parse(typeof text === "string" ? new TextEncoder().encode(text) : text);
    return terminal.emulator.atGround;
  };
  expect(ground("text")).toBe(true);
  expect(ground(Uint8Array.of(0xe2, 0x80))).toBe(false);
  expect(ground(Uint8Array.of(0x94))).toBe(true);
  for (const [begin, end] of [["\x1b", "M"], ["\x1b[3", "1m"], ["\x1b]2;t", "\x07"], ["\x1bP$q", "m\x1b\\"],
    ["\x1b_apc", "\x1b\\"], ["\x1b(", "B"]]) {
    expect(ground(begin!)).toBe(false);
    expect(ground(end!)).toBe(true);
  }
});
