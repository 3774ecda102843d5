/** Waits of a link that broke: short ones while a daemon of this machine is being replaced, bounded ones otherwise. */
import { expect, test } from "bun:test";
import { seededRandom } from "../../../../src/base/random.ts";
import { Backoff } from "../../../../src/client/connection/backoff.ts";

test("near servers are tried often for two seconds, then as others: ever more rarely, up to a bound", () => {
  const backoff = new Backoff(seededRandom(1));
  backoff.restart(true);
  const near = Array.from({ length: 100 }, () => backoff.next());
  expect(Math.max(...near)).toBeLessThanOrEqual(25);
  const total = near.reduce((sum, ms) => sum + ms, 0);
  expect([total > 1500, total < 2500]).toEqual([true, true]);
  const far = Array.from({ length: 12 }, () => backoff.next());
  expect([far[0]! >= 75, far[0]! <= 125, far.at(-1)! >= 7500, far.at(-1)! <= 12_500]).toEqual([true, true, true, true]);
  backoff.restart(false);
  expect(backoff.next()).toBeGreaterThanOrEqual(75);
});
