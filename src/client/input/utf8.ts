/** UTF-8 as it comes from a terminal: cut anywhere, and with bytes in it that are none. */

/** Decoded text, and the index of the first byte that was not used: an incomplete character at the end of the range. */
export interface Utf8Run {
  readonly text: string;
  readonly end: number;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Length of the character at `at`: positive if it is whole, 0 if the range ends inside it, and negative if these bytes
 * are to be dropped, because they are not UTF-8 (Unicode 15, table 3-7) or a C1 control, which no key produces.
 */
export function characterLength(data: Uint8Array, at: number, to: number): number {
  const lead = data[at]!;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return -1;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (at + 1 >= to) return 0;
  const second = data[at + 1]!;
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return -1;
  for (let i = 2; i < length; i++) {
    if (at + i >= to) return 0;
    if ((data[at + i]! & 0xc0) !== 0x80) return -i;
  }
  return lead === 0xc2 && second < 0xa0 ? -2 : length;
}

/** Decodes `data[from, to)`. Invalid bytes are dropped; a character that the range cuts is left for later. */
export function decodeUtf8(data: Uint8Array, from: number, to: number): Utf8Run {
  let clean: Uint8Array | undefined;
  let kept = 0;
  let start = from;
  let at = from;
  while (at < to) {
    const length = characterLength(data, at, to);
    if (length > 0) {
      at += length;
      continue;
    }
    if (length === 0) break;
    clean ??= new Uint8Array(to - from);
    clean.set(data.subarray(start, at), kept);
    kept += at - start;
    at -= length;
    start = at;
  }
  if (clean === undefined) return { text: decoder.decode(data.subarray(from, at)), end: at };
  clean.set(data.subarray(start, at), kept);
  return { text: decoder.decode(clean.subarray(0, kept + at - start)), end: at };
}
