import { describe, expect, test } from "bun:test";
import { Grid } from "../../../src/terminal/grid.ts";
import { ScreenImage, ScreenShadow, type FrameDiff } from "../../../src/terminal/frame.ts";
import { readRowIntoGrid } from "../../../src/terminal/row-codec.ts";
import { silentEmulator, write } from "../../support/cells.ts";

const NO_BUDGET = 1e9;

function rig(cols = 20, rows = 6, scrollback = 50) {
  const emulator = silentEmulator(cols, rows, scrollback);
  const image = new ScreenImage();
  const shadow = new ScreenShadow();
  return {
    emulator, image, shadow,
    /** Shows text and returns what a viewer would be sent. */
    show(text: string, budget = NO_BUDGET): FrameDiff | undefined {
      write(emulator, text);
      image.update(emulator);
      return shadow.diff(image, budget);
    },
  };
}

function rowText(bytes: Uint8Array): string {
  const grid = new Grid(60, 1);
  readRowIntoGrid(bytes, grid, 0, () => 0);
  return grid.text(0).trimEnd();
}

const linesOf = (diff: FrameDiff | undefined) => diff?.lines.map(([y, row]) => `${y}:${rowText(row)}`) ?? [];

describe("a difference", () => {
  test("for a new viewer is the whole picture without its empty rows", () => {
    const diff = rig().show("one\r\n\r\nthree");
    expect(diff).toMatchObject({ full: true, scroll: 0, complete: true });
    expect(linesOf(diff)).toEqual(["0:one", "2:three"]);
  });

  test("has the rows that changed, once", () => {
    const r = rig();
    r.show("one\r\ntwo\r\nthree");
    expect(linesOf(r.show("\x1b[2;1HTWO"))).toEqual(["1:TWO"]);
    expect(r.show("")).toBeUndefined();
  });

  test("has no rows that changed and changed back", () => {
    const r = rig();
    r.show("one");
    write(r.emulator, "\r\x1b[Kother");
    expect(r.show("\r\x1b[Kone")).toBeUndefined();
  });

  test("has not the rows that were rewritten with the same text", () => {
    const r = rig();
    r.show("one\r\ntwo");
    expect(r.show("\x1b[H\x1b[Kone\r\n\x1b[Ktwo")).toBeUndefined();
  });

  test("empties rows that are empty now", () => {
    const r = rig();
    r.show("one\r\ntwo");
    expect(linesOf(r.show("\x1b[2J"))).toEqual(["0:", "1:"]);
  });

  test("notices styles, links and wrapping", () => {
    const r = rig();
    r.show("one");
    expect(linesOf(r.show("\r\x1b[1mone"))).toEqual(["0:one"]);
    expect(linesOf(r.show("\r\x1b]8;;http://x\x1b\\one\x1b]8;;\x1b\\"))).toEqual(["0:one"]);
  });
});

describe("scrolling", () => {
  test("is told instead of sending the rows that only moved", () => {
    const r = rig();
    r.show("a\r\nb\r\nc\r\nd\r\ne\r\nf");
    const diff = r.show("\r\ng\r\nh");
    expect(diff).toMatchObject({ full: false, scroll: 2 });
    expect(linesOf(diff)).toEqual(["4:g", "5:h"]);
  });

  test("by a screen or more is not", () => {
    const r = rig();
    r.show("a\r\nb\r\nc\r\nd\r\ne\r\nf");
    const diff = r.show(`\r\n${"x\r\n".repeat(20)}y`);
    expect(diff!.scroll).toBe(0);
    expect(diff!.lines).toHaveLength(6);
  });

  test("is not told where it saves nothing", () => {
    const r = rig();
    r.show("a\r\nb\r\nc\r\nd\r\ne\r\nf");
    const diff = r.show("\r\ng\x1b[H\x1b[2Jnew");
    expect(diff!.scroll).toBe(0);
    expect(linesOf(diff)).toEqual(["0:new", "1:", "2:", "3:", "4:", "5:"]);
  });

  test("is added up for a viewer who was not looking", () => {
    const r = rig();
    r.show("a\r\nb\r\nc\r\nd\r\ne\r\nf");
    for (const text of ["\r\ng", "\r\nh", "\r\ni"]) {
      write(r.emulator, text);
      r.image.update(r.emulator);
    }
    const diff = r.shadow.diff(r.image, NO_BUDGET);
    expect(diff!.scroll).toBe(3);
    expect(linesOf(diff)).toEqual(["3:g", "4:h", "5:i"]);
  });

  test("of a part of the screen is sent as rows", () => {
    const r = rig();
    r.show("a\r\nb\r\nc\r\nd\r\ne\r\nf");
    const diff = r.show("\x1b[2;4r\x1b[4;1H\nX\x1b[r");
    expect(diff!.scroll).toBe(0);
    expect(linesOf(diff)).toEqual(["1:c", "2:d", "3:X"]);
  });
});

describe("a budget", () => {
  test("cuts a picture at a row, and the rest follows", () => {
    const r = rig();
    const first = r.show("aaaa\r\nbbbb\r\ncccc\r\ndddd", 24);
    expect(first).toMatchObject({ full: true, complete: false });
    expect(linesOf(first)).toEqual(["0:aaaa", "1:bbbb"]);
    const rest = r.shadow.diff(r.image, 24);
    expect(rest).toMatchObject({ full: false, complete: true });
    expect(linesOf(rest)).toEqual(["2:cccc", "3:dddd"]);
    expect(r.shadow.diff(r.image, 24)).toBeUndefined();
  });

  test("that is too small for a row sends one all the same", () => {
    const r = rig();
    expect(linesOf(r.show("aaaa\r\nbbbb", 0))).toEqual(["0:aaaa"]);
    expect(linesOf(r.shadow.diff(r.image, 0))).toEqual(["1:bbbb"]);
  });

  test("never sends what is old: a row that changes between the parts is sent as it is then", () => {
    const r = rig();
    r.show("aaaa\r\nbbbb\r\ncccc", 8);
    const rest = r.show("\x1b[HAAAA\x1b[3;1HCCCC");
    expect(linesOf(rest)).toEqual(["1:bbbb", "2:CCCC", "0:AAAA"]);
  });

  test("too small for what changes all the time still lets every row through", () => {
    const r = rig(20, 5);
    const grid = new Grid(20, 5);
    for (let n = 0; n < 40; n++) {
      const rows = [0, 1, 2].map((y) => `\x1b[${y + 1};1H${n}-${y}`).join("");
      const diff = r.show(`${rows}${n === 30 ? "\x1b[5;1Hlast" : ""}`, 20);
      for (const [y, row] of diff?.lines ?? []) readRowIntoGrid(row, grid, y, () => 0);
    }
    expect(grid.text(4).trimEnd()).toBe("last");
  });

  test("and scrolling in the middle of a picture still give the picture", () => {
    const r = rig(20, 4);
    const grid = new Grid(20, 4);
    const apply = (diff: FrameDiff | undefined) => {
      if (diff?.scroll) grid.scroll(0, 4, diff.scroll);
      for (const [y, row] of diff?.lines ?? []) readRowIntoGrid(row, grid, y, () => 0);
    };
    apply(r.show("a\r\nb\r\nc\r\nd", 8));
    apply(r.show("\r\ne", 8));
    for (let n = 0; n < 6; n++) apply(r.shadow.diff(r.image, 8));
    expect([0, 1, 2, 3].map((y) => grid.text(y).trimEnd())).toEqual(["b", "c", "d", "e"]);
  });
});

describe("another size", () => {
  test("is a whole picture", () => {
    const r = rig();
    r.show("one\r\ntwo");
    r.emulator.resize(30, 4);
    const diff = r.show("");
    expect(diff).toMatchObject({ full: true, complete: true });
    expect(linesOf(diff)).toEqual(["0:one", "1:two"]);
    expect([r.image.cols, r.image.rows]).toEqual([30, 4]);
  });

  test("and back between two looks is a whole picture as well", () => {
    const r = rig();
    r.show("one");
    r.emulator.resize(30, 4);
    r.image.update(r.emulator);
    r.emulator.resize(20, 6);
    expect(r.show("!")).toMatchObject({ full: true });
  });
});

test("viewers of one picture are independent, and a forgotten one begins anew", () => {
  const r = rig();
  r.show("one");
  const late = new ScreenShadow();
  expect(late.diff(r.image, NO_BUDGET)).toMatchObject({ full: true });
  expect(linesOf(r.show("\r\ntwo"))).toEqual(["1:two"]);
  expect(linesOf(late.diff(r.image, NO_BUDGET))).toEqual(["1:two"]);
  late.reset();
  expect(late.diff(r.image, NO_BUDGET)).toMatchObject({ full: true });
  expect(r.shadow.diff(r.image, NO_BUDGET)).toBeUndefined();
});

test("cursor and modes are those of the emulator at the last update", () => {
  const r = rig();
  r.show("ab\x1b[?25l\x1b[5 q\x1b[?1000h");
  expect(r.image.cursor).toEqual({ x: 2, y: 0 });
  expect(r.image.modes).toMatchObject({ cursorVisible: false, cursorShape: 5, mouseTracking: "normal" });
  r.show("\x1b[3;4H\x1b[?25h");
  expect(r.image.cursor).toEqual({ x: 3, y: 2 });
  expect(r.image.modes.cursorVisible).toBeTrue();
});

test("the alternate screen and back show each its own", () => {
  const r = rig();
  r.show("shell");
  expect(linesOf(r.show("\x1b[?1049h\x1b[Heditor"))).toEqual(["0:editor"]);
  expect(linesOf(r.show("\x1b[?1049l"))).toEqual(["0:shell"]);
});
