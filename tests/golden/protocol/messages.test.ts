/**
 * The bytes of every message between clients and daemons. A neighbouring release must understand them: they never
 * drift.
 */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { decodeMessage, encodeMessage } from "../../../src/protocol/codec.ts";
import { MESSAGES, type MessageName } from "../../../src/protocol/messages.ts";
import { golden } from "../../support/golden.ts";
import { MESSAGE_NAMES, SAMPLES } from "../../support/protocol-samples.ts";

const actual = new Map(
  MESSAGE_NAMES.flatMap(
    (name) => SAMPLES[name].map((body, i) => [`${name}.${i}`, encodeMessage(name, body as never)] as const),
  ),
);
const recorded = golden(
  join(import.meta.dir, "messages.txt"),
  "Messages of tests/support/protocol-samples.ts as bytes, with their length before them.", actual,
);

test("there is a sample of every message of the table, and no other", () => {
  expect(MESSAGE_NAMES.sort()).toEqual((Object.keys(MESSAGES) as MessageName[]).sort());
  expect([...recorded.keys()]).toEqual([...actual.keys()]);
});

for (const [name, bytes] of actual) {
  test(`${name} is the bytes it always was`, () => {
    expect(Buffer.from(bytes).toString("hex")).toBe(recorded.get(name)!);
  });
}

for (const [key, hex] of recorded) {
  test(`${key} is read from the bytes of an earlier build`, () => {
    const [name, i] = key.split(".") as [MessageName, string];
    const message = decodeMessage(new Uint8Array(Buffer.from(hex, "hex")).subarray(4));
    expect(message).toEqual({ name, body: SAMPLES[name][Number(i)] } as never);
  });
}

test("numbers of messages never change", () => {
  const numbers = Object.fromEntries(Object.entries(MESSAGES).map(([name, { number }]) => [name, number]));
  expect(numbers).toMatchObject({
    serverHello: 1, clientHello: 2, welcome: 3, goodbye: 4, ping: 5, pong: 6, clientNonce: 7, serverProof: 8, command: 10, reply: 11, cancel: 12,
    attach: 20, resize: 21,
    input: 22, ack: 23, inputAck: 24, view: 30, frame: 31, event: 32, history: 33, historyLines: 34,
  });
  expect(new Set(Object.values(numbers)).size).toBe(Object.keys(numbers).length);
});
