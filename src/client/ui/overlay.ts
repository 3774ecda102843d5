/** Something shown over the panes: picker, tree, help, prompt. The TUI owns at most a few; the top one gets the input. */
import type { InputEvent } from "../../protocol/input.ts";
import type { Grid } from "../../terminal/grid.ts";

export interface OverlayRect {
  x: number;
  y: number;
  cols: number;
  rows: number;
}

export interface Overlay {
  /** Where it lies on a screen of this size; called before each `draw` and when the size changes. */
  place(cols: number, rows: number): OverlayRect;
  /** Its cells, of the size `place` gave last. */
  draw(): Grid;
  /** Cursor to show, relative to the overlay's own corner; none: hidden. */
  cursor?(): { x: number; y: number } | undefined;
  /** Mouse events are relative to the overlay's corner; those outside of it come too (x or y out of range). */
  input(event: InputEvent): void;
  dispose(): void;
}

/** What an overlay asks of the TUI. */
export interface OverlayHost {
  /** Its cells changed: draw soon. */
  changed(): void;
  /** Take it away (it has been disposed of afterwards). */
  close(): void;
}
