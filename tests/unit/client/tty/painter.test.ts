import { describe, expect, test } from "bun:test";
import { LinkTable } from "../../../../src/client/mirror/link-table.ts";
import { Painter, type PaintCursor } from "../../../../src/client/tty/painter.ts";
import type { PaintAbilities } from "../../../../src/client/tty/sgr.ts";
import type { Random } from "../../../../src/base/random.ts";
import type { Emulator } from "../../../../src/terminal/emulator.ts";
import { ATTR, Grid, PLAIN, STYLE_WORDS, paletteColor, rgbColor, type Style } from "../../../../src/terminal/grid.ts";
import { cellDifference, emulatorCells, gridCells, silentEmulator, write } from "../../../support/cells.ts";
import { between, fuzzRounds, pick } from "../../../support/fuzz.ts";

const CAN: PaintAbilities = { colors: "truecolor", underlines: true, hyperlinks: true, synchronized: false };
const CURSOR: PaintCursor = { x: 0, y: 0, visible: true, shape: 0 };

/** What can be seen of cells: of blanks only the background, and the lines and reversed colours on them. */
function visible(cells: string[][]): string[][] {
  return cells.map((row) => row.map((cell) => {
    if (cell === "right half") return cell;
    const split = cell.lastIndexOf('"') + 1;
    const [, width, fg, bg, ul, flags, line, link] = cell.slice(split).split(" ");
    const char = cell.slice(0, split);
    const underline = line === "0" ? "-" : `${line}/${ul}`;
    if (char !== '""' && char !== '" "') return [char, width, fg, bg, underline, flags, link].join(" ");
    const drawn = flags!.split("+").filter((flag) => ["inverse", "strike", "overline"].includes(flag)).join("+");
    const marked = drawn !== "" || line !== "0" || link !== "";
    return marked ? ["blank", width, fg, bg, underline, drawn, link].join(" ") : ["blank", width, bg].join(" ");
  }));
}

/** A terminal, and a painter for it that believes what `can` says. */
class Rig {
  readonly links = new LinkTable();
  readonly painter: Painter;
  readonly terminal: Emulator;

  constructor(readonly cols: number, readonly rows: number, can = CAN) {
    this.painter = new Painter(can, this.links.text);
    this.terminal = silentEmulator(cols, rows);
  }

  paint(grid: Grid, cursor = CURSOR, rows?: number[]): string {
    const text = this.painter.paint(grid, cursor, rows);
    write(this.terminal, text);
    return text;
  }

  expectShows(grid: Grid, cursor?: PaintCursor): void {
    const difference = cellDifference(visible(emulatorCells(this.terminal)), visible(gridCells(grid, this.links.text)));
    if (difference) throw new Error(difference);
    if (!cursor) return;
    const modes = this.terminal.modes();
    expect(modes.cursorVisible).toBe(cursor.visible);
    if (!cursor.visible) return;
    const { x, y } = this.terminal.cursor();
    expect({ x, y, shape: modes.cursorShape }).toEqual({ x: cursor.x, y: cursor.y, shape: cursor.shape as never });
  }
}

/** Characters with the columns they take. */
const CHARS: [string, 1 | 2][] = [
  ["a", 1], ["b", 1], ["Z", 1], [" ", 1], ["", 1], ["", 1], ["é", 1], ["─", 1], ["█", 1], ["✓", 1], ["日", 2], ["本", 2],
  ["한", 2], ["😀", 2], ["👨‍👩‍👧", 2], ["🇩🇪", 2],
  ["❤️", 2], ["e\u0301", 1], ["☺︎", 1], ["", 1], ["ｆ", 2],
];

function randomStyle(random: Random, links: LinkTable): Style {
  if (random.integer(3) === 0) return PLAIN;
  const color = () => pick(random, [0, 0, paletteColor(random.integer(256)), rgbColor(random.integer(1 << 24))]);
  const link = random.integer(8) === 0 ? links.intern(`;http://${random.integer(4)}`) : 0;
  const underline = random.integer(4) === 0 ? random.integer(6) << ATTR.underlineShift : 0;
  return {
    fg: color(), bg: color(), ul: underline ? color() : 0,
    attr: (random.integer(3) ? 0 : random.integer(256)) | underline | (link << ATTR.linkShift),
  };
}

/** Changes some cells of a row, keeping wide characters whole. */
function scribble(grid: Grid, y: number, random: Random, links: LinkTable): void {
  let x = random.integer(grid.cols);
  if (grid.widths[y * grid.cols + x] === 0) x--;
  const end = Math.min(grid.cols, x + between(random, 1, 12));
  const style = randomStyle(random, links);
  while (x < end) {
    const [char, width] = pick(random, CHARS);
    if (width === 2 && x + 1 >= grid.cols) break;
    const at = y * grid.cols + x;
    // the halves that are cut off become blanks
    if (grid.widths[at + width - 1] === 2 && x + width < grid.cols) grid.set(x + width, y, "", 1, PLAIN);
    grid.set(x, y, char, width, random.integer(4) ? style : randomStyle(random, links));
    if (width === 2) grid.set(x + 1, y, "", 0, grid.styleAt(x, y));
    x += width;
  }
  if (x < grid.cols && grid.widths[y * grid.cols + x] === 0) grid.set(x, y, "", 1, PLAIN);
}

function copyOf(grid: Grid): Grid {
  const copy = new Grid(grid.cols, grid.rows);
  copy.copy(grid, 0, 0, grid.cols * grid.rows);
  return copy;
}

function textGrid(lines: string[], cols: number): Grid {
  const grid = new Grid(cols, lines.length);
  lines.forEach((line, y) => [...line].forEach((char, x) => grid.set(x, y, char, 1, PLAIN)));
  return grid;
}

describe("a painted grid", () => {
  test("is what the terminal shows, through any changes", () => {
    fuzzRounds("painter", 300, 700, (random) => {
      const rig = new Rig(
        between(random, 2, 40), between(random, 1, 8), { ...CAN, synchronized: random.integer(4) === 0 },
      );
      let grid = new Grid(rig.cols, rig.rows);
      for (let step = 0; step < 15; step++) {
        const touched = new Set<number>();
        for (let n = random.integer(6); n > 0; n--) {
          const y = random.integer(rig.rows);
          scribble(grid, y, random, rig.links);
          touched.add(y);
        }
        if (random.integer(10) === 0) {
          rig.painter.reset();
          // what the terminal does on its own, the painter does not know of
          write(rig.terminal, "\x1b[1;35;44mnoise\x1b[?25l\x1b[4 q\x1b[2J");
        }
        const cursor: PaintCursor = {
          x: random.integer(rig.cols), y: random.integer(rig.rows), visible: random.integer(4) > 0,
          shape: random.integer(7),
        };
        rig.paint(grid, cursor, random.integer(2) ? [...touched] : undefined);
        rig.expectShows(grid, cursor);
        if (random.integer(6) === 0) grid = copyOf(grid);
      }
      expect(rig.terminal.errors).toBe(0);
    });
  });

  test("costs nothing where nothing changed", () => {
    const rig = new Rig(20, 3);
    const grid = textGrid(["one", "two", "three"], 20);
    rig.paint(grid);
    expect(rig.paint(grid)).toBe("");
    expect(rig.paint(copyOf(grid))).toBe("");
    expect(rig.paint(grid, CURSOR, [0, 1, 2, 99, -1])).toBe("");
  });

  test("costs little where little changed", () => {
    const rig = new Rig(80, 24);
    const grid = textGrid(Array.from({ length: 24 }, () => "x".repeat(80)), 80);
    rig.paint(grid, { ...CURSOR, visible: false });
    grid.set(40, 12, "y", 1, PLAIN);
    expect(rig.paint(grid, { ...CURSOR, visible: false })).toBe("\x1b[13;41Hy");
    rig.expectShows(grid);
  });

  test("erases the rest of a row in its colour instead of writing blanks", () => {
    const rig = new Rig(80, 2);
    const grid = textGrid(["x".repeat(80), "y".repeat(80)], 80);
    rig.paint(grid);
    grid.clear(10, 0, 70, { ...PLAIN, bg: paletteColor(4) });
    const text = rig.paint(grid);
    expect(text).toContain("\x1b[K");
    expect(text.length).toBeLessThan(40);
    rig.expectShows(grid);
  });

  test("after a reset is whole, whichever rows are said to have changed", () => {
    const rig = new Rig(20, 3);
    const grid = textGrid(["one", "two", "three"], 20);
    rig.paint(grid, CURSOR, [1]);
    rig.expectShows(grid);
    write(rig.terminal, "\x1b[2J\x1b[Hrubbish");
    rig.painter.reset();
    rig.paint(grid, CURSOR, []);
    rig.expectShows(grid);
  });

  test("of another size is drawn anew", () => {
    const rig = new Rig(20, 3);
    rig.paint(textGrid(["one", "two", "three"], 20));
    rig.terminal.resize(10, 2);
    const small = textGrid(["ONE", ""], 10);
    rig.paint(small, { x: 9, y: 1, visible: true, shape: 2 });
    rig.expectShows(small, { x: 9, y: 1, visible: true, shape: 2 });
  });

  test("reaches the last column of the last row without scrolling", () => {
    const rig = new Rig(5, 2);
    const grid = textGrid(["12345", "67890"], 5);
    rig.paint(grid, { x: 4, y: 1, visible: true, shape: 0 });
    rig.expectShows(grid, { x: 4, y: 1, visible: true, shape: 0 });
    grid.set(3, 1, "日", 2, PLAIN);
    grid.set(4, 1, "", 0, PLAIN);
    rig.paint(grid);
    rig.expectShows(grid, CURSOR);
  });
});

describe("a terminal that counts columns otherwise", () => {
  /** A terminal that shows these characters in one column more or less. */
  function disagreeing(grid: Grid, chars: RegExp, by: number): void {
    const rig = new Rig(grid.cols, grid.rows);
    const text = rig.painter.paint(grid, CURSOR);
    // the next thing after such a character must be a position, or the row would be off from there on
    const places = [...text.matchAll(new RegExp(`(?:${chars.source})(.{0,3})`, "gu"))];
    expect([by, places.length > 0]).toEqual([by, true]);
    for (const place of places) expect(place[1]).toMatch(/^(\x1b\[\d|\x1b\[H|\x1b\[\?|$)/);
  }

  test.each(
    [
      ["emoji", "😀", 2], ["joined emoji", "👨‍👩‍👧", 2], ["flags", "🇩🇪", 2], ["variation selectors", "❤️", 2],
      ["symbols", "✓", 1], ["private use", "\ue0b0", 1], ["combined", "e\u0301", 1], ["wide said to be narrow", "日", 1],
      ["narrow said to be wide", "ж", 2],
    ] as const,
  )(
    "is told the place again after %s",
    (_what, char, width) => {
      const grid = new Grid(20, 1);
      for (let x = 0; x + 2 < 20; x += 2) {
        grid.set(x, 0, char, width, PLAIN);
        grid.set(x + 1, 0, width === 2 ? "" : "z", width === 2 ? 0 : 1, PLAIN);
      }
      disagreeing(grid, new RegExp(char), 1);
    },
  );

  test("is not told after plain text, lines and CJK", () => {
    const rig = new Rig(20, 1);
    const grid = new Grid(20, 1);
    ["a", "é", "─", "█", "日", "", "ж"].forEach(
      (char, x) => grid.set(x, 0, char, char === "日" ? 2 : char === "" ? 0 : 1, PLAIN),
    );
    expect(rig.paint(grid, { ...CURSOR, visible: false })).toContain("aé─█日ж");
  });
});

describe("links", () => {
  test("are opened once for a run and closed at the end", () => {
    const rig = new Rig(20, 1);
    const grid = new Grid(20, 1);
    const link = rig.links.intern("id=1;http://x");
    for (let x = 2; x < 8; x++) grid.set(x, 0, "l", 1, { ...PLAIN, attr: link << ATTR.linkShift });
    grid.set(9, 0, "n", 1, PLAIN);
    const text = rig.paint(grid);
    expect(text.split("\x1b]8;id=1;http://x\x1b\\")).toHaveLength(2);
    expect(text.split("\x1b]8;;\x1b\\")).toHaveLength(2);
    rig.expectShows(grid);
  });

  test("are left out where the terminal has none", () => {
    const rig = new Rig(20, 1, { ...CAN, hyperlinks: false });
    const grid = new Grid(20, 1);
    grid.set(0, 0, "l", 1, { ...PLAIN, attr: rig.links.intern(";http://x") << ATTR.linkShift });
    expect(rig.paint(grid)).not.toContain("\x1b]8");
  });

  test("do not reach into what is erased after them", () => {
    const rig = new Rig(20, 1);
    const grid = textGrid(["x".repeat(20)], 20);
    rig.paint(grid);
    const link = rig.links.intern(";http://x");
    for (let x = 0; x < 5; x++) grid.set(x, 0, "l", 1, { ...PLAIN, attr: link << ATTR.linkShift });
    grid.clear(5, 0, 15);
    const text = rig.paint(grid);
    expect(text.indexOf("\x1b]8;;\x1b\\")).toBeLessThan(text.indexOf("\x1b[K"));
    rig.expectShows(grid);
  });
});

describe("the cursor", () => {
  const grid = textGrid(["one", "two"], 10);

  test("is hidden while much is painted and shown after it", () => {
    const rig = new Rig(10, 2);
    rig.paint(grid);
    const other = textGrid(["1 2 3 4 5", "6 7 8 9 0"], 10);
    const text = rig.paint(other, { x: 3, y: 1, visible: true, shape: 0 });
    expect(text.startsWith("\x1b[?25l")).toBeTrue();
    expect(text.endsWith("\x1b[?25h")).toBeTrue();
    rig.expectShows(other, { x: 3, y: 1, visible: true, shape: 0 });
  });

  test("moves, changes its shape and hides without repainting", () => {
    const rig = new Rig(10, 2);
    rig.paint(grid);
    expect(rig.paint(grid, { x: 5, y: 1, visible: true, shape: 6 })).toBe("\x1b[2;6H\x1b[6 q");
    expect(rig.paint(grid, { x: 5, y: 1, visible: false, shape: 6 })).toBe("\x1b[?25l");
    expect(rig.paint(grid, { x: 0, y: 0, visible: false, shape: 2 })).toBe("");
    const last: PaintCursor = { x: 0, y: 0, visible: true, shape: 2 };
    rig.paint(grid, last);
    rig.expectShows(grid, last);
  });

  test("is right after a reset whatever the terminal did, even on an empty screen", () => {
    for (const blank of [new Grid(10, 2), grid]) {
      for (const visible of [true, false]) {
        const rig = new Rig(10, 2);
        rig.paint(blank, { x: 1, y: 1, visible: !visible, shape: 4 });
        write(rig.terminal, visible ? "\x1b[?25l\x1b[5 q" : "\x1b[?25h\x1b[5 q");
        rig.painter.reset();
        const cursor: PaintCursor = { x: 2, y: 0, visible, shape: 0 };
        rig.paint(blank, cursor);
        rig.expectShows(blank, cursor);
      }
    }
  });
});

test("a large picture is one synchronized update where the terminal knows them, a small one is not", () => {
  const rig = new Rig(80, 5, { ...CAN, synchronized: true });
  const grid = textGrid(Array.from({ length: 5 }, () => "x".repeat(80)), 80);
  const text = rig.paint(grid);
  expect(text.startsWith("\x1b[?2026h")).toBeTrue();
  expect(text.endsWith("\x1b[?2026l")).toBeTrue();
  expect(rig.terminal.synchronized).toBeFalse();
  grid.set(0, 0, "y", 1, PLAIN);
  expect(rig.paint(grid)).not.toContain("2026");
});

test("styles are not left behind for whoever writes next to the last cell", () => {
  const grid = new Grid(4, 1);
  grid.set(3, 0, "x", 1, { ...PLAIN, bg: rgbColor(0xff0000), attr: ATTR.bold });
  const rig = new Rig(4, 1);
  rig.paint(grid);
  expect(grid.styles.length).toBe(4 * STYLE_WORDS);
  grid.set(0, 0, "y", 1, PLAIN);
  rig.paint(grid);
  rig.expectShows(grid);
});
