import { describe, expect, test } from "bun:test";
import { wrapCount, wrapLine } from "../../../../src/terminal/history/line-wrap.ts";
import { columnsOf, KeepingXterm, logicalLinesOf, Pane, textOf, trimmed } from "./xterm-pane.ts";

/** The first logical line of what a wide window shows of `output`. */
function lineOf(output: string): Uint8Array {
  const pane = new Pane(120, 2, 0);
  pane.write(`${output}\x1b[0m\r\n\r\n\r\n`);
  return pane.history.line(0)!.bytes;
}

function wrapTexts(output: string, cols: number): string[] {
  return wrapLine(lineOf(output), cols).map((row) => textOf(columnsOf(row)));
}

describe("wrapping", () => {
  test("fills rows from the left", () => {
    expect(wrapTexts("abcdefgh", 3)).toEqual(["abc", "def", "gh"]);
    expect(wrapTexts("abcdef", 3)).toEqual(["abc", "def"]);
    expect(wrapTexts("", 3)).toEqual([""]);
  });

  test("moves a wide character that does not fit to the next row", () => {
    expect(wrapTexts("a漢字b", 4)).toEqual(["a漢", "字b"]);
    expect(wrapTexts("👩‍👩‍👧👩‍👩‍👧", 3)).toEqual(["👩‍👩‍👧", "👩‍👩‍👧"]);
  });

  test("takes two columns for the narrowest window", () => {
    expect(wrapTexts("漢字", 1)).toEqual(["漢", "字"]);
  });

  test("flags all rows but the first as continuing", () => {
    expect(wrapLine(lineOf("abcdefgh"), 3).map((row) => row[0])).toEqual([0, 1, 1]);
  });

  test("keeps blanks inside the line", () => {
    expect(wrapTexts("a\x1b[6Cb", 3)).toEqual(["a  ", "   ", " b"]);
  });

  test("cuts colours behind the text at the edge of the last row", () => {
    const rows = wrapLine(lineOf("abcd\x1b[41m\x1b[K"), 3).map(columnsOf);
    expect(rows.map((row) => row.length)).toEqual([3, 3]);
    expect(rows[1]!.map((column) => column.style.bg & 0xff)).toEqual([0, 1, 1]);
  });

  test("makes one row of a line that has colours but no text", () => {
    expect(wrapLine(lineOf("\x1b[41m\x1b[K"), 10).length).toBe(1);
    expect(wrapCount(lineOf("\x1b[41m\x1b[K"), 10)).toBe(1);
  });

  test("repeats the style at the start of each row", () => {
    const rows = wrapLine(lineOf("\x1b[1;38;2;9;8;7mabcdef\x1b]8;;http://a\x07gh\x1b]8;;\x07"), 4).map(columnsOf);
    expect(rows[1]!.map((column) => column.style.attr & 1)).toEqual([1, 1, 1, 1]);
    expect(rows[1]!.map((column) => column.link)).toEqual(["", "", ";http://a", ";http://a"]);
  });

  test("counts the rows that it would make", () => {
    for (const output of ["", "x", "abcdefgh", "a漢字漢字b漢", "ab\x1b[41m\x1b[K", "a\x1b[20Cb"]) {
      for (let cols = 2; cols < 12; cols++) {
        expect(wrapCount(lineOf(output), cols)).toBe(wrapLine(lineOf(output), cols).length);
      }
    }
  });

  test("breaks where xterm breaks when the same text is printed", () => {
    const output = "漢字かな mixed text 👩‍👩‍👧 and e\u0301 more 𝒻 漢字漢字漢字漢字漢字x漢字漢字";
    for (let cols = 2; cols < 30; cols++) {
      const term = new KeepingXterm(cols, 40);
      term.write(output);
      const rows = wrapLine(lineOf(output), cols);
      for (const [y, row] of rows.entries()) {
        const shown = logicalRow(term, y);
        expect(textOf(trimmed(columnsOf(row)))).toBe(shown);
      }
      expect(logicalLinesOf(term).filter((line) => line.length > 0).length).toBe(1);
    }
  });
});

function logicalRow(term: KeepingXterm, y: number): string {
  const row = term.scrollbackRow(y) as unknown as { translateToString(trim: boolean): string };
  return row.translateToString(true);
}
