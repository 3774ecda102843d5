/** Acknowledgements of frames: the small ones let the terminal go first, the large ones wait for nothing. */
import { expect, test } from "bun:test";
import { FrameAcks } from "../../../../src/client/connection/frame-acks.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

function setUp() {
  const clock = new VirtualClock();
  const told: { bytes: number; at: number }[] = [];
  return { clock, told, acks: new FrameAcks(clock, (bytes) => told.push({ bytes, at: clock.now() })) };
}

test("what is painted within a few milliseconds is told once, and nothing of it is lost", () => {
  const { clock, told, acks } = setUp();
  acks.painted(100);
  clock.advance(3);
  acks.painted(20);
  expect(told).toEqual([]);
  clock.advance(1);
  expect(told).toEqual([{ bytes: 120, at: 4 }]);
  acks.painted(7);
  clock.advance(100);
  expect(told.slice(1)).toEqual([{ bytes: 7, at: 8 }]);
});

test("much is told at once, with the little that waited", () => {
  const { clock, told, acks } = setUp();
  acks.painted(500);
  acks.painted(600);
  expect(told).toEqual([{ bytes: 1100, at: 0 }]);
  clock.advance(100);
  expect(told.length).toBe(1);
});

test("what was not told when the connection ends is forgotten, with its timer", () => {
  const { clock, told, acks } = setUp();
  acks.painted(100);
  acks.dispose();
  expect(clock.timers).toBe(0);
  clock.advance(100);
  expect(told).toEqual([]);
});
