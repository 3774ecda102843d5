/** Lines that were entered before, oldest first, bounded, and a walk through them. */

/** Lines kept; older ones are forgotten. */
const MOST_LINES = 500;

export class LineHistory {
  private lines: string[] = [];

  /** @param saved lines from an earlier time, oldest first */
  constructor(saved: readonly string[] = []) {
    for (const line of saved.slice(-MOST_LINES)) this.add(line);
  }

  /** Remembers a line as the newest; an empty one is not remembered, and none twice. */
  add(line: string): void {
    if (line.trim() === "") return;
    this.lines = [...this.lines.filter((known) => known !== line), line].slice(-MOST_LINES);
  }

  /** Oldest first. */
  all(): readonly string[] {
    return this.lines;
  }

  walk(): HistoryWalk {
    return new HistoryWalk(this.lines);
  }
}

/** Steps through history from the newest line; what was being typed is kept as the line after it. */
export class HistoryWalk {
  private at: number;
  private draft = "";

  constructor(private readonly lines: readonly string[]) {
    this.at = lines.length;
  }

  /** The line before, or undefined at the oldest. `current` is what the editor shows now. */
  previous(current: string): string | undefined {
    if (this.at === 0) return undefined;
    if (this.at === this.lines.length) this.draft = current;
    return this.lines[--this.at];
  }

  /** The line after, at last the one that was being typed; undefined there. */
  next(): string | undefined {
    if (this.at === this.lines.length) return undefined;
    this.at++;
    return this.at === this.lines.length ? this.draft : this.lines[this.at];
  }

  /** The newest line before this place that holds a text, or undefined; goes there. */
  search(text: string, current: string): string | undefined {
    for (let i = this.at - 1; i >= 0; i--) {
      if (!this.lines[i]!.includes(text)) continue;
      if (this.at === this.lines.length) this.draft = current;
      this.at = i;
      return this.lines[i];
    }
    return undefined;
  }
}
