import { describe, expect, test } from "bun:test";
import { zstdCompressSync } from "node:zlib";
import { encodeMessage, encodePacked, MessageReader } from "../../../src/protocol/codec.ts";
import { pack, unpack } from "../../../src/protocol/compression.ts";
import { LARGEST_MESSAGE } from "../../../src/protocol/limits.ts";
import type { Message } from "../../../src/protocol/messages.ts";
import { codeThrownBy } from "../../support/thrown.ts";

const event = { kind: "message" as const, text: "all work and no play makes a dull boy. ".repeat(100), level: "info" as const };
/** `event` as it was packed once: every build must read it. */
const RECORDED =
  "00000072821824b900026473697a65190f62656279746573585c28b52ffd60620e950200d204121bb0351d0c430ee8dbacb5dd8348b9b76d9bc88412e3a96f828232129b28c27cf3bc8db6883319f4793d9d72bb54bc6ad4735a16e0cc3b88c60267f8736b5d1d54947010062e0401010082c495afa2";

function readAll(bytes: Uint8Array, packed = true): { message: Message; bytes: number }[] {
  const reader = new MessageReader(LARGEST_MESSAGE);
  if (packed) reader.allowPacked();
  const out: { message: Message; bytes: number }[] = [];
  reader.push(bytes, (message, size) => out.push({ message, bytes: size }));
  return out;
}

describe("a packed message", () => {
  test("comes back, and counts as many bytes as travelled", () => {
    const bytes = encodePacked("event", event);
    expect(bytes.length).toBeLessThan(encodeMessage("event", event).length / 10);
    expect(readAll(bytes)).toEqual([{ message: { name: "event", body: event }, bytes: bytes.length }]);
  });

  test("is read from the bytes of an earlier build", () => {
    const [read] = readAll(new Uint8Array(Buffer.from(RECORDED, "hex")));
    expect(read!.message).toEqual({ name: "event", body: event });
  });

  test("is not made of what is small, or gains nothing", () => {
    expect(encodePacked("ping", { n: 1 })).toEqual(encodeMessage("ping", { n: 1 }));
    const noise = crypto.getRandomValues(new Uint8Array(8192));
    expect(pack(noise)).toBeUndefined();
  });

  test("is refused by who did not ask for it", () => {
    expect(codeThrownBy(() => readAll(encodePacked("event", event), false))).toBe("protocol");
  });

  test("in a packed message is refused", () => {
    const cbor = encodePacked("event", { ...event, text: event.text.repeat(300) }).subarray(4);
    const twice = encodeMessage("packed", { size: cbor.length, bytes: zstdCompressSync(cbor) });
    expect(codeThrownBy(() => readAll(twice))).toBe("protocol");
  });
});

describe("a bomb", () => {
  const zeros = new Uint8Array(256 * 1024 * 1024);

  test("that says how large it is, is refused unread", () => {
    expect(codeThrownBy(() => unpack({ size: zeros.length, bytes: zstdCompressSync(zeros) }))).toBe("tooLarge");
  });

  test("that says less than it is, is refused with the memory of what it says", () => {
    const bytes = zstdCompressSync(zeros);
    Bun.gc(true);
    const before = process.memoryUsage().rss;
    expect(codeThrownBy(() => unpack({ size: 10_000, bytes }))).toBe("protocol");
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });

  test("of which less comes than was said, is refused", () => {
    expect(codeThrownBy(() => unpack({ size: 1001, bytes: zstdCompressSync(new Uint8Array(1000)) }))).toBe("protocol");
  });

  test("that is none at all is refused", () => {
    for (const bytes of [new Uint8Array(0), new Uint8Array([1, 2, 3]), zstdCompressSync(new Uint8Array(1000)).subarray(0, 12)]) {
      expect(codeThrownBy(() => unpack({ size: 1000, bytes }))).toBe("protocol");
    }
  });
});
