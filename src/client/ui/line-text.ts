/** One line of text with a cursor: moves and changes, by graphemes and words. No keys, no drawing. */
import { graphemes } from "../../base/graphemes.ts";
import { cellsWidth, textCells } from "./cell-text.ts";

/** UTF-16 units that a line holds; what goes beyond is not taken in. */
export const LONGEST_LINE = 4096;

/** Which characters make a word: `letters` as readline's M-b and M-f, `blanks` everything between blanks (C-w). */
export type WordKind = "letters" | "blanks";

/** Text as it may stand in a line: line ends and tabs become blanks, other control characters go. */
function lineOf(text: string): string {
  return text.replace(/\r\n|[\r\n\t]/g, " ").replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, "").toWellFormed();
}

function isWord(grapheme: string, kind: WordKind): boolean {
  return kind === "blanks" ? !/^\s/.test(grapheme) : /^[\p{L}\p{N}\p{M}_]/u.test(grapheme);
}

export class LineText {
  private value = "";
  private at = 0;

  get text(): string {
    return this.value;
  }

  /** Offset of the cursor in UTF-16 units, always between graphemes. */
  get cursor(): number {
    return this.at;
  }

  /** Replaces everything; the cursor goes to the end, or to an offset. */
  set(text: string, cursor?: number): void {
    this.value = bounded(lineOf(text), LONGEST_LINE);
    this.at = this.boundary(cursor ?? this.value.length);
  }

  /** Types text at the cursor. What does not fit any more is dropped. */
  insert(text: string): void {
    const added = bounded(lineOf(text), LONGEST_LINE - this.value.length);
    const after = this.at + added.length;
    this.value = this.value.slice(0, this.at) + added + this.value.slice(this.at);
    this.at = this.boundary(after);
  }

  moveTo(offset: number): void {
    this.at = this.boundary(offset);
  }

  /** Offset of the neighbouring grapheme. */
  get before(): number {
    const last = graphemes(this.value.slice(0, this.at)).at(-1);
    return this.at - (last?.length ?? 0);
  }

  get after(): number {
    return this.at + (graphemes(this.value.slice(this.at))[0]?.length ?? 0);
  }

  /** Offset where the word before the cursor begins. */
  wordBefore(kind: WordKind): number {
    const parts = graphemes(this.value.slice(0, this.at));
    let offset = this.at;
    while (parts.length > 0 && !isWord(parts.at(-1)!, kind)) offset -= parts.pop()!.length;
    while (parts.length > 0 && isWord(parts.at(-1)!, kind)) offset -= parts.pop()!.length;
    return offset;
  }

  /** Offset behind the word that follows the cursor. */
  wordEnd(kind: WordKind): number {
    const parts = graphemes(this.value.slice(this.at));
    let i = 0;
    let offset = this.at;
    while (i < parts.length && !isWord(parts[i]!, kind)) offset += parts[i++]!.length;
    while (i < parts.length && isWord(parts[i]!, kind)) offset += parts[i++]!.length;
    return offset;
  }

  /** Offset of the beginning of the next word (vi's w). */
  wordAfter(kind: WordKind): number {
    const parts = graphemes(this.value.slice(this.at));
    let i = 0;
    let offset = this.at;
    while (i < parts.length && isWord(parts[i]!, kind)) offset += parts[i++]!.length;
    while (i < parts.length && !isWord(parts[i]!, kind)) offset += parts[i++]!.length;
    return offset;
  }

  /** Takes out what is between the cursor and an offset. @returns what it was. */
  cut(offset: number): string {
    const to = this.boundary(offset);
    const [from, end] = to < this.at ? [to, this.at] : [this.at, to];
    const removed = this.value.slice(from, end);
    this.value = this.value.slice(0, from) + this.value.slice(end);
    this.at = this.boundary(from);
    return removed;
  }

  /** Swaps the graphemes around the cursor (at the end: the last two) and moves behind them. */
  transpose(): void {
    const middle = this.at === this.value.length ? this.before : this.at;
    const left = graphemes(this.value.slice(0, middle)).at(-1);
    const right = graphemes(this.value.slice(middle))[0];
    if (left === undefined || right === undefined) return;
    const from = middle - left.length;
    const end = middle + right.length;
    this.value = this.value.slice(0, from) + right + left + this.value.slice(end);
    this.at = this.boundary(end);
  }

  /** The grapheme boundary at an offset, or the next one behind it. */
  private boundary(offset: number): number {
    if (offset <= 0) return 0;
    if (offset >= this.value.length) return this.value.length;
    let at = 0;
    for (const part of graphemes(this.value)) {
      if (at >= offset) return at;
      at += part.length;
    }
    return at;
  }
}

function bounded(text: string, longest: number): string {
  if (text.length <= longest) return text;
  let kept = "";
  for (const part of graphemes(text.slice(0, longest + 64))) {
    if (kept.length + part.length > longest) break;
    kept += part;
  }
  return kept;
}

/**
 * The part of a line that is shown in `columns` columns, chosen so that the cursor is in it.
 * @returns the text, and the column of the cursor in it.
 */
export function visibleLine(line: LineText, columns: number): { text: string; cursor: number } {
  const before = textCells(line.text.slice(0, line.cursor));
  const column = cellsWidth(before);
  // One column for the cursor itself.
  let skip = 0;
  let first = 0;
  while (first < before.length && column - skip > Math.max(0, columns - 1)) skip += before[first++]!.width;
  const cells = [...before.slice(first), ...textCells(line.text.slice(line.cursor))];
  let text = "";
  let width = 0;
  for (const cell of cells) {
    if (width + cell.width > columns) break;
    text += cell.char;
    width += cell.width;
  }
  return { text, cursor: column - skip };
}
