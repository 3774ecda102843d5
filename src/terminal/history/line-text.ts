/** The text of packed lines: empty cells as blanks, empties at the end left out. And the way back, text to columns. */
import { FugueError } from "../../base/errors.ts";
import { type LineImage, lineEnd } from "./block.ts";
import { KIND, RunCursor } from "./run-cursor.ts";

const NEWLINE = 0x0a;
const FIRST_TEXT_BYTES = 128 * 1024;
/** Up to this length a loop is faster than a view and a `set`. */
const SHORT_COPY = 128;

const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
const cursor = new RunCursor(new Uint8Array(0), 0, 0);

/** Lines `from` up to `to` (exclusive) of an image, the first of them being number `firstLine`. */
export interface LinePage {
  readonly image: LineImage;
  readonly from: number;
  readonly to: number;
  readonly firstLine: number;
}

/** A growing UTF-8 buffer for text. */
class TextBuffer {
  private data = new Uint8Array(FIRST_TEXT_BYTES);
  private length = 0;

  clear(): void {
    this.length = 0;
  }

  private need(more: number): void {
    if (this.length + more <= this.data.length) return;
    const grown = new Uint8Array(Math.max(this.data.length * 2, this.length + more));
    grown.set(this.data.subarray(0, this.length));
    this.data = grown;
  }

  newline(): void {
    this.need(1);
    this.data[this.length++] = NEWLINE;
  }

  copy(bytes: Uint8Array, from: number, to: number): void {
    this.need(to - from);
    const { data } = this;
    if (to - from > SHORT_COPY) {
      data.set(bytes.subarray(from, to), this.length);
      this.length += to - from;
      return;
    }
    let at = this.length;
    for (let i = from; i < to; i++) data[at++] = bytes[i]!;
    this.length = at;
  }

  /** Appends the text of the packed line in bytes `from` up to `to`. */
  line(bytes: Uint8Array, from: number, to: number): void {
    cursor.reset(bytes, from + 1, to);
    let content = this.length;
    while (cursor.next()) {
      if (cursor.kind === KIND.empty) {
        this.need(cursor.cells);
        this.data.fill(0x20, this.length, this.length + cursor.cells);
        this.length += cursor.cells;
        continue;
      }
      if (cursor.kind === KIND.graphemes) this.graphemes(bytes, cursor.from, cursor.to);
      else this.copy(bytes, cursor.from, cursor.to);
      content = this.length;
    }
    this.length = content;
  }

  private graphemes(bytes: Uint8Array, from: number, to: number): void {
    for (let at = from; at < to; ) {
      const size = sizeAt(bytes, at);
      at += varintLength(bytes, at);
      this.copy(bytes, at, at + (size >>> 1));
      at += size >>> 1;
    }
  }

  /** Everything since `clear`, decoded. */
  decode(): { text: string; ascii: boolean } {
    const text = decoder.decode(this.data.subarray(0, this.length));
    return { text, ascii: text.length === this.length };
  }

  get bytes(): number {
    return this.length;
  }
}

let shared: TextBuffer | undefined;

function buffer(): TextBuffer {
  shared ??= new TextBuffer();
  shared.clear();
  return shared;
}

/** The varint at `at` (of a size that a checked cursor has already passed over). */
function sizeAt(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = bytes[at++]!;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  throw new FugueError("protocol", "a grapheme of the history is too long");
}

function varintLength(bytes: Uint8Array, at: number): number {
  let length = 1;
  while (bytes[at + length - 1]! >= 0x80) length++;
  return length;
}

/** The text of one packed line. @throws FugueError `protocol` on malformed bytes. */
export function lineText(bytes: Uint8Array): string {
  const out = buffer();
  out.line(bytes, 0, bytes.length);
  return out.decode().text;
}

/** The text of many lines in one string, each ended by a newline: what a search scans. */
export interface PageText {
  readonly text: string;
  /** Where each line begins in `text`, and, last, the length of `text`. */
  readonly starts: Uint32Array;
}

/** Collects the text of a page. @throws FugueError `protocol` on malformed bytes. */
export function pageText(page: LinePage): PageText {
  const out = buffer();
  const lines = page.to - page.from;
  const starts = new Uint32Array(lines + 1);
  for (let i = 0; i < lines; i++) {
    starts[i] = out.bytes;
    const { image } = page;
    out.line(image.bytes, image.starts[page.from + i]!, lineEnd(image, page.from + i));
    out.newline();
  }
  const { text, ascii } = out.decode();
  starts[lines] = text.length;
  if (!ascii) for (let i = 1, at = 0; i < lines; i++) starts[i] = at = text.indexOf("\n", at) + 1;
  return { text, starts };
}

/**
 * The column in which each UTF-16 unit of a line's text stands, and, last, the column after it. Undefined if unit n
 * stands in column n throughout.
 */
export function unitColumns(bytes: Uint8Array): Uint32Array | undefined {
  const run = new RunCursor(bytes, 1, bytes.length);
  let uniform = true;
  while (run.next() && uniform) {
    uniform = run.kind === KIND.empty || (run.kind === KIND.narrow && run.to - run.from === run.cells);
  }
  if (uniform) return undefined;
  const columns: number[] = [];
  let column = 0;
  let content = 0;
  const cell = (units: number, width: number): void => {
    for (let n = 0; n < units; n++) columns.push(column);
    column += width;
  };
  run.reset(bytes, 1, bytes.length);
  while (run.next()) {
    if (run.kind === KIND.graphemes) eachGrapheme(bytes, run.from, run.to, cell);
    else if (run.kind === KIND.empty) for (let n = 0; n < run.cells; n++) cell(1, 1);
    else eachCodePoint(bytes, run.from, run.to, (units) => cell(units, run.kind === KIND.wide ? 2 : 1));
    if (run.kind !== KIND.empty) content = columns.length;
  }
  const end = content < columns.length ? columns[content]! : column;
  columns.length = content;
  columns.push(end);
  return Uint32Array.from(columns);
}

function eachGrapheme(bytes: Uint8Array, from: number, to: number, cell: (units: number, width: number) => void): void {
  for (let at = from; at < to; ) {
    const size = sizeAt(bytes, at);
    at += varintLength(bytes, at);
    cell(decoder.decode(bytes.subarray(at, at + (size >>> 1))).length, size & 1 ? 2 : 1);
    at += size >>> 1;
  }
}

function eachCodePoint(bytes: Uint8Array, from: number, to: number, cell: (units: number) => void): void {
  for (let at = from; at < to; ) {
    const lead = bytes[at]!;
    cell(lead >= 0xf0 ? 2 : 1);
    at += lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  }
}
