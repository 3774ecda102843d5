/** UTF-8, one character at a time. What is dropped is what xterm drops. */

/** Bytes of a character that starts with this byte; 1 if none does. */
export function lengthOf(lead: number): number {
  return lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? 4 : 1;
}

/**
 * The code point of the `length` bytes at `i`, which lie inside the array and start with the lead byte of that length;
 * -1 for a missing continuation byte, an overlong form, a surrogate, U+FEFF and what is beyond Unicode.
 */
export function decode(bytes: Uint8Array, i: number, length: number): number {
  const b1 = bytes[i + 1]!;
  if ((b1 & 0xc0) !== 0x80) return -1;
  if (length === 2) {
    const code = ((bytes[i]! & 0x1f) << 6) | (b1 & 0x3f);
    return code < 0x80 ? -1 : code;
  }
  const b2 = bytes[i + 2]!;
  if ((b2 & 0xc0) !== 0x80) return -1;
  if (length === 3) {
    const code = ((bytes[i]! & 0x0f) << 12) | ((b1 & 0x3f) << 6) | (b2 & 0x3f);
    return code < 0x800 || (code >= 0xd800 && code <= 0xdfff) || code === 0xfeff ? -1 : code;
  }
  const b3 = bytes[i + 3]!;
  if ((b3 & 0xc0) !== 0x80) return -1;
  const code = ((bytes[i]! & 0x07) << 18) | ((b1 & 0x3f) << 12) | ((b2 & 0x3f) << 6) | (b3 & 0x3f);
  return code < 0x10000 || code > 0x10ffff ? -1 : code;
}
