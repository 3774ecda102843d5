import { describe, expect, test } from "bun:test";
import { Layout } from "../../../../src/client/copy/layout.ts";
import { CopyText } from "../../../../src/client/copy/text.ts";
import { View } from "../../../../src/client/copy/view.ts";
import { FakeSource, Session } from "./copy-fixture.ts";
import { TEXT } from "./copy-text.ts";

function layoutOf(lines: readonly string[], cols: number): Layout {
  return new Layout(new CopyText(new FakeSource(lines)), cols);
}

describe("wrapping", () => {
  test("fills rows from the left", () => {
    expect(layoutOf(["abcdefgh"], 3).starts(0)).toEqual([0, 3, 6]);
    expect(layoutOf(["abcdef"], 3).starts(0)).toEqual([0, 3]);
    expect(layoutOf([""], 3).starts(0)).toEqual([0]);
  });

  test("takes a wide character to the next row rather than splitting it", () => {
    expect(layoutOf(["ab日cd"], 3).starts(0)).toEqual([0, 2, 4]);
    expect(layoutOf(["日日日"], 2).starts(0)).toEqual([0, 1, 2]);
    expect(layoutOf(["日日日"], 1).starts(0)).toEqual([0, 1, 2]);
  });

  test("finds the row, the column and the cell of a place", () => {
    const layout = layoutOf(["ab日cd日日"], 5);
    expect(layout.starts(0)).toEqual([0, 4]);
    expect(layout.rowOf({ line: 0, cell: 3 })).toEqual({ line: 0, row: 0 });
    expect(layout.rowOf({ line: 0, cell: 4 })).toEqual({ line: 0, row: 1 });
    expect(layout.column({ line: 0, cell: 3 })).toBe(4);
    expect(layout.cellAt({ line: 0, row: 0 }, 3)).toBe(2);
    expect(layout.cellAt({ line: 0, row: 1 }, 1)).toBe(5);
    expect(layout.cellAt({ line: 0, row: 1 }, 99)).toBe(7);
    expect(layout.cellAt({ line: 0, row: 0 }, 99)).toBe(3);
  });

  test("walks over rows and stops at both ends", () => {
    const layout = layoutOf(["abcdefgh", "", "xyz"], 3);
    expect(layout.move({ line: 0, row: 1 }, 2)).toEqual({ line: 1, row: 0 });
    expect(layout.move({ line: 2, row: 0 }, -3)).toEqual({ line: 0, row: 1 });
    expect(layout.move({ line: 0, row: 1 }, 99)).toEqual({ line: 2, row: 0 });
    expect(layout.move({ line: 2, row: 0 }, -99)).toEqual({ line: 0, row: 0 });
    expect(layout.distance({ line: 0, row: 1 }, { line: 2, row: 0 })).toBe(3);
    expect(layout.distance({ line: 0, row: 1 }, { line: 2, row: 0 }, 2)).toBe(2);
  });
});

describe("the view", () => {
  test("begins at the bottom and scrolls no further than the text", () => {
    const view = new View(layoutOf(TEXT, 20), 6);
    expect([view.top, view.atBottom, view.history]).toEqual([{ line: 11, row: 0 }, true, 11]);
    expect(view.scroll(3)).toBe(0);
    expect(view.scroll(-3)).toBe(-3);
    expect(view.top).toEqual({ line: 9, row: 0 });
    expect(view.scroll(-99)).toBe(-11);
    expect(view.scrolledBy).toBe(11);
  });

  test("has fewer rows than its height when the text is short", () => {
    const view = new View(layoutOf(["a", "b"], 20), 6);
    expect(view.rows()).toHaveLength(2);
    expect([view.history, view.scrolledBy]).toEqual([0, 0]);
  });

  test("says that it is scrolled up also within one long line", () => {
    const view = new View(layoutOf(["x".repeat(200)], 10), 4);
    view.scroll(-1);
    expect([view.scrolledBy, view.atBottom]).toEqual([1, false]);
  });
});

describe("a new size", () => {
  test("keeps the cursor's place in the text and what is at the top", () => {
    const session = new Session(new FakeSource(TEXT), { top: { line: 0, column: 0 } }).keys("6 j 2 l");
    expect([session.at, session.state.view.top]).toEqual(["4:42", { line: 1, row: 0 }]);
    session.mode.resize(10, 8);
    expect(session.at).toBe("4:42");
    expect(session.screen.some((row) => row === "ty")).toBe(true);
    expect(session.mode.cursor().x).toBe(2);
    session.mode.resize(80, 8);
    expect([session.at, session.mode.cursor().x]).toEqual(["4:42", 42]);
  });

  test("keeps a selection to its text", () => {
    const session = new Session(new FakeSource(TEXT), { top: { line: 0, column: 0 } }).keys("4 j Space 1 j");
    session.mode.resize(7, 9);
    session.mode.resize(33, 4);
    expect(session.keys("Enter").copied).toBe(TEXT[4]!.slice(0, 21));
  });

  test("stays at the bottom", () => {
    const session = new Session(new FakeSource(TEXT)).keys("G");
    session.mode.resize(9, 4);
    expect(session.screen.at(-1)).toBe("six");
    session.mode.resize(40, 10);
    expect(session.screen.at(-1)).toBe("six");
  });

  test("of fewer rows takes blank rows below the cursor first, as a terminal does", () => {
    const screen = ["one", "two", "", "", "", ""];
    const session = new Session(new FakeSource(screen), { start: { line: 2, column: 0 }, top: { line: 0, column: 0 } });
    session.mode.resize(20, 4);
    const { view } = session.state;
    expect([view.history, view.scrolledBy, session.at]).toEqual([0, 0, "2:0"]);
    session.mode.resize(20, 2);
    expect([session.state.view.history, session.screen]).toEqual([1, ["two            [0/1]", ""]]);
    session.mode.resize(20, 6);
    expect([session.state.view.history, session.screen[0]!.slice(0, 3)]).toEqual([0, "one"]);
  });

  test("of fewer rows has the blank rows again that a mark or an interrupted motion brings back", () => {
    const screen = ["one", "two", "", "", "", ""];
    const session = new Session(new FakeSource(screen), { start: { line: 5, column: 0 } }).keys("X Space");
    const { state } = session;
    const selecting = state.save();
    session.keys("Escape g");
    session.mode.resize(20, 3);
    expect(state.text.last).toBeLessThan(5);
    session.keys("M-x");
    expect([session.at, state.text.last]).toEqual(["5:0", 5]);
    session.keys("g");
    session.mode.resize(20, 6);
    session.mode.resize(20, 3);
    expect(state.text.last).toBeLessThan(5);
    state.restore(selecting);
    expect([session.at, state.text.last, state.region]).toMatchObject(["5:0", 5, { to: { line: 5 } }]);
  });

  test("of a few cells is bearable", () => {
    const session = new Session(new FakeSource(TEXT)).keys("G");
    session.mode.resize(1, 1);
    expect(session.mode.cursor()).toEqual({ x: 0, y: 0 });
    expect(session.mode.draw().cols).toBe(1);
    session.keys("g 3 j $ Space k Enter");
    expect(session.exits).toBe(1);
  });
});
