/** The named layouts: panes in their order, arranged anew. */
import { distribute, leaf, leastSize, resizeNode, type Leaf, type Node } from "./layout.ts";

export const LAYOUT_NAMES = ["even-horizontal", "even-vertical", "main-horizontal", "main-vertical", "tiled"] as const;
export type LayoutName = (typeof LAYOUT_NAMES)[number];

/** Wished size of the main pane, in cells. */
export interface MainSize {
  cols: number;
  rows: number;
}

/** Arranges panes. Grows beyond `cols`×`rows` where that is too small for all of them. */
export function arrange(name: LayoutName, panes: number[], cols: number, rows: number, main: MainSize): Node {
  const only = panes[0]!;
  if (panes.length === 1) return leaf(only, cols, rows);
  switch (name) {
    case "even-horizontal":
      return line("row", panes, cols, rows);
    case "even-vertical":
      return line("column", panes, cols, rows);
    case "main-vertical":
      return withMain("row", panes, cols, rows, main.cols);
    case "main-horizontal":
      return withMain("column", panes, cols, rows, main.rows);
    case "tiled":
      return tiled(panes, cols, rows);
  }
}

function line(kind: "row" | "column", panes: number[], cols: number, rows: number): Node {
  if (panes.length === 1) return leaf(panes[0]!, cols, rows);
  const across = kind === "row";
  const ones = panes.map(() => 1);
  const sizes = distribute(Math.max((across ? cols : rows) - panes.length + 1, panes.length), ones, ones);
  const children: Leaf[] = panes.map((p, i) => (across ? leaf(p, sizes[i]!, rows) : leaf(p, cols, sizes[i]!)));
  const total = sizes.reduce((a, b) => a + b, panes.length - 1);
  return { kind, children, cols: across ? total : cols, rows: across ? rows : total };
}

function withMain(kind: "row" | "column", panes: number[], cols: number, rows: number, wanted: number): Node {
  const across = kind === "row";
  const whole = across ? cols : rows;
  const size = Math.max(1, Math.min(wanted, whole - 2));
  const rest = Math.max(1, whole - 1 - size);
  const others = across ? line("column", panes.slice(1), rest, rows) : line("row", panes.slice(1), cols, rest);
  const main = across ? leaf(panes[0]!, size, others.rows) : leaf(panes[0]!, others.cols, size);
  return { kind, children: [main, others], cols: across ? size + 1 + rest : others.cols, rows: across ? others.rows : size + 1 + rest };
}

/** Rows of equally many panes; the last row's panes share its whole width. */
function tiled(panes: number[], cols: number, rows: number): Node {
  let down = 1;
  let across = 1;
  while (down * across < panes.length) {
    down++;
    if (down * across < panes.length) across++;
  }
  const lines: Node[] = [];
  const heights = distribute(Math.max(rows - down + 1, down), new Array<number>(down).fill(1), new Array<number>(down).fill(1));
  for (let at = 0, i = 0; at < panes.length; at += across, i++) lines.push(line("row", panes.slice(at, at + across), cols, heights[i]!));
  if (lines.length === 1) return lines[0]!;
  const widest = Math.max(...lines.map((l) => l.cols));
  const children = lines.map((l) => resizeNode(l, widest, l.rows));
  return resizeNode({ kind: "column", children, cols: widest, rows: children.reduce((n, c) => n + c.rows, children.length - 1) }, cols, rows);
}

/** The same tree with the children of each split equally large, as far as their least sizes let them. */
export function spread(node: Node): Node {
  if (node.kind === "leaf") return node;
  const across = node.kind === "row";
  const least = node.children.map((child) => leastSize(child)[across ? "cols" : "rows"]);
  const sizes = distribute((across ? node.cols : node.rows) - least.length + 1, least.map(() => 1), least);
  const children = node.children.map((c, i) => spread(across ? resizeNode(c, sizes[i]!, node.rows) : resizeNode(c, node.cols, sizes[i]!)));
  return { ...node, children };
}
