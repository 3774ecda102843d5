import { expect, test } from "bun:test";
import { Pacer } from "../../../../src/server/operations/pacer.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

function rig(most: number, burst?: number) {
  const clock = new VirtualClock();
  const passed: string[] = [];
  return { clock, passed, pacer: new Pacer<string>(clock, { ms: 100, most, burst }, (item) => passed.push(`${clock.now()} ${item}`)) };
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

test("a few pass at once, and as many again after a silence; more have to wait", () => {
  const { clock, passed, pacer } = rig(10, 3);
  const all = ["a", "b", "c", "d", "e"];
  for (const item of all) pacer.push(item);
  clock.advance(1000);
  expect([passed, clock.timers]).toEqual([["0 a", "0 b", "0 c", "100 d", "200 e"], 0]);
  passed.length = 0;
  for (const item of all) pacer.push(item);
  expect(passed).toEqual(["1000 a", "1000 b", "1000 c"]);
});

test("what waits at the end passes at once", () => {
  const { clock, passed, pacer } = rig(5);
  for (const item of ["a", "b", "c"]) pacer.push(item);
  pacer.end();
  clock.advance(1000);
  expect([passed, clock.timers]).toEqual([["0 a", "0 b", "0 c"], 0]);
});

test("nothing passes after it was disposed", () => {
  const { clock, passed, pacer } = rig(5);
  for (const item of ["a", "b"]) pacer.push(item);
  pacer.dispose();
  clock.advance(1000);
  expect([passed, clock.timers]).toEqual([["0 a"], 0]);
});
