import { describe, expect, test } from "bun:test";
import { Block, decodeRecord, encodeRecord, imageLine, readHeader } from "../../../../src/terminal/history/block.ts";
import { BlockList } from "../../../../src/terminal/history/block-list.ts";

const TAIL = { open: true, columns: 160, width: 80, pad: 3, row: 85 };

function imageOf(lines: string[]): { bytes: Uint8Array; length: number; starts: Uint32Array; lines: number } {
  const parts = lines.map((line) => new TextEncoder().encode(line));
  const starts = new Uint32Array(lines.length + 5);
  let length = 0;
  parts.forEach((part, index) => {
    starts[index] = length;
    length += part.length;
  });
  const bytes = new Uint8Array(length + 100);
  parts.forEach((part, index) => bytes.set(part, starts[index]!));
  return { bytes, length, starts, lines: lines.length };
}

function record(lines: string[]): Uint8Array {
  return encodeRecord({ id: 7, firstLine: 1000, lines: lines.length, floor: 12, tail: TAIL }, imageOf(lines));
}

describe("records of blocks", () => {
  test("give back what was put in", () => {
    const bytes = record(["one", "", "three"]);
    expect(readHeader(bytes)).toEqual({ id: 7, firstLine: 1000, lines: 3, floor: 12, tail: TAIL });
    const image = decodeRecord(bytes);
    const texts = [0, 1, 2].map((index) => new TextDecoder().decode(imageLine(image, index)));
    expect(texts).toEqual(["one", "", "three"]);
  });

  test("may be empty", () => {
    expect(decodeRecord(record([])).lines).toBe(0);
  });

  test("are refused if any byte changed", () => {
    const bytes = record(["some text", "more text"]);
    for (let at = 0; at < bytes.length; at++) {
      const bad = bytes.slice();
      bad[at]! ^= 0x10;
      expect(() => readHeader(bad)).toThrow(at === 4 ? "version" : "damaged");
    }
  });

  test("are refused if cut short", () => {
    const bytes = record(["some text"]);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeRecord(bytes.slice(0, length))).toThrow();
    }
  });
});

describe("the list of blocks", () => {
  const block = (id: number, firstLine: number, count = 10): Block =>
    Block.raw(id, firstLine, imageOf(Array.from({ length: count }, (_, n) => `line ${firstLine + n}`)));

  test("finds the block of a line, and the next one for a line in a gap", () => {
    const list = new BlockList();
    for (const first of [0, 10, 40]) list.push(block(first, first));
    expect([0, 9, 10, 19, 20, 39, 40, 49, 50].map((line) => list.indexOf(line))).toEqual([0, 0, 1, 1, 2, 2, 2, 2, 3]);
  });

  test("weighs what it holds", () => {
    const list = new BlockList();
    for (let n = 0; n < 200; n++) list.push(block(n, 1000 + n * 10));
    const full = list.bytes;
    expect(list.rawBytes).toBe(full);
    for (let n = 0; n < 100; n++) list.compressOldest(0);
    expect(list.rawBytes).toBe(full / 2);
    expect(list.bytes).toBeLessThan(full);
    for (let n = 0; n < 150; n++) list.shift();
    expect(list.rawBytes).toBe(full / 4);
    list.compressOldest(0);
    expect(list.rawBytes).toBeLessThan(full / 4);
    while (list.pop() !== undefined);
    expect([list.bytes, list.rawBytes, list.length]).toEqual([0, 0, 0]);
  });

  test("compresses blocks that came after others were removed", () => {
    const list = new BlockList();
    for (let n = 0; n < 4; n++) list.push(block(n, n * 10));
    while (list.compressOldest(0) !== undefined);
    list.pop();
    list.pop();
    list.push(block(9, 20));
    expect(list.compressOldest(0)).toBeDefined();
    expect(list.rawBytes).toBe(0);
    expect(list.read(list.last!).lines).toBe(10);
  });
});
