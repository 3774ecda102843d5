/** Draws copy mode: the rows in view, what is selected, found or marked, and the position in the corner. */
import { Grid } from "../../terminal/grid.ts";
import type { Style } from "../../terminal/grid.ts";
import type { RowRef } from "./position.ts";
import { matcherOf, matchesIn } from "./search.ts";
import { coveredCells } from "./selection.ts";
import type { Region } from "./selection.ts";
import type { LineCell } from "./source.ts";
import type { CopyState } from "./state.ts";

/** How the parts of copy mode look. Colours that are the default leave the text's own. */
export interface CopyStyles {
  /** The position in the corner. */
  readonly position: Style;
  readonly selection: Style;
  readonly match: Style;
  /** The match that the cursor is at. */
  readonly currentMatch: Style;
  /** The line with the mark. */
  readonly mark: Style;
}

/** Draws the state on a grid of the given size. `note` stands before the position, for instance "(searching)". */
export function drawCopy(state: CopyState, cols: number, rows: number, styles: CopyStyles, note: string): Grid {
  const grid = new Grid(cols, rows);
  const painter = new RowPainter(state, grid, styles);
  state.view.rows().slice(0, rows).forEach((ref, y) => painter.row(ref, y));
  if (state.positionShown) drawPosition(state, grid, styles.position, note);
  return grid;
}

class RowPainter {
  private readonly region: Region | undefined;
  private readonly matcher: RegExp | undefined;
  private readonly markRow: RowRef | undefined;

  constructor(private readonly state: CopyState, private readonly grid: Grid, private readonly styles: CopyStyles) {
    this.region = state.region;
    this.matcher = state.shownTerm && matcherOf(state.shownTerm);
    this.markRow = state.markShown ? state.layout.rowOf(state.mark) : undefined;
  }

  row(ref: RowRef, y: number): void {
    const { state, grid } = this;
    if (ref.row > 0) grid.wrapped[y] = 1;
    const cells = state.text.peek(ref.line)?.cells ?? [];
    const span = state.layout.span(ref);
    const styles = this.cellStyles(cells, ref, span.from, span.to);
    let x = 0;
    for (let cell = span.from; cell < span.to; cell++) {
      const { char, width } = cells[cell]!;
      const style = styles[cell - span.from]!;
      if (x + width > grid.cols) {
        grid.set(x, y, "", 1, style);
        return;
      }
      grid.set(x, y, char, width, style);
      if (width === 2) grid.set(x + 1, y, "", 0, style);
      x += width;
    }
    this.lineEnd(ref, x, y);
  }

  /** Styles of the cells [from, to) of a row: their own, and over them the mark, matches and the selection. */
  private cellStyles(cells: readonly LineCell[], ref: RowRef, from: number, to: number): Style[] {
    const { state, styles, markRow } = this;
    const shown: Style[] = [];
    for (let cell = from; cell < to; cell++) shown.push(cells[cell]!.style);
    const paint = (first: number, end: number, above: Style): void => {
      for (let i = Math.max(0, first - from); i < Math.min(to, end) - from; i++) shown[i] = over(shown[i]!, above);
    };
    if (markRow?.line === ref.line && markRow.row === ref.row) paint(from, to, styles.mark);
    const found = this.matcher ? matchesIn(cells, from, to, this.matcher) : [];
    for (const run of found) paint(run.from, run.to, styles.match);
    const { match } = state;
    if (match?.line === ref.line) paint(match.cell, match.cell + match.length, styles.currentMatch);
    if (this.region) {
      const covered = coveredCells(this.region, ref, state.layout);
      paint(covered.from, covered.to, styles.selection);
    }
    return shown;
  }

  /** One blank after the text shows that the end of the line is selected. */
  private lineEnd(ref: RowRef, x: number, y: number): void {
    if (!this.region || !coveredCells(this.region, ref, this.state.layout).end) return;
    this.grid.set(x, y, "", 1, over({ fg: 0, bg: 0, ul: 0, attr: 0 }, this.styles.selection));
  }
}

/** `style` with the colours and attributes of another one laid over it. */
function over(style: Style, above: Style): Style {
  return {
    fg: above.fg === 0 ? style.fg : above.fg,
    bg: above.bg === 0 ? style.bg : above.bg,
    ul: above.ul === 0 ? style.ul : above.ul,
    attr: style.attr | above.attr,
  };
}

/** `[12/3400]` at the top right, as in tmux: lines scrolled up from the bottom, and lines above it. */
function drawPosition(state: CopyState, grid: Grid, style: Style, note: string): void {
  const { view } = state;
  const text = `${note}[${view.scrolledBy}/${view.history}]`;
  const start = Math.max(0, grid.cols - text.length);
  if (start > 0 && grid.widths[start] === 0) grid.set(start - 1, 0, "", 1, grid.styleAt(start - 1, 0));
  const shown = text.slice(0, grid.cols);
  for (let i = 0; i < shown.length; i++) grid.set(start + i, 0, shown[i]!, 1, style);
}
