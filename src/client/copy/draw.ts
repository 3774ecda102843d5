/** Draws copy mode: the rows in view, what is selected, found or marked, and the position in the corner. */
import { Grid } from "../../terminal/grid.ts";
import type { Style } from "../../terminal/grid.ts";
import type { RowRef } from "./position.ts";
import { matcherOf, matchesIn, touches } from "./search.ts";
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
    const paints = this.paints(cells, ref, span.from, span.to);
    let x = 0;
    for (let cell = span.from; cell < span.to; cell++) {
      const { char, width, style } = cells[cell]!;
      const shown = paints.reduce((below, paint) => (paint.covers(cell) ? over(below, paint.style) : below), style);
      if (x + width > grid.cols) {
        grid.set(x, y, "", 1, shown);
        return;
      }
      grid.set(x, y, char, width, shown);
      if (width === 2) grid.set(x + 1, y, "", 0, shown);
      x += width;
    }
    this.lineEnd(ref, x, y);
  }

  /** What lies over the cells of a row, from below to above. */
  private paints(cells: readonly LineCell[], ref: RowRef, from: number, to: number): Paint[] {
    const { state, styles, markRow } = this;
    const paints: Paint[] = [];
    const isMarked = markRow?.line === ref.line && markRow.row === ref.row;
    if (isMarked) paints.push({ style: styles.mark, covers: () => true });
    const { match } = state;
    for (const found of this.matcher ? matchesIn(cells, from, to, this.matcher) : []) {
      paints.push({ style: styles.match, covers: (cell) => cell >= found.from && cell < found.to });
    }
    if (match && touches(match, ref, from, to)) {
      const end = match.cell + match.length;
      paints.push({ style: styles.currentMatch, covers: (cell) => cell >= match.cell && cell < end });
    }
    if (this.region) {
      const covered = coveredCells(this.region, ref, state.layout);
      paints.push({ style: styles.selection, covers: (cell) => cell >= covered.from && cell < covered.to });
    }
    return paints;
  }

  /** One blank after the text shows that the end of the line is selected. */
  private lineEnd(ref: RowRef, x: number, y: number): void {
    if (!this.region || !coveredCells(this.region, ref, this.state.layout).end) return;
    this.grid.set(x, y, "", 1, over({ fg: 0, bg: 0, ul: 0, attr: 0 }, this.styles.selection));
  }
}

interface Paint {
  readonly style: Style;
  covers(cell: number): boolean;
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
