/** What must hold of every layout tree, and a way to draw one as text for tests that compare with a known picture. */
import { panesOf, rectsOf, type Node } from "../../src/server/model/layout.ts";

/** @throws Error that says what is wrong with the tree. */
export function checkLayout(tree: Node, panes: readonly number[], cols?: number, rows?: number): void {
  checkNode(tree);
  const fail = (what: string): never => {
    throw new Error(`${what} in ${JSON.stringify(tree)}`);
  };
  if ((cols !== undefined && tree.cols !== cols) || (rows !== undefined && tree.rows !== rows))
    fail(`the root is not ${cols}x${rows}`);
  const found = panesOf(tree).sort((a, b) => a - b);
  const expected = [...panes].sort((a, b) => a - b);
  if (JSON.stringify(found) !== JSON.stringify(expected)) fail(`panes ${found} instead of ${expected}`);
  const cover = new Map<string, number>();
  for (const r of rectsOf(tree)) {
    if (r.x < 0 || r.y < 0 || r.x + r.cols > tree.cols || r.y + r.rows > tree.rows) fail(`pane ${r.pane} sticks out`);
    // a pane and the border to its right and below belong to it alone
    for (let y = r.y; y <= r.y + r.rows; y++) {
      for (const x of y === r.y || y === r.y + r.rows ? range(r.x, r.x + r.cols) : [r.x, r.x + r.cols]) {
        const key = `${x},${y}`;
        const inside = x < r.x + r.cols && y < r.y + r.rows;
        const other = cover.get(key);
        if (inside && other !== undefined) fail(`panes ${r.pane} and ${other} overlap or touch at ${key}`);
        if (inside) cover.set(key, r.pane);
      }
    }
  }
  const covered = rectsOf(tree).reduce((n, r) => n + r.cols * r.rows, 0);
  const borders = borderCells(tree);
  if (covered + borders !== tree.cols * tree.rows)
    fail(`${covered} cells of panes and ${borders} of borders don't add up`);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/**
 * Sizes of children and one cell of border between them make up their parent; a split has at least two of another kind.
 */
function checkNode(node: Node): void {
  const fail = (what: string): never => {
    throw new Error(`${what}: ${JSON.stringify(node)}`);
  };
  if (!Number.isInteger(node.cols) || !Number.isInteger(node.rows) || node.cols < 1 || node.rows < 1)
    fail("a node without a cell");
  if (node.kind === "leaf") return;
  if (node.children.length < 2) fail("a split of fewer than two");
  const across = node.kind === "row";
  const sum = node.children.reduce((n, c) => n + (across ? c.cols : c.rows), node.children.length - 1);
  if (sum !== (across ? node.cols : node.rows)) fail("sizes do not add up");
  for (const child of node.children) {
    if ((across ? child.rows : child.cols) !== (across ? node.rows : node.cols))
      fail("a child is not as high or wide as its parent");
    if (child.kind === node.kind) fail("a split directly inside of one of its kind");
    checkNode(child);
  }
}

function borderCells(node: Node): number {
  if (node.kind === "leaf") return 0;
  const own = (node.children.length - 1) * (node.kind === "row" ? node.rows : node.cols);
  return node.children.reduce((n, c) => n + borderCells(c), own);
}

/** Sizes and places of panes, short: `1:40x24@0,0 2:39x24@41,0`. */
export function describeLayout(tree: Node): string {
  return rectsOf(tree).map((r) => `${r.pane}:${r.cols}x${r.rows}@${r.x},${r.y}`).join(" ");
}
