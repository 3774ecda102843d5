import { describe, expect, test } from "bun:test";
import { compileSearch } from "../../../../src/terminal/history/search.ts";
import { lineText } from "../../../../src/terminal/history/line-text.ts";
import { Pane } from "./xterm-pane.ts";

/** A pane with lines in the history, in the scrollback and on the screen. */
function mixedPane(): Pane {
  const pane = new Pane(20, 4, 5);
  for (let n = 0; n < 30; n++) pane.write(`line ${n} ${n % 3 === 0 ? "that is longer than the window" : ""}\r\n`);
  pane.write("prompt$ ");
  return pane;
}

function texts(pane: Pane): string[] {
  return pane.text.lines(0, Infinity).map((line) => `${line.number} ${lineText(line.bytes)}`);
}

describe("the text of a pane", () => {
  test("is one sequence over history, scrollback and screen", () => {
    const pane = mixedPane();
    const expected = Array.from({ length: 30 }, (_, n) => {
      return `${n} line ${n} ${n % 3 === 0 ? "that is longer than the window" : ""}`;
    });
    expect(texts(pane)).toEqual([...expected, "30 prompt$ "]);
    expect([pane.text.firstLine, pane.text.endLine]).toEqual([0, 31]);
  });

  test("has each line once while it moves from the emulator to the history", () => {
    const pane = new Pane(10, 3, 2);
    const seen = new Map<number, string>();
    for (let n = 0; n < 40; n++) {
      pane.write(n % 2 === 0 ? `${n}:${"abc".repeat(n)}` : "\r\n");
      for (const line of pane.text.lines(0, pane.text.screenLine)) {
        const text = lineText(line.bytes);
        expect(seen.get(line.number) ?? text).toBe(text);
        seen.set(line.number, text);
      }
    }
    expect(seen.size).toBeGreaterThan(15);
  });

  test("gives a line whole that is partly in the history", () => {
    const pane = new Pane(10, 2, 0);
    pane.write("0123456789".repeat(6));
    expect(pane.history.openTail).toBe(true);
    expect(texts(pane)).toEqual([`0 ${"0123456789".repeat(6)}`]);
  });

  test("cuts a line that grows too long where the history will cut it", () => {
    const pane = new Pane(1000, 3, 2);
    pane.write("first\r\n");
    pane.write("y".repeat(64_000));
    for (let n = 0; n < 12; n++) {
      pane.write("z".repeat(1000));
      const lines = pane.text.lines(0, Infinity, { maxBytes: 1e7 });
      const columns = 65_000 + n * 1000;
      const rest = columns > 65_000 ? [[2, true, columns - 65_000]] : [];
      const shape = lines.map((line) => [line.number, line.continues, line.columns]);
      expect(shape).toEqual([[0, false, 5], [1, false, Math.min(columns, 65_000)], ...rest]);
    }
    expect(pane.history.endLine).toBe(3);
  });

  test("is bounded as a history is", () => {
    const pane = mixedPane();
    const end = pane.history.endLine;
    const four = pane.text.lines(end - 2, Infinity, { maxLines: 4 });
    expect(four.map((line) => line.number)).toEqual([end - 2, end - 1, end, end + 1]);
    expect(pane.text.lines(end - 2, Infinity, { maxLines: 1 }).length).toBe(1);
    expect(pane.text.lines(end + 1, Infinity, { maxBytes: 1 }).length).toBe(1);
    expect(pane.text.line(31)).toBeUndefined();
  });

  test("is searched as one, in both directions and in portions", () => {
    const pane = mixedPane();
    const matcher = compileSearch("line \\d+|prompt|long", { pattern: true });
    const forward = pane.text.search(matcher, { budgetMs: 10_000 }).matches;
    expect(forward.map((match) => match.line)).toEqual(
      Array.from({ length: 30 }, (_, n) => (n % 3 === 0 ? [n, n] : [n])).flat().concat(30),
    );
    const backward = pane.text.search(matcher, { direction: "backward", budgetMs: 10_000 }).matches;
    expect(backward).toEqual(forward.slice().reverse());
    for (const direction of ["forward", "backward"] as const) {
      const portions = [];
      const bounds = { direction, limit: 3 };
      let result = pane.text.search(matcher, bounds);
      while (result.next !== undefined) {
        portions.push(...result.matches);
        result = pane.text.search(matcher, { ...bounds, from: result.next });
      }
      expect([...portions, ...result.matches]).toEqual(direction === "forward" ? forward : backward);
    }
  });

  test("finds a match that lies on the seam of history and emulator", () => {
    const pane = new Pane(10, 2, 0);
    pane.write(`${"-".repeat(27)}needle${"-".repeat(20)}`);
    expect(pane.history.openTail).toBe(true);
    expect(pane.text.search(compileSearch("needle")).matches).toEqual([{ line: 0, column: 27, length: 6 }]);
  });
});

describe("places", () => {
  test("of the screen are found in their lines, and back", () => {
    const pane = mixedPane();
    for (let y = -pane.scrollbackLength; y < pane.rows; y++) {
      for (const x of [0, 7, 19]) {
        const position = pane.text.locate(y, x);
        expect(pane.text.place(position)).toEqual({ y, x });
      }
    }
    expect(pane.text.locate(pane.rows - 1, 2)).toEqual({ line: 30, column: 2 });
  });

  test("count columns from the beginning of a line that is in the history", () => {
    const pane = new Pane(10, 2, 1);
    pane.write("0123456789".repeat(6));
    expect(pane.text.locate(0, 3)).toEqual({ line: 0, column: 43 });
    expect(pane.text.place({ line: 0, column: 43 })).toEqual({ y: 0, x: 3 });
    expect(pane.text.place({ line: 0, column: 35 })).toEqual({ y: -1, x: 5 });
    expect(pane.text.place({ line: 0, column: 29 })).toBeUndefined();
  });

  test("leave out the columns that wide characters had no room for", () => {
    const pane = new Pane(5, 3, 0);
    pane.write(`x${"漢".repeat(4)}\r\ny${"漢".repeat(3)}abcd${"漢".repeat(5)}`);
    expect(pane.history.openTail).toBe(true);
    for (let y = 0; y < 3; y++) {
      const { line, column } = pane.text.locate(y, 0);
      const cell = lineText(pane.text.line(line)!.bytes);
      expect(column).toBeGreaterThan(4);
      expect(cell.length).toBeGreaterThan(0);
      expect(pane.text.place({ line, column })).toEqual({ y, x: 0 });
    }
  });

  test("do not count a wide character whose right half a resize cut off", () => {
    const pane = new Pane(12, 3, 5);
    pane.write("abcd漢efgh-ABC");
    pane.resize(5, 3);
    expect(pane.scrollbackRow(0)._data[4 * 3]).toBe(1 << 22);
    pane.write("\x1b[2;2H");
    const next = pane.text.locate(1, 0);
    expect(next).toEqual({ line: 0, column: 5 });
    expect(pane.text.place(next)).toEqual({ y: 1, x: 0 });
  });

  test("outside the emulator count as the nearest row", () => {
    const pane = mixedPane();
    expect(pane.text.locate(-1000, 0)).toEqual(pane.text.locate(-pane.scrollbackLength, 0));
    expect(pane.text.locate(1000, 0)).toEqual(pane.text.locate(pane.rows - 1, 0));
    expect(pane.text.place({ line: 2, column: 0 })).toBeUndefined();
    expect(pane.text.place({ line: 99, column: 0 })).toBeUndefined();
  });
});
