/** A daemon serves clients before it has taken over all panes of the one before: what is looked at and typed in comes first. */
import { expect, test } from "bun:test";
import { DaemonRig } from "../../support/daemon-rig.ts";

/** A daemon that just began, with twelve sessions of a pane each of which none was taken over yet. */
async function begun(): Promise<DaemonRig> {
  const rig = await DaemonRig.withSessions(12);
  await rig.restart(false);
  expect([rig.daemon.panes.size, rig.daemon.model.panes.size]).toEqual([0, 12]);
  return rig;
}

test("who attaches sees and types at once, and commands find every pane a moment later", async () => {
  await using rig = await begun();
  // as a client that was cut off: everything in one breath
  const client = await rig.client();
  const list = client.command("capture", { target: "s3" });
  const attached = client.attach({ target: "s8" });
  await attached;
  client.type(9, "typed");
  await rig.settle();
  expect(client.screen(9)).toBe("text of 8");
  expect(rig.keeper.pane(9).written).toBe("typed");
  await rig.pass(100);
  expect((await list).error).toBeUndefined();
  expect(rig.daemon.panes.size).toBe(12);
  expect(rig.errors).toEqual([]);
});

test("input for a pane that was not taken over yet reaches it in order and once, with synchronised input all of its window", async () => {
  await using rig = await begun();
  const before = await rig.attached({ target: "s4" });
  await rig.pass(100);
  await before.command("split", { right: true });
  await before.command("window set", { synchronized: true }).catch(() => {});
  rig.daemon.model.windows.get(rig.daemon.model.pane(5).window)!.synchronized = true;
  rig.daemon.model.touch();
  await rig.pass(1000);
  await rig.restart(false);
  const client = await rig.client();
  client.send("watch", { panes: [7] });
  client.type(7, "a");
  client.type(7, "b");
  await client.attach({ target: "s0" });
  // what was typed before the session was changed
  client.type(5, "both");
  await rig.settle();
  await rig.pass(100);
  const other = [...rig.daemon.model.panes.keys()].at(-1)!;
  expect([7, 5, other].map((id) => rig.keeper.pane(id).written)).toEqual(["ab", "both", "both"]);
});

test("a linked pane that was not taken over yet is not told to be gone, and its history can be asked for", async () => {
  await using rig = await begun();
  const client = await rig.client();
  client.send("watch", { panes: [11] });
  client.send("history", { seq: 5, pane: 11, from: 0, to: 1 });
  await rig.settle();
  await rig.pass(100);
  expect(client.all("watched").map(({ panes }) => panes)).toEqual([[expect.objectContaining({ id: 11, cols: 80 })]]);
  expect(client.all("historyLines").map(({ seq, pane, screen }) => ({ seq, pane, screen }))).toEqual([{ seq: 5, pane: 11, screen: { line: 0, column: 0 } }]);
  expect(client.all("historyLines")[0]!.rows.length).toBeGreaterThan(0);
});

test("where nobody comes back all panes are taken over by themselves, and what ended meanwhile is gone", async () => {
  await using rig = await begun();
  rig.keeper.end(4);
  await rig.pass(300);
  expect(rig.daemon.panes.size).toBe(11);
  expect([...rig.daemon.model.sessions.values()].map(({ name }) => name)).not.toContain("s3");
});

test("a daemon that dies while it takes over leaves everything to the next", async () => {
  await using rig = await begun();
  for (let round = 0; round < 5; round++) {
    const client = await rig.attached({ target: `s${round}` });
    client.type(round + 1, `${round}`);
    rig.keeper.print(round + 1, `more\r\n`);
    await rig.settle();
    await rig.restart(false);
  }
  await rig.pass(300);
  const client = await rig.attached({ target: "s2" });
  await rig.pass(50);
  expect(client.screen(3)).toBe("text of 2\nmore");
  expect([1, 2, 3, 4, 5].map((id) => rig.keeper.pane(id).written)).toEqual(["0", "1", "2", "3", "4"]);
  expect(rig.errors).toEqual([]);
});
