import { expect, test } from "bun:test";
import { decode, lengthOf } from "../../../../src/terminal/xterm/utf8.ts";

const encoder = new TextEncoder();

test("every character is read back", () => {
  for (let code = 0x80; code < 0x110000; code += 37) {
    if ((code >= 0xd800 && code < 0xe000) || code === 0xfeff) continue;
    const bytes = encoder.encode(String.fromCodePoint(code));
    expect([lengthOf(bytes[0]!), decode(bytes, 0, bytes.length)]).toEqual([bytes.length, code]);
  }
});

test.each([
  ["an overlong form of two bytes", [0xc0, 0xaf]], ["an overlong form of three", [0xe0, 0x80, 0xaf]],
    ["an overlong form of four", [0xf0, 0x80, 0x80, 0xaf]],
  ["a surrogate", [0xed, 0xa0, 0x80]], ["the byte order mark", [0xef, 0xbb, 0xbf]],
    ["what is beyond Unicode", [0xf4, 0x90, 0x80, 0x80]],
  ["a missing second byte", [0xe2, 0x41, 0x82]], ["a missing third byte", [0xe2, 0x82, 0x41]],
    ["a missing fourth byte", [0xf0, 0x9f, 0x98, 0x41]],
])("%s is no character", (_, bytes) => {
  expect(decode(Uint8Array.from(bytes), 0, bytes.length)).toBe(-1);
});

test("bytes that begin nothing stand alone", () => {
  for (const byte of [0x80, 0xbf, 0xf8, 0xff]) expect(lengthOf(byte)).toBe(1);
});
