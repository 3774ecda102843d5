/**
 * Widths of characters and the joining of graphemes (Unicode 15), as xterm's grapheme provider decides them, kept in
 * tables: its own look-up walks a compressed trie for every character.
 *
 * A join state is what xterm calls precedingJoinState: break kind << 3 | width << 1 | joined, or 0 at the start of a
 * run of text.
 */

/** Break kinds of UAX #29 in xterm's numbering, each with a character that has it. */
const EXAMPLES = [0x61, 0x600, 0x300, 0x1f1e6, 0x903, 0x1100, 0x1160, 0x11a8, 0xac00, 0xac01, 0x200d, 0x1f600];
/**
 * Wide characters that the provider's tables, which stop at Unicode 13, have as narrow: kana, ideographic description
 * characters and emoji of Unicode 14 to 15.1, and the emoji of 16 and 17 (EastAsianWidth.txt, emoji-data.txt).
 */
const WIDE_SINCE_14: readonly (readonly [first: number, last: number])[] = [
  [0x2ffc, 0x2fff], [0x31ef, 0x31ef], [0x1aff0, 0x1aff3], [0x1aff5, 0x1affb], [0x1affd, 0x1affe],
  [0x1b11f, 0x1b122], [0x1b132, 0x1b132], [0x1b155, 0x1b155], [0x1f6d8, 0x1f6d8], [0x1f6dc, 0x1f6df],
  [0x1f7f0, 0x1f7f0], [0x1f979, 0x1f979], [0x1f9cc, 0x1f9cc], [0x1fa75, 0x1fa77], [0x1fa7b, 0x1fa7c],
  [0x1fa87, 0x1fa8a], [0x1fa8e, 0x1fa8f], [0x1faa9, 0x1faaf], [0x1fab7, 0x1fabf], [0x1fac3, 0x1fac6],
  [0x1fac8, 0x1fac8], [0x1facd, 0x1facf], [0x1fad7, 0x1fadc], [0x1fadf, 0x1faea], [0x1faef, 0x1faf8],
];
const WIDE_INFO = 2 << 4;
const KIND_MASK = 15;
const MOST_STATES = 4096;
const PAGE_SIZE = 256;

/** Something that knows the properties of characters: xterm's grapheme provider. */
export interface CharProperties {
  charProperties(codePoint: number, preceding: number): number;
}

/** One table for all emulators of the process; pages are filled when a character of theirs is first seen. */
export class Widths {
  /** Per code point `kind | width << 4`, in pages of 256. */
  private readonly pages: (Uint8Array | undefined)[] = new Array(0x110000 / PAGE_SIZE).fill(undefined);
  private readonly joining = new Uint8Array(256);
  /** Join states after a character that joins, by the state before * 2^21 + code point. */
  private readonly states = new Map<number, number>();

  constructor(private readonly source: CharProperties) {
    for (let before = 0; before < EXAMPLES.length; before++) {
      for (let after = 0; after < EXAMPLES.length; after++) {
        const joined = source.charProperties(EXAMPLES[after]!, (before << 3) | 2) & 1;
        this.joining[before * 16 + after] = joined;
      }
    }
  }

  /** `kind | width << 4` of a code point below 0x110000. */
  info(codePoint: number): number {
    const page = this.pages[codePoint >> 8];
    return page === undefined ? this.fill(codePoint >> 8)[codePoint & 255]! : page[codePoint & 255]!;
  }

  /** Whether a character of this info continues the grapheme that ended in join state `preceding`. */
  joins(preceding: number, info: number): boolean {
    return preceding !== 0 && this.joining[((preceding >> 3) & KIND_MASK) * 16 + (info & KIND_MASK)] === 1;
  }

  /** The join state after a character that joins; its width is at bits 1 and 2. */
  joined(codePoint: number, preceding: number): number {
    const key = preceding * 0x200000 + codePoint;
    const known = this.states.get(key);
    if (known !== undefined) return known;
    if (this.states.size >= MOST_STATES) this.states.clear();
    const state = this.source.charProperties(codePoint, preceding);
    this.states.set(key, state);
    return state;
  }

  private fill(number: number): Uint8Array {
    const page = new Uint8Array(PAGE_SIZE);
    for (let i = 0; i < PAGE_SIZE; i++) {
      const properties = this.source.charProperties(number * PAGE_SIZE + i, 0);
      page[i] = ((properties >> 3) & KIND_MASK) | (((properties >> 1) & 3) << 4);
    }
    const start = number * PAGE_SIZE;
    for (const [first, last] of WIDE_SINCE_14) {
      for (let code = Math.max(first, start); code <= Math.min(last, start + PAGE_SIZE - 1); code++) {
        page[code - start] = (page[code - start]! & KIND_MASK) | WIDE_INFO;
      }
    }
    this.pages[number] = page;
    return page;
  }
}
