/** Layouts as JSON for people to keep: structure and proportions, no pane ids. */
import { FugueError } from "../../base/errors.ts";
import { collapse, leaf, resizeNode, type Node } from "./layout.ts";

/** `{"size": 40, "row": [...]}`, `{"size": 10, "column": [...]}` or `{"size": 40}` for a pane; sizes are along the parent. */
export interface ExportedLayout {
  size: number;
  row?: ExportedLayout[];
  column?: ExportedLayout[];
}

const DEEPEST = 64;

export function exportLayout(tree: Node, size = tree.cols): ExportedLayout {
  if (tree.kind === "leaf") return { size };
  const children = tree.children.map((c) => exportLayout(c, tree.kind === "row" ? c.cols : c.rows));
  return { size, [tree.kind]: children };
}

/** Builds a tree over the given panes, in order. @throws FugueError `usage` if it is malformed or has another number of panes. */
export function importLayout(layout: unknown, panes: number[], cols: number, rows: number): Node {
  const left = [...panes];
  const build = (value: unknown, c: number, r: number, depth: number): Node => {
    if (depth > DEEPEST || typeof value !== "object" || value === null) throw malformed();
    const { row, column } = value as ExportedLayout;
    const children = row ?? column;
    if (children === undefined) {
      const pane = left.shift();
      if (pane === undefined) throw new FugueError("usage", `the layout has more than the window's ${panes.length} panes`, "split more panes first");
      return leaf(pane, c, r);
    }
    if (!Array.isArray(children) || children.length === 0 || (row && column)) throw malformed();
    const built = children.map((child) => {
      const size = Math.max(1, Math.min(10_000, Math.floor(Number((child as ExportedLayout)?.size) || 1)));
      return row ? build(child, size, r, depth + 1) : build(child, c, size, depth + 1);
    });
    if (built.length === 1) return built[0]!;
    return { kind: row ? "row" : "column", children: built, cols: c, rows: r };
  };
  const tree = build(layout, cols, rows, 0);
  if (left.length > 0) throw new FugueError("usage", `the layout has ${panes.length - left.length} panes, the window ${panes.length}`);
  return resizeNode(collapse(tree), cols, rows);
}

function malformed(): FugueError {
  return new FugueError("usage", "this is no layout", "export one with: fugue layout TARGET --export");
}
