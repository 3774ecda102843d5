/**
 * Big numbers and sizes over the panes of a window (prefix q). The key of a pane selects it; time or any other key
 * ends it.
 */
import type { Clock, Timer } from "../../base/clock.ts";
import type { InputEvent } from "../../protocol/input.ts";
import { Grid, PLAIN } from "../../terminal/grid.ts";
import type { Style } from "../../terminal/grid.ts";
import { BIG_HEIGHT, bigWidth, drawBig } from "./big-digits.ts";
import { drawText } from "./cell-text.ts";
import { copyCells, mendWide } from "./grid-copy.ts";
import type { Overlay, OverlayHost, OverlayRect } from "./overlay.ts";
import { answerOf } from "./virtual-keys.ts";

/** A pane and where it lies on the screen. */
export interface NumberedPane {
  readonly id: number;
  /** The number that is shown. */
  readonly index: number;
  readonly active: boolean;
  readonly rect: OverlayRect;
}

export interface PaneNumbersOptions {
  /** The panes on a screen of this size. */
  panes(cols: number, rows: number): readonly NumberedPane[];
  /** The screen without overlays: numbers are drawn over it. Without it they stand on blanks. */
  backdrop?(cols: number, rows: number): Grid | undefined;
  /** Called after it has closed. */
  select(pane: number): void;
  /** Colour words of a cell: display-panes-colour and display-panes-active-colour. */
  readonly color: number;
  readonly activeColor: number;
  /** The option display-panes-time, in milliseconds. */
  readonly ms: number;
}

/** Keys of the panes 0-9, then 10-35, as in tmux. */
const KEYS = "0123456789abcdefghijklmnopqrstuvwxyz";

export class PaneNumbers implements Overlay {
  private rect: OverlayRect = { x: 0, y: 0, cols: 1, rows: 1 };
  private readonly timer: Timer;
  private isOver = false;

  constructor(private readonly host: OverlayHost, clock: Clock, private readonly options: PaneNumbersOptions) {
    this.timer = clock.after(options.ms, () => this.end());
  }

  place(cols: number, rows: number): OverlayRect {
    this.rect = { x: 0, y: 0, cols, rows };
    return this.rect;
  }

  draw(): Grid {
    const { cols, rows } = this.rect;
    const grid = new Grid(cols, rows);
    const backdrop = this.options.backdrop?.(cols, rows);
    if (backdrop) copyCells(backdrop, grid, { x: 0, y: 0 }, this.rect);
    for (const pane of this.options.panes(cols, rows)) this.drawPane(grid, pane);
    mendWide(grid);
    return grid;
  }

  private drawPane(grid: Grid, { index, active, rect }: NumberedPane): void {
    const color = active ? this.options.activeColor : this.options.color;
    const style: Style = { ...PLAIN, fg: color };
    const number = String(index);
    const width = bigWidth(number);
    const isBig = rect.cols >= width + 2 && rect.rows >= BIG_HEIGHT + 2;
    if (isBig) {
      drawBig(grid, rect.x + ((rect.cols - width) >> 1), rect.y + ((rect.rows - BIG_HEIGHT) >> 1), number, color);
    } else if (rect.cols >= number.length) {
      const x = rect.x + ((rect.cols - number.length) >> 1);
      drawText(grid, x, rect.y + (rect.rows >> 1), number, style, rect.cols);
    }
    // Top right, and below it the key where that is not the number.
    const key = index > 9 ? KEYS[index] : undefined;
    const size = `${rect.cols}x${rect.rows}`;
    const notes = rect.rows > 1 ? [size, ...(key !== undefined && rect.rows > 2 ? [key] : [])] : [];
    notes.forEach((note, row) => {
      if (note.length <= rect.cols) drawText(grid, rect.x + rect.cols - note.length, rect.y + row, note, style);
    });
  }

  input(event: InputEvent): void {
    if (this.isOver) return;
    const text = answerOf(event);
    if (text !== undefined) this.typed(text.slice(0, 1));
    else if (event.kind === "mouse" && event.action === "press" && event.button === 0) this.pressed(event.x, event.y);
  }

  private typed(char: string): void {
    const index = char === "" ? -1 : KEYS.indexOf(char);
    this.choose((pane) => pane.index === index);
  }

  private pressed(x: number, y: number): void {
    this.choose(({ rect }) => x >= rect.x && x < rect.x + rect.cols && y >= rect.y && y < rect.y + rect.rows);
  }

  private choose(test: (pane: NumberedPane) => boolean): void {
    const pane = this.options.panes(this.rect.cols, this.rect.rows).find(test);
    this.end();
    if (pane) this.options.select(pane.id);
  }

  private end(): void {
    if (!this.isOver) this.host.close();
  }

  dispose(): void {
    this.isOver = true;
    this.timer.cancel();
  }
}
