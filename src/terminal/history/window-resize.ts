/** Resizes an emulator together with the history of what left it. */
import type { Emulator } from "../emulator.ts";
import type { History } from "./history.ts";

/** Rows that a resize keeps in the emulator beyond its screen. */
const SPARE_ROWS = 50;

/**
 * Resizes to 2-1000 columns and 1-1000 rows, with rows of history given back first: a taller window shows them again, a
 * wider one rewraps whole lines. What the emulator has no room for leaves it again (`lineTrimmed`).
 */
export function resizeWithHistory(emulator: Emulator, history: History, cols: number, rows: number): void {
  // so many rows may become one
  const joined = Math.max(1, Math.ceil(cols / emulator.cols));
  const missing = rows + SPARE_ROWS - Math.floor(emulator.scrollbackLength / joined);
  // the seam must not lie within a line that is about to be wrapped anew
  const split = cols !== emulator.cols && history.openTail;
  if (split || ((rows > emulator.rows || cols !== emulator.cols) && missing > 0)) {
    const back = history.takeBack(Math.max(1, missing), {
      cols: emulator.cols, nextCols: cols,
      createLine: (width) => emulator.createLine(width), internLink: (link) => emulator.internLink(link),
    });
    if (back.length > 0) emulator.prependScrollback(back);
  }
  emulator.resize(cols, rows);
}
