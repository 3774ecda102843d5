import { describe, expect, test } from "bun:test";
import { ByteReader, ByteWriter } from "../../../src/base/bytes.ts";
import { between, fuzzRounds } from "../../support/fuzz.ts";
import { codeThrownBy } from "../../support/thrown.ts";

const EDGES = [
  0, 1, 127, 128, 129, 16_383, 16_384, 2 ** 21, 2 ** 28 - 1, 2 ** 28, 2 ** 31, 2 ** 32, 2 ** 35, 2 ** 42, 2 ** 49,
  2 ** 53 - 1,
];

describe("numbers", () => {
  test("come back from the writer, whatever their size", () => {
    const out = new ByteWriter(1);
    for (const n of EDGES) out.varint(n);
    const input = new ByteReader(out.copy());
    expect(EDGES.map(() => input.varint())).toEqual(EDGES);
    expect(input.done).toBeTrue();
  });

  test("are written in as few bytes as they need", () => {
    const length = (n: number) => {
      const out = new ByteWriter();
      out.varint(n);
      return out.length;
    };
    expect([0, 127, 128, 2 ** 14 - 1, 2 ** 14, 2 ** 53 - 1].map(length)).toEqual([1, 1, 2, 2, 3, 8]);
  });

  test("that are too long or too large are refused", () => {
    expect(codeThrownBy(() => new ByteReader(new Uint8Array(9).fill(0xff)).varint())).toBe("protocol");
    expect(codeThrownBy(
      () => new ByteReader(new Uint8Array([255, 255, 255, 255, 255, 255, 255, 127])).varint(),
    )).toBe("protocol");
    expect(codeThrownBy(() => new ByteReader(new Uint8Array([0x80])).varint())).toBe("protocol");
  });
});

describe("text", () => {
  test.each(["", "a", "é€😀", "\u0000", "\ufeffx", "x".repeat(300), "\ufffd", "a\u0301"])("%j comes back", (text) => {
    const out = new ByteWriter(1);
    out.string(text);
    out.u8(7);
    const input = new ByteReader(out.copy());
    expect(input.string()).toBe(text);
    expect(input.u8()).toBe(7);
  });

  test("by code points is what the system's encoder writes", () => {
    const out = new ByteWriter(1);
    let text = "";
    for (const cp of [0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x1f600, 0x10ffff]) {
      out.codePoint(cp);
      text += String.fromCodePoint(cp);
    }
    expect(out.copy()).toEqual(new TextEncoder().encode(text));
  });

  test("that is malformed becomes replacement characters", () => {
    expect(new ByteReader(new Uint8Array([3, 0xff, 0x61, 0xc3])).string()).toBe("\ufffda\ufffd");
  });
});

test("a writer grows, starts over, and hands out copies and views of a part", () => {
  const out = new ByteWriter(2);
  out.bytes(new Uint8Array([1, 2, 3, 4, 5]));
  const copy = out.copy(2);
  expect([...out.view(3)]).toEqual([4, 5]);
  out.reset();
  out.u8(9);
  expect([...copy]).toEqual([3, 4, 5]);
  expect([...out.copy()]).toEqual([9]);
});

test("a reader bounded to a part of the bytes does not see the rest", () => {
  const input = new ByteReader(new Uint8Array([1, 2, 3, 4]), 1, 3);
  expect([...input.bytes(2)]).toEqual([2, 3]);
  expect(input.done).toBeTrue();
  expect(codeThrownBy(() => input.u8())).toBe("protocol");
  expect(codeThrownBy(() => new ByteReader(new Uint8Array([9, 1]), 0, 1).string())).toBe("protocol");
});

test("any bytes are read or refused, never read beyond their end", () => {
  fuzzRounds("byte reader", 2000, 300, (random) => {
    const bytes = random.bytes(random.integer(40));
    const input = new ByteReader(bytes);
    const calls = [
      () => input.u8(), () => input.varint(), () => input.string(), () => input.bytes(between(random, 0, 8)),
    ];
    for (let n = 0; n < 10; n++) {
      const code = codeThrownBy(calls[random.integer(calls.length)]!);
      expect([undefined, "protocol"]).toContain(code);
      expect(input.at).toBeLessThanOrEqual(bytes.length);
    }
  });
});
