/** Motions between matching brackets: ( ) [ ] { }. */
import type { Position } from "./position.ts";
import type { CopyText } from "./text.ts";
import { afterWord, previousWord } from "./words.ts";

const OPEN = "{[(";
const CLOSE = "}])";
/** What parts words where emacs' motion goes by words for want of a bracket. */
const WORD_SEPARATORS = OPEN + CLOSE;

/** The bracket that closes the one at `at`, an opening one. */
function closing(text: CopyText, at: Position): Position | undefined {
  const open = text.char(at.line, at.cell);
  const close = CLOSE[OPEN.indexOf(open)]!;
  let depth = 0;
  for (let { line, cell } = at; line <= text.last; line++, cell = 0) {
    for (const length = text.length(line); cell < length; cell++) {
      const char = text.char(line, cell);
      if (char === open) depth++;
      else if (char === close && --depth === 0) return { line, cell };
    }
  }
  return undefined;
}

/** The bracket that opens the one at `at`, a closing one. */
function opening(text: CopyText, at: Position): Position | undefined {
  const close = text.char(at.line, at.cell);
  const open = OPEN[CLOSE.indexOf(close)]!;
  let depth = 0;
  let { line, cell } = at;
  for (;;) {
    for (; cell >= 0; cell--) {
      const char = text.char(line, cell);
      if (char === close) depth++;
      else if (char === open && --depth === 0) return { line, cell };
    }
    if (line <= text.first) return undefined;
    cell = text.length(--line) - 1;
  }
}

/** vi's %: the match of the first bracket from `at` to the end of its line. @throws LineMissing, as all of these do */
export function matchingBracket(text: CopyText, at: Position): Position | undefined {
  const length = text.length(at.line);
  for (let cell = at.cell; cell < length; cell++) {
    const char = text.char(at.line, cell);
    if (OPEN.includes(char)) return closing(text, { line: at.line, cell });
    if (CLOSE.includes(char)) return opening(text, { line: at.line, cell });
  }
  return undefined;
}

/** emacs' M-C-f: from an opening bracket here or next to its match; otherwise to the end of the word. */
export function forwardExpression(text: CopyText, at: Position): Position | undefined {
  for (const cell of [at.cell, at.cell + 1]) {
    if (OPEN.includes(text.char(at.line, cell))) return closing(text, { line: at.line, cell });
  }
  return afterWord(text, at, WORD_SEPARATORS);
}

/** From a closing bracket to its match. Elsewhere vi stays; emacs' M-C-b tries one to the left, then goes by words. */
export function backwardExpression(text: CopyText, at: Position, emacs: boolean): Position | undefined {
  for (const cell of emacs ? [at.cell, at.cell - 1] : [at.cell]) {
    if (cell >= 0 && CLOSE.includes(text.char(at.line, cell))) return opening(text, { line: at.line, cell });
  }
  return emacs ? previousWord(text, at, WORD_SEPARATORS) : undefined;
}
