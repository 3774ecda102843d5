/**
 * Texts of graphemes as they grow by a code point: programs print few of them, again and again, and a string that was
 * put together anew each time is slow to make, to compare and to encode.
 */

/** Steps that are remembered; then it begins anew. */
const MOST_STEPS = 4096;

export class Clusters {
  private readonly steps = new Map<string, Map<number, string>>();
  private readonly singles = new Map<number, string>();
  private count = 0;

  /** The text of one code point. */
  single(codePoint: number): string {
    const known = this.singles.get(codePoint);
    return known ?? this.remember(this.singles, codePoint, String.fromCodePoint(codePoint));
  }

  /** `text` and one code point more. */
  grown(text: string, codePoint: number): string {
    let next = this.steps.get(text);
    if (next === undefined) this.steps.set(text, (next = new Map<number, string>()));
    const known = next.get(codePoint);
    return known ?? this.remember(next, codePoint, text + String.fromCodePoint(codePoint));
  }

  private remember(table: Map<number, string>, codePoint: number, text: string): string {
    if (++this.count > MOST_STEPS) {
      this.steps.clear();
      this.singles.clear();
      this.count = 0;
    } else table.set(codePoint, text);
    return text;
  }
}
