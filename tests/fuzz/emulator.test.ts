/** Whatever a program writes, the emulator goes on: it never throws, never hangs, and holds what it holds in bounds. */
import { describe, expect, test } from "bun:test";
import type { Random } from "../../src/base/random.ts";
import { encodeXtermRow } from "../../src/terminal/row-codec.ts";
import { CELL, type XtermLine } from "../../src/terminal/xterm/internals.ts";
import { LoggedEmulator } from "../support/emulator-log.ts";
import { fuzzRandom, fuzzRounds } from "../support/fuzz.ts";
import { corpus, CORPORA, pieces, WILD } from "../support/terminal-corpus.ts";

const BUDGET_MS = 1500;
const KINDS = [...Object.keys(CORPORA), ...Object.keys(WILD), "bytes"];

/** What the fast paths believe of a row must be so; and no row may end with half a character, which would break reflow. */
function checkRow(line: XtermLine): void {
  const { _data: data, length, written = length, decorated } = line;
  for (let i = written * CELL.words; i < length * CELL.words; i += CELL.words) {
    if (data[i] !== CELL.empty || data[i + 1] !== 0 || data[i + 2] !== 0) throw new Error(`column ${i / CELL.words} is not empty`);
  }
  if (data[(length - 1) * CELL.words]! >>> CELL.widthShift === 2) throw new Error("the row ends with half a character");
  if (decorated === false) expect([line._combined, line._extendedAttrs]).toEqual([{}, {}]);
}

/** Reads all that an owner reads after a piece. */
function look(terminal: LoggedEmulator): void {
  const { emulator } = terminal;
  const { x, y } = emulator.cursor();
  expect(x >= 0 && x < emulator.cols && y >= 0 && y < emulator.rows).toBe(true);
  emulator.modes();
  for (let y = 0; y < emulator.rows; y++) checkRow(emulator.screenRow(y));
  for (let i = 0; i < emulator.scrollbackLength; i++) checkRow(emulator.scrollbackRow(i));
  const dirty = emulator.takeDirty();
  if (dirty) for (let row = dirty.from; row <= dirty.to; row++) encodeXtermRow(emulator.screenRow(row), emulator.cols,
    (id) => emulator.linkText(id));
  terminal.log.length = 0;
}

function round(random: Random, size: () => [number, number]): void {
  const terminal = new LoggedEmulator(...size(), random.integer(20));
  const kind = KINDS[random.integer(KINDS.length)]!;
  const bytes = kind === "bytes" ? random.bytes(3000) : corpus(kind, 3000, random.integer(2 ** 32));
  for (const piece of pieces(bytes, random)) {
    terminal.emulator.parse(piece);
    if (random.integer(10) === 0) terminal.emulator.resize(...size());
    if (random.integer(30) === 0 && terminal.emulator.atGround) terminal.restart();
    look(terminal);
  }
  expect([terminal.emulator.errors, terminal.emulator.lastError]).toEqual([0, undefined]);
  terminal.emulator.dispose();
}

describe.each([
  ["small windows", (random: Random): [number, number] => [1 + random.integer(6), 1 + random.integer(3)]],
  ["usual windows", (random: Random): [number, number] => [1 + random.integer(120), 1 + random.integer(50)]],
] as const)("%s", (_, sizes) => {
  test("survive any output", () => {
    fuzzRounds("emulator", 5000, BUDGET_MS, (random) => round(random, () => sizes(random)));
  });
});

test("the largest window survives any output", () => {
  const random = fuzzRandom("emulator, largest");
  const end = performance.now() + BUDGET_MS;
  const terminal = new LoggedEmulator(1000, 500, 100);
  for (let n = 0; n < KINDS.length && performance.now() < end; n++) {
    terminal.emulator.parse(KINDS[n] === "bytes" ? random.bytes(2000) : corpus(KINDS[n]!, 2000, random.integer(2 ** 32)));
    look(terminal);
  }
  terminal.emulator.resize(2, 1);
  terminal.emulator.resize(1000, 500);
  look(terminal);
  expect([terminal.emulator.errors, terminal.emulator.lastError]).toEqual([0, undefined]);
});

test("what is held stays bounded under output that never ends anything", () => {
  const openers = ["\x1b]2;", "\x1b]52;c;", "\x1b]8;;http://", "\x1bP+q", "\x1bPq", "\x1b_", "\x1b[", "\x1b[?",
    "\x1b]4;", "\x1b]99;d=0:i=x;", "e\u0301"];
  const filler = new TextEncoder().encode("1;".repeat(8192));
  const marks = new TextEncoder().encode("\u0301".repeat(8192));
  const terminal = new LoggedEmulator(80, 24, 100);
  const before = process.memoryUsage().rss;
  for (const opener of openers) {
    terminal.send(opener);
    for (let n = 0; n < 60; n++) terminal.emulator.parse(opener.startsWith("e") ? marks : filler);
    terminal.send("\x18\r\n");
    terminal.log.length = 0;
  }
  Bun.gc(true);
  expect((process.memoryUsage().rss - before) / 1e6).toBeLessThan(150);
  expect(terminal.emulator.checkpoint().length).toBeLessThan(100_000);
});

test("a failure inside is counted, and the rest of the piece is parsed all the same", () => {
  const terminal = new LoggedEmulator(20, 4, 10);
  const bug = new Error("a bug");
  terminal.parts.core._inputHandler._parser.registerCsiHandler({ final: "y" }, () => {
    throw bug;
  });
  terminal.send("before \x1b[1yafter \x1b[1:2y\x1b[31mmore");
  expect(terminal.row(0)).toBe("before after more");
  expect([terminal.emulator.errors, terminal.emulator.lastError]).toEqual([2, bug]);
});
