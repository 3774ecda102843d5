import { describe, expect, test } from "bun:test";
import {
  distribute, leaf, leastSize, mapPanes, neighbour, panesOf, rectsOf, removePane, resizeNode, resizePane, setPaneSize,
  shiftBorder, splitPane,
  splitWhole, type Direction, type Node, type Split,
} from "../../../../src/server/model/layout.ts";
import { checkLayout, describeLayout } from "../../../support/layout-checks.ts";
import { thrownBy } from "../../../support/thrown.ts";

/** Two columns, the right one divided into three: 1 | 2 / 3 / 4. */
function fourPanes(cols = 80, rows = 24): Node {
  let tree: Node = leaf(1, cols, rows);
  tree = splitPane(tree, 1, 2, "row");
  tree = splitPane(tree, 2, 3, "column");
  return splitPane(tree, 3, 4, "column");
}

describe("splitting, in sizes that tmux gives", () => {
  test.each([
    ["row", 80, 24, "1:40x24@0,0 2:39x24@41,0"], ["row", 81, 24, "1:40x24@0,0 2:40x24@41,0"], [
      "column", 80, 24, "1:80x12@0,0 2:80x11@0,13",
    ],
    [
      "column", 80, 25, "1:80x12@0,0 2:80x12@0,13",
    ], ["row", 3, 1, "1:1x1@0,0 2:1x1@2,0"], ["column", 1, 4, "1:1x2@0,0 2:1x1@0,3"],
  ] as const)("a %s of %dx%d", (kind, cols, rows, expected) => {
    expect(describeLayout(splitPane(leaf(1, cols, rows), 1, 2, kind))).toBe(expected);
  });

  test("a number of cells is what the new pane gets", () => {
    expect(describeLayout(splitPane(leaf(1, 80, 24), 1, 2, "row", { cells: 10 }))).toBe("1:69x24@0,0 2:10x24@70,0");
    expect(describeLayout(splitPane(leaf(1, 80, 24), 1, 2, "column", { cells: 5 }))).toBe("1:80x18@0,0 2:80x5@0,19");
    expect(describeLayout(splitPane(leaf(1, 80, 24), 1, 2, "row", { percent: 25 }))).toBe("1:59x24@0,0 2:20x24@60,0");
  });

  test("too large or too small a number is brought into what there is room for", () => {
    for (const size of [{ cells: 500 }, { percent: 100 }]) {
      expect(describeLayout(splitPane(leaf(1, 80, 24), 1, 2, "row", size))).toBe("1:1x24@0,0 2:78x24@2,0");
    }
    for (const size of [{ cells: 0 }, { cells: -5 }, { percent: 0 }]) {
      expect(describeLayout(splitPane(leaf(1, 80, 24), 1, 2, "row", size))).toBe("1:78x24@0,0 2:1x24@79,0");
    }
  });

  test("before puts the new pane first and leaves the other its share", () => {
    expect(describeLayout(splitPane(
      leaf(1, 80, 24), 1, 2, "row", { cells: 10 }, true,
    ))).toBe("2:10x24@0,0 1:69x24@11,0");
  });

  test("along a split of the same kind adds a child instead of a level", () => {
    const tree = splitPane(splitPane(leaf(1, 80, 24), 1, 2, "row"), 1, 3, "row");
    expect(tree).toMatchObject({ kind: "row", children: [{ pane: 1 }, { pane: 3 }, { pane: 2 }] });
    expect(describeLayout(tree)).toBe("1:20x24@0,0 3:19x24@21,0 2:39x24@41,0");
  });

  test("without room is refused, and the hint says what to do", () => {
    for (const [kind, tree] of [["row", leaf(1, 2, 50)], ["column", leaf(1, 50, 2)], ["row", leaf(1, 1, 1)]] as const) {
      const error = thrownBy(() => splitPane(tree, 1, 2, kind));
      expect(error.code).toBe("failed");
      expect(error.hint).toBeDefined();
      expect(thrownBy(() => splitWhole(tree, 2, kind)).code).toBe("failed");
    }
  });

  test("of the whole window takes an edge from all panes", () => {
    const tree = splitWhole(fourPanes(), 9, "column", { cells: 5 });
    expect(describeLayout(tree)).toBe("1:40x18@0,0 2:39x8@41,0 3:39x4@41,9 4:39x4@41,14 9:80x5@0,19");
    checkLayout(splitWhole(fourPanes(), 9, "row", undefined, true), [1, 2, 3, 4, 9], 80, 24);
  });

  test("of the whole window never squeezes panes below a cell", () => {
    const tree = fourPanes(20, 7);
    expect(thrownBy(() => splitWhole(tree, 9, "column")).code).toBe("failed");
    checkLayout(splitWhole(tree, 9, "row"), [1, 2, 3, 4, 9], 20, 7);
  });
});

describe("removing", () => {
  test("gives the room to the pane before, or to the one after the first", () => {
    expect(describeLayout(removePane(fourPanes(), 3)!)).toBe("1:40x24@0,0 2:39x18@41,0 4:39x5@41,19");
    expect(describeLayout(removePane(fourPanes(), 2)!)).toBe("1:40x24@0,0 3:39x18@41,0 4:39x5@41,19");
    expect(describeLayout(removePane(fourPanes(), 1)!)).toBe("2:80x12@0,0 3:80x5@0,13 4:80x5@0,19");
  });

  test("the last pane leaves nothing, an unknown pane changes nothing", () => {
    expect(removePane(leaf(1, 5, 5), 1)).toBeUndefined();
    expect(removePane(fourPanes(), 99)).toEqual(fourPanes());
    expect(removePane(leaf(1, 5, 5), 2)).toEqual(leaf(1, 5, 5));
  });

  test("leaves no split in a split of its kind, however deep it was", () => {
    // 1 | ((2 | 3) / 4): without 4 the inner row belongs to the outer one
    let tree: Node = splitPane(leaf(1, 80, 24), 1, 2, "row");
    tree = splitPane(tree, 2, 4, "column");
    tree = splitPane(tree, 2, 3, "row");
    const rest = removePane(tree, 4)!;
    checkLayout(rest, [1, 2, 3], 80, 24);
    expect(rest).toMatchObject({ kind: "row", children: [{ pane: 1 }, { pane: 2 }, { pane: 3 }] });
  });
});

describe("resizing a window", () => {
  test("keeps the shares of panes", () => {
    expect(describeLayout(resizeNode(
      splitPane(leaf(1, 80, 24), 1, 2, "row"), 161, 50,
    ))).toBe("1:81x50@0,0 2:79x50@82,0");
  });

  test("to less than the panes need makes it as small as they allow, and back", () => {
    const tree = resizeNode(fourPanes(), 1, 1);
    expect(leastSize(tree)).toEqual({ cols: 3, rows: 5 });
    expect([tree.cols, tree.rows]).toEqual([3, 5]);
    checkLayout(tree, [1, 2, 3, 4], 3, 5);
    checkLayout(resizeNode(tree, 80, 24), [1, 2, 3, 4], 80, 24);
  });

  test("does not change the tree it is given", () => {
    const tree = fourPanes();
    const before = structuredClone(tree);
    resizeNode(tree, 30, 10);
    resizePane(tree, 2, "down", 3);
    removePane(tree, 2);
    splitPane(tree, 2, 9, "row");
    mapPanes(tree, (p) => p + 1);
    setPaneSize(tree, 1, { cols: 9 });
    expect(tree).toEqual(before);
  });
});

describe("moving borders", () => {
  test("a pane's right or lower border moves, and the last one's left or upper", () => {
    const tree = fourPanes();
    expect(describeLayout(resizePane(tree, 1, "right", 5))).toStartWith("1:45x24@0,0 2:34x12@46,0");
    expect(describeLayout(resizePane(tree, 1, "left", 5))).toStartWith("1:35x24@0,0");
    expect(describeLayout(resizePane(tree, 3, "right", 5))).toStartWith("1:45x24@0,0");
    expect(describeLayout(resizePane(tree, 2, "down", 2))).toBe("1:40x24@0,0 2:39x14@41,0 3:39x3@41,15 4:39x5@41,19");
    expect(describeLayout(resizePane(tree, 4, "up", 2))).toBe("1:40x24@0,0 2:39x12@41,0 3:39x3@41,13 4:39x7@41,17");
  });

  test("takes from the next panes what the nearest cannot give, and stops where none can", () => {
    expect(describeLayout(resizePane(fourPanes(), 2, "down", 8))).toBe(
      "1:40x24@0,0 2:39x20@41,0 3:39x1@41,21 4:39x1@41,23",
    );
    expect(describeLayout(resizePane(fourPanes(), 2, "down", 1000))).toBe(
      "1:40x24@0,0 2:39x20@41,0 3:39x1@41,21 4:39x1@41,23",
    );
    expect(describeLayout(resizePane(fourPanes(), 1, "left", 1000))).toStartWith("1:1x24@0,0 2:78x12@2,0");
  });

  test("where there is no such border changes nothing", () => {
    expect(resizePane(leaf(1, 80, 24), 1, "left", 5)).toEqual(leaf(1, 80, 24));
    const tree = splitPane(leaf(1, 80, 24), 1, 2, "row");
    expect(resizePane(tree, 1, "down", 5)).toEqual(tree);
    expect(resizePane(tree, 99, "right", 5)).toEqual(tree);
  });

  test("by a negative number is the other way", () => {
    const tree = splitPane(leaf(1, 80, 24), 1, 2, "row") as Split;
    expect(describeLayout(shiftBorder(tree, 0, -4))).toBe("1:36x24@0,0 2:43x24@37,0");
    expect(describeLayout(shiftBorder(tree, 0, 0))).toBe("1:40x24@0,0 2:39x24@41,0");
  });
});

describe("setting a size", () => {
  test.each([
    [
      1, { cols: 20 }, "20x24",
    ], [4, { cols: 20 }, "20x5"], [2, { rows: 3 }, "39x3"], [3, { rows: 9 }, "39x9"], [4, { rows: 9 }, "39x9"],
    [
      4, { cols: 10, rows: 2 }, "10x2",
    ], [1, { rows: 3 }, "40x24"], [
      3, { rows: 500 }, "39x20",
    ], [2, { rows: 500 }, "39x20"], [4, { rows: 500 }, "39x20"], [1, { cols: 0 }, "1x24"],
  ])("of pane %d to %j makes it %s", (pane, size, expected) => {
    const tree = setPaneSize(fourPanes(), pane, size);
    checkLayout(tree, [1, 2, 3, 4], 80, 24);
    const rect = rectsOf(tree).find((r) => r.pane === pane)!;
    expect(`${rect.cols}x${rect.rows}`).toBe(expected);
  });

  test("of a pane that is not there changes nothing", () => {
    expect(setPaneSize(fourPanes(), 99, { cols: 3 })).toEqual(fourPanes());
  });
});

describe("the neighbour", () => {
  const at = (pane: number, direction: Direction, recent: number[] = []) => neighbour(
    fourPanes(), pane, direction, recent,
  );

  test("is the pane across the border", () => {
    expect([at(1, "right"), at(3, "left"), at(2, "down"), at(3, "up"), at(3, "down")]).toEqual([2, 1, 3, 2, 4]);
  });

  test("of several is the one used last", () => {
    expect(at(1, "right", [4, 3])).toBe(4);
    expect(at(1, "right", [1, 99, 3])).toBe(3);
  });

  test("at the window's edge is on the other side", () => {
    expect([at(1, "left"), at(2, "up"), at(4, "down"), at(4, "right")]).toEqual([2, 4, 2, 1]);
  });

  test("of the only pane, or in a direction without others, is none", () => {
    expect(at(1, "up")).toBeUndefined();
    expect(neighbour(leaf(1, 80, 24), 1, "left", [])).toBeUndefined();
    expect(neighbour(fourPanes(), 99, "left", [])).toBeUndefined();
  });
});

describe("sharing out cells", () => {
  test.each([
    [10, [1, 1], [1, 1], [5, 5]], [11, [1, 1], [1, 1], [5, 6]], [10, [3, 1], [1, 1], [7, 3]], [
      4, [100, 1, 1], [1, 1, 1], [2, 1, 1],
    ],
    [3, [0, 0, 0], [1, 1, 1], [1, 1, 1]], [9, [0, 0, 0], [1, 1, 1], [3, 3, 3]],
  ])("%d by %j, at least %j, is %j", (total, weights, least, expected) => {
    const parts = distribute(total, weights, least);
    expect(parts).toEqual(expected);
    expect(parts.reduce((a, b) => a + b)).toBe(total);
  });

  test("gives everyone the least even if that is more than there is", () => {
    expect(distribute(1, [5, 5], [1, 1])).toEqual([1, 1]);
  });
});

test("panes are listed depth first, and can be renumbered", () => {
  expect(panesOf(fourPanes())).toEqual([1, 2, 3, 4]);
  expect(panesOf(mapPanes(fourPanes(), (p) => (p === 1 ? 4 : p === 4 ? 1 : p)))).toEqual([4, 2, 3, 1]);
});
