import { describe, expect, test } from "bun:test";
import { Disposables, Emitter } from "../../../src/base/lifecycle.ts";

describe("disposables", () => {
  test("end in reverse order, once", () => {
    const order: number[] = [];
    const all = new Disposables();
    for (const n of [1, 2, 3]) all.defer(() => order.push(n));
    expect(all.disposed).toBeFalse();
    all.dispose();
    all.dispose();
    expect(order).toEqual([3, 2, 1]);
    expect(all.disposed).toBeTrue();
  });

  test("end at once what comes after the end, also while it ends", () => {
    const order: string[] = [];
    const all = new Disposables();
    all.defer(() => order.push("first"));
    all.defer(() => {
      all.defer(() => order.push("late"));
      order.push("last");
    });
    all.dispose();
    all.defer(() => order.push("later"));
    expect(order).toEqual(["late", "last", "first", "later"]);
  });

  test("end all even if one of them fails, and say so", () => {
    const order: number[] = [];
    const all = new Disposables();
    all.defer(() => order.push(1));
    all.defer(() => {
      throw new Error("stuck");
    });
    all.defer(() => order.push(3));
    expect(() => all.dispose()).toThrow("stuck");
    expect(order).toEqual([3, 1]);
  });

  test("hand back what they take over", () => {
    const all = new Disposables();
    const item = { dispose() {}, x: 1 };
    expect(all.own(item)).toBe(item);
  });
});

describe("an emitter", () => {
  test("reaches its listeners in order until they are removed", () => {
    const seen: string[] = [];
    const emitter = new Emitter<number>();
    const a = emitter.on((n) => seen.push(`a${n}`));
    emitter.on((n) => seen.push(`b${n}`));
    emitter.fire(1);
    a.dispose();
    a.dispose();
    emitter.fire(2);
    emitter.dispose();
    emitter.fire(3);
    expect(seen).toEqual(["a1", "b1", "b2"]);
  });

  test("reaches those that were there when it was fired", () => {
    const seen: string[] = [];
    const emitter = new Emitter<void>();
    emitter.on(() => {
      seen.push("old");
      emitter.on(() => seen.push("new"));
    });
    emitter.fire();
    expect(seen).toEqual(["old"]);
  });

  test("tells two registrations of one function apart", () => {
    let count = 0;
    const emitter = new Emitter<void>();
    const listener = () => void count++;
    const first = emitter.on(listener);
    emitter.on(listener);
    emitter.fire();
    first.dispose();
    emitter.fire();
    expect(count).toBe(3);
  });
});
