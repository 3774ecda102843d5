/** Searching: what is looked for, from where, and which of the shown cells match it. */
import type { Position } from "./position.ts";
import type { LineCell } from "./source.ts";
import type { CopyText } from "./text.ts";

/** What somebody searched for. */
export interface SearchTerm {
  readonly pattern: string;
  /** A JavaScript regular expression; otherwise plain text. */
  readonly regex: boolean;
  /** The direction of `search-again`. */
  readonly backward: boolean;
}

/** A match: `length` cells of a line, from `cell` on. */
export interface SearchMatch extends Position {
  readonly length: number;
}

/** The same as a source gives it: in terminal columns. */
export interface FoundColumns {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** Patterns remembered for the prompt. */
const MOST_PATTERNS = 50;
/** Cells before and after the shown ones that are looked at for a match that reaches into them. */
const MARGIN = 200;

/** A pattern without capitals matches both cases, as in tmux. */
export function ignoresCase(pattern: string): boolean {
  return pattern === pattern.toLowerCase();
}

/** A term for what was typed: a pattern that is no regular expression is taken as plain text. */
export function searchTerm(pattern: string, regex: boolean, backward: boolean): SearchTerm {
  return { pattern, regex: regex && compile(pattern, true) !== undefined, backward };
}

function compile(pattern: string, regex: boolean): RegExp | undefined {
  const source = regex ? pattern : pattern.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  try {
    return new RegExp(source, ignoresCase(pattern) ? "giu" : "gu");
  } catch {
    return undefined;
  }
}

/** The matcher of a term, for highlighting. */
export function matcherOf(term: SearchTerm): RegExp | undefined {
  return compile(term.pattern, term.regex);
}

/** Remembers a pattern for the prompt's history, in place. */
export function rememberPattern(patterns: string[], pattern: string): void {
  const known = patterns.indexOf(pattern);
  if (known >= 0) patterns.splice(known, 1);
  patterns.push(pattern);
  if (patterns.length > MOST_PATTERNS) patterns.shift();
}

/** Asks the source for the match next to a position. vi skips one at the position itself, emacs takes it. */
export function findMatch(
  text: CopyText,
  term: SearchTerm,
  at: Position,
  takeHere: boolean,
): Promise<FoundColumns | undefined> {
  const column = text.columnOf(at);
  return text.source.search(term.pattern, {
    regex: term.regex,
    ignoreCase: ignoresCase(term.pattern),
    direction: term.backward ? "backward" : "forward",
    line: at.line,
    column: takeHere && !term.backward ? column - 1 : column,
  });
}

/** What was found, in cells. @throws LineMissing if its line is not here */
export function matchCells(text: CopyText, { line, column, length }: FoundColumns): SearchMatch {
  const cell = text.cellAtColumn(line, column);
  return { line, cell, length: Math.max(1, text.cellAtColumn(line, column + length) - cell) };
}

/** The text of some cells and, per UTF-16 unit, the cell it stands in. */
function unitCells(cells: readonly LineCell[], from: number, to: number): { text: string; units: number[] } {
  let text = "";
  const units: number[] = [];
  for (let cell = from; cell < to; cell++) {
    const char = cells[cell]!.char || " ";
    text += char;
    for (let i = 0; i < char.length; i++) units.push(cell);
  }
  return { text, units };
}

/** The runs of cells [from, to) that match near the cells `from` to `to` of a line, in order. */
export function matchesIn(
  cells: readonly LineCell[],
  from: number,
  to: number,
  matcher: RegExp,
): { from: number; to: number }[] {
  const { text, units } = unitCells(cells, Math.max(0, from - MARGIN), Math.min(cells.length, to + MARGIN));
  const found: { from: number; to: number }[] = [];
  matcher.lastIndex = 0;
  for (const match of text.matchAll(matcher)) {
    if (match[0] === "") continue;
    found.push({ from: units[match.index]!, to: units[match.index + match[0].length - 1]! + 1 });
  }
  return found;
}
