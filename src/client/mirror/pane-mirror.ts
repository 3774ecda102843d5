/** What the client knows of one pane's screen: frames applied in order. */
import type { Frame, FrameCursor, FrameModes } from "../../protocol/messages.ts";
import { Grid } from "../../terminal/grid.ts";
import { readRowIntoGrid } from "../../terminal/row-codec.ts";
import type { LinkTable } from "./link-table.ts";

const NO_MODES: FrameModes = {
  mouse: false, motion: false, alternate: false, bracketedPaste: false, focusEvents: false, reverse: false, kitty: 0,
};

/** A cell that is shown before the server has told of it. */
export interface GuessedCell {
  readonly x: number;
  readonly y: number;
  /** Of one cell's width. */
  readonly char: string;
}

/** What is shown over a mirror: the echo of keys that is still on its way. */
export interface Guesses {
  /** Those of later keys follow those of earlier ones. */
  readonly cells: readonly GuessedCell[];
  /** Where the cursor is after them; undefined: where the mirror has it. */
  readonly cursor: { readonly x: number; readonly y: number } | undefined;
  /** They are to be told apart from what is known. */
  readonly marked: boolean;
}

export class PaneMirror {
  grid = new Grid(1, 1);
  cursor: FrameCursor = { x: 0, y: 0, visible: false, shape: 0 };
  modes = NO_MODES;
  /** Rows changed since the compositor took them; all of them if `allDirty`. */
  readonly dirty = new Set<number>();
  allDirty = true;
  /** The picture lacks parts that are on their way. */
  partial = false;
  /** Nothing has come yet. */
  empty = true;
  guesses: Guesses | undefined;

  constructor(readonly pane: number, private readonly links: LinkTable) {}

  /** Applies a frame. @throws FugueError `protocol` on malformed rows. */
  apply(frame: Frame): void {
    if (frame.full || frame.cols !== this.grid.cols || frame.rows !== this.grid.rows) {
      this.grid = new Grid(frame.cols, frame.rows);
      this.allDirty = true;
    }
    if (frame.scroll) {
      const by = Math.max(-frame.rows, Math.min(frame.rows, frame.scroll));
      this.grid.scroll(0, this.grid.rows, by);
      this.allDirty = true;
    }
    for (const [y, row] of frame.lines) {
      if (y >= this.grid.rows) continue;
      readRowIntoGrid(row, this.grid, y, this.links.intern);
      this.dirty.add(y);
    }
    if (frame.cursor) this.cursor = frame.cursor;
    if (frame.modes) {
      if (frame.modes.reverse !== this.modes.reverse) this.allDirty = true;
      this.modes = frame.modes;
    }
    this.partial = frame.more ?? false;
    this.empty = false;
  }

  /** Where the cursor is to be shown. */
  get shownCursor(): FrameCursor {
    return this.guesses?.cursor ? { ...this.cursor, ...this.guesses.cursor } : this.cursor;
  }

  /** Takes the rows that changed since the last call. */
  takeDirty(): Iterable<number> {
    const rows = this.allDirty ? Array.from({ length: this.grid.rows }, (_, y) => y) : [...this.dirty];
    this.allDirty = false;
    this.dirty.clear();
    return rows;
  }
}
