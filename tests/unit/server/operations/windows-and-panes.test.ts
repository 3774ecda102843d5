import { describe, expect, test } from "bun:test";
import { panesOf } from "../../../../src/server/model/layout.ts";
import { DaemonRig } from "../../../support/daemon-rig.ts";
import { checkModel } from "../../../support/model-checks.ts";
import { codeThrownBy, rejection } from "../../../support/thrown.ts";

/** Session `work` of windows 0 (panes 1, 2, 3 in a row) and 1 (pane 4); the client looks at pane 3. */
async function rig(settings = {}) {
  const r = await DaemonRig.start(settings);
  const client = await r.attached({ create: { name: "work" }, cols: 120, rows: 40 });
  await client.command("window new", { detached: true });
  const first = r.operations(client);
  await first.panes.split(1, { side: "right" });
  await first.panes.split(3, { side: "right" });
  await r.pass(20);
  return {
    r, client, model: r.daemon.model, script: await r.script(),
    ops: () => r.operations(client),
    panes: (window = 1) => panesOf(r.daemon.model.window(window).tree),
    async check() {
      await r.pass(50);
      checkModel(r.daemon.model);
      expect(r.errors).toEqual([]);
    },
    [Symbol.asyncDispose]: () => r[Symbol.asyncDispose](),
  };
}

describe("panes", () => {
  test("are split beside the one that is meant, and only a person's focus follows", async () => {
    await using t = await rig();
    expect(t.panes()).toEqual([1, 3, 4]);
    expect(t.client.view!.focus.pane).toBe(4);
    const made = await t.script.panes.split(1, { side: "left", size: { cells: 10 } });
    await t.check();
    expect([t.panes(), t.client.view!.focus.pane]).toEqual([[made.id, 1, 3, 4], 4]);
    expect(t.r.keeper.pane(made.id)).toMatchObject({ cols: 10, rows: 40 });
  });

  test("that can't be split leave everything as it was", async () => {
    await using t = await rig();
    const before = JSON.stringify(t.model.export());
    t.r.keeper.spawnError = "no";
    expect((await rejection(t.ops().panes.split(1, { side: "down" }))).code).toBe("failed");
    await t.check();
    const { next: _next, ...rest } = JSON.parse(JSON.stringify(t.model.export()));
    const { next: _before, ...was } = JSON.parse(before);
    expect(rest).toEqual(was);
  });

  test("are swapped within a window, and across windows with who looks at them", async () => {
    await using t = await rig();
    t.ops().panes.swap(1, 4);
    expect(t.panes()).toEqual([4, 3, 1]);
    t.ops().panes.swap(1, 2);
    await t.check();
    expect([t.panes(1), t.panes(2)]).toEqual([[4, 3, 2], [1]]);
    t.ops().panes.swap(3, 3);
    await t.check();
    expect(t.r.keeper.pane(1)).toMatchObject({ cols: 120, rows: 40 });
  });

  test("are moved beside others, of any window; the last of a session takes it along", async () => {
    await using t = await rig();
    t.ops().panes.join(1, 2, { side: "down", size: { percent: 30 } });
    await t.check();
    expect([t.panes(1), t.panes(2), t.client.view!.focus]).toEqual([[3, 4], [2, 1], { window: 2, pane: 1 }]);
    expect(codeThrownBy(() => t.ops().panes.join(1, 1, { side: "down" }))).toBe("usage");
    const other = await t.r.attached({ create: { name: "play" } });
    const lone = other.view!.focus.pane;
    t.ops().panes.join(lone, 3, { side: "right" });
    await t.check();
    expect(other.all("event")).toMatchObject([{ kind: "exited", session: "play" }]);
    expect(t.panes(1)).toContain(lone);
  });

  test("are broken out to windows of their own, named and placed", async () => {
    await using t = await rig();
    const window = t.ops().panes.break(3, { name: "own", index: 7 });
    await t.check();
    expect([window.index, window.name, t.client.view!.focus]).toEqual([7, "own", { window: window.id, pane: 3 }]);
    expect(codeThrownBy(() => t.ops().panes.break(3, {}))).toBe("failed");
    expect(codeThrownBy(() => t.ops().panes.break(1, { index: 7 }))).toBe("failed");
    await t.check();
  });

  test("have neighbours in all directions, in order, and the one before", async () => {
    await using t = await rig();
    const { panes } = t.ops();
    expect([
      panes.neighbour(1, "right")?.id, panes.neighbour(1, "left")?.id, panes.neighbour(4, "next")?.id,
      panes.neighbour(1, "previous")?.id,
    ]).toEqual([3, 4, 1, 4]);
    expect([
      panes.neighbour(2, "right"), panes.neighbour(2, "next"), panes.neighbour(2, "last"), panes.neighbour(1, "up"),
    ]).toEqual([undefined, undefined, undefined, undefined]);
    panes.select(1);
    panes.select(3);
    expect(panes.neighbour(3, "last")?.id).toBe(1);
  });

  test("change their size, and their terminals with them", async () => {
    await using t = await rig();
    t.ops().panes.setSize(1, { cols: 20 });
    await t.check();
    expect(t.r.keeper.pane(1).cols).toBe(20);
    t.ops().panes.setSize(1, { cols: { percent: 50 } });
    await t.check();
    expect(t.r.keeper.pane(1).cols).toBe(60);
    t.ops().panes.resize(1, "left", 5);
    await t.check();
    expect(t.r.keeper.pane(1).cols).toBe(55);
    // a place of one column, in which its program writes for the two of its terminal
    t.ops().panes.setSize(1, { cols: 1 });
    await t.check();
    expect(t.r.keeper.pane(1).cols).toBe(2);
  });

  test("are shown alone over the whole window while they are zoomed", async () => {
    await using t = await rig();
    expect(t.ops().panes.zoom(1, "toggle")).toBeTrue();
    await t.check();
    expect(t.client.view!.leaves).toEqual([{ pane: 1, x: 0, y: 0, cols: 120, rows: 40 }]);
    expect(t.r.keeper.pane(1)).toMatchObject({ cols: 120, rows: 40 });
    await t.ops().panes.split(1, { side: "down" });
    await t.check();
    expect(t.client.view!.leaves.length).toBe(4);
    expect([
      t.ops().panes.zoom(1, true), t.ops().panes.zoom(1, true), t.ops().panes.zoom(1, "toggle"),
      t.ops().panes.zoom(2, true),
    ]).toEqual([true, true, false, false]);
    await t.check();
  });

  test("are ended by a hangup, and by a kill if they ignore it", async () => {
    await using t = await rig();
    const fake = t.r.keeper.pane(3);
    t.ops().panes.kill(3);
    await t.check();
    expect([fake.signals.includes(1), t.panes(), t.r.keeper.closed]).toEqual([true, [1, 4], [3]]);
    await t.r.pass(5000);
    expect(codeThrownBy(() => t.ops().panes.kill(3))).toBe("noTarget");
  });

  test("get another program in their place", async () => {
    await using t = await rig({ remainOnExit: "on" });
    t.r.keeper.end(3, 1);
    await t.r.pass(50);
    await t.ops().panes.respawn(3, { kill: false, command: ["top"] });
    await t.r.pass(50);
    t.r.keeper.print(3, "fresh");
    await t.r.pass(50);
    await t.check();
    expect([
      t.client.screen(3), t.client.view!.panes.find((p) => p.id === 3)!.exit, t.r.keeper.spawned.at(-1)!.argv,
    ]).toEqual(["fresh", undefined, ["top"]]);
    expect((await rejection(t.ops().panes.respawn(1, { kill: false }))).code).toBe("failed");
    await t.ops().panes.respawn(1, { kill: true });
    await t.check();
  });

  test("whose next program can't be started stay, dead, and say why", async () => {
    await using t = await rig();
    const { keeper } = t.r;
    const respawned = rejection(t.ops().panes.respawn(3, { kill: true, command: ["nowhere"] }));
    keeper.failures.push("can't start nowhere: ENOENT");
    expect((await respawned).message).toBe("can't start nowhere: ENOENT");
    expect(keeper.spawned.at(-1)!.argv).toEqual(["/bin/sh", "-c", 'printf "%s\\n" "$0"; exit 127', "can't start nowhere: ENOENT"]);
    keeper.end(3, 127);
    await t.check();
    expect([t.panes(), t.model.pane(3).exit, t.model.pane(3).command]).toEqual([[1, 3, 4], { code: 127, signal: null }, ["nowhere"]]);
    await t.ops().panes.respawn(3, { kill: false, command: ["top"] });
    keeper.end(3, 0);
    await t.check();
    expect(t.panes()).toEqual([1, 4]);
  });

  test("that are closed while they start leave no program behind", async () => {
    await using t = await rig();
    t.r.keeper.holdSpawns = true;
    const starting = rejection(t.ops().panes.split(1, { side: "down" }));
    await t.r.pass(10);
    const id = Math.max(...t.model.panes.keys());
    t.ops().panes.kill(id);
    t.r.keeper.releaseSpawns();
    await t.r.pass(10);
    expect((await starting).code).toBe("noTarget");
    expect(t.r.keeper.panes.has(id)).toBeFalse();
    await t.check();
  });

  test("are marked, and no longer when it is said again or they go", async () => {
    await using t = await rig();
    t.ops().panes.mark(3);
    expect(t.ops().panes.marked).toBe(3);
    t.ops().panes.mark(3);
    expect(t.ops().panes.marked).toBeUndefined();
    t.ops().panes.mark(3);
    t.r.keeper.end(3);
    await t.check();
    expect(t.ops().panes.marked).toBeUndefined();
  });
});

describe("windows", () => {
  test("are stepped through in the order of their numbers, around, and to the one before", async () => {
    await using t = await rig();
    const { window } = await t.ops().windows.create(1, { name: "third", index: 9, select: false });
    const seen: number[] = [];
    for (const to of ["next", "next", "next", "previous", "last", "last"] as const) {
      t.ops().windows.step(1, to);
      await t.r.pass(5);
      seen.push(t.client.view!.focus.window);
    }
    expect(seen).toEqual([2, window.id, 1, window.id, 1, window.id]);
    expect(codeThrownBy(() => t.ops().windows.step(1, "next", true))).toBe("failed");
    t.r.keeper.print(2, "\x07");
    await t.r.pass(20);
    t.ops().windows.step(1, "next", true);
    await t.check();
    expect(t.client.view!.focus.window).toBe(2);
    expect(t.client.view!.windows.every((w) => !w.bell)).toBeTrue();
  });

  test("are arranged by name, one after the other, and back", async () => {
    await using t = await rig();
    const seen: (string | undefined)[] = [];
    for (const layout of ["even-vertical", "next", "next", "previous", "tiled", "next"]) {
      t.ops().windows.arrange(1, layout);
      await t.check();
      seen.push(t.model.window(1).layout);
    }
    expect(seen).toEqual([
      "even-vertical", "main-horizontal", "main-vertical", "main-horizontal", "tiled", "even-horizontal",
    ]);
    expect(codeThrownBy(() => t.ops().windows.arrange(1, "evne-vertical"))).toBe("usage");
  });

  test("are arranged as an exported layout says, in another window too", async () => {
    await using t = await rig();
    t.ops().windows.arrange(1, "main-vertical");
    const layout = JSON.parse(JSON.stringify(t.ops().windows.exportLayout(1)));
    const before = JSON.stringify(t.model.window(1).tree);
    t.ops().windows.arrange(1, "even-vertical");
    await t.ops().windows.applyLayout(1, layout);
    await t.check();
    expect(JSON.stringify(t.model.window(1).tree)).toBe(before);
    expect((await rejection(t.ops().windows.applyLayout(2, layout))).code).toBe("usage");
    expect((await rejection(t.ops().windows.applyLayout(1, { row: 5 }))).code).toBe("usage");
    await t.check();
  });

  test("are rotated: the panes move, the place stays in focus", async () => {
    await using t = await rig();
    t.ops().panes.select(3);
    t.ops().windows.rotate(1, false);
    await t.check();
    expect([t.panes(), t.client.view!.focus.pane]).toEqual([[3, 4, 1], 4]);
    t.ops().windows.rotate(1, true);
    await t.check();
    expect([t.panes(), t.client.view!.focus.pane]).toEqual([[1, 3, 4], 3]);
  });

  test("are moved and swapped, and numbered without gaps if that is wished", async () => {
    await using t = await rig({ renumberWindows: true });
    await t.ops().windows.create(1, { select: false });
    t.ops().windows.move(1, 1, 5, false);
    expect(t.model.window(1).index).toBe(5);
    t.ops().windows.renumber(1);
    await t.check();
    expect(t.model.session(1).windows.map((w) => t.model.window(w).index)).toEqual([0, 1, 2]);
    t.ops().windows.kill(2);
    await t.check();
    expect(t.model.session(1).windows.map((w) => t.model.window(w).index)).toEqual([0, 1]);
    t.r.keeper.end(panesOf(t.model.window(3).tree)[0]!);
    await t.check();
    expect(t.model.window(1).index).toBe(0);
  });

  test("with a name or number that is not to be had are refused, and start nothing", async () => {
    await using t = await rig();
    const { length } = t.r.keeper.spawned;
    expect((await rejection(t.ops().windows.create(1, { index: 0 }))).code).toBe("failed");
    expect((await rejection(t.ops().windows.create(1, { name: "a/b" }))).code).toBe("usage");
    expect(t.r.keeper.spawned.length).toBe(length);
    await t.check();
  });

  test("show a bell of theirs until somebody looks", async () => {
    await using t = await rig();
    t.r.keeper.print(2, "\x07\x07\x07");
    await t.r.pass(50);
    expect(t.client.view!.windows.find((w) => w.id === 2)!.bell).toBeTrue();
    expect(t.client.all("event").filter((e) => e.kind === "bell").length).toBe(1);
    t.ops().windows.select(2);
    await t.check();
    expect(t.client.view!.windows.some((w) => w.bell)).toBeFalse();
  });

  test("ring for everybody no more than ten times a second, however many panes ring", async () => {
    await using t = await rig();
    for (let n = 0; n < 30; n++) {
      for (const pane of [1, 2, 3, 4]) t.r.keeper.print(pane, "\x07");
      await t.r.pass(20);
    }
    const rung = t.client.all("event").filter((e) => e.kind === "bell").length;
    expect(rung).toBeGreaterThanOrEqual(5);
    expect(rung).toBeLessThanOrEqual(8);
  });

  test("pass bells on as bell-action says", async () => {
    const heard: Record<string, number[]> = {};
    for (const bellAction of ["any", "none", "current", "other"] as const) {
      await using t = await rig({ bellAction });
      for (const pane of [3, 2]) {
        t.r.keeper.print(pane, "\x07");
        await t.r.pass(200);
      }
      const bells = t.client.all("event").filter((e) => e.kind === "bell");
      heard[bellAction] = bells.map((e) => e.window!);
      expect(t.model.window(2).bell).toBeTrue();
    }
    expect(heard).toEqual({ any: [0, 1], none: [], current: [0], other: [1] });
  });

  test("let a program name its window only if allow-rename says so", async () => {
    await using t = await rig();
    t.r.keeper.print(3, "\x1bkintruder\x1b\\");
    await t.check();
    expect(t.model.window(1).name).not.toBe("intruder");
    t.r.settings = { ...t.r.settings, allowRename: true };
    t.r.keeper.print(3, "\x1bk a: b/\u202ec \x1b\\");
    await t.check();
    expect(t.model.window(1)).toMatchObject({ name: "a-b-c", named: true });
    t.r.keeper.print(3, "\x1bk\x1b\\");
    await t.check();
    expect(t.model.window(1).named).toBeFalse();
  });

  test("count their panes from pane-base-index, also in targets", async () => {
    await using t = await rig({ paneBaseIndex: 1 });
    expect(t.client.view!.panes.map(({ index }) => index)).toEqual([1, 2, 3]);
    const { find } = t.script;
    expect([find.pane("work/0.1").id, find.pane("work/0.3").id, find.label(4)]).toEqual([1, 4, "work/0.3"]);
    expect(codeThrownBy(() => find.pane("work/0.0"))).toBe("noTarget");
  });

  test("are named after their program until a person names them", async () => {
    await using t = await rig();
    expect(t.model.window(1).named).toBeFalse();
    t.ops().windows.rename(1, "mine");
    await t.check();
    expect(t.client.view!.windows[0]!.name).toBe("mine");
    expect(codeThrownBy(() => t.ops().windows.rename(1, "a.b"))).toBe("usage");
  });
});

describe("the clipboard of a program", () => {
  test("goes to those who show it and to a buffer, to nobody else", async () => {
    await using t = await rig();
    const elsewhere = await t.r.attached({ create: { name: "play" } });
    t.r.keeper.print(1, "\x1b]52;c;aGVsbG8=\x1b\\");
    await t.r.pass(20);
    expect(t.client.all("event")).toMatchObject([{ kind: "clipboard", text: "hello", selection: "c" }]);
    expect([elsewhere.all("event"), t.r.daemon.buffers.get().text]).toEqual([[], "hello"]);
    t.r.keeper.print(1, "\x1b]52;c;?\x1b\\");
    await t.r.pass(20);
    expect(t.r.keeper.pane(1).written).toBe("");
  });

  test("is ignored if the user does not want it", async () => {
    await using t = await rig({ setClipboard: false });
    t.r.keeper.print(1, "\x1b]52;c;aGVsbG8=\x1b\\");
    await t.r.pass(20);
    expect([t.client.all("event"), t.r.daemon.buffers.list()]).toEqual([[], []]);
  });
});
