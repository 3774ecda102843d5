/**
 * What a terminal shows, cell by cell, as data to compare. Only what can be seen counts: an empty cell is a blank, a
 * blank has no foreground unless something of it is drawn, and the two ways to name the first 16 colours are one.
 */
import type { Emulator } from "../../src/terminal/emulator.ts";
import { CELL, type XtermLine } from "../../src/terminal/xterm/internals.ts";

/** One cell: character, then how it looks. `width` 0 is the right half of a wide one. */
export interface CellLook {
  char: string;
  width: number;
  look: string;
}

function color(word: number): string {
  const value = word & CELL.colorMask;
  switch (word & CELL.colorMode) {
    case 0:
      return "-";
    case CELL.colorRgb:
      return `#${value.toString(16).padStart(6, "0")}`;
    default:
      return String(value & 0xff);
  }
}

function flags(fg: number, bg: number): string {
  const named: [boolean, string][] = [
    [(fg & CELL.bold) !== 0, "bold"], [(bg & CELL.dim) !== 0, "dim"], [(bg & CELL.italic) !== 0, "italic"],
    [(fg & CELL.blink) !== 0, "blink"], [(fg & CELL.inverse) !== 0, "inverse"], [
      (fg & CELL.invisible) !== 0, "invisible",
    ],
    [(fg & CELL.strike) !== 0, "strike"], [(bg & CELL.overline) !== 0, "overline"],
  ];
  return named.filter(([on]) => on).map(([, name]) => name).join("+");
}

/** Style, colour and link of a cell's underline. */
function extended(line: XtermLine, x: number, link: (id: number) => string | undefined): string {
  const fg = line._data[x * CELL.words + 1]!;
  const bg = line._data[x * CELL.words + 2]!;
  const more = bg & CELL.hasExtended ? line._extendedAttrs[x] : undefined;
  const style = more?.underlineStyle ?? 0;
  const underlined = style > 0 || (fg & CELL.underline) !== 0;
  // an underline colour is three words of xterm in one: mode and value as in fg
  const isDefault = more?.underlineColor === undefined || ~more.underlineColor === 0;
  const underline = underlined ? `u${style || 1}:${color(isDefault ? 0 : more.underlineColor)}` : "";
  const uri = more?.urlId ? (link(more.urlId) ?? "").replace(/^[^;]*;/, "") : "";
  return `${underline} ${uri}`;
}

function cellAt(line: XtermLine, x: number, link: (id: number) => string | undefined): CellLook {
  const [content, fg, bg] = [
    line._data[x * CELL.words]!, line._data[x * CELL.words + 1]!, line._data[x * CELL.words + 2]!,
  ];
  const width = content >>> CELL.widthShift;
  const code = content & CELL.codePointMask;
  const empty = width === 0 ? "" : " ";
  const single = code === 0 ? empty : String.fromCodePoint(code);
  const char = content & CELL.combined ? (line._combined[x] ?? "") : single;
  const more = extended(line, x, link);
  const attributes = flags(fg, bg);
  const drawn = char.trim() !== "" || more.trim() !== "" || /inverse|strike|overline/.test(attributes);
  const look = drawn ? `${color(fg)} on ${color(bg)} ${attributes} ${more}` : `on ${color(bg)}`;
  return { char, width, look: width === 0 ? "" : look.trim() };
}

/** Every cell of the screen. */
export function cellsOf(emulator: Emulator, rows = emulator.rows): CellLook[][] {
  const link = (id: number) => emulator.linkText(id);
  return Array.from(
    { length: rows }, (_, y) => Array.from({ length: emulator.cols }, (_, x) => cellAt(emulator.screenRow(y), x, link)),
  );
}

/** Rows as text in which each change of look is named: short enough to read in a failed comparison. */
export function styledScreen(emulator: Emulator, rows = emulator.rows): string[] {
  return cellsOf(emulator, rows).map((row) => {
    let text = "";
    let before = "on -";
    for (const { char, width, look } of row) {
      if (width === 0) continue;
      if (look !== before) text += `{${look}}`;
      before = look;
      text += char;
    }
    return text.trimEnd();
  });
}

/** Where two screens differ, as lines to read; none if they are the same. */
export function differences(expected: Emulator, actual: Emulator, rows = expected.rows): string[] {
  const [a, b] = [cellsOf(expected, rows), cellsOf(actual, rows)];
  const found: string[] = [];
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < expected.cols; x++) {
      const [one, other] = [a[y]![x]!, b[y]![x]!];
      if (one.char === other.char && one.width === other.width && one.look === other.look) continue;
      found.push(`${x},${y}: ${JSON.stringify(one)} became ${JSON.stringify(other)}`);
    }
  }
  return found;
}

/** Cells with something to see in them. */
export function inkedCells(emulator: Emulator, rows = emulator.rows): number {
  return cellsOf(emulator, rows).flat().filter(({ char, look }) => char.trim() !== "" || look !== "on -").length;
}
