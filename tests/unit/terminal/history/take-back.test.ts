import { describe, expect, test } from "bun:test";
import { systemClock } from "../../../../src/base/clock.ts";
import { History } from "../../../../src/terminal/history/history.ts";
import { columnsOf, difference, KeepingXterm, logicalLinesOf, Pane, textOf } from "./xterm-pane.ts";

const RICH =
  "\x1b[1;31mbold red\x1b[0m \x1b[3;4:3;58;2;9;8;7mcurly\x1b[0m \x1b[7;9;53;5;8;2mmany\x1b[0m " +
  "\x1b[38;5;200;48;2;1;2;3mcolours\x1b[0m 漢字 e\u0301 👩‍👩‍👧 \x1b]8;id=x;http://a/b\x07link\x1b]8;;\x07 𝒻\tend";

/** Everything that xterm keeps of a row. */
function cellsOf(term: KeepingXterm, index: number): unknown[] {
  const row = term.scrollbackRow(index);
  return Array.from({ length: row.length }, (_, x) => {
    const [content, fg, bg] = row._data.subarray(x * 3, x * 3 + 3);
    const ext = bg! & 0x10000000 ? row._extendedAttrs[x]! : undefined;
    const combined = content! & 0x200000 ? row._combined[x] : undefined;
    const link = ext && term.linkText(ext.urlId);
    return { content, fg, bg, combined, ext: ext?.ext, link, wrapped: row.isWrapped };
  });
}

/** All that left comes back as it was. */
function expectRefilled(pane: Pane, keeping: KeepingXterm): void {
  pane.refill(1000);
  expect(pane.scrollbackLength).toBe(keeping.scrollbackLength);
  for (let row = 0; row < keeping.scrollbackLength; row++) expect(cellsOf(pane, row)).toEqual(cellsOf(keeping, row));
}

describe("taking lines back", () => {
  test("restores every bit of the rows", () => {
    const keeping = new KeepingXterm(30, 3);
    const pane = new Pane(30, 3, 0);
    for (const term of [keeping, pane]) term.write(`${RICH}\r\n${RICH}${RICH}\r\n\x1b[41m\x1b[K\r\n\x1b[0m\r\n\r\nend`);
    expect(pane.history.endLine).toBeGreaterThan(2);
    expectRefilled(pane, keeping);
  });

  test("restores rows that hold nothing but a colour, in whole or in part, behind the text of their line", () => {
    const keeping = new KeepingXterm(10, 3);
    const pane = new Pane(10, 3, 0);
    for (const term of [keeping, pane]) {
      term.write("abcdefghijk\x1b[41m\x1b[2D\x1b[4X\r\nabcdefghijk\x1b[D\x1b[K\r\n\x1b[mabcdefghijk\x1b[44m\x1b[3C\x1b[2X");
      term.write("\x1b[m\r\nabcdefgh漢\x1b[D\x1b[42m\x1b[K\x1b[m\r\n\r\n\r\nend");
    }
    expect(pane.history.endLine).toBeGreaterThan(2);
    expectRefilled(pane, keeping);
  });

  test("keeps rows that hold nothing but a colour at other widths, and in what is restored from records", () => {
    const pane = new Pane(10, 3, 0);
    pane.write("abcdefghijk\x1b[41m\x1b[D\x1b[4X\x1b[m\r\n\r\n\r\n");
    const again = History.restore(pane.history.exportBlocks(), systemClock, () => false);
    const { createLine, internLink } = pane;
    const counts = [4, 5, 12, 20].map((cols) => {
      const rows = again.takeBack(1, { cols, nextCols: cols, createLine, internLink });
      for (const row of rows) again.append(row, cols, () => undefined);
      return rows.length;
    });
    expect(counts).toEqual([4, 3, 2, 1]);
  });

  test("cuts the colour behind the text of a line that left at another width, as a reflow does", () => {
    const pane = new Pane(20, 3, 0);
    pane.write("\x1b[41mabc\x1b[K\x1b[m\r\n".repeat(5) + "\r\n\r\n\r\n");
    const rows = pane.takeBack(1000, 10);
    expect(rows.map((row) => [row.length, row.isWrapped])).toEqual(Array.from({ length: 6 }, () => [10, false]));
    expect(pane.history.endLine).toBe(0);
  });

  test("gives lines that come back the same number and the same bytes", () => {
    const pane = new Pane(30, 3, 0);
    for (let n = 0; n < 9000; n++) pane.write(`${n} ${n % 50 === 0 ? RICH : "plain"}\r\n`);
    const read = (): unknown[] => {
      const lines = pane.text.lines(0, Infinity, { maxLines: 1e5, maxBytes: 1e9 });
      return lines.map((line) => [line.number, ...line.bytes]);
    };
    const before = read();
    const end = pane.history.endLine;
    pane.history.compressIdle();
    pane.refill(6000);
    expect(pane.history.endLine).toBeLessThan(3500);
    expect(difference(read(), before)).toBeUndefined();
    pane.write("");
    expect(pane.history.endLine).toBe(end);
    expect(difference(read(), before)).toBeUndefined();
  });

  test("takes the open line first, even if no rows are wanted", () => {
    const pane = new Pane(10, 2, 0);
    pane.write(`one\r\ntwo\r\n${"0123456789".repeat(5)}`);
    expect(pane.history.openTail).toBe(true);
    pane.refill(-5);
    expect(pane.history.openTail).toBe(false);
    expect(pane.history.endLine).toBe(2);
    expect(pane.scrollbackLength).toBe(3);
  });

  test("keeps the blanks at the seam of the open line", () => {
    const keeping = new KeepingXterm(10, 2);
    const pane = new Pane(10, 2, 0);
    // a wrapped line whose first rows are then emptied at their ends
    for (const term of [keeping, pane]) {
      term.write("0123456789abcdefghij\x1b[H\x1b[3C\x1b[K\x1b[2;3H\x1b[Kx\x1b[2;9Hyz0123456789\x1b[2;4H\x1b[K");
      term.write("\x1b[2;10H+0123456789012");
    }
    expect(pane.history.openTail).toBe(true);
    pane.refill(0);
    expect(logicalLinesOf(pane).map(textOf)).toEqual(logicalLinesOf(keeping).map(textOf));
  });

  test("leaves the open line if its rows had another width", () => {
    const pane = new Pane(10, 2, 0);
    pane.write("0123456789".repeat(5));
    const lines = pane.takeBack(10, 9);
    expect(lines).toEqual([]);
    expect(pane.history.openTail).toBe(true);
  });

  test("leaves the open line if its rows have different widths", () => {
    const pane = new Pane(10, 2, 0);
    pane.write("0123456789".repeat(5));
    const row = pane.createLine(9);
    row.isWrapped = true;
    pane.history.append(row, 9, () => undefined);
    expect(pane.takeBack(10, 9)).toEqual([]);
    expect(pane.takeBack(10, 10)).toEqual([]);
  });

  test("leaves a line that is far longer than what is wanted", () => {
    const pane = new Pane(10, 2, 0);
    pane.write(`first\r\n${"x".repeat(5000)}\r\nlast\r\n\r\n\r\n`);
    pane.refill(3);
    expect(pane.history.endLine).toBe(2);
  });

  test("ends where the history does", () => {
    const pane = new Pane(10, 2, 0, { maxLines: 5 });
    for (let n = 0; n < 100; n++) pane.write(`${n}\r\n`);
    pane.refill(50);
    expect([pane.scrollbackLength, pane.history.firstLine, pane.history.endLine]).toEqual([5, 94, 94]);
  });

  test("gives rows at the width asked for", () => {
    const pane = new Pane(40, 2, 0);
    pane.write(`${"0123456789".repeat(3)}\r\n\r\n`);
    const rows = pane.takeBack(1, 10);
    expect(rows.map((row) => [row.length, row.isWrapped])).toEqual([[10, false], [10, true], [10, true]]);
  });

  test("counts the rows that are wanted at the width to come", () => {
    const pane = new Pane(10, 2, 0);
    pane.write(`${"0123456789".repeat(3)}\r\n`.repeat(20));
    // the last row of the newest line is still on the screen
    expect(pane.takeBack(3, 10, 30)).toHaveLength(8);
    expect(pane.takeBack(12, 10, 5)).toHaveLength(6);
  });

  test("leaves very long lines, and gives the rest of one as a line of its own", () => {
    const pane = new Pane(1000, 2, 0);
    pane.write(`${"z".repeat(70_000)}\r\n\r\n`);
    expect(pane.history.line(1)!.continues).toBe(true);
    const before = pane.text.endLine;
    const rows = pane.takeBack(1000, 1000);
    expect(rows.map((row) => row.isWrapped)).toEqual([false, true, true, true, true]);
    pane.buffer.lines.splice(0, 0, ...rows);
    pane.buffer.ybase += rows.length;
    expect(pane.history.endLine).toBe(1);
    expect(pane.text.endLine).toBe(before);
    expect(columnsOf(pane.text.line(1)!.bytes).length).toBe(70_000 - 65_000);
  });

  test("leaves a very long open line", () => {
    const pane = new Pane(1000, 2, 0);
    pane.write("z".repeat(40_000));
    pane.refill(1000);
    expect([pane.history.openTail, pane.scrollbackLength]).toEqual([true, 0]);
  });
});
