/** What an emulator shows, as plain data, and how much of two pictures is the same. */
import type { Emulator } from "../../../src/terminal/emulator.ts";
import { ATTR, Grid, type Style } from "../../../src/terminal/grid.ts";
import { encodeXtermRow, readRowIntoGrid } from "../../../src/terminal/row-codec.ts";

export interface Picture {
  readonly grid: Grid;
  readonly cursor: { readonly x: number; readonly y: number; readonly visible: boolean };
}

export interface Difference {
  /** Cells that show something in either picture. */
  readonly inked: number;
  /** Those of them that are not the same in both. */
  readonly wrong: number;
  readonly sameCursor: boolean;
  /** The first cell that differs, for people. */
  readonly example: string | undefined;
}

/** Numbers for links, the same for the same text in all pictures. */
const links = new Map<string, number>();

function intern(text: string): number {
  const id = links.get(text) ?? links.size + 1;
  links.set(text, id);
  return id;
}

/** The screen that is shown now, its first `rows` rows. */
export function pictureOf(emulator: Emulator, rows = emulator.rows): Picture {
  const grid = new Grid(emulator.cols, rows);
  const linkText = (id: number) => emulator.linkText(id)?.replace(/^[^;]*/, "");
  for (let y = 0; y < rows; y++) readRowIntoGrid(encodeXtermRow(emulator.screenRow(y), emulator.cols, linkText), grid, y, intern);
  const { x, y } = emulator.cursor();
  return { grid, cursor: { x, y, visible: emulator.modes().cursorVisible } };
}

/** Text of the rows, blanks at their ends left out. */
export function textOf(picture: Picture): string[] {
  return Array.from({ length: picture.grid.rows }, (_, y) => picture.grid.text(y).trimEnd());
}

/** Whether a cell shows anything but the terminal's background. */
function isInked(char: string, style: Style): boolean {
  if (char !== "" && char !== " ") return (style.attr & ATTR.invisible) === 0 || style.bg !== 0;
  return style.bg !== 0 || (style.attr & (ATTR.inverse | ATTR.underlineMask | ATTR.strike | ATTR.overline)) !== 0;
}

/** The style as far as it can be seen: a blank's foreground and weight show nothing. */
function visible(char: string, style: Style): string {
  const blank = char === "" || char === " ";
  const drawn = ATTR.inverse | ATTR.underlineMask | ATTR.strike | ATTR.overline;
  const attr = blank ? style.attr & drawn : style.attr;
  const needsFg = !blank || attr !== 0;
  const needsUl = (attr & ATTR.underlineMask) !== 0;
  return `${blank ? " " : char} ${needsFg ? style.fg : 0} ${style.bg} ${needsUl ? style.ul : 0} ${attr}`;
}

/** Compares two pictures of one size. */
export function compare(wanted: Picture, shown: Picture): Difference {
  const { cols, rows } = wanted.grid;
  let inked = 0;
  let wrong = 0;
  let example: string | undefined;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < cols; x++) {
      const i = y * cols + x;
      const [a, b] = [wanted.grid.char(i), shown.grid.char(i)];
      const [s, t] = [wanted.grid.styleAt(x, y), shown.grid.styleAt(x, y)];
      if (!isInked(a, s) && !isInked(b, t)) continue;
      inked++;
      const [want, have] = [visible(a, s), visible(b, t)];
      if (want === have && wanted.grid.widths[i] === shown.grid.widths[i]) continue;
      wrong++;
      example ??= `row ${y} column ${x}: wanted ${JSON.stringify(want)}, shown ${JSON.stringify(have)}`;
    }
  }
  const [c, d] = [wanted.cursor, shown.cursor];
  const sameCursor = c.visible === d.visible && (!c.visible || (c.x === d.x && c.y === d.y));
  return { inked, wrong, sameCursor, example };
}
