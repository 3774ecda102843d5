import { describe, expect, test } from "bun:test";
import { seededRandom } from "../../../../src/base/random.ts";
import { deleteCells, insertCells } from "../../../../src/terminal/xterm/cell-shift.ts";
import type { XtermLineMethods } from "../../../../src/terminal/xterm/internals.ts";
import { StockTerminal } from "../../../support/stock-terminal.ts";
import { corpus } from "../../../support/terminal-corpus.ts";

interface StockLine extends XtermLineMethods {
  deleteCells(x: number, count: number, fill: unknown): void;
  clone(): StockLine;
}

/** What can be seen of a row. */
function seen(line: XtermLineMethods): unknown {
  return Array.from({ length: line.length }, (_, x) => {
    const [content, fg, bg] = line._data.subarray(x * 3, x * 3 + 3);
    return [content, fg, bg, content! & 0x200000 ? line._combined[x] : "",
      bg! & 0x10000000 ? line._extendedAttrs[x]!.ext : 0];
  });
}

describe.each([["inserting", "insertCells"], ["deleting", "deleteCells"]] as const)("%s cells", (_, method) => {
  test("gives the row that xterm's own way gives", () => {
    const stock = new StockTerminal(30, 40, 0);
    stock.parse(corpus("edits", 12_000, 9));
    const { buffer } = stock.core._bufferService;
    const random = seededRandom(4);
    for (let y = 0; y < 40; y++) {
      for (let n = 0; n < 20; n++) {
        const [x, count] = [random.integer(30), 1 + random.integer(random.integer(3) ? 6 : 40)];
        const expected = (buffer.lines.get(y) as StockLine).clone();
        const actual = expected.clone();
        const fill = buffer.getNullCell();
        (fill as { bg: number }).bg = 0x2000007;
        expected[method](x, count, fill);
        (method === "insertCells" ? insertCells : deleteCells)(actual, x, count, 0x2000007);
        expect([x, count, seen(actual)]).toEqual([x, count, seen(expected)]);
      }
    }
    stock.dispose();
  });
});
