/** Waits between tries: ever longer ones up to a bound, and short ones at first where the other end is near. */
import { expect, test } from "bun:test";
import { Backoff } from "../../../src/base/backoff.ts";
import { seededRandom } from "../../../src/base/random.ts";

function waits(backoff: Backoff, count: number): number[] {
  return Array.from({ length: count }, () => backoff.next());
}

/** Whether each wait is the one that is meant, give or take a quarter. */
function areAbout(actual: readonly number[], meant: readonly number[]): boolean {
  return actual.length === meant.length && actual.every((ms, at) => ms >= meant[at]! * 0.75 && ms <= meant[at]! * 1.25);
}

const FAR = [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000];

test("waits double from 100 ms to 10 s, with jitter, and begin anew after a success", () => {
  const backoff = new Backoff(seededRandom(7));
  const first = waits(backoff, FAR.length);
  expect([areAbout(first, FAR), new Set(first.slice(-3)).size]).toEqual([true, 3]);
  backoff.reset();
  expect(areAbout(waits(backoff, FAR.length), FAR)).toBe(true);
});

test("near servers are tried often for two seconds, then as others; a reset as for far ones ends that", () => {
  const backoff = new Backoff(seededRandom(1));
  backoff.reset(true);
  expect(areAbout(waits(backoff, 100), new Array(100).fill(20))).toBe(true);
  expect(areAbout(waits(backoff, FAR.length), FAR)).toBe(true);
  backoff.reset(true);
  backoff.reset();
  expect(areAbout(waits(backoff, FAR.length), FAR)).toBe(true);
});
