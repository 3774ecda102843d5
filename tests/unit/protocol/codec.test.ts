import { describe, expect, test } from "bun:test";
import { Encoder } from "cbor-x";
import { MessageReader, decodeMessage, encodeMessage } from "../../../src/protocol/codec.ts";
import { LARGEST_MESSAGE, LARGEST_STRANGER_MESSAGE } from "../../../src/protocol/limits.ts";
import type { Message } from "../../../src/protocol/messages.ts";
import { concat } from "../../support/fuzz.ts";
import { MESSAGE_NAMES, SAMPLES } from "../../support/protocol-samples.ts";
import { codeThrownBy } from "../../support/thrown.ts";

const cbor = new Encoder({ useRecords: false, tagUint8Array: false });
const encode = (value: unknown) => new Uint8Array(cbor.encode(value));

function framed(body: Uint8Array): Uint8Array {
  const out = new Uint8Array(4 + body.length);
  new DataView(out.buffer).setUint32(0, body.length);
  out.set(body, 4);
  return out;
}

function readAll(reader: MessageReader, bytes: Uint8Array): Message[] {
  const out: Message[] = [];
  reader.push(bytes, (message) => out.push(message));
  return out;
}

describe("a message", () => {
  test.each(MESSAGE_NAMES)("%s comes back from its bytes", (name) => {
    for (const body of SAMPLES[name]) {
      const bytes = encodeMessage(name, body as never);
      expect(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)).toBe(bytes.length - 4);
      expect(decodeMessage(bytes.subarray(4))).toEqual({ name, body } as never);
    }
  });

  test("keeps its bytes when the next one is encoded, and when its source is reused", () => {
    const first = encodeMessage("ping", { n: 1 });
    const copy = first.slice();
    for (let n = 0; n < 100; n++) encodeMessage("ping", { n: 2 });
    expect(first).toEqual(copy);
    const source = encodeMessage("serverHello", SAMPLES.serverHello[0]!);
    const decoded = decodeMessage(source.subarray(4));
    source.fill(0);
    expect(decoded).toEqual({ name: "serverHello", body: SAMPLES.serverHello[0]! });
  });

  test("of a number that this build does not know is nothing", () => {
    for (const number of [0, 9, 99, 4_000_000_000, 1.5, -1])
      expect(decodeMessage(encode([number, { any: "thing" }]))).toBeUndefined();
    expect(decodeMessage(encode([99]))).toBeUndefined();
  });

  test("may hold more than two things and unknown fields", () => {
    expect(decodeMessage(encode([5, { n: 3, later: true }, "more"]))).toMatchObject({ name: "ping", body: { n: 3 } });
  });

  test("may have its numbers in any of CBOR's lengths", () => {
    // RFC 8949 4.2 recommends the shortest form, but does not demand it
    const forms = ["03", "1803", "190003", "1a00000003", "1b0000000000000003", "fb4008000000000000", "f94200"];
    for (const form of forms) {
      const bytes = new Uint8Array(Buffer.from(`8205a1616e${form}`, "hex"));
      expect([form, decodeMessage(bytes)]).toEqual([form, { name: "ping", body: { n: 3 } }]);
    }
    expect(decodeMessage(new Uint8Array(Buffer.from(
      "8205a1616e1b000001000000ffff", "hex",
    )))).toMatchObject({ body: { n: 2 ** 40 + 65_535 } });
  });

  test.each([
    ["nothing", new Uint8Array()], ["no list", encode({ a: 1 })], [
      "no number first", encode(["ping", { n: 1 }]),
    ], ["an empty list", encode([])],
    ["no body", encode([5])], ["a body that is no map", encode([5, [1]])], [
      "a map cut short", encode([5, { n: 1 }]).slice(0, -1),
    ],
    ["more bytes after it", concat([encode([5, { n: 1 }]), encode(1)])], ["a reserved byte", new Uint8Array([0x1c])],
    ["a break out of place", new Uint8Array([0xff])], [
      "a list longer than memory", new Uint8Array([0x9b, 0x7f, 255, 255, 255, 255, 255, 255, 255]),
    ],
    ["a list of 16 million that are not there", new Uint8Array([0x9a, 0, 255, 255, 255, 1])],
    [
      "bytes that are not there", new Uint8Array([0x82, 5, 0x5a, 255, 255, 255, 255]),
    ], ["text that is not there", new Uint8Array([0x7a, 127, 255, 255, 255])],
    [
      "lists in lists without end", new Uint8Array(60_000).fill(0x81),
    ], ["maps in maps without end", new Uint8Array(60_000).fill(0xa1)],
    ["tags on tags without end", new Uint8Array(60_000).fill(0xd8)],
  ])("that is %s is malformed", (_what, bytes) => {
    expect(codeThrownBy(() => decodeMessage(bytes))).toBe("protocol");
  });

  test("cannot make one a little message cost much memory", () => {
    const before = process.memoryUsage().rss;
    for (let n = 0; n < 50; n++) {
      // a thousand lists within each other that each claim 16 million entries
      const bytes = new Uint8Array(5000);
      for (let at = 0; at < bytes.length; at += 5) bytes.set([0x9a, 0, 255, 255, 255], at);
      expect(codeThrownBy(() => decodeMessage(bytes))).toBe("protocol");
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(300 << 20);
  });

  test("cannot touch what all objects share", () => {
    const text = (value: string) => encode(value);
    const polluting = concat([
      text("__proto__"), encode({ polluted: 1 }), text("constructor"), encode({ prototype: { polluted: 1 } }),
    ]);
    const bytes = concat([new Uint8Array([0x82, 5, 0xa3]), text("n"), new Uint8Array([1]), polluting]);
    const message = decodeMessage(bytes);
    expect(message).toMatchObject({ name: "ping", body: { n: 1 } });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect((message!.body as unknown as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("lengths", () => {
  test("of strangers are bounded at 64 KiB, those of known peers at 16 MiB", () => {
    const header = (length: number) => new Uint8Array([
      length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255,
    ]);
    expect(codeThrownBy(() => readAll(new MessageReader(LARGEST_STRANGER_MESSAGE), header(65_536)))).toBeUndefined();
    expect(codeThrownBy(() => readAll(new MessageReader(LARGEST_STRANGER_MESSAGE), header(65_537)))).toBe("tooLarge");
    const reader = new MessageReader(LARGEST_STRANGER_MESSAGE);
    reader.allow(LARGEST_MESSAGE);
    expect(codeThrownBy(() => readAll(reader, header(16 << 20)))).toBeUndefined();
    expect(codeThrownBy(() => readAll(new MessageReader(LARGEST_MESSAGE), header((16 << 20) + 1)))).toBe("tooLarge");
  });

  test("may grow within one piece, once the first message has shown who speaks", () => {
    const reader = new MessageReader(LARGEST_STRANGER_MESSAGE);
    const big = encodeMessage("input", { seq: 1, pane: 1, event: { kind: "text", text: "é".repeat(65_000) } });
    expect(big.length).toBeGreaterThan(LARGEST_STRANGER_MESSAGE);
    const seen: string[] = [];
    reader.push(concat([encodeMessage("clientHello", SAMPLES.clientHello[0]!), big]), (message) => {
      seen.push(message.name);
      reader.allow(LARGEST_MESSAGE);
    });
    expect(seen).toEqual(["clientHello", "input"]);
  });

  test("of what is sent are bounded too", () => {
    const lines: [number, Uint8Array][] = [[0, new Uint8Array(LARGEST_MESSAGE)]];
    expect(codeThrownBy(() => encodeMessage("frame", { pane: 1, cols: 1, rows: 1, lines }))).toBe("tooLarge");
  });
});

test("a reader passes over unknown messages and tells the size of the others", () => {
  const ping = encodeMessage("ping", { n: 1 });
  const seen: [string, number][] = [];
  new MessageReader(1000).push(
    concat([framed(encode([77, "?"])), ping, framed(encode([78, {}])), ping]),
    (message, bytes) => seen.push([message.name, bytes]),
  );
  expect(seen).toEqual([["ping", ping.length], ["ping", ping.length]]);
});

test("a reader stops at the first malformed message", () => {
  const seen: string[] = [];
  const stream = concat([
    encodeMessage("ping", { n: 1 }), framed(new Uint8Array([0xff])), encodeMessage("ping", { n: 2 }),
  ]);
  expect(codeThrownBy(
    () => new MessageReader(1000).push(stream, (message) => seen.push(message.name)),
  )).toBe("protocol");
  expect(seen).toEqual(["ping"]);
});
