/**
 * Asks whether something that a program wants may be done, with all of it to read. A y that was on its way to a pane is
 * no answer: keys count only after a moment without any.
 */
import type { Clock } from "../../base/clock.ts";
import type { InputEvent } from "../../protocol/input.ts";
import { Grid } from "../../terminal/grid.ts";
import { drawText, wrapText } from "./cell-text.ts";
import type { Overlay, OverlayHost, OverlayRect } from "./overlay.ts";
import type { PromptLook } from "./prompt.ts";
import { answerOf } from "./virtual-keys.ts";

/** A person has read what is asked, and types nothing else, after this long without a key. */
export const QUIET_MS = 700;
const KEYS = "(y/n) ";

export interface RequestPromptOptions extends PromptLook {
  readonly clock: Clock;
  readonly question: string;
  /** After it has closed. */
  answer(yes: boolean): void;
}

export class RequestPrompt implements Overlay {
  private rect: OverlayRect = { x: 0, y: 0, cols: 1, rows: 1 };
  private lines: readonly string[] = [];
  private fits = true;
  private keyAt: number;
  private isOver = false;

  constructor(private readonly host: OverlayHost, private readonly options: RequestPromptOptions) {
    this.keyAt = options.clock.now();
  }

  place(cols: number, rows: number): OverlayRect {
    const lines = wrapText(this.options.question, cols);
    // what can't be read as a whole can't be allowed here
    this.fits = lines.length < rows;
    this.lines = this.fits ? lines : [...lines.slice(0, Math.max(0, rows - 2)), "too long to be shown: make the terminal larger"];
    const height = Math.min(rows, this.lines.length + 1);
    this.rect = { x: 0, y: this.options.position === "top" ? 0 : Math.max(0, rows - height), cols, rows: height };
    return this.rect;
  }

  draw(): Grid {
    const { cols, rows } = this.rect;
    const { style } = this.options;
    const grid = new Grid(cols, rows);
    for (let y = 0; y < rows; y++) {
      grid.clear(0, y, cols, style);
      drawText(grid, 0, y, y < rows - 1 ? (this.lines[y] ?? "") : KEYS, style);
    }
    return grid;
  }

  cursor(): { x: number; y: number } {
    return { x: Math.min(KEYS.length, this.rect.cols - 1), y: this.rect.rows - 1 };
  }

  input(event: InputEvent): void {
    if (this.isOver) return;
    const text = answerOf(event);
    if (text === undefined) return;
    const now = this.options.clock.now();
    const quiet = now - this.keyAt >= QUIET_MS;
    this.keyAt = now;
    if (!quiet || (/^[yY]/.test(text) && !this.fits)) return;
    this.host.close();
    this.options.answer(/^[yY]$/.test(text));
  }

  dispose(): void {
    this.isOver = true;
  }
}
