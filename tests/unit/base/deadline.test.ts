import { expect, test } from "bun:test";
import { unlessAborted, within } from "../../../src/base/deadline.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

const never = new Promise<never>(() => {});

test("within gives what came in time, else what is said of lateness, and leaves no timer", async () => {
  const clock = new VirtualClock();
  expect(await within(clock, 100, Promise.resolve(7), () => new Error("late"))).toBe(7);
  const late = within(clock, 100, never, () => new Error("late"));
  late.catch(() => {});
  await clock.advanceAsync(99);
  await clock.advanceAsync(1);
  expect(late).rejects.toThrow("late");
  expect(within(clock, 100, Promise.reject(new Error("own")), () => new Error("late"))).rejects.toThrow("own");
});

test("unlessAborted stops waiting, also for a signal that was given before", async () => {
  const controller = new AbortController();
  const wait = unlessAborted(controller.signal, never, () => new Error("gone"));
  expect(await unlessAborted(controller.signal, Promise.resolve(1), () => new Error("gone"))).toBe(1);
  controller.abort();
  expect(wait).rejects.toThrow("gone");
  expect(unlessAborted(controller.signal, never, () => new Error("before"))).rejects.toThrow("before");
});
