import { describe, expect, test } from "bun:test";
import type { Grid } from "../../../../src/terminal/grid.ts";
import { FakeSource, Session, settled } from "./copy-fixture.ts";
import { TEXT } from "./copy-text.ts";

const YELLOW = (1 << 24) | 3;
const CYAN = (1 << 24) | 6;
const MAGENTA = (1 << 24) | 5;
const RED = (1 << 24) | 1;

function atTop(lines: readonly string[] = TEXT): Session {
  return new Session(new FakeSource(lines), { top: { line: 0, column: 0 } });
}

/** Columns of a row with a background. */
function painted(grid: Grid, y: number, bg: number): number[] {
  return Array.from({ length: grid.cols }, (_, x) => x).filter((x) => grid.styleAt(x, y).bg === bg);
}

describe("copy mode draws", () => {
  test("the text, wrapped, with the position at the top right", () => {
    expect(atTop().screen).toEqual([
      "alpha beta, g[11/11]",
      "foo(bar[baz{x}y]z) f",
      "",
      "  ind 日本語 fo e\u0301x",
      "this is a long line",
      "that wraps over twen",
    ]);
    const grid = atTop().mode.draw();
    expect([grid.wrapped[4], grid.wrapped[5]]).toEqual([0, 1]);
    expect([grid.widths[3 * 20 + 6], grid.widths[3 * 20 + 7], grid.char(3 * 20 + 7)]).toEqual([2, 0, ""]);
  });

  test("the position as it changes", () => {
    expect(atTop().keys("G").screen[0]).toContain("[0/11]");
    expect(atTop().keys("G k k k k k k k").screen[0]).toContain("[2/11]");
  });

  test("the position over the half of a wide character without tearing it", () => {
    const grid = atTop(["日本語日本語日本語日", "b", "c", "d", "e", "f", "g", "h"]).mode.draw();
    expect(grid.text(0)).toBe("日本語日本語日 [2/2]");
    for (let x = 0; x < 20; x++) if (grid.widths[x] === 2) expect(grid.widths[x + 1]).toBe(0);
  });

  test("what is selected, and the end of a line if that is", () => {
    const grid = atTop().keys("j 3 l Space 2 j").mode.draw();
    expect(painted(grid, 1, YELLOW)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    expect(painted(grid, 2, YELLOW)).toEqual([0]);
    expect(painted(grid, 3, YELLOW)).toEqual([0, 1, 2, 3]);
    expect(painted(grid, 4, YELLOW)).toEqual([]);
  });

  test("a rectangle", () => {
    const grid = atTop().keys("j 3 l v Space 2 j 3 l").mode.draw();
    expect(painted(grid, 1, YELLOW)).toEqual([3, 4, 5, 6]);
    expect(painted(grid, 2, YELLOW)).toEqual([]);
    expect(painted(grid, 3, YELLOW)).toEqual([3, 4, 5, 6, 7]);
  });

  test("what was found, and above it the match at the cursor", async () => {
    const session = atTop().keys("/ a . Enter");
    await settled();
    const grid = session.mode.draw();
    expect(session.at).toBe("0:4");
    expect(painted(grid, 0, CYAN)).toEqual([0, 1, 9, 10]);
    expect(painted(grid, 0, MAGENTA)).toEqual([4, 5]);
    expect(painted(session.keys("Escape").mode.draw(), 0, CYAN)).toEqual([]);
  });

  test("what a pattern would find while it is typed", () => {
    const session = atTop().keys("/ f o");
    expect(painted(session.mode.draw(), 1, CYAN)).toEqual([0, 1]);
    expect(painted(session.keys("Escape").mode.draw(), 1, CYAN)).toEqual([]);
  });

  test("the row with the mark", () => {
    expect(painted(atTop().keys("j X").mode.draw(), 1, RED)).toHaveLength(20);
  });

  test("a match within a long wrapped line on each of its rows", async () => {
    const session = atTop().keys("/ o n . * w r Enter");
    await settled();
    const grid = session.mode.draw();
    expect(session.at).toBe("4:11");
    const y = session.mode.cursor().y;
    expect(painted(grid, y, MAGENTA)[0]).toBe(11);
    expect(painted(grid, y + 1, MAGENTA)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

test("the prompt is told with its cursor", () => {
  const session = atTop().keys("/ a b Left");
  expect([session.mode.promptText, session.mode.promptCursor]).toEqual(["(search down) ab", 15]);
  expect(session.keys("Enter").mode.promptText).toBeUndefined();
});

test("the cursor after a full row is shown in the last column", () => {
  expect(atTop().keys("j $").mode.cursor()).toEqual({ x: 19, y: 1 });
});
