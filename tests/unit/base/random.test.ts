import { expect, test } from "bun:test";
import { randomHex, seededRandom, systemRandom } from "../../../src/base/random.ts";

test("a seed gives the same numbers again, another seed others", () => {
  const first = (seed: number) => Array.from({ length: 8 }, ((random) => () => random.float())(seededRandom(seed)));
  expect(first(7)).toEqual(first(7));
  expect(first(7)).not.toEqual(first(8));
});

test.each(
  [["seeded", seededRandom(1)], ["system", systemRandom]] as const,
)("%s numbers lie in their ranges and reach all of them", (_name, random) => {
  const seen = new Set<number>();
  for (let n = 0; n < 2000; n++) {
    const float = random.float();
    expect(float).toBeGreaterThanOrEqual(0);
    expect(float).toBeLessThan(1);
    seen.add(random.integer(6));
  }
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  expect(random.integer(2 ** 32)).toBeLessThan(2 ** 32);
  expect(random.bytes(33)).toHaveLength(33);
});

test("hexadecimal ids have two digits a byte", () => {
  expect(randomHex(seededRandom(3), 16)).toMatch(/^[0-9a-f]{32}$/);
});
