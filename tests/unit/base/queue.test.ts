import { expect, test } from "bun:test";
import { BoundedQueue } from "../../../src/base/queue.ts";
import { fuzzRounds } from "../../support/fuzz.ts";

test("items leave in the order in which they came", () => {
  const queue = new BoundedQueue<number>(100);
  for (let n = 0; n < 100; n++) expect(queue.push(n)).toBeTrue();
  expect(queue.push(100)).toBeFalse();
  expect(queue.peek()).toBe(0);
  for (let n = 0; n < 100; n++) expect(queue.shift()).toBe(n);
  expect(queue.shift()).toBeUndefined();
  expect(queue.peek()).toBeUndefined();
});

test("the weight is bounded, but an empty queue takes one item of any weight", () => {
  const queue = new BoundedQueue<string>(10, 5, (text) => text.length);
  expect(queue.push("123456789")).toBeTrue();
  expect(queue.push("1")).toBeFalse();
  expect(queue.held).toBe(9);
  expect(queue.shift()).toBe("123456789");
  expect(queue.push("123")).toBeTrue();
  expect(queue.push("12")).toBeTrue();
  expect(queue.push("")).toBeTrue();
  expect(queue.push("1")).toBeFalse();
  queue.clear();
  expect([queue.length, queue.held]).toEqual([0, 0]);
  expect(queue.push("12345")).toBeTrue();
});

test("a queue and an array do the same", () => {
  fuzzRounds("queue", 300, 500, (random) => {
    const queue = new BoundedQueue<number>(70, 2000, (n) => n);
    const model: number[] = [];
    const sum = () => model.reduce((a, b) => a + b, 0);
    for (let step = 0; step < 300; step++) {
      if (random.integer(5) < 3) {
        const item = random.integer(100);
        const fits = model.length < 70 && (model.length === 0 || sum() + item <= 2000);
        expect(queue.push(item)).toBe(fits);
        if (fits) model.push(item);
      } else expect(queue.shift()).toBe(model.shift() as number);
      expect([queue.length, queue.held, queue.peek()]).toEqual([model.length, sum(), model[0]]);
    }
  });
});

test("what has left is not kept alive", () => {
  const queue = new BoundedQueue<{ n: number }>(10_000);
  for (let n = 0; n < 10_000; n++) queue.push({ n });
  for (let n = 0; n < 9000; n++) queue.shift();
  const held = (queue as unknown as { items: unknown[] }).items.filter(Boolean);
  expect(held).toHaveLength(1000);
});
