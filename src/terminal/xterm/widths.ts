/**
 * Widths of characters and the joining of graphemes (Unicode 15), as xterm's grapheme provider decides them, kept in
 * tables: its own look-up walks a compressed trie for every character.
 *
 * A join state is what xterm calls precedingJoinState: break kind << 3 | width << 1 | joined, or 0 at the start of a
 * run of text.
 */

/** Break kinds of UAX #29 in xterm's numbering, each with a character that has it. */
const EXAMPLES = [0x61, 0x600, 0x300, 0x1f1e6, 0x903, 0x1100, 0x1160, 0x11a8, 0xac00, 0xac01, 0x200d, 0x1f600];
const KIND_MASK = 15;
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
    return this.source.charProperties(codePoint, preceding);
  }

  private fill(number: number): Uint8Array {
    const page = new Uint8Array(PAGE_SIZE);
    for (let i = 0; i < PAGE_SIZE; i++) {
      const properties = this.source.charProperties(number * PAGE_SIZE + i, 0);
      page[i] = ((properties >> 3) & KIND_MASK) | (((properties >> 1) & 3) << 4);
    }
    this.pages[number] = page;
    return page;
  }
}
