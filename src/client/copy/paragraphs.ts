/** Motions by paragraphs: runs of lines that are not empty. */
import type { Position } from "./position.ts";
import type { CopyText } from "./text.ts";

/** The end of the next empty line after some text, or the end of the text. @throws LineMissing */
export function nextParagraph(text: CopyText, at: Position): Position {
  let { line } = at;
  while (line < text.last && text.length(line) === 0) line++;
  while (line < text.last && text.length(line) > 0) line++;
  return { line, cell: text.length(line) };
}

/** The empty line before this paragraph, or the start of the text. @throws LineMissing */
export function previousParagraph(text: CopyText, at: Position): Position {
  let { line } = at;
  while (line > text.first && text.length(line) === 0) line--;
  while (line > text.first && text.length(line) > 0) line--;
  return { line, cell: 0 };
}

/** The first character of a line that is not blank; in an empty line the place itself. @throws LineMissing */
export function indentation(text: CopyText, at: Position): Position {
  const length = text.length(at.line);
  for (let cell = 0; cell < length; cell++) {
    if (text.char(at.line, cell).trim() !== "") return { line: at.line, cell };
  }
  return at;
}
