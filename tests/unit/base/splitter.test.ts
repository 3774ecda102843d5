import { describe, expect, test } from "bun:test";
import { MessageSplitter } from "../../../src/base/splitter.ts";
import { cpuMs } from "../../support/cpu-time.ts";
import { between, chunks, concat, fuzzRounds } from "../../support/fuzz.ts";
import { codeThrownBy, thrownBy } from "../../support/thrown.ts";

function framed(message: Uint8Array, littleEndian: boolean): Uint8Array {
  const out = new Uint8Array(4 + message.length);
  new DataView(out.buffer).setUint32(0, message.length, littleEndian);
  out.set(message, 4);
  return out;
}

function cut(pieces: Iterable<Uint8Array>, littleEndian = false, largest = 1 << 20): Uint8Array[] {
  const splitter = new MessageSplitter(largest, littleEndian);
  const out: Uint8Array[] = [];
  for (const piece of pieces) splitter.push(piece, (message) => out.push(message.slice()));
  return out;
}

describe("messages", () => {
  test("come out whole however the stream is cut, in both byte orders", () => {
    fuzzRounds("splitter", 600, 800, (random) => {
      const messages = Array.from(
        { length: between(random, 1, 12) }, () => random.bytes(random.integer(3) === 0 ? 0 : random.integer(600)),
      );
      const little = random.integer(2) === 0;
      const stream = concat(messages.map((m) => framed(m, little)));
      expect(cut(chunks(stream, random, random.integer(2) ? 5 : 400), little)).toEqual(messages);
    });
  });

  test("come out at every possible cut", () => {
    const messages = [new Uint8Array([1]), new Uint8Array(), new Uint8Array([2, 3, 4])];
    const stream = concat(messages.map((m) => framed(m, false)));
    for (let a = 0; a <= stream.length; a++) {
      for (let b = a; b <= stream.length; b++) {
        expect(cut([stream.slice(0, a), stream.slice(a, b), stream.slice(b)])).toEqual(messages);
      }
    }
    expect(cut([...stream].map((byte) => new Uint8Array([byte])))).toEqual(messages);
  });

  test("are handed over as soon as their last byte is there", () => {
    const splitter = new MessageSplitter(100, false);
    const seen: number[] = [];
    const stream = framed(new Uint8Array([5, 6, 7]), false);
    for (let i = 0; i < stream.length; i++) {
      splitter.push(stream.slice(i, i + 1), (m) => seen.push(m.length));
      expect(seen.length).toBe(i === stream.length - 1 ? 1 : 0);
    }
  });

  test("of many megabytes in small pieces cost no more than their length", () => {
    const message = new Uint8Array(8 << 20).fill(7);
    const stream = framed(message, false);
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < stream.length; at += 4096) pieces.push(stream.subarray(at, at + 4096));
    expect(cpuMs(() => expect(cut(pieces, false, 16 << 20)[0]!.length).toBe(message.length))).toBeLessThan(1500);
  });
});

describe("a length beyond the limit", () => {
  test("is refused before the message is waited for", () => {
    const splitter = new MessageSplitter(10, false);
    expect(codeThrownBy(() => splitter.push(new Uint8Array([0, 0, 0, 11]), () => {}))).toBe("tooLarge");
    expect(cut([framed(new Uint8Array(10), false)], false, 10)).toHaveLength(1);
    const error = thrownBy(() => new MessageSplitter(10, false).push(new Uint8Array([255, 255, 255, 255]), () => {}));
    expect(error.message).toContain("4294967295");
  });

  test("is refused also where the length comes in pieces, and after good messages", () => {
    const splitter = new MessageSplitter(3, false);
    const seen: number[] = [];
    const stream = concat([framed(new Uint8Array([1]), false), framed(new Uint8Array(4), false)]);
    expect(codeThrownBy(() => {
      for (const byte of stream) splitter.push(new Uint8Array([byte]), (m) => seen.push(m.length));
    })).toBe("tooLarge");
    expect(seen).toEqual([1]);
  });

  test("is measured by the limit of that moment: it may be raised in between", () => {
    const splitter = new MessageSplitter(1, false);
    const seen: number[] = [];
    splitter.push(concat([framed(new Uint8Array(1), false), framed(new Uint8Array(50), false)]), (m) => {
      seen.push(m.length);
      splitter.largest = 100;
    });
    expect(seen).toEqual([1, 50]);
  });
});

test("what was given in is not kept: the sender may reuse its buffer", () => {
  const splitter = new MessageSplitter(100, false);
  const buffer = framed(new Uint8Array([1, 2, 3, 4]), false);
  const seen: Uint8Array[] = [];
  const first = buffer.slice(0, 6);
  splitter.push(first, () => {});
  first.fill(0xee);
  splitter.push(buffer.slice(6), (m) => seen.push(m.slice()));
  expect(seen).toEqual([new Uint8Array([1, 2, 3, 4])]);
});
