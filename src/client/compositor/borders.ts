/** The lines between panes, drawn from where panes are: whatever cell of the window no pane covers is a border. */
import type { ViewLeaf } from "../../protocol/messages.ts";
import { Grid, type Style } from "../../terminal/grid.ts";

/** Line characters by which neighbours they join: bit 1 up, 2 down, 4 left, 8 right. */
const LINES = {
  single: " │││─┘┐┤─└┌├─┴┬┼",
  heavy: " ┃┃┃━┛┓┫━┗┏┣━┻┳╋",
  double: " ║║║═╝╗╣═╚╔╠═╩╦╬",
  rounded: " │││─╯╮┤─╰╭├─┴┬┼",
  simple: " |||-+++-+++-+++",
} as const;

export type BorderLines = keyof typeof LINES;

export interface BorderStyle {
  lines: BorderLines;
  style: Style;
  active: Style;
}

/** Map of the window's cells: which pane covers each, or -1 for a border. Rows of `cols` entries. */
export function coverage(leaves: ViewLeaf[], cols: number, rows: number): Int32Array {
  const cover = new Int32Array(cols * rows).fill(-1);
  for (const leaf of leaves) {
    for (let y = leaf.y; y < Math.min(rows, leaf.y + leaf.rows); y++) {
      cover.fill(leaf.pane, y * cols + leaf.x, y * cols + Math.min(cols, leaf.x + leaf.cols));
    }
  }
  return cover;
}

/** Draws all borders of a window into `grid` (same size as the window); those around `active` in its style. */
export function drawBorders(grid: Grid, leaves: ViewLeaf[], active: number, look: BorderStyle): void {
  const { cols, rows } = grid;
  if (leaves.length < 2) return;
  const cover = coverage(leaves, cols, rows);
  const isBorder = (x: number, y: number) => x >= 0 && y >= 0 && x < cols && y < rows && cover[y * cols + x] === -1;
  const chars = [...LINES[look.lines]];
  const focus = leaves.find((l) => l.pane === active);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < cols; x++) {
      if (cover[y * cols + x] !== -1) continue;
      const joins = (isBorder(x, y - 1) ? 1 : 0) | (isBorder(x, y + 1) ? 2 : 0) | (isBorder(x - 1, y) ? 4 : 0) | (isBorder(x + 1, y) ? 8 : 0);
      grid.set(x, y, chars[joins]!, 1, focus && touches(focus, x, y) ? look.active : look.style);
    }
  }
}

/** Whether a cell lies directly around a pane. */
function touches(leaf: ViewLeaf, x: number, y: number): boolean {
  return x >= leaf.x - 1 && x <= leaf.x + leaf.cols && y >= leaf.y - 1 && y <= leaf.y + leaf.rows;
}
