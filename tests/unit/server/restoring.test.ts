/** Panes of an earlier life are started a few at a time, what is looked at first; nobody waits for the rest. */
import { expect, test } from "bun:test";
import { DaemonRig } from "../../support/daemon-rig.ts";
import { Restoring } from "../../../src/server/restoring.ts";
import { settle } from "../../support/virtual-clock.ts";

test("what is wanted is started next, at most a few at once, each once", async () => {
  const order: number[] = [];
  const release: (() => void)[] = [];
  const restoring = new Restoring((pane) => {
    order.push(pane);
    return new Promise((resolve) => release.push(resolve));
  });
  const all = restoring.run(Array.from({ length: 20 }, (_, n) => n));
  expect(order).toEqual([0, 1, 2, 3]);
  restoring.want([17, 18]);
  let started = false;
  void restoring.ensure(9).then(() => (started = true));
  while (release.length > 0) {
    expect(order.length - (order.length - release.length)).toBeLessThanOrEqual(4);
    release.shift()!();
    await settle();
    if (order.length === 8) expect([order.slice(4), started]).toEqual([[9, 17, 18, 4], false]);
  }
  await all;
  expect([started, restoring.waits(9)]).toEqual([true, false]);
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n));
  await restoring.ensure(3);
});

test("while the first are waited for only what is wanted is brought", async () => {
  const order: number[] = [];
  const restoring = new Restoring(async (pane) => void order.push(pane));
  const first = Promise.withResolvers<void>();
  const all = restoring.run([1, 2, 3, 4], first.promise);
  await restoring.ensure(3);
  await settle();
  expect([order, restoring.waits(3), restoring.waits(4)]).toEqual([[3], false, true]);
  first.resolve();
  await all;
  expect(order).toEqual([3, 1, 2, 4]);
});

test("one that can't be brought is told to who waits for it and for all", async () => {
  const restoring = new Restoring((pane) => (pane === 2 ? Promise.reject(new Error("no")) : Promise.resolve()));
  const all = restoring.run([1, 2, 3]);
  const one = restoring.ensure(2);
  expect((await Promise.allSettled([all, one])).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});

/** A rebooted daemon whose keeper has not started anything yet. */
async function waiting(): Promise<DaemonRig> {
  const rig = await DaemonRig.withSessions(12);
  // screens are taken a few in a turn
  let saved = false;
  void rig.saved().then(() => (saved = true));
  while (!saved) {
    await rig.pass(1);
    await Bun.sleep(1);
  }
  rig.keeper = new (rig.keeper.constructor as new () => typeof rig.keeper)();
  rig.keeper.holdSpawns = true;
  await rig.restart();
  return rig;
}

test("a client is served before all panes run; what it types and asks reaches a pane that is still to be started", async () => {
  await using rig = await waiting();
  expect(rig.daemon.panes.size).toBe(0);
  const client = await rig.attached({ target: "s8" });
  client.type(9, "typed");
  client.type(9, " in order");
  const sent = client.command("send", { target: "s5", text: ["x"] });
  const list = (await client.command("ls")).result as { sessions: unknown[] };
  expect(list.sessions).toHaveLength(12);
  // the first four were under way; then what is looked at, typed into, and named
  const started: number[] = [];
  for (let round = 0; round < 30; round++) {
    rig.keeper.releaseSpawns();
    rig.keeper.holdSpawns = true;
    await rig.pass(5);
    for (const id of rig.daemon.panes.keys()) if (!started.includes(id)) started.push(id);
  }
  expect(started.slice(4, 6).sort()).toEqual([6, 9]);
  expect(started).toHaveLength(12);
  expect((await sent).error).toBeUndefined();
  expect([rig.keeper.pane(9).written, rig.keeper.pane(6).written]).toEqual(["typed in order", "x"]);
  expect(client.screen(9)).toStartWith("text of 8\n[restored");
  expect(rig.daemon.restored).toMatchObject({ sessions: 12, panes: 12, lost: [] });
  expect(rig.errors).toEqual([]);
});

test("a pane that is closed before its turn is never started", async () => {
  await using rig = await waiting();
  const client = await rig.attached({ target: "s11" });
  await client.command("kill", { target: "s0" });
  rig.keeper.holdSpawns = false;
  rig.keeper.releaseSpawns();
  await rig.pass(50);
  expect([...rig.daemon.panes.keys()].includes(1)).toBe(false);
  expect(rig.daemon.panes.size).toBe(11);
});
