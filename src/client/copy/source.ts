/** Where copy mode reads from: the logical lines of a pane, fetched in ranges from its server and cached. */
import type { Style } from "../../terminal/grid.ts";

/** One cell of a line; a wide character is one cell with width 2. */
export interface LineCell {
  readonly char: string;
  readonly width: 1 | 2;
  readonly style: Style;
}

/** A logical line as the program wrote it, before wrapping. Trailing empty cells are left out. */
export interface SourceLine {
  readonly cells: readonly LineCell[];
}

export interface LineSource {
  /** Number of the oldest line held, and the number after the newest. Fixed while copy mode is on. */
  readonly first: number;
  readonly end: number;
  /** Lines on which prompts, and the outputs of commands, begin, as far as the shell said so; ascending. */
  readonly prompts?: readonly number[];
  readonly outputs?: readonly number[];
  /**
   * The line if it is here already. A missing one is requested by `fetch`. A source may forget lines again, but should
   * keep those fetched last, three screens of them at least: what is shown and a page on either side is asked for.
   */
  line(n: number): SourceLine | undefined;
  /** Makes [from, to) available; resolves when it is (or when it is known that it never will). */
  fetch(from: number, to: number): Promise<void>;
  /**
   * Finds the next match of a pattern from a position (exclusive), in the order of `direction`; wraps around at the
   * ends.
   * Columns are those of the terminal, counted as if the line were not wrapped; -1 stands before the first of them. A
   * regular expression is one of JavaScript's; those that the source cannot use make it reject.
   * @returns the first match with its line and columns, or undefined.
   */
  search(
    pattern: string,
    options: {
      readonly regex: boolean;
      readonly ignoreCase: boolean;
      readonly direction: "forward" | "backward";
      readonly line: number;
      readonly column: number;
    },
  ): Promise<{ readonly line: number; readonly column: number; readonly length: number } | undefined>;
}
