/** Completion of what stands before the cursor of a line: the common beginning first, then candidate by candidate. */
import type { LineEditor } from "./line-editor.ts";

export interface Candidate {
  /** What is put in. */
  readonly text: string;
  /** A few words about it. */
  readonly help?: string;
}

export interface Completion {
  /** Offset in the line, in UTF-16 units, of what the candidates replace; it goes up to the cursor. */
  readonly from: number;
  readonly candidates: readonly (string | Candidate)[];
}

/** Says what can stand at the cursor. Must be quick: it runs between a key and the screen. */
export type Complete = (text: string, cursor: number) => Completion;

/** Candidates that are listed; more are left out. */
const MOST_CANDIDATES = 500;

export class CompletionList {
  /** What there is to choose from; empty: the list is not shown. */
  candidates: readonly Candidate[] = [];
  /** Index of the candidate that stands in the line; -1 before the first Tab that chooses. */
  index = -1;
  private from = 0;

  constructor(private readonly editor: LineEditor, private readonly complete: Complete) {}

  get isOpen(): boolean {
    return this.candidates.length > 0;
  }

  close(): void {
    this.candidates = [];
    this.index = -1;
  }

  /** Tab (or S-Tab: backwards). */
  next(backwards: boolean): void {
    if (this.isOpen) return this.step(backwards ? -1 : 1);
    const { text, line } = this.editor;
    const { from, candidates } = this.complete(text, line.cursor);
    const known = candidates.slice(0, MOST_CANDIDATES).map((one) => (typeof one === "string" ? { text: one } : one));
    this.from = Math.max(0, Math.min(from, line.cursor));
    if (known.length === 0) return;
    if (known.length === 1) return this.put(`${known[0]!.text} `);
    const typed = text.slice(this.from, line.cursor);
    const common = commonStart(known.map((one) => one.text));
    if (common.length > typed.length && common.startsWith(typed)) this.put(common);
    this.candidates = known;
    this.index = -1;
  }

  /** Puts another candidate into the line. */
  step(by: number): void {
    const count = this.candidates.length;
    if (count === 0) return;
    this.index = this.index < 0 && by < 0 ? count - 1 : (this.index + by + count) % count;
    this.put(this.candidates[this.index]!.text);
  }

  /** Puts a candidate in and closes the list. */
  take(index: number): void {
    const candidate = this.candidates[index];
    if (!candidate) return;
    this.put(candidate.text);
    this.close();
  }

  private put(text: string): void {
    const { editor } = this;
    const rest = editor.text.slice(editor.line.cursor);
    const added = text.endsWith(" ") && rest.startsWith(" ") ? text.slice(0, -1) : text;
    editor.set(editor.text.slice(0, this.from) + added + rest, this.from + added.length);
  }
}

/** The beginning that all texts share, not ending within a surrogate pair. */
function commonStart(texts: readonly string[]): string {
  let common = texts[0] ?? "";
  for (const text of texts) {
    let i = 0;
    while (i < common.length && i < text.length && common[i] === text[i]) i++;
    common = common.slice(0, i);
  }
  return common.isWellFormed() ? common : common.slice(0, -1);
}
