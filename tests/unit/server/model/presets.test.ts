import { describe, expect, test } from "bun:test";
import { panesOf, rectsOf } from "../../../../src/server/model/layout.ts";
import { LAYOUT_NAMES, arrange, type LayoutName } from "../../../../src/server/model/presets.ts";
import { checkLayout, describeLayout } from "../../../support/layout-checks.ts";

const MAIN = { cols: 80, rows: 24 };
const panes = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

describe.each([...LAYOUT_NAMES])("%s", (name) => {
  test("holds 1 to 40 panes in their order, in windows of any size", () => {
    for (let n = 1; n <= 40; n++) {
      for (const [cols, rows] of [[200, 60], [80, 24], [41, 13], [10, 3], [2, 2], [1, 1]] as const) {
        const tree = arrange(name, panes(n), cols, rows, MAIN);
        checkLayout(tree, panes(n));
        expect(panesOf(tree)).toEqual(panes(n));
        expect(tree.cols).toBeGreaterThanOrEqual(cols);
        expect(tree.rows).toBeGreaterThanOrEqual(rows);
        if (cols >= 80 && rows >= 24 && n < 12) expect([tree.cols, tree.rows]).toEqual([cols, rows]);
      }
    }
  });
});

describe("as tmux does it", () => {
  const shown = (name: LayoutName, n: number, cols = 80, rows = 24, main = MAIN) => describeLayout(arrange(
    name, panes(n), cols, rows, main,
  ));

  test("even layouts share the room", () => {
    expect(shown("even-horizontal", 3)).toBe("1:26x24@0,0 2:26x24@27,0 3:26x24@54,0");
    expect(shown("even-vertical", 5, 80, 24)).toBe("1:80x4@0,0 2:80x4@0,5 3:80x4@0,10 4:80x4@0,15 5:80x4@0,20");
  });

  test("main layouts give the main pane its size", () => {
    expect(shown("main-vertical", 3, 200, 51)).toBe("1:80x51@0,0 2:119x25@81,0 3:119x25@81,26");
    expect(shown("main-horizontal", 3, 121, 60)).toBe("1:121x24@0,0 2:60x35@0,25 3:60x35@61,25");
    expect(shown("main-vertical", 2, 80, 24)).toBe("1:78x24@0,0 2:1x24@79,0");
    expect(shown("main-vertical", 2, 80, 24, { cols: 0, rows: 0 })).toBe("1:1x24@0,0 2:78x24@2,0");
  });

  test("tiled has as many rows as columns, or one more, and the last row fills its width", () => {
    expect(shown("tiled", 2)).toBe("1:80x11@0,0 2:80x12@0,12");
    expect(shown("tiled", 4, 81, 25)).toBe("1:40x12@0,0 2:40x12@41,0 3:40x12@0,13 4:40x12@41,13");
    expect(shown("tiled", 3, 81, 25)).toBe("1:40x12@0,0 2:40x12@41,0 3:81x12@0,13");
    const rows = new Set(rectsOf(arrange("tiled", panes(10), 200, 60, MAIN)).map((r) => r.y));
    expect(rows.size).toBe(4);
  });
});
