import { describe, expect, test } from "bun:test";
import { leaf, panesOf, splitPane, type Node } from "../../../../src/server/model/layout.ts";
import { exportLayout, importLayout } from "../../../../src/server/model/layout-export.ts";
import { checkLayout, describeLayout } from "../../../support/layout-checks.ts";
import { thrownBy } from "../../../support/thrown.ts";

function sample(): Node {
  let tree: Node = leaf(1, 100, 40);
  tree = splitPane(tree, 1, 2, "row", { cells: 30 });
  tree = splitPane(tree, 2, 3, "column", { cells: 10 });
  return splitPane(tree, 1, 4, "column", { percent: 20 });
}

describe("an exported layout", () => {
  test("is plain data without pane ids", () => {
    expect(exportLayout(sample())).toEqual({
      size: 100,
      row: [{ size: 69, column: [{ size: 31 }, { size: 8 }] }, { size: 30, column: [{ size: 29 }, { size: 10 }] }],
    });
    expect(exportLayout(leaf(1, 80, 24))).toEqual({ size: 80 });
  });

  test("is the same layout when it comes back, through JSON, for other panes", () => {
    const back = importLayout(JSON.parse(JSON.stringify(exportLayout(sample()))), [7, 8, 9, 5], 100, 40);
    checkLayout(back, [7, 8, 9, 5], 100, 40);
    expect(describeLayout(
      back,
    )).toBe(describeLayout(sample()).replace("1:", "7:").replace("4:", "8:").replace("2:", "9:").replace(
      "3:", "5:",
    ));
  });

  test("fits a window of another size in the same shares, also a tiny one", () => {
    const big = importLayout(exportLayout(sample()), [1, 2, 3, 4], 200, 80);
    checkLayout(big, [1, 2, 3, 4], 200, 80);
    checkLayout(importLayout(exportLayout(sample()), [1, 2, 3, 4], 1, 1), [1, 2, 3, 4]);
  });
});

describe("what a person wrote", () => {
  test("needs no sizes, and what is directly in its like is one with it", () => {
    const tree = importLayout({ row: [{}, { row: [{}, { column: [{}, {}] }] }] }, [1, 2, 3, 4], 80, 24);
    checkLayout(tree, [1, 2, 3, 4], 80, 24);
    checkLayout(importLayout({ row: [{ column: [{}] }, {}] }, [1, 2], 80, 24), [1, 2], 80, 24);
  });

  test.each([
    [null], [5], ["row"], [[]], [{ row: [] }], [{ row: {} }], [{ row: null }], [{ row: "ab" }], [{
      row: [{}], column: [{}],
    }], [{ row: [null, {}] }],
    [{ row: [{}, 5] }], [{ column: [[], "x"] }],
  ])("%j is no layout", (value) => {
    const error = thrownBy(() => importLayout(value, [1, 2], 80, 24));
    expect(error.code).toBe("usage");
    expect(error.message.length).toBeGreaterThan(10);
  });

  test("with more or fewer panes than the window has is refused with both numbers", () => {
    expect(thrownBy(() => importLayout({ row: [{}, {}] }, [1, 2, 3], 80, 24)).message).toMatch(/2 panes.*3/);
    expect(thrownBy(() => importLayout({ row: [{}, {}, {}] }, [1, 2], 80, 24)).message).toMatch(/2/);
    expect(
      thrownBy(() => importLayout({ row: Array.from({ length: 100_000 }, () => ({})) }, [1, 2], 80, 24)).code,
    ).toBe("usage");
  });

  test("nested without end is refused", () => {
    let deep: unknown = {};
    for (let n = 0; n < 10_000; n++) deep = { row: [deep, {}] };
    expect(thrownBy(() => importLayout(deep, [1, 2], 80, 24)).code).toBe("usage");
  });

  test.each([
    0, -3, NaN, Infinity, "12", "x", null, {}, 1e308, 0.5,
  ])("with the size %p still gives whole cells", (size) => {
    const tree = importLayout({ row: [{ size }, { size: 10 }, { size: 20 }] }, [1, 2, 3], 80, 24);
    checkLayout(tree, [1, 2, 3], 80, 24);
    expect(panesOf(tree)).toEqual([1, 2, 3]);
  });
});
