import { expect, test } from "bun:test";
import { PassThrough } from "node:stream";
import type { Channel } from "ssh2";
import { systemClock } from "../../../../src/base/clock.ts";
import { LoopGuard } from "../../../../src/tunnel/loop-guard.ts";
import { StreamDuplex } from "../../../../src/tunnel/ssh/stream-duplex.ts";
import { DuplexLog } from "../../../support/duplex-log.ts";
import { waitUntil } from "../../../support/wait-until.ts";

/** A channel that says what is written to it. */
function channel(): PassThrough & Channel {
  return new PassThrough() as unknown as PassThrough & Channel;
}

test("who listens later takes the place of who listened before", async () => {
  const stream = channel();
  const duplex = new StreamDuplex(stream, "x", "program");
  const first = new DuplexLog(duplex);
  stream.write("one");
  await waitUntil("the first", () => first.text === "one", () => first.state);
  const second = new DuplexLog(duplex);
  stream.write("two");
  await waitUntil("the second", () => second.text === "two", () => second.state);
  stream.destroy();
  await waitUntil("the end", () => second.closes > 0, () => second.state);
  expect([first.text, first.closes]).toEqual(["one", 0]);
});

test("a stream that was checked for a loop says all it says once, and its end", async () => {
  const stream = channel();
  stream.write("hello");
  const log = new DuplexLog(await new LoopGuard(true, systemClock, () => {}).check(new StreamDuplex(stream, "x", "program"), "box"));
  for (let i = 0; i < 200; i++) stream.write("0123456789".repeat(100));
  await waitUntil("everything", () => log.bytes === 200_005, () => log.bytes);
  expect([stream.listenerCount("data"), stream.isPaused()]).toEqual([1, false]);
  stream.destroy();
  await waitUntil("the end", () => log.closes > 0, () => log.state);
});
