/** Jumps to a character of the same line: vi's f, F, t, T and their repetition. */
import type { Position } from "./position.ts";
import type { CopyText } from "./text.ts";

export interface Jump {
  readonly char: string;
  readonly backward: boolean;
  /** Stop one cell before the character. */
  readonly short: boolean;
}

/** The same jump in the other direction. */
export function reversed(jump: Jump): Jump {
  return { ...jump, backward: !jump.backward };
}

/**
 * Where a jump from `at` leads, or undefined if the character is not found. A short jump does not stay where it is: it
 * skips a character next to the cursor. @throws LineMissing
 */
export function jumpFrom(text: CopyText, at: Position, jump: Jump): Position | undefined {
  const { line } = at;
  const step = jump.backward ? -1 : 1;
  const away = jump.short ? 2 : 1;
  const length = text.length(line);
  for (let cell = at.cell + step * away; cell >= 0 && cell < length; cell += step) {
    if (text.char(line, cell) === jump.char) return { line, cell: jump.short ? cell - step : cell };
  }
  return undefined;
}
