import { describe, expect, test } from "bun:test";
import { ParseLoop, type Parsing } from "../../../../src/server/panes/parse-loop.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

const NEVER = -1e9;

function rig() {
  const clock = new VirtualClock();
  const order: string[] = [];
  let slices = 0;
  const loop = new ParseLoop(clock, () => void slices++);
  /** A pane with this many pieces, each of which takes this long. */
  const pane = (name: string, pieces: number, ms = 0, typedAt = NEVER) => {
    const item = {
      typedAt, pieces,
      parsePiece(): boolean {
        clock.spend(ms);
        item.pieces--;
        order.push(name);
        return item.pieces > 0;
      },
    };
    return item satisfies Parsing;
  };
  return { clock, order, loop, pane, slices: () => slices };
}

describe("output", () => {
  test("is parsed at once where nothing else is under way", () => {
    const r = rig();
    r.loop.add(r.pane("a", 1));
    expect([r.order, r.slices(), r.clock.timers]).toEqual([["a"], 1, 0]);
  });

  test("of several panes takes turns", () => {
    const r = rig();
    const busy = r.pane("x", 3, 2);
    r.loop.add(busy);
    for (const name of ["a", "b", "c"]) r.loop.add(r.pane(name, 3, 1));
    r.clock.advance(1000);
    expect(r.order.slice(2).join("")).toMatch(/^xabc|^abcx/);
    expect(r.order.slice(-8).sort().join("")).toHaveLength(8);
    const counts = Object.groupBy(r.order, (name) => name);
    expect(Object.values(counts).map((list) => list!.length)).toEqual([3, 3, 3, 3]);
    // no one is served twice while another waits
    const middle = r.order.slice(3, 9).join("");
    expect(middle).not.toMatch(/(.)\1/);
  });

  test("yields through a timer every few milliseconds", () => {
    const r = rig();
    r.loop.add(r.pane("a", 100, 1));
    const slice = r.order.length;
    expect(slice).toBeGreaterThan(0);
    expect(slice).toBeLessThan(9);
    expect([r.slices(), r.clock.timers]).toEqual([1, 1]);
    r.clock.advance(0);
    expect([r.order.length, r.slices()]).toEqual([2 * slice, 2]);
    r.clock.advance(1000);
    expect([r.order.length, r.clock.timers]).toEqual([100, 0]);
  });

  test("of a piece that takes long is one piece a slice", () => {
    const r = rig();
    r.loop.add(r.pane("a", 3, 50));
    expect(r.order).toHaveLength(1);
    r.clock.advance(0);
    expect(r.order).toHaveLength(2);
  });

  test("that is announced twice is parsed once", () => {
    const r = rig();
    r.loop.add(r.pane("x", 5, 3));
    const a = r.pane("a", 1);
    r.loop.add(a);
    r.loop.add(a);
    r.clock.advance(100);
    expect(r.order.filter((name) => name === "a")).toEqual(["a"]);
  });

  test("that comes while a piece is parsed waits for its turn", () => {
    const r = rig();
    const late = r.pane("late", 1);
    const first = {
      typedAt: NEVER, parsePiece: () => (r.order.push("first"), r.loop.add(late), r.order.push("still first"), false),
    };
    r.loop.add(first);
    r.clock.advance(10);
    expect(r.order).toEqual(["first", "still first", "late"]);
  });
});

describe("panes that a person typed in", () => {
  test("go first", () => {
    const r = rig();
    r.loop.add(r.pane("flood", 10, 5));
    for (const name of ["a", "b"]) r.loop.add(r.pane(name, 1));
    const typed = r.pane("typed", 2, 1, r.clock.now());
    r.loop.add(typed);
    // its first piece is parsed at once, not at the next slice
    expect(r.order).toEqual(["flood", "typed"]);
    r.clock.advance(0);
    expect(r.order[2]).toBe("typed");
  });

  test("share with the others as soon as they flood themselves", () => {
    const r = rig();
    r.loop.add(r.pane("x", 1, 5));
    r.loop.add(r.pane("typed", 1000, 1, r.clock.now()));
    r.loop.add(r.pane("other", 1000, 1));
    r.clock.advance(0);
    r.clock.advance(0);
    r.clock.advance(0);
    const others = r.order.filter((name) => name === "other").length;
    expect(others).toBeGreaterThan(2);
  });

  test("of any number leave the others their share", () => {
    const r = rig();
    for (let n = 0; n < 5; n++) r.loop.add(r.pane(`typed${n}`, 10_000, 1, 0));
    r.loop.add(r.pane("other", 10_000, 1));
    for (let n = 0; n < 50; n++) r.clock.advance(0);
    expect(r.clock.now()).toBeLessThan(1000);
    const others = r.order.filter((name) => name === "other").length;
    expect([others / r.order.length > 0.15, r.order.length]).toEqual([true, r.order.length]);
    for (let n = 0; n < 5; n++)
      expect(r.order.filter((name) => name === `typed${n}`).length).toBeGreaterThan(r.order.length * 0.08);
  });

  test("are that for a second", () => {
    const r = rig();
    r.clock.advance(5000);
    r.loop.add(r.pane("flood", 10, 5));
    r.loop.add(r.pane("long ago", 1, 0, r.clock.now() - 1001));
    expect(r.order).toEqual(["flood"]);
    r.loop.add(r.pane("lately", 1, 0, r.clock.now() - 990));
    expect(r.order).toEqual(["flood", "lately"]);
  });
});

test("a pane that is removed is parsed no more", () => {
  const r = rig();
  r.loop.add(r.pane("x", 2, 5));
  const a = r.pane("a", 5);
  r.loop.add(a);
  r.loop.remove(a);
  r.clock.advance(100);
  expect(r.order).toEqual(["x", "x"]);
});

test("a pane that is removed while it is parsed is parsed no more", () => {
  const r = rig();
  let pieces = 0;
  const item: Parsing = { typedAt: NEVER, parsePiece: () => (pieces++, r.loop.remove(item), true) };
  r.loop.add(item);
  r.clock.advance(100);
  expect(pieces).toBe(1);
});

test("after its end nothing is parsed and no timer is left", () => {
  const r = rig();
  r.loop.add(r.pane("x", 10, 5));
  r.loop.dispose();
  r.clock.advance(100);
  expect([r.order, r.clock.timers]).toEqual([["x"], 0]);
});

test("one pane that fails stops no other", () => {
  const r = rig();
  const bad: Parsing = { typedAt: NEVER, parsePiece: () => { throw new Error("broken"); } };
  expect(() => r.loop.add(bad)).toThrow("broken");
  r.loop.add(r.pane("a", 1));
  r.clock.advance(100);
  expect(r.order).toEqual(["a"]);
});
