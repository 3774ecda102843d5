import { describe, expect, test } from "bun:test";
import {
  cellsWidth, clipCells, drawText, textCells, textWidth, wrapText,
} from "../../../../src/client/ui/cell-text.ts";
import { Grid, PLAIN } from "../../../../src/terminal/grid.ts";

const shown = (text: string): string => textCells(text).map((cell) => cell.char).join("");

describe("text as cells", () => {
  test("keeps graphemes whole and counts their columns", () => {
    expect(textCells("a漢👩‍💻e\u0301🇩🇪")).toEqual([
      { char: "a", width: 1 }, { char: "漢", width: 2 }, { char: "👩‍💻", width: 2 }, { char: "e\u0301", width: 1 },
      { char: "🇩🇪", width: 2 },
    ]);
  });

  test("lets no control character through", () => {
    expect(shown("a\x1b[31mb\x07\u009b\u202ec")).toBe("a\ufffd[31mb\ufffd\ufffd\ufffdc");
    expect(shown("x\ud800y")).toBe("x\ufffdy");
  });

  test("leaves out what has no width", () => {
    expect(shown("\u200ba\ufeff\u00adb")).toBe("ab");
    expect(textWidth("\u0301")).toBe(0);
  });

  test("cuts before a wide character that does not fit, with an ellipsis", () => {
    const clip = (columns: number): string => clipCells(textCells("漢字漢字"), columns).map((cell) => cell.char).join("");
    expect(clip(8)).toBe("漢字漢字");
    expect(clip(7)).toBe("漢字漢…");
    expect(clip(6)).toBe("漢字…");
    expect(clip(1)).toBe("…");
    expect(clip(0)).toBe("");
  });

  test("wraps at blanks, and inside words that are too long", () => {
    expect(wrapText("the quick brown fox", 10)).toEqual(["the quick", "brown fox"]);
    expect(wrapText("abcdefghij", 4)).toEqual(["abcd", "efgh", "ij"]);
    expect(wrapText("漢字漢字", 5)).toEqual(["漢字", "漢字"]);
    expect(wrapText("", 5)).toEqual([""]);
    for (const line of wrapText("漢 word 字 ".repeat(30), 13)) expect(textWidth(line)).toBeLessThanOrEqual(13);
  });

  test("draws a blank where only half of a wide character has room", () => {
    const grid = new Grid(4, 1);
    expect(drawText(grid, 1, 0, "漢字", PLAIN)).toBe(3);
    expect(grid.text(0)).toBe(" 漢 ");
    expect([...grid.widths]).toEqual([1, 2, 0, 1]);
  });

  test("is bounded", () => {
    expect(cellsWidth(textCells("x".repeat(1_000_000)))).toBeLessThan(20_000);
  });
});
