/** A pane's logical lines for copy mode, fetched in pages over the server link and kept while copy mode is on. */
import type { LineCell, LineSource, SourceLine } from "../copy/source.ts";
import { readRow } from "../../terminal/row-codec.ts";
import type { ServerLink } from "../connection/server-link.ts";

const PAGE_LINES = 500;
/** Lines of history that come with the screen: over a slow link a whole page of them would be waited for. */
const OPENING_LINES = 150;
/** Lines kept: each cell is an object, so this is some tens of megabytes at the most. */
const MOST_LINES = 6000;

export interface SearchOptions {
  regex: boolean;
  ignoreCase: boolean;
  direction: "forward" | "backward";
  line: number;
  column: number;
}

function decode(bytes: Uint8Array): SourceLine {
  const cells: LineCell[] = [];
  readRow(bytes, () => 0, (char, width, style) => void cells.push({ char, width, style }));
  return { cells };
}

export class HistorySource implements LineSource {
  private readonly lines = new Map<number, SourceLine>();
  private readonly under = new Map<number, Promise<void>>();

  private constructor(
    private readonly link: ServerLink,
    private readonly pane: number,
    readonly first: number,
    readonly end: number,
    /** Where row 0 of the screen begins. */
    readonly screen: { line: number; column: number },
    /** Where each row of the screen begins. */
    readonly rows: readonly { line: number; column: number }[],
    readonly prompts: readonly number[],
    readonly outputs: readonly number[],
  ) {}

  /** Takes the end of a pane's text: the screen and some history before it. */
  static async open(link: ServerLink, pane: number): Promise<HistorySource> {
    const answer = await link.history(pane, -OPENING_LINES, Number.MAX_SAFE_INTEGER);
    const source = new HistorySource(link, pane, answer.first, answer.end, answer.screen, answer.rows, answer.prompts ?? [], answer.outputs ?? []);
    source.keep(answer.from, answer.lines);
    return source;
  }

  private keep(from: number, lines: Uint8Array[]): void {
    lines.forEach((bytes, i) => {
      if (!this.lines.has(from + i)) this.lines.set(from + i, decode(bytes));
    });
    // the lines fetched longest ago go first; they can be fetched again
    for (const n of this.lines.keys()) {
      if (this.lines.size <= MOST_LINES) break;
      this.lines.delete(n);
    }
  }

  line(n: number): SourceLine | undefined {
    return this.lines.get(n);
  }

  async fetch(from: number, to: number): Promise<void> {
    const wanted: Promise<void>[] = [];
    for (let page = Math.floor(Math.max(this.first, from) / PAGE_LINES); page * PAGE_LINES < Math.min(this.end, to); page++) {
      wanted.push(this.fetchPage(page));
    }
    await Promise.all(wanted);
  }

  private fetchPage(page: number): Promise<void> {
    const from = Math.max(this.first, page * PAGE_LINES);
    const to = Math.min(this.end, (page + 1) * PAGE_LINES);
    let missing = from;
    while (missing < to && this.lines.has(missing)) missing++;
    if (missing >= to) return Promise.resolve();
    let pending = this.under.get(page);
    if (!pending) {
      pending = this.load(missing, to).finally(() => this.under.delete(page));
      this.under.set(page, pending);
    }
    return pending;
  }

  private async load(from: number, to: number): Promise<void> {
    while (from < to) {
      const answer = await this.link.history(this.pane, from, to);
      this.keep(answer.from, answer.lines);
      const next = answer.from + answer.lines.length;
      // lines that the history has dropped meanwhile stay empty
      if (answer.lines.length === 0 || next <= from) {
        for (let n = from; n < to; n++) if (!this.lines.has(n)) this.lines.set(n, { cells: [] });
        return;
      }
      from = next;
    }
  }

  async search(pattern: string, options: SearchOptions): Promise<{ line: number; column: number; length: number } | undefined> {
    const { result } = await this.link.command("pane search", {
      target: `%${this.pane}`, pattern, ...options, column: Math.max(0, options.column), inclusive: options.column < 0,
    });
    return (result as { matches: { line: number; column: number; length: number }[] }).matches[0];
  }
}
