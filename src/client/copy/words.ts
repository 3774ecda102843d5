/**
 * Motions by words. A word is a run of separators or a run of other characters; blanks and the ends of lines part
 * words. With no separators, words are what blanks part (vi's W, B, E).
 */
import { comparePositions } from "./position.ts";
import type { Position } from "./position.ts";
import { isBlank } from "./text.ts";
import type { CopyText } from "./text.ts";

type Kind = "blank" | "separator" | "letter";

function kindAt(text: CopyText, line: number, cell: number, separators: string): Kind {
  const char = text.char(line, cell);
  if (isBlank(char)) return "blank";
  return separators.includes(char) ? "separator" : "letter";
}

/** The end (exclusive) of the run of one kind that `cell` is in. */
function runEnd(text: CopyText, line: number, cell: number, separators: string): number {
  const kind = kindAt(text, line, cell, separators);
  const length = text.length(line);
  let end = cell;
  while (end < length && kindAt(text, line, end, separators) === kind) end++;
  return end;
}

function runStart(text: CopyText, line: number, cell: number, separators: string): number {
  const kind = kindAt(text, line, cell, separators);
  let start = cell;
  while (start > 0 && kindAt(text, line, start - 1, separators) === kind) start--;
  return start;
}

/** The next place from `at` on that is not blank, or the end of the text. */
function skipBlanks(text: CopyText, at: Position): Position {
  let { line, cell } = at;
  for (;;) {
    const length = text.length(line);
    while (cell < length && isBlank(text.char(line, cell))) cell++;
    if (cell < length) return { line, cell };
    if (line >= text.last) return { line, cell: length };
    line++;
    cell = 0;
  }
}

/** The last place before `at` that is not blank, or undefined if there is none. */
function skipBlanksBack(text: CopyText, at: Position): Position | undefined {
  let { line, cell } = at;
  for (;;) {
    while (cell > 0) if (!isBlank(text.char(line, --cell))) return { line, cell };
    if (line <= text.first) return undefined;
    cell = text.length(--line);
  }
}

/** The start of the next word. @throws LineMissing, as all of these do */
export function nextWord(text: CopyText, at: Position, separators: string): Position {
  const { line, cell } = at;
  if (kindAt(text, line, cell, separators) === "blank") return skipBlanks(text, at);
  return skipBlanks(text, { line, cell: runEnd(text, line, cell, separators) });
}

/** The place after the end of this word or, behind it, of the next one: emacs' M-f. */
export function afterWord(text: CopyText, at: Position, separators: string): Position {
  const { line, cell } = skipBlanks(text, at);
  return { line, cell: runEnd(text, line, cell, separators) };
}

/** The last character of this word or, if `at` is on it, of the next one: vi's e. Without one, where it is. */
export function wordEnd(text: CopyText, at: Position, separators: string): Position {
  const { line, cell } = afterWord(text, { line: at.line, cell: at.cell + 1 }, separators);
  const end = { line, cell: Math.max(0, cell - 1) };
  return comparePositions(end, at) < 0 ? at : end;
}

/** The start of this word or, if `at` is on it, of the one before. */
export function previousWord(text: CopyText, at: Position, separators: string): Position {
  const end = skipBlanksBack(text, at);
  if (end === undefined) return { line: text.first, cell: 0 };
  return { line: end.line, cell: runStart(text, end.line, end.cell, separators) };
}

/** The last character of the word before: vi's ge. */
export function previousWordEnd(text: CopyText, at: Position, separators: string): Position {
  const { line } = at;
  const inWord = kindAt(text, line, at.cell, separators) !== "blank";
  const cell = inWord ? runStart(text, line, at.cell, separators) : at.cell;
  return skipBlanksBack(text, { line, cell }) ?? { line: text.first, cell: 0 };
}

/** The cells [from, to) of the word at a place; on a blank, of the word before it in the line, else nothing. */
export function wordAt(text: CopyText, at: Position, separators: string): { from: number; to: number } {
  const { line } = at;
  let cell = at.cell;
  while (cell > 0 && kindAt(text, line, cell, separators) === "blank") cell--;
  if (kindAt(text, line, cell, separators) === "blank") return { from: at.cell, to: at.cell };
  return { from: runStart(text, line, cell, separators), to: runEnd(text, line, cell, separators) };
}

/** The word of letters at a place or the next one in its line: what vi's * looks for. Empty if there is none. */
export function wordText(text: CopyText, at: Position, separators: string): string {
  const { line } = at;
  const length = text.length(line);
  let cell = at.cell;
  while (cell < length && kindAt(text, line, cell, separators) !== "letter") cell++;
  if (cell >= length) return "";
  let word = "";
  const end = runEnd(text, line, cell, separators);
  for (let i = runStart(text, line, cell, separators); i < end; i++) word += text.char(line, i);
  return word;
}
