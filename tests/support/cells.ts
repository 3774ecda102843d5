/** Screens as plain text, cell by cell: of an emulator, read by other code than the row codec's, and of a grid. */
import type { Emulator, EmulatorEvents } from "../../src/terminal/emulator.ts";
import { Emulator as RealEmulator } from "../../src/terminal/emulator.ts";
import { ATTR, STYLE_WORDS, type Grid } from "../../src/terminal/grid.ts";
import { CELL, type XtermLine } from "../../src/terminal/xterm/internals.ts";

const SILENT: EmulatorEvents = {
  reply() {}, effect() {}, lineTrimmed() {}, scrollbackCleared() {}, synchronizedEnd() {},
};

export function silentEmulator(cols: number, rows: number, scrollback = 0): Emulator {
  return new RealEmulator({ cols, rows, scrollback }, SILENT);
}

export function write(emulator: Emulator, text: string): void {
  emulator.parse(new TextEncoder().encode(text));
}

function color(word: number): string {
  const mode = word & 0x3000000;
  if (mode === 0) return "-";
  return mode === 0x3000000 ? `#${(word & 0xffffff).toString(16).padStart(6, "0")}` : String(word & 0xff);
}

function gridColor(word: number): string {
  if (word === 0) return "-";
  return word >>> 24 === 2 ? `#${(word & 0xffffff).toString(16).padStart(6, "0")}` : String(word & 0xff);
}

/** One cell of an xterm row: `char width fg bg ul flags underline link`. */
function xtermCell(line: XtermLine, x: number, links: (id: number) => string | undefined): string {
  const [content, fg, bg] = [line._data[x * 3]!, line._data[x * 3 + 1]!, line._data[x * 3 + 2]!];
  let char = content & CELL.combined ? line._combined[x]! : content & 0x1fffff ? String.fromCodePoint(
    content & 0x1fffff,
  ) : "";
  // clusters that no terminal shows in two columns are not shown at all
  if (content & CELL.combined && Bun.stringWidth(char) > 2) char = "\ufffd";
  const extended = bg & CELL.hasExtended ? line._extendedAttrs[x] : undefined;
  const flags = [
    fg & CELL.bold
      && "bold", bg & CELL.dim
        && "dim", bg & CELL.italic && "italic", fg & CELL.blink && "blink", fg & CELL.inverse && "inverse",
    fg & CELL.invisible && "invisible", fg & CELL.strike && "strike", bg & CELL.overline && "overline",
  ].filter(Boolean).join("+");
  const underline = fg & CELL.underline ? extended?.underlineStyle || 1 : 0;
  const link = extended && extended.urlId !== 0 ? (links(extended.urlId) ?? "") : "";
  return `${JSON.stringify(char)} ${content >>> 22} ${color(fg)} ${color(bg)} ${extended ? color(
    extended.underlineColor,
  ) : "-"} ${flags} ${underline} ${link}`;
}

const FLAG_NAMES = ["bold", "dim", "italic", "blink", "inverse", "invisible", "strike", "overline"];

/** One cell of a grid in the same words. */
function gridCell(grid: Grid, i: number, links: (id: number) => string | undefined): string {
  const s = i * STYLE_WORDS;
  const [fg, bg, ul, attr] = [grid.styles[s]!, grid.styles[s + 1]!, grid.styles[s + 2]!, grid.styles[s + 3]!];
  const flags = FLAG_NAMES.filter((_, bit) => attr & (1 << bit)).join("+");
  const line = (attr & ATTR.underlineMask) >> ATTR.underlineShift;
  const number = attr >>> ATTR.linkShift;
  const link = number === 0 ? "" : (links(number) ?? "");
  return `${JSON.stringify(
    grid.char(i),
  )} ${grid.widths[i]} ${gridColor(fg)} ${gridColor(bg)} ${gridColor(ul)} ${flags} ${line} ${link}`;
}

/** Rows of an emulator's screen. */
export function emulatorCells(emulator: Emulator): string[][] {
  const links = (id: number) => emulator.linkText(id);
  return Array.from({ length: emulator.rows }, (_, y) => rowCells(emulator.screenRow(y), emulator.cols, links));
}

/**
 * Cells of a row as a terminal shows them: what a wide character covers is its right half, whatever xterm left there,
 * and a half without its other half is a blank.
 */
export function rowCells(line: XtermLine, cols: number, links: (id: number) => string | undefined): string[] {
  const cells: string[] = [];
  for (let x = 0; x < cols; x++) {
    const cell = xtermCell(line, x, links);
    const width = line._data[x * 3]! >>> 22;
    if (width === 2 && x + 1 < cols) {
      cells.push(cell, "right half");
      x++;
    } else cells.push(width === 1 ? cell : cell.replace(/^".*" [02] /s, '"" 1 '));
  }
  return cells;
}

export function gridCells(grid: Grid, links: (id: number) => string | undefined): string[][] {
  return Array.from({ length: grid.rows }, (_, y) =>
    Array.from(
      { length: grid.cols },
      (_, x) => (grid.widths[y * grid.cols + x] === 0 ? "right half" : gridCell(grid, y * grid.cols + x, links)),
    ));
}

/** The first cells that differ, for an error that can be read; undefined if none does. */
export function cellDifference(actual: string[][], expected: string[][]): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} rows instead of ${expected.length}`;
  for (let y = 0; y < expected.length; y++) {
    if (actual[y]!.length !== expected[y]!.length)
      return `row ${y} has ${actual[y]!.length} columns instead of ${expected[y]!.length}`;
    for (let x = 0; x < expected[y]!.length; x++) {
      if (actual[y]![x] !== expected[y]![x]) {
        const around = (cells: string[]) => cells.slice(Math.max(0, x - 2), x + 3).join(" | ");
        const shown = `  actual:   ${around(actual[y]!)}\n  expected: ${around(expected[y]!)}`;
        return `cell ${x},${y}: ${actual[y]![x]} instead of ${expected[y]![x]}\n${shown}`;
      }
    }
  }
  return undefined;
}

/** The screen as text, rows without trailing blanks. */
export function screenText(emulator: Emulator): string[] {
  return emulatorCells(emulator).map(
    (row) => row.map(
      (cell) => (cell === "right half" ? "" : (JSON.parse(cell.slice(0, cell.indexOf('"', 1) + 1).replace(
        /^"\\"$/, '"\\""',
      )) as string) || " "),
    ).join("").trimEnd(),
  );
}
