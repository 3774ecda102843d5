import { describe, expect, test } from "bun:test";
import {
  FROM_KEEPER, KeeperDecoder, LARGEST_KEEPER_MESSAGE, TO_KEEPER, blobPayload, encodeKeeperMessage, jsonPayload,
  parseBlobPayload,
  parseJsonPayload, parseSizePayload, parseWritePayload, sizePayload, writePayload,
} from "../../../src/keeper/protocol.ts";
import { concat } from "../../support/fuzz.ts";
import { codeThrownBy } from "../../support/thrown.ts";

function decoded(...pieces: Uint8Array[]): { type: number; pane: number; position: number; payload: Uint8Array }[] {
  const out: ReturnType<typeof decoded> = [];
  const decoder = new KeeperDecoder();
  for (const piece of pieces)
    decoder.push(
      piece, (type, pane, position, payload) => out.push({ type, pane, position, payload: payload.slice() }),
    );
  return out;
}

describe("a message", () => {
  test("is the bytes that keepers will always speak", () => {
    const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
    expect(hex(encodeKeeperMessage(TO_KEEPER.credit, 258, 65_536))).toBe("0d0000000402010000000000000000f040");
    expect(hex(encodeKeeperMessage(
      FROM_KEEPER.output, 1, 2, new Uint8Array([104, 105]),
    ))).toBe("0f00000003010000000000000000000040" + "6869");
    expect(hex(sizePayload(80, 24))).toBe("50001800");
    expect(hex(blobPayload("ké", new Uint8Array([7])))).toBe("036bc3a907");
    expect(hex(writePayload(0xffffffff, 2, new Uint8Array([97])))).toBe("ffffffff000000000000004061");
    expect(hex(jsonPayload({ a: 1 }))).toBe("7b2261223a317d");
  });

  test("comes back with its pane and position, however large they are", () => {
    for (const [pane, position] of [[0, 0], [1, 1], [0xffffffff, 2 ** 53 - 1], [7, 2 ** 40 + 3]] as const) {
      const payload = new Uint8Array([1, 2, 3]);
      expect(decoded(encodeKeeperMessage(9, pane, position, payload))).toEqual([{ type: 9, pane, position, payload }]);
    }
    expect(decoded(encodeKeeperMessage(255, 1, 2))[0]!.payload).toHaveLength(0);
  });

  test("of any size up to the limit comes out whole from any pieces", () => {
    const big = new Uint8Array(3 << 20).map((_, i) => i % 251);
    const stream = concat([
      encodeKeeperMessage(1, 1, 1, big), encodeKeeperMessage(2, 2, 2),
      encodeKeeperMessage(3, 3, 3, big.subarray(0, 70_000)),
    ]);
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < stream.length; at += 65_535) pieces.push(stream.slice(at, at + 65_535));
    const out = decoded(...pieces);
    expect(out.map(({ type, payload }) => [type, payload.length])).toEqual([[1, big.length], [2, 0], [3, 70_000]]);
    expect(Buffer.compare(out[0]!.payload, big)).toBe(0);
  });

  test("that is too long or too short is refused", () => {
    const header = (length: number) => new Uint8Array(new Uint32Array([length]).buffer);
    expect(codeThrownBy(() => decoded(header(LARGEST_KEEPER_MESSAGE + 1)))).toBe("tooLarge");
    expect(codeThrownBy(() => decoded(header(LARGEST_KEEPER_MESSAGE)))).toBeUndefined();
    for (const length of [0, 1, 12])
      expect(codeThrownBy(() => decoded(concat([header(length), new Uint8Array(length)])))).toBe("protocol");
    expect(decoded(concat([header(13), new Uint8Array(13)]))).toHaveLength(1);
  });
});

describe("payloads", () => {
  test("come back as they were", () => {
    expect(parseSizePayload(sizePayload(1000, 1))).toEqual({ cols: 1000, rows: 1 });
    expect(parseBlobPayload(blobPayload("model", new Uint8Array([0, 255])))).toEqual({
      key: "model", bytes: new Uint8Array([0, 255]),
    });
    expect(parseBlobPayload(blobPayload("", new Uint8Array()))).toEqual({ key: "", bytes: new Uint8Array() });
    expect(parseWritePayload(writePayload(5, 2 ** 50, new Uint8Array([9])))).toEqual({
      client: 5, effect: 2 ** 50, bytes: new Uint8Array([9]),
    });
    expect(parseJsonPayload(jsonPayload({ text: "é\n" }))).toEqual({ text: "é\n" } as never);
  });

  test("are read where they lie, also in the middle of a larger buffer", () => {
    const padded = concat([new Uint8Array([1, 2, 3]), sizePayload(80, 24)]).subarray(3);
    expect(parseSizePayload(padded)).toEqual({ cols: 80, rows: 24 });
    const write = concat([new Uint8Array([1]), writePayload(3, 0, new Uint8Array([8]))]).subarray(1);
    expect(parseWritePayload(write)).toMatchObject({ client: 3, bytes: new Uint8Array([8]) });
  });

  test("that are too short are refused, never read beyond their end", () => {
    expect(codeThrownBy(() => parseWritePayload(new Uint8Array(11)))).toBe("protocol");
    expect(() => parseSizePayload(new Uint8Array(3))).toThrow();
    expect(parseBlobPayload(new Uint8Array()).bytes).toHaveLength(0);
    expect(() => parseJsonPayload(new Uint8Array([123]))).toThrow();
  });

  test("with a name longer than its length byte can say are refused", () => {
    expect(parseBlobPayload(blobPayload("x".repeat(255), new Uint8Array([1]))).key).toHaveLength(255);
    expect(() => blobPayload("x".repeat(256), new Uint8Array([1]))).toThrow();
  });
});

test("types never change: a keeper outlives many daemons", () => {
  expect(TO_KEEPER).toMatchObject({
    hello: 1, spawn: 2, attach: 3, credit: 4, write: 5, resize: 6, kill: 7, close: 8, checkpoint: 9, putBlob: 10,
    effect: 11, healthy: 12, stop: 13, fetchCheckpoint: 14,
  });
  expect(FROM_KEEPER).toMatchObject({
    welcome: 1, spawned: 2, output: 3, resized: 4, exited: 5, written: 6, blob: 7, checkpointed: 8, error: 9,
  });
});
