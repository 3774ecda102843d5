/** `pane resize`: moves a pane's border, or gives it a size. */
import { FugueError } from "../base/errors.ts";
import { PANE, paneSize } from "./arguments.ts";
import { serverCommand } from "./command.ts";
import type { PaneSize } from "./context.ts";

const DIRECTIONS = ["left", "right", "up", "down"] as const;

/** A side's length for `setSize`. */
function side(text: string | undefined): number | { percent: number } | undefined {
  if (text === undefined) return undefined;
  const size: PaneSize = paneSize(text);
  return "cells" in size ? size.cells : size;
}

export const paneResize = serverCommand({
  name: "pane resize",
  summary: "Change the size of a pane",
  details: `--left, --right, --up and --down move the border on that side, or the other one where the window ends
there.`,
  group: "pane",
  effect: "write",
  args: {
    target: PANE,
    left: { type: "integer", value: "CELLS", help: "move a border to the left" },
    right: { type: "integer", value: "CELLS", help: "move a border to the right" },
    up: { type: "integer", value: "CELLS", help: "move a border up" },
    down: { type: "integer", value: "CELLS", help: "move a border down" },
    cols: { type: "string", value: "N|N%", help: "width in cells, or as a share of the window" },
    rows: { type: "string", value: "N|N%", help: "height in cells, or as a share of the window" },
  },
  tmux: ["resize-pane"],
  mcp: {
    name: "resize_pane",
    description: "Changes the size of a pane: moves a border by cells, or sets width and height.",
  },
  result: {
    "panes[].id": "integer: its id", "panes[].cols": "integer: its width now",
    "panes[].rows": "integer: its height now",
  },
  check(args) {
    side(args.cols);
    side(args.rows);
    if (args.cols !== undefined || args.rows !== undefined || DIRECTIONS.some((to) => args[to] !== undefined)) return;
    throw new FugueError("usage", "'pane resize' needs a direction or a size", "such as --left 5, or --cols 50%");
  },
  run(ctx, args) {
    const { id } = ctx.find.pane(args.target);
    for (const to of DIRECTIONS) {
      const cells = args[to];
      if (cells !== undefined) ctx.panes.resize(id, to, cells);
    }
    if (args.cols !== undefined || args.rows !== undefined) ctx.panes.setSize(
      id, { cols: side(args.cols), rows: side(args.rows) },
    );
    const { cols, rows } = ctx.find.paneInfo(id);
    return { panes: [{ id, cols, rows }] };
  },
});
