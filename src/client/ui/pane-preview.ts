/** A look at a pane under the session tree. Its cells are copied as they are; they never go through blessed. */
import { linkText } from "../../commands/pane-cells.ts";
import type { PaneLink } from "../../protocol/messages.ts";
import type { Grid } from "../../terminal/grid.ts";
import { textWidth } from "./cell-text.ts";
import { copyCells } from "./grid-copy.ts";
import type { OverlayRect } from "./overlay.ts";
import type { PanelLine, PanelTheme } from "./panel-line.ts";
import type { TreeTarget } from "./session-rows.ts";

/** The pane that stands for a session, window or pane: the active one of the active window. */
function paneOf(target: TreeTarget | undefined): { server: string; id: number; link?: PaneLink; label: string } | undefined {
  if (!target?.session) return undefined;
  const { server, session } = target;
  const window = target.window ?? session.windows.find((one) => one.active) ?? session.windows[0];
  const pane = target.pane ?? window?.panes.find((one) => one.active) ?? window?.panes[0];
  if (!window || !pane) return undefined;
  const what = linkText(pane) ?? pane.program;
  return { server, id: pane.id, link: pane.link, label: `${session.name}/${window.index}.${pane.index} ${what}` };
}

export class PanePreview {
  private target: TreeTarget | undefined;
  private area: OverlayRect = { x: 0, y: 0, cols: 0, rows: 0 };

  constructor(private readonly preview: (server: string, pane: number, link?: PaneLink) => Grid | undefined) {}

  /** The line between list and preview. */
  heading(target: TreeTarget | undefined, columns: number, theme: PanelTheme): PanelLine {
    const label = paneOf(target)?.label ?? "";
    const text = label === "" ? "" : ` ${label} `;
    const rest = "─".repeat(Math.max(0, columns - 2 - textWidth(text)));
    const { border, dim } = theme;
    return { left: [{ text: "──", look: border }, { text, look: dim }, { text: rest, look: border }] };
  }

  /** What to draw, and where, in cells of the panel. */
  place(target: TreeTarget | undefined, area: OverlayRect): void {
    this.target = target;
    this.area = area;
  }

  /** Draws the rows up to the last one that is not empty, as many as there is room for. */
  draw(grid: Grid): void {
    const { area } = this;
    const pane = paneOf(this.target);
    const shown = pane && area.rows > 0 ? this.preview(pane.server, pane.id, pane.link) : undefined;
    if (!shown) return;
    const used = lastUsedRow(shown) + 1;
    const at = { x: 0, y: Math.max(0, Math.min(used, shown.rows) - area.rows) };
    copyCells(shown, grid, at, area);
  }
}

function lastUsedRow(grid: Grid): number {
  let i = grid.codes.length - 1;
  while (i >= 0 && (grid.codes[i] === 0 || grid.codes[i] === 32)) i--;
  return Math.floor(i / grid.cols);
}
