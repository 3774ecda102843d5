/**
 * Rows of a checkpoint: every word of every cell comes back as it was, which the row codec of frames and history does
 * not promise (it drops protection and the difference between two ways to name a palette colour).
 *
 *   row   := wrapped (varint 0 or 1), run*         until all columns are there
 *   run   := header varint = cells * 8 + kind      0: the rest of the row is empty and plain
 *            style varint: 0 a new one follows, else the number of one seen before, from 1
 *            1 empty cells   2 narrow, 3 wide characters: byte length, UTF-8 (a wide one takes two columns)
 *            4 one grapheme: content word, string   5 any content words, a varint each
 *   style := fg varint, bg varint, [underline word varint, link string]
 */
import { ByteReader, ByteWriter } from "../../base/bytes.ts";
import { FugueError } from "../../base/errors.ts";
import { CELL, type XtermExtended, type XtermLine } from "./internals.ts";
import type { LinkTable } from "./links.ts";
import { forgetExtent } from "./row-extent.ts";

const W = CELL.words;
const REST = 0;
const EMPTY = 1;
const NARROW = 2;
const WIDE = 3;
const GRAPHEME = 4;
const RAW = 5;

interface StyleWords {
  fg: number;
  bg: number;
  extended: XtermExtended | undefined;
}

/** Writes extended attributes: underline word and link text. */
export function writeExtended(out: ByteWriter, extended: XtermExtended | undefined, links: LinkTable): void {
  out.varint((extended?.ext ?? 0) >>> 0);
  out.string(links.text(extended?.urlId ?? 0) ?? "");
}

/** Reads what `writeExtended` wrote into a new object of the kind of `model`. */
export function readExtended(input: ByteReader, model: XtermExtended, links: LinkTable): XtermExtended {
  const extended = model.clone();
  extended.ext = input.varint() | 0;
  const link = input.string();
  extended.urlId = link === "" ? 0 : links.intern(link);
  return extended;
}

function kindAt(data: Uint32Array, x: number, cols: number): number {
  const i = x * W;
  const content = data[i]!;
  if (content === CELL.empty) return EMPTY;
  if (content & CELL.combined) return GRAPHEME;
  const width = content >>> CELL.widthShift;
  if ((content & CELL.codePointMask) === 0 || width === 0 || width > 2) return RAW;
  if (width === 1) return NARROW;
  if (x + 1 >= cols || data[i + W] !== 0) return RAW;
  return data[i + W + 1] === data[i + 1] && data[i + W + 2] === data[i + 2] ? WIDE : RAW;
}

/** Writes the rows of one checkpoint; styles are numbered across all of them. */
export class RowWriter {
  private readonly styles = new Map<string, number>();

  constructor(private readonly out: ByteWriter, private readonly links: LinkTable) {}

  row(line: XtermLine, cols: number): void {
    const { out } = this;
    const data = line._data;
    out.varint(line.isWrapped ? 1 : 0);
    let end = cols;
    while (end > 0 && data[(end - 1) * W] === CELL.empty && data[end * W - 2] === 0 && data[end * W - 1] === 0) end--;
    for (let x = 0; x < end; ) x = this.run(line, x, end, cols);
    if (end < cols) out.varint(REST);
  }

  /** Writes the run that begins at `x` and returns the column after it. */
  private run(line: XtermLine, from: number, end: number, cols: number): number {
    const { out } = this;
    const data = line._data;
    const kind = kindAt(data, from, cols);
    const step = kind === WIDE ? 2 : 1;
    const extended = line._extendedAttrs[from];
    const [fg, bg] = [data[from * W + 1]!, data[from * W + 2]!];
    let x = from;
    const fits = (at: number): boolean => {
      if (kindAt(data, at, cols) !== kind || data[at * W + 1] !== fg || data[at * W + 2] !== bg) return false;
      return (bg & CELL.hasExtended) === 0 || same(line._extendedAttrs[at], extended);
    };
    do x += step;
    while (x < end && kind !== GRAPHEME && fits(x));
    out.varint(((x - from) / step) * 8 + kind);
    this.style(fg, bg, extended);
    if (kind === NARROW || kind === WIDE) {
      let text = "";
      for (let c = from; c < x; c += step) text += String.fromCodePoint(data[c * W]! & CELL.codePointMask);
      out.string(text);
    } else if (kind === GRAPHEME) {
      out.varint(data[from * W]!);
      out.string(line._combined[from] ?? "");
    } else if (kind === RAW) for (let c = from; c < x; c++) out.varint(data[c * W]!);
    return x;
  }

  private style(fg: number, bg: number, extended: XtermExtended | undefined): void {
    const more = (bg & CELL.hasExtended) !== 0;
    const key = more ? `${fg},${bg},${extended?.ext ?? 0},${extended?.urlId ?? 0}` : `${fg},${bg}`;
    const known = this.styles.get(key);
    this.out.varint(known ?? 0);
    if (known !== undefined) return;
    this.styles.set(key, this.styles.size + 1);
    this.out.varint(fg);
    this.out.varint(bg);
    if (more) writeExtended(this.out, extended, this.links);
  }
}

function same(a: XtermExtended | undefined, b: XtermExtended | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.ext === b.ext && a.urlId === b.urlId);
}

/** Reads what a RowWriter wrote. Its methods throw FugueError `protocol` on malformed bytes. */
export class RowReader {
  private readonly styles: StyleWords[] = [];

  /** `model` is an object of the kind that extended attributes are. */
  constructor(
    private readonly input: ByteReader,
    private readonly links: LinkTable,
    private readonly model: XtermExtended,
  ) {}

  /** Fills an empty line. */
  row(line: XtermLine, cols: number): void {
    line.isWrapped = this.input.varint() === 1;
    forgetExtent(line);
    for (let x = 0; x < cols; ) {
      const header = this.input.varint();
      if (header === REST) return;
      const cells = Math.floor(header / 8);
      const kind = header % 8;
      const columns = kind === WIDE ? cells * 2 : cells;
      if (cells === 0 || x + columns > cols || (kind === GRAPHEME && cells !== 1)) throw malformed();
      const style = this.style();
      this.contents(line, x, cells, kind);
      for (let c = x; c < x + columns; c++) {
        line._data[c * W + 1] = style.fg;
        line._data[c * W + 2] = style.bg;
        if (style.extended !== undefined) line._extendedAttrs[c] = style.extended;
      }
      x += columns;
    }
  }

  private contents(line: XtermLine, x: number, cells: number, kind: number): void {
    const { input } = this;
    const data = line._data;
    if (kind === EMPTY) for (let c = 0; c < cells; c++) data[(x + c) * W] = CELL.empty;
    else if (kind === RAW) for (let c = 0; c < cells; c++) data[(x + c) * W] = input.varint();
    else if (kind === GRAPHEME) {
      data[x * W] = input.varint();
      line._combined[x] = input.string();
    } else if (kind === NARROW || kind === WIDE) {
      const text = [...input.string()];
      if (text.length !== cells) throw malformed();
      const step = kind === WIDE ? 2 : 1;
      text.forEach((char, n) => {
        data[(x + n * step) * W] = char.codePointAt(0)! | (step << CELL.widthShift);
        if (step === 2) data[(x + n * step + 1) * W] = 0;
      });
    } else throw malformed();
  }

  private style(): StyleWords {
    const { input } = this;
    const number = input.varint();
    if (number > this.styles.length) throw malformed();
    if (number > 0) return this.styles[number - 1]!;
    const fg = input.varint();
    const bg = input.varint();
    const extended = bg & CELL.hasExtended ? readExtended(input, this.model, this.links) : undefined;
    const style = { fg, bg, extended };
    this.styles.push(style);
    return style;
  }
}

function malformed(): FugueError {
  return new FugueError("protocol", "malformed row in a checkpoint");
}
