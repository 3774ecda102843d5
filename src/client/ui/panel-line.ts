/** One line of a panel: styled pieces on the left and the right, made into text for blessed of an exact width. */
import { ATTR, COLOR } from "../../terminal/grid.ts";
import type { Style } from "../../terminal/grid.ts";
import { cellsWidth, clipCells, textCells } from "./cell-text.ts";
import type { TextCell } from "./cell-text.ts";
import type { GlyphTable } from "./glyph-table.ts";

/** How text looks; colours are palette numbers 0-255, none is the terminal's default. */
export interface Look {
  readonly fg?: number;
  readonly bg?: number;
  readonly bold?: boolean;
  readonly underline?: boolean;
  readonly inverse?: boolean;
}

/** A piece of text. It may hold anything: control characters are made visible. */
export interface Span {
  readonly text: string;
  readonly look?: Look;
}

export interface PanelLine {
  readonly left: readonly Span[];
  /** Stands at the right edge, and is left out where it would take the room of the left. */
  readonly right?: readonly Span[];
  /** Look of the whole line, instead of those of its pieces. */
  readonly look?: Look;
}

/** Looks of the parts of panels. */
export interface PanelTheme {
  readonly selected: Look;
  readonly border: Look;
  readonly title: Look;
  readonly dim: Look;
  readonly accent: Look;
  readonly warning: Look;
}

/** The theme whose selection has a given style (the option mode-style). */
export function panelTheme(selected: Style): PanelTheme {
  return {
    selected: lookOf(selected),
    border: { fg: 8 },
    title: { bold: true },
    dim: { fg: 8 },
    accent: { fg: 2 },
    warning: { fg: 1, bold: true },
  };
}

/** A style in the 256 colours that blessed has. */
export function lookOf(style: Style): Look {
  return {
    fg: paletteNumber(style.fg),
    bg: paletteNumber(style.bg),
    bold: (style.attr & ATTR.bold) !== 0,
    underline: (style.attr & ATTR.underlineMask) !== 0,
    inverse: (style.attr & ATTR.inverse) !== 0,
  };
}

function paletteNumber(color: number): number | undefined {
  if (color === COLOR.default) return undefined;
  if ((color & COLOR.modeMask) === COLOR.palette) return color & 0xff;
  // xterm's cube: levels 0, 95, 135, 175, 215, 255
  const level = (value: number): number => (value < 48 ? 0 : value < 115 ? 1 : Math.floor((value - 35) / 40));
  return 16 + 36 * level((color >> 16) & 0xff) + 6 * level((color >> 8) & 0xff) + level(color & 0xff);
}

/** The SGR sequence of a look; it starts from the look of the element. */
function sgr(look: Look | undefined): string {
  let out = "\x1b[0";
  if (look?.bold) out += ";1";
  if (look?.underline) out += ";4";
  if (look?.inverse) out += ";7";
  if (look?.fg !== undefined) out += `;38;5;${look.fg}`;
  if (look?.bg !== undefined) out += `;48;5;${look.bg}`;
  return `${out}m`;
}

interface Piece {
  readonly cells: readonly TextCell[];
  readonly look?: Look;
}

function piecesOf(spans: readonly Span[]): Piece[] {
  return spans.map((span) => ({ cells: textCells(span.text), look: span.look }));
}

function piecesWidth(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + cellsWidth(piece.cells), 0);
}

/** Leaves out what goes beyond `columns`; the piece that is cut ends in an ellipsis. */
function clipPieces(pieces: readonly Piece[], columns: number): Piece[] {
  if (piecesWidth(pieces) <= columns) return [...pieces];
  const kept: Piece[] = [];
  let room = columns;
  for (const piece of pieces) {
    const width = cellsWidth(piece.cells);
    if (width < room) {
      kept.push(piece);
      room -= width;
      continue;
    }
    // One cell more than fits, so that the ellipsis comes also where this piece would just fit.
    kept.push({ cells: clipCells([...piece.cells, { char: " ", width: 1 }], room), look: piece.look });
    break;
  }
  return kept;
}

/** Content for a box without tags, exactly `columns` wide (at least 1). */
export function encodeLine(line: PanelLine, columns: number, glyphs: GlyphTable): string {
  let right = line.right ? piecesOf(line.right) : [];
  let rightWidth = piecesWidth(right);
  let left = piecesOf(line.left);
  const leftWidth = piecesWidth(left);
  if (rightWidth > 0 && rightWidth + 1 + Math.min(leftWidth, 16) > columns) {
    right = [];
    rightWidth = 0;
  }
  left = clipPieces(left, columns - (rightWidth > 0 ? rightWidth + 1 : 0));
  const gap = Math.max(0, columns - piecesWidth(left) - rightWidth);
  let out = "";
  for (const piece of left) out += sgr(line.look ?? piece.look) + glyphs.encode(piece.cells);
  out += sgr(line.look) + " ".repeat(gap);
  for (const piece of right) out += sgr(line.look ?? piece.look) + glyphs.encode(piece.cells);
  return `${out}\x1b[m`;
}
