/**
 * Hyperlinks (OSC 8). xterm's own service sets a marker for every link and line, and searches them for every line:
 * 20,000 links take seconds. This table only numbers the texts; numbers that no cell uses any more are given out again.
 */
import type { XtermBuffer, XtermCore, XtermLine } from "./internals.ts";
import { CELL } from "./internals.ts";

/** Links a terminal can hold at once; cells beyond it are printed without one. */
const MOST_LINKS = 8192;
/** UTF-16 units of all their texts. */
const MOST_TEXT = 2 * 1024 * 1024;

export class LinkTable {
  private readonly texts: (string | undefined)[] = [undefined];
  private readonly numbers = new Map<string, number>();
  private free: number[] = [];
  /** Links asked for in vain before it is worth looking for unused ones again. */
  private refusals = 0;
  private held = 0;

  constructor(private readonly core: XtermCore) {}

  /** The number of `params;uri`, at least 1; 0 if the table is full of links in use. */
  intern(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    let number = this.place(text.length);
    if (number === 0 && this.refusals-- <= 0) {
      this.collect();
      number = this.place(text.length);
      if (number === 0) this.refusals = MOST_LINKS / 8;
    }
    if (number === 0) return 0;
    this.texts[number] = text;
    this.numbers.set(text, number);
    this.held += text.length;
    return number;
  }

  /** A number for a text of this length, or 0. */
  private place(length: number): number {
    if (this.held + length > MOST_TEXT) return 0;
    return this.free.pop() ?? (this.texts.length <= MOST_LINKS ? this.texts.length : 0);
  }

  /** `params;uri` of a number. */
  text(number: number): string | undefined {
    return this.texts[number];
  }

  /** Links now held. */
  get size(): number {
    return this.numbers.size;
  }

  clear(): void {
    this.texts.length = 1;
    this.numbers.clear();
    this.free = [];
    this.refusals = 0;
    this.held = 0;
  }

  /** Frees the numbers that neither a cell nor a pen has. */
  private collect(): void {
    const used = new Uint8Array(this.texts.length);
    const { normal, alt } = this.core._bufferService.buffers;
    for (const buffer of [normal, alt]) {
      for (let i = 0; i < buffer.lines.length; i++) markRow(buffer.lines.get(i), used);
      used[penLink(buffer)] = 1;
    }
    used[this.core._inputHandler._curAttrData.extended.urlId] = 1;
    for (let number = 1; number < used.length; number++) {
      const text = this.texts[number];
      if (used[number] === 1 || text === undefined) continue;
      this.texts[number] = undefined;
      this.numbers.delete(text);
      this.held -= text.length;
      this.free.push(number);
    }
  }
}

function penLink(buffer: XtermBuffer): number {
  return buffer.savedCurAttrData.extended.urlId;
}

function markRow(line: XtermLine | undefined, used: Uint8Array): void {
  if (line === undefined) return;
  const data = line._data;
  for (let x = 0; x < line.length; x++) {
    if (data[x * CELL.words + 2]! & CELL.hasExtended) used[line._extendedAttrs[x]?.urlId ?? 0] = 1;
  }
}
