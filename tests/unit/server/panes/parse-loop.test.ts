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

describe("while a person types", () => {
  /** A pane that somebody has just typed into, and one that floods, 1 ms a piece. */
  function typing() {
    const r = rig();
    const typed = r.pane("typed", 0, 0.1, r.clock.now());
    r.loop.typed(typed);
    const flood = r.pane("flood", 1e6, 1);
    return { ...r, typed, flood, floods: () => r.order.filter((name) => name === "flood").length };
  }

  test("a flood elsewhere is parsed a millisecond for each picture", () => {
    const r = typing();
    r.loop.add(r.flood);
    r.clock.advance(160);
    expect(r.floods()).toBeGreaterThanOrEqual(10);
    expect(r.floods()).toBeLessThanOrEqual(12);
  });

  test("one that comes in small pieces rests as long for each", () => {
    const r = typing();
    const drip = r.pane("flood", 0, 0.5);
    for (let n = 0; n < 1600; n++) {
      drip.pieces = 1;
      r.loop.add(drip);
      r.clock.advance(0.1);
    }
    // 160 ms passed: half a millisecond in each eight
    expect(r.floods()).toBeGreaterThanOrEqual(18);
    expect(r.floods()).toBeLessThanOrEqual(22);
  });

  test("an echo is parsed at once, and so is the rest of a long answer", () => {
    const r = typing();
    r.loop.add(r.flood);
    for (let n = 0; n < 20; n++) {
      r.clock.advance(1.3);
      r.typed.typedAt = r.clock.now();
      r.typed.pieces = 1;
      r.loop.add(r.typed);
      expect(r.order.at(-1)).toBe("typed");
    }
    const before = r.floods();
    r.typed.pieces = 5;
    r.loop.add(r.typed);
    r.clock.advance(0);
    r.clock.advance(0);
    expect(r.typed.pieces).toBeLessThanOrEqual(0);
    expect(r.floods() - before).toBeLessThanOrEqual(6);
  });

  test("an echo is parsed at once when a flood that rests has nothing more", () => {
    const r = typing();
    r.flood.pieces = 1;
    r.loop.add(r.flood);
    r.typed.pieces = 1;
    r.loop.add(r.typed);
    expect([r.order, r.clock.timers]).toEqual([["flood", "typed"], 0]);
  });

  test("a flood goes on at full speed a second after the last key", () => {
    const r = typing();
    r.loop.add(r.flood);
    r.clock.advance(1001);
    const before = r.floods();
    r.clock.advance(100);
    expect(r.floods() - before).toBeGreaterThan(80);
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
