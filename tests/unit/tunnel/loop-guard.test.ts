import { expect, test } from "bun:test";
import { systemClock } from "../../../src/base/clock.ts";
import type { Duplex } from "../../../src/transport/duplex.ts";
import { memoryPair } from "../../../src/transport/memory.ts";
import { LoopGuard } from "../../../src/tunnel/loop-guard.ts";
import { DuplexLog } from "../../support/duplex-log.ts";
import { rejection } from "../../support/thrown.ts";
import { waitUntil } from "../../support/wait-until.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function guard(needed = true): { guard: LoopGuard; accepted: Duplex[] } {
  const accepted: Duplex[] = [];
  return { guard: new LoopGuard(needed, systemClock, (duplex) => void accepted.push(duplex)), accepted };
}

test("a stream that comes back to our own port is recognised, and nobody is served", async () => {
  const { guard: own, accepted } = guard();
  const [far, back] = memoryPair();
  own.take(back);
  expect(await rejection(own.check(far, "ann@box:22"))).toMatchObject({ code: "config", message: expect.stringContaining("into itself") });
  expect(accepted).toEqual([]);
});

test("a server that greets is none, and who waited at the port is served then", async () => {
  const { guard: own, accepted } = guard();
  const [far, server] = memoryPair();
  const [client] = memoryPair();
  own.take(client);
  expect(accepted).toEqual([]);
  server.write(bytes("hello"));
  const log = new DuplexLog(await own.check(far, "box"));
  await waitUntil("the greeting", () => log.text === "hello", () => log.state);
  server.write(bytes(" again"));
  await waitUntil("the rest", () => log.text === "hello again", () => log.state);
  expect(accepted).toEqual([client]);
  const [later] = memoryPair();
  own.take(later);
  expect(accepted).toEqual([client, later]);
});

test("a silent program over there is none, whether or not somebody waits here", async () => {
  for (const waits of [true, false]) {
    const { guard: own } = guard();
    const [far] = memoryPair();
    const [client] = memoryPair();
    if (waits) own.take(client);
    await own.check(far, "box");
  }
});

test("without the same port on both sides nothing is held up, and at most 64 wait", async () => {
  const free = guard(false);
  const [one] = memoryPair();
  free.guard.take(one);
  expect(free.accepted).toEqual([one]);
  expect(await free.guard.check(one, "box")).toBe(one);
  const held = guard();
  const logs = Array.from({ length: 65 }, () => {
    const [near, other] = memoryPair();
    held.guard.take(near);
    return new DuplexLog(other);
  });
  await waitUntil("the last to be closed", () => logs[64]!.closes === 1);
  expect(logs[0]!.closes).toBe(0);
  held.guard.dispose();
  await waitUntil("all to be closed", () => logs.every(({ closes }) => closes === 1));
});
