/** Numbers for hyperlinks, so that cells stay words. Bounded: the oldest are forgotten and then simply not shown. */

/** Link numbers have 20 bits in a cell's attribute word. All are used before one is used again: a cell may still carry it. */
const LARGEST_NUMBER = 2 ** 20 - 1;
const MOST_LINKS = 65_536;
/** UTF-16 units of all texts together. */
const MOST_TEXT = 8 * 1024 * 1024;
const LONGEST_LINK = 4096;

export class LinkTable {
  private readonly numbers = new Map<string, number>();
  private readonly texts = new Map<number, string>();
  private held = 0;
  private next = 1;

  /** Number of a link `params;uri`; 0, no link, if it is unusable. */
  readonly intern = (text: string): number => {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    if (text.length > LONGEST_LINK || /[\u0000-\u001f\u007f-\u009f]/.test(text)) return 0;
    const number = this.next;
    this.next = number === LARGEST_NUMBER ? 1 : number + 1;
    this.forget(number);
    this.texts.set(number, text);
    this.numbers.set(text, number);
    this.held += text.length;
    while (this.texts.size > MOST_LINKS || this.held > MOST_TEXT) this.forget(this.texts.keys().next().value!);
    return number;
  };

  private forget(number: number): void {
    const text = this.texts.get(number);
    if (text === undefined) return;
    this.texts.delete(number);
    this.numbers.delete(text);
    this.held -= text.length;
  }

  readonly text = (number: number): string | undefined => this.texts.get(number);
}
