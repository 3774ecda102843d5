import { expect, test } from "bun:test";
import { sleep, systemClock } from "../../../src/base/clock.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { waitUntil } from "../../support/wait-until.ts";

test("a timer runs once after its time, and not if it was cancelled", async () => {
  const seen: string[] = [];
  const before = systemClock.now();
  systemClock.after(5, () => seen.push("a"));
  systemClock.after(1, () => seen.push("cancelled")).cancel();
  await sleep(systemClock, 25);
  expect(systemClock.now() - before).toBeGreaterThanOrEqual(24);
  expect(seen).toEqual(["a"]);
});

test("a repeating timer runs until it is cancelled", async () => {
  let count = 0;
  const timer = systemClock.every(2, () => void count++);
  await waitUntil("three turns", () => count > 2);
  timer.cancel();
  const then = count;
  await sleep(systemClock, 10);
  expect(count).toBe(then);
});

test("times out of range are brought into it instead of running at once or never", async () => {
  let ran = false;
  const far = systemClock.after(1e12, () => (ran = true));
  let soon = false;
  systemClock.after(-5, () => (soon = true));
  await sleep(systemClock, 10);
  far.cancel();
  expect([ran, soon]).toEqual([false, true]);
});

test("the virtual clock of the tests runs timers in the order of their times", () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  clock.after(10, () => seen.push(`b${clock.now()}`));
  clock.after(5, () => {
    seen.push(`a${clock.now()}`);
    clock.after(2, () => seen.push(`c${clock.now()}`));
  });
  const repeating = clock.every(4, () => seen.push(`r${clock.now()}`));
  clock.advance(11);
  repeating.cancel();
  expect(seen).toEqual(["r4", "a5", "c7", "r8", "b10"]);
  expect(clock.timers).toBe(0);
});
