import { describe, expect, test } from "bun:test";
import { LinePacker, JOIN, MAX_LINE_COLUMNS } from "../../../../src/terminal/history/line-packer.ts";
import { measureLine } from "../../../../src/terminal/history/run-cursor.ts";
import { encodeXtermRow } from "../../../../src/terminal/row-codec.ts";
import { columnsOf, KeepingXterm, textOf } from "./xterm-pane.ts";

/** Packs all rows of a term that hold the given output; returns the packed lines. */
function pack(cols: number, rows: number, output: string): Uint8Array[] {
  const term = new KeepingXterm(cols, rows);
  term.write(output);
  const packer = new LinePacker();
  for (let y = 0; y < rows; y++) {
    const row = term.scrollbackRow(y);
    packer.append(row, cols, (id) => term.linkText(id), packer.joinOf(row.isWrapped, cols));
  }
  return Array.from({ length: packer.lines }, (_, index) => packer.line(index).slice());
}

describe("packing rows into lines", () => {
  test("a plain row gets the bytes of the row codec", () => {
    for (const text of ["", "a", "plain text", "x".repeat(127), "x".repeat(128), "x".repeat(200)]) {
      const term = new KeepingXterm(200, 2);
      term.write(text);
      expect(pack(200, 2, text)[0]).toEqual(encodeXtermRow(term.scrollbackRow(0), 200, () => undefined));
    }
  });

  test("a styled row gets the bytes of the row codec", () => {
    const text = "\x1b[1;31mred\x1b[0m\tplain 漢字 e\u0301 \x1b[4:3;58;5;7mcurly\x1b[0m";
    const term = new KeepingXterm(80, 2);
    term.write(text);
    expect(pack(80, 2, text)[0]).toEqual(encodeXtermRow(term.scrollbackRow(0), 80, () => undefined));
  });

  test("wrapped rows become one line", () => {
    const lines = pack(10, 5, "0123456789abcdefghijKLM\r\nnext");
    expect(lines.map((line) => textOf(columnsOf(line)))).toEqual(["0123456789abcdefghijKLM", "next", ""]);
  });

  test("each wrapped row keeps its own style", () => {
    const [line] = pack(4, 4, "\x1b[31mredR\x1b[0mplai\x1b[32mgren");
    const foregrounds = columnsOf(line!).map((column) => column.style.fg & 0xff);
    expect(foregrounds).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 2, 2, 2, 2]);
  });

  test("what a row leaves empty before a wrapped row is kept", () => {
    // the second row is written first; the cursor then returns to shorten the first
    const [line] = pack(8, 3, "12345678abc\x1b[H\x1b[5C\x1b[K");
    expect(textOf(columnsOf(line!))).toBe("12345   abc");
  });

  test("the column that a wide character had no room for is dropped", () => {
    const [line] = pack(5, 3, "abcd漢字");
    expect(textOf(columnsOf(line!))).toBe("abcd漢字");
  });

  test("the same column is dropped when it has a colour", () => {
    for (const before of ["abcd", "ab\x1b[44mcd", "ab\x1b[44m\x1b[K\x1b[2C"]) {
      const [line] = pack(5, 3, `\x1b[44m${before}漢字\x1b[0m`);
      const columns = columnsOf(line!);
      expect(columns.length).toBe(8);
      expect(columns[4]!.char).toBe("漢");
      expect(columns[4]!.style.bg & 0xff).toBe(4);
    }
  });

  test("an empty column at the edge stays if a narrow character follows", () => {
    const [line] = pack(5, 3, "abcdefg\x1b[H\x1b[4C\x1b[K");
    expect(textOf(columnsOf(line!))).toBe("abcd fg");
  });

  test("colours behind the text are kept", () => {
    const [line] = pack(10, 2, "ab\x1b[41m\x1b[K");
    expect(columnsOf(line!).length).toBe(10);
    expect(columnsOf(line!)[9]!.style.bg & 0xff).toBe(1);
  });
});

describe("lines that grow too long", () => {
  test("are cut at the bound of columns, and the rest is flagged", () => {
    const term = new KeepingXterm(1000, 2);
    term.write("y".repeat(1000));
    const row = term.scrollbackRow(0);
    const packer = new LinePacker();
    for (let n = 0; n < 70; n++) {
      row.isWrapped = n > 0;
      packer.append(row, 1000, () => undefined, packer.joinOf(row.isWrapped, 1000));
    }
    expect(packer.lines).toBe(2);
    const rows = Math.floor(MAX_LINE_COLUMNS / 1000);
    expect(measureLine(packer.line(0)).columns).toBe(rows * 1000);
    expect(measureLine(packer.line(1)).columns).toBe((70 - rows) * 1000);
    expect([packer.line(0)[0], packer.line(1)[0]]).toEqual([0, 1]);
  });

  test("a row of monstrous grapheme clusters is shortened, not refused", () => {
    const term = new KeepingXterm(4, 2);
    term.write("ab");
    const row = term.scrollbackRow(0);
    row._combined[0] = `a${"\u0301".repeat(400_000)}`;
    row._data[0] = (1 << 22) | 0x200000;
    const packer = new LinePacker();
    packer.append(row, 4, () => undefined, JOIN.begins);
    expect(packer.length).toBeLessThan(1000);
    const columns = columnsOf(packer.line(0));
    expect(columns.map((column) => column.char.slice(0, 2))).toEqual(["a\u0301", "b"]);
  });
});
