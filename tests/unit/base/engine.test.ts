/** Processes that last compile late while they start, and soon afterwards. */
import { afterEach, expect, spyOn, test } from "bun:test";
import { compileSoonAfterStart } from "../../../src/base/engine.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

const policy = spyOn(Bun.unsafe, "setJITPolicy");
afterEach(() => Bun.unsafe.setJITPolicy(1));

test("late while a process starts, soon from then on", () => {
  const clock = new VirtualClock();
  compileSoonAfterStart(clock);
  expect(policy.mock.calls.map(([scale]) => scale > 1)).toEqual([true]);
  clock.advance(60_000);
  expect(policy.mock.lastCall).toEqual([1]);
  expect(clock.timers).toBe(0);
});
