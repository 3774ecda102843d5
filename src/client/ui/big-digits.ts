/** Digits five cells wide and five high, drawn as blocks of colour: for the clock and the numbers of panes. */
import { PLAIN } from "../../terminal/grid.ts";
import type { Grid, Style } from "../../terminal/grid.ts";

/** Columns of a character with the gap behind it, and its rows. */
export const BIG_WIDTH = 6;
export const BIG_HEIGHT = 5;

/** Five rows of five cells, `#` is filled. */
const SHAPES: Readonly<Record<string, readonly string[]>> = {
  "0": ["#####", "#   #", "#   #", "#   #", "#####"],
  "1": ["    #", "    #", "    #", "    #", "    #"],
  "2": ["#####", "    #", "#####", "#    ", "#####"],
  "3": ["#####", "    #", "#####", "    #", "#####"],
  "4": ["#   #", "#   #", "#####", "    #", "    #"],
  "5": ["#####", "#    ", "#####", "    #", "#####"],
  "6": ["#####", "#    ", "#####", "#   #", "#####"],
  "7": ["#####", "    #", "    #", "    #", "    #"],
  "8": ["#####", "#   #", "#####", "#   #", "#####"],
  "9": ["#####", "#   #", "#####", "    #", "#####"],
  ":": ["     ", "  #  ", "     ", "  #  ", "     "],
  A: ["#####", "#   #", "#####", "#   #", "#   #"],
  P: ["#####", "#   #", "#####", "#    ", "#    "],
  M: ["#   #", "## ##", "# # #", "#   #", "#   #"],
  " ": ["     ", "     ", "     ", "     ", "     "],
};

/** Columns that a text takes in big characters, without the gap behind the last. */
export function bigWidth(text: string): number {
  return Math.max(0, text.length * BIG_WIDTH - 1);
}

/** Draws digits, `:`, A, P, M and blanks with their corner at (x, y); other characters are left out. */
export function drawBig(grid: Grid, x: number, y: number, text: string, color: number): void {
  const style: Style = { ...PLAIN, bg: color };
  for (let i = 0; i < text.length; i++) {
    const shape = Object.hasOwn(SHAPES, text[i]!) ? SHAPES[text[i]!]! : undefined;
    shape?.forEach((row, dy) => {
      for (let dx = 0; dx < row.length; dx++) {
        if (row[dx] === "#") grid.set(x + i * BIG_WIDTH + dx, y + dy, " ", 1, style);
      }
    });
  }
}
