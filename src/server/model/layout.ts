/**
 * The layout tree of a window: pure functions over plain data. A split's children lie side by side (`row`) or one above
 * the other (`column`) with one cell of border between them; sizes are in cells and always add up.
 */
import { FugueError } from "../../base/errors.ts";

export interface Leaf {
  kind: "leaf";
  pane: number;
  cols: number;
  rows: number;
}

export interface Split {
  kind: "row" | "column";
  children: Node[];
  cols: number;
  rows: number;
}

export type Node = Leaf | Split;
export type Direction = "left" | "right" | "up" | "down";

export interface Rect {
  pane: number;
  x: number;
  y: number;
  cols: number;
  rows: number;
}

export function leaf(pane: number, cols: number, rows: number): Leaf {
  return { kind: "leaf", pane, cols, rows };
}

function isLeaf(node: Node): node is Leaf {
  return node.kind === "leaf";
}

/** Panes in layout order: depth first, left to right, top to bottom. */
export function panesOf(node: Node): number[] {
  return isLeaf(node) ? [node.pane] : node.children.flatMap(panesOf);
}

/** Where every leaf lies. */
export function rectsOf(node: Node, x = 0, y = 0): Rect[] {
  if (isLeaf(node)) return [{ pane: node.pane, x, y, cols: node.cols, rows: node.rows }];
  const rects: Rect[] = [];
  for (const child of node.children) {
    rects.push(...rectsOf(child, x, y));
    if (node.kind === "row") x += child.cols + 1;
    else y += child.rows + 1;
  }
  return rects;
}

/** Smallest size at which every pane has a cell. */
export function leastSize(node: Node): { cols: number; rows: number } {
  if (isLeaf(node)) return { cols: 1, rows: 1 };
  const least = node.children.map(leastSize);
  const sum = (of: (s: { cols: number; rows: number }) => number) => least.reduce((n, s) => n + of(s), least.length - 1);
  const max = (of: (s: { cols: number; rows: number }) => number) => Math.max(...least.map(of));
  return node.kind === "row" ? { cols: sum((s) => s.cols), rows: max((s) => s.rows) } : { cols: max((s) => s.cols), rows: sum((s) => s.rows) };
}

/** Splits `total` into parts in proportion to `weights`, each at least its `least`; the sum is exact if it can be. */
export function distribute(total: number, weights: number[], least: number[]): number[] {
  const weight = weights.reduce((a, b) => a + b, 0) || 1;
  const parts = weights.map((w, i) => Math.max(least[i]!, Math.floor((total * w) / weight)));
  let rest = total - parts.reduce((a, b) => a + b, 0);
  // what rounding left over goes to the last ones, what is too much is taken from the largest
  for (let i = parts.length - 1; rest > 0; i = i === 0 ? parts.length - 1 : i - 1) {
    parts[i]!++;
    rest--;
  }
  while (rest < 0) {
    let largest = -1;
    for (let i = 0; i < parts.length; i++) {
      if (parts[i]! > least[i]! && (largest < 0 || parts[i]! - least[i]! > parts[largest]! - least[largest]!)) largest = i;
    }
    if (largest < 0) break;
    parts[largest]!--;
    rest++;
  }
  return parts;
}

/** The same tree at another size, never below its least size. */
export function resizeNode(node: Node, cols: number, rows: number): Node {
  const least = leastSize(node);
  cols = Math.max(cols, least.cols);
  rows = Math.max(rows, least.rows);
  if (isLeaf(node)) return leaf(node.pane, cols, rows);
  const across = node.kind === "row";
  const borders = node.children.length - 1;
  const sizes = distribute(
    (across ? cols : rows) - borders,
    node.children.map((c) => (across ? c.cols : c.rows)),
    node.children.map((c) => (across ? leastSize(c).cols : leastSize(c).rows)),
  );
  const children = node.children.map((c, i) => (across ? resizeNode(c, sizes[i]!, rows) : resizeNode(c, cols, sizes[i]!)));
  return { kind: node.kind, children, cols, rows };
}

/** Cells for a new pane: a number of cells, a percentage, or half. */
export type SplitSize = { cells: number } | { percent: number } | undefined;

/**
 * Divides the pane `target`: the new pane comes after it, or before it if `before`.
 * @throws FugueError `failed` if there is no room for a border and a cell on each side.
 */
export function splitPane(tree: Node, target: number, pane: number, kind: "row" | "column", size?: SplitSize, before = false): Node {
  const divide = (node: Leaf): [Leaf, Leaf] => {
    const whole = kind === "row" ? node.cols : node.rows;
    if (whole < 3) throw new FugueError("failed", "no room for another pane here", "zoom, close or move a pane first");
    const wanted = size === undefined ? Math.floor((whole - 1) / 2) : "cells" in size ? size.cells : Math.round((whole * size.percent) / 100);
    const fresh = Math.min(Math.max(1, wanted), whole - 2);
    const rest = whole - 1 - fresh;
    return kind === "row"
      ? [leaf(node.pane, rest, node.rows), leaf(pane, fresh, node.rows)]
      : [leaf(node.pane, node.cols, rest), leaf(pane, node.cols, fresh)];
  };
  const visit = (node: Node): Node => {
    if (isLeaf(node)) {
      if (node.pane !== target) return node;
      const [old, fresh] = divide(node);
      return { kind, cols: node.cols, rows: node.rows, children: before ? [fresh, old] : [old, fresh] };
    }
    const at = node.kind === kind ? node.children.findIndex((c) => isLeaf(c) && c.pane === target) : -1;
    if (at < 0) return { ...node, children: node.children.map(visit) };
    const [old, fresh] = divide(node.children[at] as Leaf);
    const children = [...node.children];
    children.splice(at, 1, ...(before ? [fresh, old] : [old, fresh]));
    return { ...node, children };
  };
  return visit(tree);
}

/** Adds a pane along the whole edge of the window (tmux's `split-window -f`). */
export function splitWhole(tree: Node, pane: number, kind: "row" | "column", size?: SplitSize, before = false): Node {
  const marker = -1;
  const [a, b] = (splitPane(leaf(marker, tree.cols, tree.rows), marker, pane, kind, size, before) as Split).children as [Leaf, Leaf];
  const old = before ? b : a;
  const fresh = before ? a : b;
  const least = leastSize(tree);
  if (old.cols < least.cols || old.rows < least.rows) throw new FugueError("failed", "no room for another pane here");
  const resized = resizeNode(tree, old.cols, old.rows);
  const inner = !isLeaf(resized) && resized.kind === kind ? resized.children : [resized];
  return { kind, cols: tree.cols, rows: tree.rows, children: before ? [fresh, ...inner] : [...inner, fresh] };
}

/** The tree without a pane; its space goes to the neighbour before it, or after it. @returns undefined if it was the last. */
export function removePane(tree: Node, pane: number): Node | undefined {
  if (isLeaf(tree)) return tree.pane === pane ? undefined : tree;
  const across = tree.kind === "row";
  const at = tree.children.findIndex((c) => isLeaf(c) && c.pane === pane);
  if (at < 0) return collapse({ ...tree, children: tree.children.map((c) => removePane(c, pane) ?? c) });
  const freed = (across ? tree.children[at]!.cols : tree.children[at]!.rows) + 1;
  const children = tree.children.filter((_, i) => i !== at);
  const heir = at > 0 ? at - 1 : 0;
  const h = children[heir]!;
  children[heir] = across ? resizeNode(h, h.cols + freed, tree.rows) : resizeNode(h, tree.cols, h.rows + freed);
  return collapse({ ...tree, children });
}

/** Replaces splits of one child by it, and merges a split into a parent of the same kind. */
export function collapse(node: Node): Node {
  if (isLeaf(node)) return node;
  const children = node.children.map(collapse).flatMap((c) => (c.kind === node.kind ? (c as Split).children : [c]));
  return children.length === 1 ? children[0]! : { ...node, children };
}

/** The tree with every pane number replaced. */
export function mapPanes(tree: Node, map: (pane: number) => number): Node {
  return isLeaf(tree) ? { ...tree, pane: map(tree.pane) } : { ...tree, children: tree.children.map((c) => mapPanes(c, map)) };
}

/**
 * Moves the border of a pane by `by` cells towards `direction`: its right or lower border, or the left or upper one if
 * it is the last in its row or column (as tmux's resize-pane does).
 */
export function resizePane(tree: Node, pane: number, direction: Direction, by: number): Node {
  const kind = direction === "left" || direction === "right" ? "row" : "column";
  const sign = direction === "right" || direction === "down" ? 1 : -1;
  const result = moveBorder(tree, pane, kind, sign * by);
  return result ?? tree;
}

/** @param before the border before the pane (none before the first), instead of the one after it where there is one */
function moveBorder(node: Node, pane: number, kind: "row" | "column", by: number, before = false): Node | undefined {
  if (isLeaf(node)) return undefined;
  const at = node.children.findIndex((c) => panesOf(c).includes(pane));
  if (at < 0) return undefined;
  const inner = moveBorder(node.children[at]!, pane, kind, by, before);
  if (inner) return { ...node, children: node.children.map((c, i) => (i === at ? inner : c)) };
  if (node.kind !== kind || node.children.length < 2) return undefined;
  if (before && at === 0) return node;
  const first = before || at === node.children.length - 1 ? at - 1 : at;
  return shiftBorder(node, first, by);
}

/** Moves the border after child `first` of a split by `by` cells, as far as the neighbours allow. */
export function shiftBorder(node: Split, first: number, by: number): Split {
  const across = node.kind === "row";
  const sizeOf = (n: Node) => (across ? n.cols : n.rows);
  const leastOf = (n: Node) => (across ? leastSize(n).cols : leastSize(n).rows);
  const sizes = node.children.map(sizeOf);
  // shrink the children on one side, the nearest first; what that frees goes to the neighbour on the other
  const giver = by > 0 ? range(first + 1, sizes.length) : range(first, -1);
  const taker = by > 0 ? first : first + 1;
  let left = Math.abs(by);
  for (const i of giver) {
    const take = Math.min(left, sizes[i]! - leastOf(node.children[i]!));
    sizes[i]! -= take;
    sizes[taker]! += take;
    left -= take;
  }
  const children = node.children.map((c, i) => (across ? resizeNode(c, sizes[i]!, node.rows) : resizeNode(c, node.cols, sizes[i]!)));
  return { ...node, children };
}

function range(from: number, to: number): number[] {
  const step = from < to ? 1 : -1;
  return Array.from({ length: Math.abs(to - from) }, (_, i) => from + i * step);
}

/** Sets one side of a pane to a number of cells, as far as there is room. */
export function setPaneSize(tree: Node, pane: number, size: { cols?: number; rows?: number }): Node {
  let result = tree;
  for (const [kind, wanted] of [["row", size.cols], ["column", size.rows]] as const) {
    if (wanted === undefined) continue;
    const missing = () => {
      const rect = rectsOf(result).find((r) => r.pane === pane);
      return rect ? wanted - (kind === "row" ? rect.cols : rect.rows) : 0;
    };
    if (!isLastAlong(result, pane, kind)) result = moveBorder(result, pane, kind, missing()) ?? result;
    // what the panes after it could not give comes from those before it
    if (missing() > 0 || isLastAlong(result, pane, kind)) result = moveBorder(result, pane, kind, -missing(), true) ?? result;
  }
  return result;
}

/** Whether the border that `moveBorder` would move lies before the pane. */
function isLastAlong(node: Node, pane: number, kind: "row" | "column"): boolean {
  if (isLeaf(node)) return false;
  const at = node.children.findIndex((c) => panesOf(c).includes(pane));
  const child = node.children[at];
  if (!child) return false;
  const deeper = !isLeaf(child) && hasKind(child, pane, kind);
  if (deeper) return isLastAlong(child, pane, kind);
  return node.kind === kind && at === node.children.length - 1;
}

function hasKind(node: Split, pane: number, kind: "row" | "column"): boolean {
  if (node.kind === kind) return true;
  const child = node.children.find((c) => panesOf(c).includes(pane));
  return child !== undefined && !isLeaf(child) && hasKind(child, pane, kind);
}

/**
 * The pane next to `pane` in a direction, wrapping around at the window's edge. Of several the one that `recent`
 * (most recently used first) names earliest, else the first.
 */
export function neighbour(tree: Node, pane: number, direction: Direction, recent: number[]): number | undefined {
  const rects = rectsOf(tree);
  const own = rects.find((r) => r.pane === pane);
  if (!own) return undefined;
  const across = direction === "left" || direction === "right";
  const edge = (r: Rect) => ({ left: r.x + r.cols, right: r.x, up: r.y + r.rows, down: r.y })[direction];
  const ahead = { left: own.x - 1, right: own.x + own.cols + 1, up: own.y - 1, down: own.y + own.rows + 1 }[direction];
  const wrapped = { left: tree.cols, right: 0, up: tree.rows, down: 0 }[direction];
  const overlaps = (r: Rect) => across
    ? r.y < own.y + own.rows && own.y < r.y + r.rows
    : r.x < own.x + own.cols && own.x < r.x + r.cols;
  for (const line of [ahead, wrapped]) {
    const found = rects.filter((r) => r.pane !== pane && edge(r) === line && overlaps(r)).map((r) => r.pane);
    if (found.length > 0) return recent.find((p) => found.includes(p)) ?? found[0];
  }
  return undefined;
}
