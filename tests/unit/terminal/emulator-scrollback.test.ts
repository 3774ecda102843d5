import { describe, expect, test } from "bun:test";
import { seededRandom } from "../../../src/base/random.ts";
import { Emulator } from "../../../src/terminal/emulator.ts";
import type { XtermLine } from "../../../src/terminal/xterm/internals.ts";
import { logEvents, LoggedEmulator, rowText } from "../../support/emulator-log.ts";
import { CORPORA, corpus, pieces, WILD } from "../../support/terminal-corpus.ts";

const utf8 = new TextEncoder();

/** An emulator, the logical lines that left it, and what is still in it. */
class Keeper {
  readonly left: string[] = [];
  readonly emulator: Emulator;
  cleared = 0;

  constructor(cols: number, rows: number, scrollback: number) {
    const take = (line: XtermLine): void => this.add(this.left, line);
    const clear = (): void => void this.cleared++;
    this.emulator = new Emulator({ cols, rows, scrollback },
      { ...logEvents([]), lineTrimmed: take, scrollbackCleared: clear });
  }

  send(text: string): void {
    this.emulator.parse(utf8.encode(text));
  }

  /** All lines since the beginning, blanks left out, as a resize may put some at the end of a row. */
  lines(): string[] {
    const all = [...this.left];
    for (let i = 0; i < this.emulator.scrollbackLength; i++) this.add(all, this.emulator.scrollbackRow(i));
    for (let y = 0; y < this.emulator.rows; y++) this.add(all, this.emulator.screenRow(y));
    while (all.at(-1) === "") all.pop();
    return all;
  }

  private add(lines: string[], line: XtermLine): void {
    const text = rowText(line).replaceAll(" ", "");
    if (line.isWrapped && lines.length > 0) lines[lines.length - 1] += text;
    else lines.push(text);
  }
}

test("rows leave at the top, oldest first, before they are reused", () => {
  const keeper = new Keeper(10, 3, 2);
  keeper.send(Array.from({ length: 9 }, (_, i) => `line ${i}`).join("\r\n"));
  expect(keeper.left).toEqual(["line0", "line1", "line2", "line3"]);
  expect(keeper.emulator.scrollbackLength).toBe(2);
  expect([0, 1].map((i) => rowText(keeper.emulator.scrollbackRow(i)))).toEqual(["line 4", "line 5"]);
});

test("nothing leaves from the alternate screen, nor from below the top of the screen", () => {
  const keeper = new Keeper(10, 4, 2);
  keeper.send(`\x1b[2;4r\x1b[4;1H${"x\r\n".repeat(20)}\x1b[r\x1b[?1049h${"y\r\n".repeat(20)}\x1b[?1049l`);
  expect(keeper.left).toEqual([]);
  expect(keeper.emulator.scrollbackLength).toBe(0);
});

test("rows leave from a scroll region that begins at the top", () => {
  const keeper = new Keeper(10, 4, 0);
  const text = Array.from({ length: 6 }, (_, i) => `${i}     `).join("\r\n");
  keeper.send(`status\x1b[H\x1b[1;3r\x1b[4;1Hstatus\x1b[1;1H${text}`);
  expect(keeper.left.map((line) => line[0])).toEqual(["0", "1", "2"]);
  expect(rowText(keeper.emulator.screenRow(3))).toBe("status");
});

describe("clearing", () => {
  test("CSI 3 J drops the scrollback and says so", () => {
    const keeper = new Keeper(10, 3, 5);
    keeper.send(`${"a\r\n".repeat(10)}b`);
    const before = keeper.left.length;
    keeper.send("\x1b[3J");
    expect([keeper.cleared, keeper.emulator.scrollbackLength, keeper.left.length]).toEqual([1, 0, before]);
    expect(rowText(keeper.emulator.screenRow(2))).toBe("b");
    keeper.send("\x1b[?1049h\x1b[3J");
    expect(keeper.cleared).toBe(1);
  });

  test("RIS drops everything and says so", () => {
    const keeper = new Keeper(10, 3, 5);
    keeper.send(`${"a\r\n".repeat(10)}\x1b[?1049hx\x1bc`);
    expect([keeper.cleared, keeper.emulator.scrollbackLength, keeper.emulator.modes().alternateScreen]).toEqual([1, 0,
      false]);
    expect(keeper.lines().slice(keeper.left.length)).toEqual([]);
    keeper.send("b\r\n".repeat(20));
    expect(keeper.emulator.scrollbackLength).toBe(5);
  });

  test("by the owner works from any screen and in the middle of a sequence", () => {
    const keeper = new Keeper(10, 3, 5);
    keeper.send(`${"a\r\n".repeat(10)}\x1b[?1049h\x1b]2;half`);
    keeper.emulator.clearScrollback();
    expect([keeper.cleared, keeper.emulator.scrollbackLength]).toEqual([1, 0]);
    keeper.emulator.hardReset();
    keeper.send("text");
    expect([keeper.cleared, rowText(keeper.emulator.screenRow(0)), keeper.emulator.title]).toEqual([2, "text", ""]);
  });
});

describe("resizing", () => {
  test("loses no line, whatever it reflows", () => {
    for (let seed = 1; seed <= 12; seed++) {
      const random = seededRandom(seed);
      const keeper = new Keeper(80, 24, [0, 3, 100][random.integer(3)]!);
      for (const piece of pieces(corpus(seed % 2 ? "plain" : "unicode", 5000, seed), random,
        2000)) keeper.emulator.parse(piece);
      // the cursor's own line is left alone by the reflow; what is below the cursor is cut off
      keeper.send("\r\n");
      const before = keeper.lines();
      for (let n = 0; n < 5; n++) {
        keeper.emulator.resize(4 + random.integer(120), 1 + random.integer(50));
        expect(keeper.lines()).toEqual(before);
      }
    }
  });

  test("keeps to the hot rows and to whole buffers", () => {
    for (const kind of [...Object.keys(CORPORA), ...Object.keys(WILD)]) {
      const random = seededRandom(kind.length);
      const terminal = new LoggedEmulator(1 + random.integer(90), 1 + random.integer(28), 5);
      for (const piece of pieces(corpus(kind, 4000, 3), random)) {
        terminal.emulator.parse(piece);
        if (random.integer(4) === 0) terminal.emulator.resize(1 + random.integer(90), 1 + random.integer(28));
        const { emulator } = terminal;
        const { buffer } = terminal.parts.screen;
        expect(emulator.scrollbackLength).toBeLessThanOrEqual(5);
        expect(buffer.lines.length).toBe(buffer.ybase + emulator.rows);
        for (let i = 0; i < buffer.lines.length; i++) expect(buffer.lines.get(i)!.length).toBe(emulator.cols);
        expect(buffer.y).toBeLessThan(emulator.rows);
      }
      expect(terminal.emulator.errors).toBe(0);
    }
  });

  test("brings sizes into their bounds", () => {
    const { emulator } = new LoggedEmulator(80, 24);
    const resized = (cols: number, rows: number): number[] => {
      emulator.resize(cols, rows);
      return [emulator.cols, emulator.rows];
    };
    expect(resized(1, 1)).toEqual([2, 1]);
    expect(resized(0, -5)).toEqual([2, 1]);
    expect(resized(5000, 5000)).toEqual([1000, 1000]);
    expect(resized(Number.NaN, 10.7)).toEqual([2, 10]);
  });

  test("makes every row dirty", () => {
    const { emulator } = new LoggedEmulator(80, 24);
    emulator.takeDirty();
    emulator.resize(70, 20);
    expect(emulator.takeDirty()).toEqual({ from: 0, to: 19 });
    expect(emulator.takeDirty()).toBeUndefined();
  });

  test("cuts the rows of the alternate screen, and wide characters with them", () => {
    const terminal = new LoggedEmulator(10, 3);
    terminal.send("\x1b[?1049habc漢def");
    terminal.emulator.resize(4, 3);
    terminal.emulator.resize(10, 3);
    expect(terminal.row(0)).toBe("abc");
  });

  test("cuts the cursor's line, and a wide character with it: what is left can be wrapped anew", () => {
    const terminal = new LoggedEmulator(9, 3);
    terminal.send("abcdefghi漢bcdef漢");
    terminal.emulator.resize(8, 3);
    expect([terminal.row(0), terminal.row(1)]).toEqual(["abcdefgh", "漢bcdef"]);
    terminal.send("\r\n");
    terminal.emulator.resize(9, 3);
    expect([terminal.row(0), terminal.row(1)]).toEqual(["abcdefgh", "漢bcdef"]);
  });
});

describe("rows put back above the hot scrollback", () => {
  function line(emulator: Emulator, text: string): XtermLine {
    const row = emulator.createLine(emulator.cols);
    [...text].forEach((char, x) => (row._data[x * 3] = (1 << 22) | char.codePointAt(0)!));
    return row;
  }

  test("come into the window when it grows, and leave again in order when it shrinks", () => {
    const keeper = new Keeper(10, 3, 2);
    keeper.send(Array.from({ length: 9 }, (_, i) => `line ${i}`).join("\r\n"));
    const before = keeper.left.splice(2);
    expect(before).toEqual(["line2", "line3"]);
    keeper.emulator.prependScrollback([line(keeper.emulator, "line2"), line(keeper.emulator, "line3")]);
    keeper.emulator.resize(10, 7);
    expect(Array.from({ length: 7 }, (_, y) => rowText(keeper.emulator.screenRow(y)).replace(" ", ""))).toEqual([2, 3,
      4, 5, 6, 7, 8].map((n) => `line${n}`));
    expect(keeper.emulator.cursor()).toMatchObject({ y: 6 });
    keeper.emulator.resize(10, 3);
    expect(keeper.left).toEqual(["line0", "line1", "line2", "line3"]);
  });

  test("are brought to the width of the screen, and leave the saved cursor where it was", () => {
    const terminal = new LoggedEmulator(10, 3, 5);
    terminal.send("a\r\nb\x1b[2;2H\x1b7");
    terminal.emulator.prependScrollback([terminal.emulator.createLine(4), terminal.emulator.createLine(30)]);
    expect([terminal.emulator.scrollbackLength, terminal.emulator.scrollbackRow(0).length,
      terminal.emulator.scrollbackRow(1).length]).toEqual([2, 10, 10]);
    expect([terminal.row(0), terminal.row(1)]).toEqual(["a", "b"]);
    terminal.send("\x1b[H\x1b8");
    expect(terminal.emulator.cursor()).toMatchObject({ x: 1, y: 1 });
  });
});

test("the scroll hint counts whole screens only", () => {
  const terminal = new LoggedEmulator(10, 3, 5);
  terminal.send("a\r\nb\r\nc\r\nd\r\n");
  expect(terminal.emulator.takeScroll()).toBe(2);
  terminal.send("\x1b[2;3r\x1b[3;1H\n\n");
  expect(terminal.emulator.takeScroll()).toBe(0);
  terminal.send("\x1b[r\x1b[3;1H\n\x1b[?1049h");
  expect(terminal.emulator.takeScroll()).toBe(0);
});
