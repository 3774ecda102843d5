/** Numbers for hyperlinks, so that cells stay words. Bounded: the oldest are forgotten and then simply not shown. */

/** Link numbers have 20 bits in a cell's attribute word. */
const MOST_LINKS = 65_536;
const LONGEST_LINK = 4096;

export class LinkTable {
  private readonly numbers = new Map<string, number>();
  private readonly texts = new Map<number, string>();
  private next = 1;

  /** Number of a link `params;uri`; 0, no link, if it is unusable. */
  readonly intern = (text: string): number => {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    if (text.length > LONGEST_LINK || /[\u0000-\u001f\u007f-\u009f]/.test(text)) return 0;
    const number = this.next;
    this.next = this.next >= MOST_LINKS ? 1 : this.next + 1;
    const replaced = this.texts.get(number);
    if (replaced !== undefined) this.numbers.delete(replaced);
    this.texts.set(number, text);
    this.numbers.set(text, number);
    return number;
  };

  readonly text = (number: number): string | undefined => this.texts.get(number);
}
