import { describe, expect, test } from "bun:test";
import { memoryPair } from "../../../src/transport/memory.ts";
import type { Duplex, DuplexHandlers } from "../../../src/transport/duplex.ts";
import { HeldStream } from "../../../src/tunnel/held-stream.ts";
import { joinStreams, type JoinEvents } from "../../../src/tunnel/join.ts";
import { JsonLines, LONGEST_LINE, type JsonObject } from "../../../src/tunnel/json-lines.ts";
import { DuplexLog } from "../../support/duplex-log.ts";
import { chunks, fuzzRandom } from "../../support/fuzz.ts";
import { settle } from "../../support/virtual-clock.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A stream whose other side takes nothing until it is told to. */
class SlowStream implements Duplex {
  readonly label = "slow";
  buffered = 0;
  paused = false;
  closed = 0;
  handlers!: DuplexHandlers;
  listen(handlers: DuplexHandlers): void {
    this.handlers = handlers;
  }
  write(data: Uint8Array): void {
    this.buffered += data.length;
  }
  drain(): void {
    this.buffered = 0;
    this.handlers.drain?.();
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
  close(): void {
    this.closed++;
  }
}

const counts = () => {
  const seen = { received: 0, sent: 0, drained: 0, ended: 0 };
  const events: JoinEvents = {
    received: (n) => void (seen.received += n), sent: (n) => void (seen.sent += n),
    drained: () => void seen.drained++, ended: () => void seen.ended++,
  };
  return { seen, events };
};

describe("joined streams", () => {
  test("hear each other, and end together, once", async () => {
    const [a, near] = memoryPair();
    const [b, far] = memoryPair();
    const { seen, events } = counts();
    joinStreams(near, far, events);
    const [left, right] = [new DuplexLog(a), new DuplexLog(b)];
    a.write(bytes("to the far side"));
    b.write(bytes("and back"));
    await settle();
    expect([right.text, left.text]).toEqual(["to the far side", "and back"]);
    b.write(bytes("; last words"));
    b.close();
    await settle(60);
    expect(left.text).toBe("and back; last words");
    expect(left.closes).toBe(1);
    expect(seen).toEqual({ received: 20, sent: 15, drained: 0, ended: 1 });
  });

  test("a side that takes nothing stops the other one, and only real progress counts as life", () => {
    const [near, far] = [new SlowStream(), new SlowStream()];
    const { seen, events } = counts();
    joinStreams(near, far, events);
    near.handlers.data(bytes("small"));
    far.drain();
    expect([near.paused, seen.drained]).toEqual([false, 0]);
    near.handlers.data(new Uint8Array(300_000));
    expect(near.paused).toBe(true);
    far.drain();
    expect([near.paused, seen.drained]).toEqual([false, 1]);
    far.handlers.data(new Uint8Array(300_000));
    expect(far.paused).toBe(true);
    near.drain();
    expect(far.paused).toBe(false);
  });

  test("can be ended at once from outside", () => {
    const [near, far] = [new SlowStream(), new SlowStream()];
    const { seen, events } = counts();
    const end = joinStreams(near, far, events);
    end();
    end();
    expect([near.closed > 0, far.closed > 0, seen.ended]).toEqual([true, true, 1]);
  });
});

describe("a held stream", () => {
  test("gives its reader first what came before, then the rest, then the end", async () => {
    const [a, b] = memoryPair();
    const held = new HeldStream(b, () => {}, bytes("zero "));
    a.write(bytes("one "));
    await settle();
    const log = new DuplexLog(held);
    a.write(bytes("two"));
    await settle();
    expect(log.text).toBe("zero one two");
    a.close();
    await settle();
    expect(log.closes).toBe(1);
  });

  test("tells of its end without a reader, and a late reader hears it as well", async () => {
    const [a, b] = memoryPair();
    let ends = 0;
    const held = new HeldStream(b, () => void ends++);
    a.write(bytes("bye"));
    a.close();
    await settle();
    expect([ends, held.closed]).toEqual([1, true]);
    const log = new DuplexLog(held);
    expect([log.text, log.closes]).toEqual(["bye", 1]);
  });

  test("keeps a bounded amount", () => {
    const slow = new SlowStream();
    const held = new HeldStream(slow);
    slow.handlers.data(new Uint8Array(70_000));
    expect(slow.paused).toBe(true);
    const log = new DuplexLog(held);
    expect([slow.paused, log.bytes]).toEqual([false, 70_000]);
  });
});

describe("JSON lines", () => {
  /** What comes of writing these pieces. */
  async function heard(pieces: Uint8Array[]): Promise<{ messages: JsonObject[]; error: string | undefined }> {
    const [a, b] = memoryPair();
    const messages: JsonObject[] = [];
    let error: string | undefined;
    new JsonLines(b, (message) => void messages.push(message), (end) => void (error = end?.message));
    a.listen({ data() {}, close() {} });
    for (const piece of pieces) a.write(piece);
    await settle(60);
    return { messages, error };
  }

  test("arrive whole, however they are cut", async () => {
    const text = bytes('{"a":1}\n{"b":"é\\n"}\n');
    for (let cut = 0; cut <= text.length; cut++) {
      const { messages } = await heard([text.subarray(0, cut), text.subarray(cut)]);
      expect(messages).toEqual([{ a: 1 }, { b: "é\n" }]);
    }
  });

  test.each([
    ["nonsense\n", "a line is not JSON"], ["[1]\n", "a line is no object"], ["null\n", "a line is no object"],
    ["x".repeat(LONGEST_LINE + 1), "a line is too long"],
  ])("of another kind end the connection", async (text, reason) => {
    expect(await heard([bytes('{"good":1}\n'), bytes(text), bytes('{"late":1}\n')])).toEqual({ messages: [{ good: 1 }], error: reason });
  });

  test("noise never throws, and gives only objects", async () => {
    const random = fuzzRandom("noise on a control socket");
    const alphabet = bytes('{}[]":,\n\n\\0aé\xff');
    for (let round = 0; round < 500; round++) {
      const noise = random.bytes(random.integer(200)).map((byte) => alphabet[byte % alphabet.length]!);
      const { messages } = await heard(chunks(noise, random, 40));
      expect(messages.every((message) => typeof message === "object" && !Array.isArray(message))).toBe(true);
    }
  });
});
