import { describe, expect, test } from "bun:test";
import { textCells } from "../../../../src/client/ui/cell-text.ts";
import { GlyphTable } from "../../../../src/client/ui/glyph-table.ts";
import { Grid, PLAIN } from "../../../../src/terminal/grid.ts";

/** A row as the emulator would give it back: one cell for each UTF-16 unit. */
function rowOf(text: string, cols: number): Grid {
  const grid = new Grid(cols, 1);
  for (let x = 0; x < cols; x++) grid.set(x, 0, text[x] ?? "", 1, PLAIN);
  return grid;
}

describe("stand-ins", () => {
  test("take as many units as the text has columns, and come back as it was", () => {
    const table = new GlyphTable();
    const code = table.encode(textCells("a漢👩‍💻é|"));
    expect(code.length).toBe(7);
    const grid = rowOf(code, 7);
    table.restore(grid);
    expect(grid.text(0)).toBe("a漢👩‍💻é|");
    expect([...grid.widths]).toEqual([1, 2, 0, 2, 0, 1, 1]);
  });

  test("keep private use characters of the data apart from themselves", () => {
    const table = new GlyphTable();
    const grid = rowOf(table.encode(textCells("\uf8ff\ue000漢")), 4);
    table.restore(grid);
    expect(grid.text(0)).toBe("\uf8ff\ue000漢");
  });

  test("leave a blank where a wide character was cut in half", () => {
    const table = new GlyphTable();
    const grid = rowOf(table.encode(textCells("a漢")), 2);
    table.restore(grid);
    expect(grid.text(0)).toBe("a ");
  });

  test("run out after 6,399, and then keep the width", () => {
    const table = new GlyphTable();
    for (let i = 0; i < 6399; i++) table.encode([{ char: String.fromCodePoint(0x20000 + i), width: 2 }]);
    expect(table.encode([{ char: "漢", width: 2 }, { char: "é", width: 1 }])).toBe("???");
    expect(table.crowded).toBe(true);
    table.clear();
    expect(table.crowded).toBe(false);
    expect(table.encode([{ char: "漢", width: 2 }])).not.toBe("??");
  });
});
