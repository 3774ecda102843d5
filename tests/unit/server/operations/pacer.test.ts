import { expect, test } from "bun:test";
import { Pacer } from "../../../../src/server/operations/pacer.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

function rig(most: number) {
  const clock = new VirtualClock();
  const passed: string[] = [];
  return { clock, passed, pacer: new Pacer<string>(clock, 100, most, (item) => passed.push(`${clock.now()} ${item}`)) };
}

test("the first passes at once, the others at the pace, the oldest of too many not at all", () => {
  const { clock, passed, pacer } = rig(2);
  for (const item of ["a", "b", "c", "d"]) pacer.push(item);
  clock.advance(1000);
  pacer.push("e");
  expect(passed).toEqual(["0 a", "100 c", "200 d", "1000 e"]);
});

test("one that may wait is the newest", () => {
  const { clock, passed, pacer } = rig(1);
  for (let n = 0; n < 50; n++) {
    pacer.push(String(n));
    clock.advance(10);
  }
  clock.advance(500);
  expect(passed.length).toBeLessThan(7);
  expect(passed.at(-1)).toEndWith(" 49");
});

test("nothing passes after the end", () => {
  const { clock, passed, pacer } = rig(5);
  for (const item of ["a", "b"]) pacer.push(item);
  pacer.dispose();
  clock.advance(1000);
  expect([passed, clock.timers]).toEqual([["0 a"], 0]);
});
