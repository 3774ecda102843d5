/** What a daemon hears from its keeper of changes to other builds, when two are asked for. */
import { expect, test } from "bun:test";
import { FakeKeeper } from "../../../support/fake-keeper.ts";
import { settle, VirtualClock } from "../../../support/virtual-clock.ts";

test.each(["upgraded", "replaced"] as const)("whoever asks while a build is tried is refused, and nobody else (%s)", async (kind) => {
  const clock = new VirtualClock();
  const keeper = new FakeKeeper();
  const { link } = await keeper.connect();
  const ask = (executable: string) => (kind === "upgraded" ? link.startBuild(executable, clock) : link.replaceKeeper(executable, clock));
  const states = () => (kind === "upgraded" ? link.upgrade : link.replaced);
  const first = ask("/new");
  keeper.tellUpgrade(kind, { executable: "/new", state: "trying" });
  expect(await first).toEqual({ executable: "/new", state: "trying" });
  const again = ask("/new");
  const second = ask("/newer");
  const refusal = { executable: "/newer", state: "failed", why: "an upgrade is under way" } as const;
  keeper.tellUpgrade(kind, refusal);
  expect(await second).toEqual(refusal);
  expect(states()).toEqual({ executable: "/new", state: "trying" });
  keeper.tellUpgrade(kind, { executable: "/new", state: "done" });
  expect(await again).toEqual({ executable: "/new", state: "done" });
  await settle();
  expect([states(), clock.timers]).toEqual([{ executable: "/new", state: "done" }, 0]);
});
