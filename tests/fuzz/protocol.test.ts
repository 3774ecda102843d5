/**
 * Any bytes at the door of a daemon or client: understood, ignored or refused with `protocol` or `tooLarge`, nothing
 * else.
 */
import { expect, test } from "bun:test";
import { FugueError } from "../../src/base/errors.ts";
import type { Random } from "../../src/base/random.ts";
import { MessageReader, encodeMessage } from "../../src/protocol/codec.ts";
import { checkBody } from "../../src/protocol/check.ts";
import { LARGEST_STRANGER_MESSAGE } from "../../src/protocol/limits.ts";
import type { Message } from "../../src/protocol/messages.ts";
import { between, chunks, concat, fuzzRounds, pick } from "../support/fuzz.ts";
import { MESSAGE_NAMES, SAMPLES } from "../support/protocol-samples.ts";

function randomMessage(random: Random): Uint8Array {
  const name = pick(random, MESSAGE_NAMES);
  return encodeMessage(name, pick(random, SAMPLES[name] as readonly unknown[]) as never);
}

/** What a reader makes of pieces: its messages, and the code it stopped with. */
function outcome(pieces: readonly Uint8Array[]): { messages: Message[]; code: string | undefined } {
  const messages: Message[] = [];
  const reader = new MessageReader(LARGEST_STRANGER_MESSAGE);
  reader.allowPacked();
  try {
    for (const piece of pieces) reader.push(piece, (message) => messages.push(message));
  } catch (error) {
    if (!(error instanceof FugueError)) throw error;
    return { messages, code: error.code };
  }
  return { messages, code: undefined };
}

function expectHarmless(bytes: Uint8Array): void {
  const { messages, code } = outcome([bytes]);
  if (code !== undefined && code !== "protocol" && code !== "tooLarge")
    throw new Error(`${code} for ${Buffer.from(bytes).toString("hex")}`);
  for (const { name, body } of messages) checkBody(name, body);
}

test("all ways to cut a stream give the same messages", () => {
  fuzzRounds("cut messages", 400, 700, (random) => {
    const stream = concat(Array.from({ length: between(random, 1, 12) }, () => randomMessage(random)));
    const whole = outcome([stream]);
    expect(whole.code).toBeUndefined();
    expect(outcome(chunks(stream, random, random.integer(2) ? 3 : 300))).toEqual(whole);
  });
});

test("random bytes are refused or ignored", () => {
  fuzzRounds("random bytes", 20_000, 600, (random) => {
    const body = random.bytes(random.integer(60));
    const framed = new Uint8Array(4 + body.length);
    new DataView(framed.buffer).setUint32(0, body.length);
    framed.set(body, 4);
    expectHarmless(random.integer(4) ? framed : body);
  });
});

test("messages with flipped bits, lost and foreign bytes are refused, ignored or still of the right shape", () => {
  fuzzRounds("broken messages", 20_000, 900, (random) => {
    const message = randomMessage(random);
    for (let n = between(random, 1, 4); n > 0; n--) {
      const at = between(random, random.integer(5) ? 4 : 0, message.length - 1);
      message[at] = random.integer(2) ? message[at]! ^ (1 << random.integer(8)) : random.integer(256);
    }
    expectHarmless(random.integer(3) ? message : message.slice(0, random.integer(message.length)));
  });
});

test("a cut message waits for its rest and is nothing until then", () => {
  fuzzRounds("cut message", 2000, 300, (random) => {
    const message = randomMessage(random);
    expect(outcome([message.slice(0, random.integer(message.length))])).toEqual({ messages: [], code: undefined });
  });
});
