/** Reading and writing the data types of SSH (RFC 4251 5): bytes, numbers, strings. */

/** Builds one message. */
export class WireWriter {
  private readonly parts: Uint8Array[] = [];
  private length = 0;

  byte(value: number): this {
    return this.raw(Uint8Array.of(value));
  }

  uint32(value: number): this {
    return this.raw(Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value));
  }

  boolean(value: boolean): this {
    return this.byte(value ? 1 : 0);
  }

  string(value: string | Uint8Array): this {
    const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
    return this.uint32(bytes.length).raw(bytes);
  }

  raw(bytes: Uint8Array): this {
    this.parts.push(bytes);
    this.length += bytes.length;
    return this;
  }

  /** All of it, preceded by its length. */
  framed(): Uint8Array {
    const all = new Uint8Array(4 + this.length);
    new DataView(all.buffer).setUint32(0, this.length);
    let at = 4;
    for (const part of this.parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

/** Reads one message. Reading past its end throws a RangeError. */
export class WireReader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new RangeError("the message is too short");
    return value;
  }

  uint32(): number {
    const [a, b, c, d] = [this.byte(), this.byte(), this.byte(), this.byte()];
    return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  }

  boolean(): boolean {
    return this.byte() !== 0;
  }

  /** A view of the message's own bytes: copy what is kept. */
  string(): Uint8Array {
    const length = this.uint32();
    if (length > this.bytes.length - this.at) throw new RangeError("the message is too short");
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text(): string {
    return new TextDecoder().decode(this.string());
  }
}
