/** Growing output buffer and bounds-checked input cursor for our binary formats (varints are unsigned LEB128). */
import { FugueError } from "./errors.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** An append-only byte buffer that doubles as needed. Reuse it with `reset`. */
export class ByteWriter {
  private data: Uint8Array;
  length = 0;

  constructor(capacity = 256) {
    this.data = new Uint8Array(capacity);
  }

  reset(): void {
    this.length = 0;
  }

  private need(more: number): void {
    if (this.length + more <= this.data.length) return;
    const grown = new Uint8Array(Math.max(this.data.length * 2, this.length + more));
    grown.set(this.data.subarray(0, this.length));
    this.data = grown;
  }

  u8(value: number): void {
    this.need(1);
    this.data[this.length++] = value;
  }

  /** An integer in [0, 2^53). */
  varint(value: number): void {
    this.need(8);
    while (value > 0x7f) {
      this.data[this.length++] = (value % 128) | 0x80;
      value = Math.floor(value / 128);
    }
    this.data[this.length++] = value;
  }

  bytes(value: Uint8Array): void {
    this.need(value.length);
    this.data.set(value, this.length);
    this.length += value.length;
  }

  /** UTF-8 with its byte length before it. */
  string(value: string): void {
    const encoded = encoder.encode(value);
    this.varint(encoded.length);
    this.bytes(encoded);
  }

  /** UTF-8 of one code point, without a length. */
  codePoint(cp: number): void {
    this.need(4);
    const d = this.data;
    if (cp < 0x80) d[this.length++] = cp;
    else if (cp < 0x800) {
      d[this.length++] = 0xc0 | (cp >> 6);
      d[this.length++] = 0x80 | (cp & 0x3f);
    } else if (cp < 0x10000) {
      d[this.length++] = 0xe0 | (cp >> 12);
      d[this.length++] = 0x80 | ((cp >> 6) & 0x3f);
      d[this.length++] = 0x80 | (cp & 0x3f);
    } else {
      d[this.length++] = 0xf0 | (cp >> 18);
      d[this.length++] = 0x80 | ((cp >> 12) & 0x3f);
      d[this.length++] = 0x80 | ((cp >> 6) & 0x3f);
      d[this.length++] = 0x80 | (cp & 0x3f);
    }
  }

  /** A copy of what was written since `from`. */
  copy(from = 0): Uint8Array {
    return this.data.slice(from, this.length);
  }

  /** What was written, without a copy: valid until the next write. */
  view(from = 0): Uint8Array {
    return this.data.subarray(from, this.length);
  }
}

/** Reads what ByteWriter wrote. Every read is checked. @throws FugueError `protocol` at the end of the bytes. */
export class ByteReader {
  constructor(private readonly data: Uint8Array, public at = 0, private readonly end = data.length) {}

  get done(): boolean {
    return this.at >= this.end;
  }

  u8(): number {
    if (this.at >= this.end) throw truncated();
    return this.data[this.at++]!;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) throw new FugueError("protocol", "number too large");
        return value;
      }
      scale *= 128;
    }
    throw new FugueError("protocol", "number too long");
  }

  /** A view (not a copy) of the next `length` bytes. */
  bytes(length: number): Uint8Array {
    if (length > this.end - this.at) throw truncated();
    this.at += length;
    return this.data.subarray(this.at - length, this.at);
  }

  /** UTF-8 of `length` bytes; invalid sequences become U+FFFD. */
  utf8(length: number): string {
    return decoder.decode(this.bytes(length));
  }

  /** UTF-8 with its byte length before it. */
  string(): string {
    return this.utf8(this.varint());
  }
}

function truncated(): FugueError {
  return new FugueError("protocol", "message ends too early");
}
