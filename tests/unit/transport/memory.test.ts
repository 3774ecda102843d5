import { expect, test } from "bun:test";
import { memoryPair } from "../../../src/transport/memory.ts";
import { DuplexLog } from "../../support/duplex-log.ts";
import { settle } from "../../support/virtual-clock.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("bytes arrive in order, later, and as copies", async () => {
  const [a, b] = memoryPair();
  const log = new DuplexLog(b);
  new DuplexLog(a);
  const buffer = bytes("one ");
  a.write(buffer);
  buffer.fill(0x78);
  a.write(bytes("two"));
  expect(log.text).toBe("");
  await settle();
  expect(log.text).toBe("one two");
});

test("what is written before anyone listens waits", async () => {
  const [a, b] = memoryPair();
  a.write(bytes("early"));
  await settle();
  const log = new DuplexLog(b);
  await settle();
  expect(log.text).toBe("early");
});

test("a paused end hears nothing until it resumes, then everything in order", async () => {
  const [a, b] = memoryPair();
  const log = new DuplexLog(b);
  b.pause();
  for (const part of ["1", "2", "3"]) a.write(bytes(part));
  await settle();
  expect(log.text).toBe("");
  b.resume();
  await settle();
  expect(log.text).toBe("123");
});

test("both ends hear once that it is over, and what was written before arrives first", async () => {
  const [a, b] = memoryPair();
  const [left, right] = [new DuplexLog(a), new DuplexLog(b)];
  a.write(bytes("last words"));
  a.close();
  a.close();
  b.close();
  await settle();
  expect([left.closes, right.closes, right.text]).toEqual([1, 1, "last words"]);
  a.write(bytes("too late"));
  await settle();
  expect(right.text).toBe("last words");
});

test("closed while the other end is paused, what was written is not lost", async () => {
  const [a, b] = memoryPair();
  const log = new DuplexLog(b);
  new DuplexLog(a);
  b.pause();
  a.write(bytes("unread"));
  a.close();
  await settle();
  b.resume();
  await settle();
  expect([log.text, log.closes]).toEqual(["unread", 1]);
});

test("closed at once drops what has not arrived", async () => {
  const held: (() => void)[] = [];
  const [a, b] = memoryPair((run) => held.push(run));
  const log = new DuplexLog(b);
  new DuplexLog(a);
  a.write(bytes("dropped"));
  a.close(true);
  while (held.length > 0) held.shift()!();
  expect([log.text, log.closes]).toEqual(["", 1]);
});

test("a simulation decides when bytes move", () => {
  const held: (() => void)[] = [];
  const [a, b] = memoryPair((run) => held.push(run));
  const log = new DuplexLog(b);
  a.write(bytes("x"));
  expect(log.text).toBe("");
  while (held.length > 0) held.shift()!();
  expect(log.text).toBe("x");
});
