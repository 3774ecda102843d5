/** Searching logical lines: what to look for, where to go on, and the walk over pages of lines. */
import type { Clock } from "../../base/clock.ts";
import { FugueError } from "../../base/errors.ts";
import { imageLine } from "./block.ts";
import { pageText, unitColumns, type LinePage, type PageText } from "./line-text.ts";
import { LiteralMatcher, PatternMatcher, type TextMatcher, type TextSpan } from "./pattern-matcher.ts";
import { PatternProgram } from "./pattern-program.ts";
import { parseLiteral, parsePattern } from "./pattern-syntax.ts";

const DEFAULT_LIMIT = 1000;
const DEFAULT_BUDGET_MS = 20;

/** A place in the logical lines of a pane; `column` counts from the left edge of the unwrapped line. */
export interface LinePosition {
  readonly line: number;
  readonly column: number;
}

/** A match, as columns of one logical line. */
export interface LineMatch extends LinePosition {
  readonly length: number;
}

export type SearchDirection = "forward" | "backward";

/** How far a search goes. */
export interface SearchBounds {
  /** Forward: the first place that counts. Backward: the first that no longer does. Default: the very start or end. */
  readonly from?: LinePosition;
  /** Default: forward. */
  readonly direction?: SearchDirection;
  /** Most matches in one answer; default 1000. */
  readonly limit?: number;
  /** Milliseconds after which the answer is given as it stands; default 20. A call always gets on by a line or more. */
  readonly budgetMs?: number;
}

export interface SearchResult {
  /** In the order in which the search met them. */
  readonly matches: LineMatch[];
  /** Pass as `from` to go on; undefined when all has been searched. */
  readonly next: LinePosition | undefined;
}

/**
 * Prepares a search. A pattern is a JavaScript regular expression without back references and look-around.
 * @throws FugueError `usage` if there is nothing to search for or the pattern cannot be used.
 */
export function compileSearch(text: string, options: { pattern?: boolean; ignoreCase?: boolean } = {}): TextMatcher {
  if (text === "") throw new FugueError("usage", "there is nothing to search for", "give some text");
  const ignoreCase = options.ignoreCase === true;
  if (options.pattern === true) return new PatternMatcher(new PatternProgram(parsePattern(text, ignoreCase)));
  return ignoreCase ? new PatternMatcher(new PatternProgram(parseLiteral(text, true))) : new LiteralMatcher(text);
}

/** One run of a search. */
class Search {
  private readonly matches: LineMatch[] = [];
  private readonly forward: boolean;
  private readonly limit: number;
  private readonly deadline: number;

  constructor(
    private readonly matcher: TextMatcher,
    private readonly bounds: SearchBounds,
    private readonly clock: Clock,
  ) {
    this.forward = bounds.direction !== "backward";
    this.limit = Math.max(1, bounds.limit ?? DEFAULT_LIMIT);
    this.deadline = clock.now() + (bounds.budgetMs ?? DEFAULT_BUDGET_MS);
  }

  run(pages: Iterable<LinePage>): SearchResult {
    for (const page of pages) {
      const next = this.page(page) ?? this.pause(this.forward ? page.firstLine + page.to - page.from : page.firstLine);
      if (next !== undefined) return { matches: this.matches, next };
    }
    return { matches: this.matches, next: undefined };
  }

  /** Where to go on from the start of `line` if the time is up. */
  private pause(line: number): LinePosition | undefined {
    return this.clock.now() >= this.deadline ? { line, column: 0 } : undefined;
  }

  /** @returns where to go on, if the search has to stop within the page. */
  private page(page: LinePage): LinePosition | undefined {
    const text = pageText(page);
    const candidates = this.candidates(text);
    if (!this.forward) candidates.reverse();
    for (const index of candidates) {
      const line = page.firstLine + index;
      const stop = this.line(line, page, index, text.text.slice(text.starts[index]!, text.starts[index + 1]! - 1));
      const next = stop ?? this.pause(this.forward ? line + 1 : line);
      if (next !== undefined) return next;
    }
    return undefined;
  }

  /** Indices of the lines of a page that may have a match. */
  private candidates(page: PageText): number[] {
    const found: number[] = [];
    let line = 0;
    for (let at = 0; (at = this.matcher.probe(page.text, at)) >= 0; at = page.starts[line]!) {
      let high = page.starts.length - 2;
      while (line < high) {
        const middle = (line + high + 1) >> 1;
        if (page.starts[middle]! <= at) line = middle;
        else high = middle - 1;
      }
      found.push(line++);
    }
    return found;
  }

  /** Collects the matches of one line. @returns where to go on, if the limit is reached. */
  private line(line: number, page: LinePage, index: number, text: string): LinePosition | undefined {
    const columns = unitColumns(imageLine(page.image, page.from + index));
    const spans = this.forward ? this.matcher.matches(text) : [...this.matcher.matches(text)].reverse();
    for (const span of spans) {
      const match = { line, ...cellsOf(span, columns) };
      if (!this.counts(match)) continue;
      if (this.matches.length >= this.limit) {
        const last = this.matches[this.matches.length - 1]!;
        return { line, column: last.line !== line ? (this.forward ? 0 : match.column + 1) : this.edge(last) };
      }
      this.matches.push(match);
    }
    return undefined;
  }

  private edge(match: LineMatch): number {
    return this.forward ? match.column + match.length : match.column;
  }

  private counts(match: LineMatch): boolean {
    const { from } = this.bounds;
    if (from === undefined || match.line !== from.line) return true;
    return this.forward ? match.column >= from.column : match.column < from.column;
  }
}

/** The columns of a span of text: whole cells. */
function cellsOf(span: TextSpan, columns: Uint32Array | undefined): { column: number; length: number } {
  if (columns === undefined) return { column: span.start, length: span.end - span.start };
  const last = columns[span.end - 1]!;
  let end = span.end;
  while (end < columns.length - 1 && columns[end] === last) end++;
  return { column: columns[span.start]!, length: columns[end]! - columns[span.start]! };
}

/** Searches pages, given in the direction of the search. @throws FugueError `protocol` on malformed lines. */
export function searchPages(
  pages: Iterable<LinePage>,
  matcher: TextMatcher,
  bounds: SearchBounds,
  clock: Clock,
): SearchResult {
  return new Search(matcher, bounds, clock).run(pages);
}
