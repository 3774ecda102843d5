import { describe, expect, test } from "bun:test";
import { DaemonRig } from "../../../support/daemon-rig.ts";
import { thrownBy } from "../../../support/thrown.ts";

/** Sessions `work` (windows 0 of two panes and 1, panes 1-3) and `play` (pane 4). */
async function rig() {
  const r = await DaemonRig.start();
  const client = await r.attached({ create: { name: "work" } });
  await client.command("split");
  await client.command("window new", { name: "logs" });
  await r.pass(10);
  const other = await r.attached({ create: { name: "play" } });
  await r.pass(10);
  return { r, client, other, [Symbol.asyncDispose]: () => r[Symbol.asyncDispose]() };
}

describe("a target", () => {
  test("names a session, a window by number or name, a pane by position or id", async () => {
    await using t = await rig();
    const { find } = await t.r.script();
    expect(["work/0.0", "work/0.1", "work/logs", "work/1.0", "%4", "play", "play/0"].map(
      (target) => find.pane(target).id,
    )).toEqual([1, 2, 3, 3, 4, 4, 4]);
    expect([
      find.session("play").name, find.window("work/logs").index, find.window("%2").index,
    ]).toEqual(["play", 1, 0]);
  });

  test("that is not there is an error that says what is", async () => {
    await using t = await rig();
    const { find } = await t.r.script();
    for (const [target, said] of [
      ["wrok", "did you mean 'work'"], ["work/7", "0 ("], ["work/0.5", "0 to 1"], ["%99", "panes: %1, %2"],
    ] as const) {
      const error = thrownBy(() => find.pane(target));
      expect([error.code, `${error.message} ${error.hint}`.includes(said)]).toEqual(["noTarget", true]);
    }
    for (const target of ["a b", "work/0.x", "%x", "::", "far:work", "far:%1"]) expect(thrownBy(() => find.pane(target)).code).toBe("usage");
  });

  test("left out is where a person looks, the pane a program runs in, or what was used last", async () => {
    await using t = await rig();
    expect(t.r.operations(t.client).find.pane().id).toBe(3);
    expect(t.r.operations(t.other).find.pane().id).toBe(4);
    expect((await t.r.script(2)).find.pane().id).toBe(2);
    expect((await t.r.script()).find.pane().id).toBe(4);
    t.client.type(3, "x");
    await t.r.pass(50);
    expect((await t.r.script()).find.session().name).toBe("work");
    expect((await t.r.script(999)).find.session().name).toBe("work");
  });

  test("in part is meant relative to the caller", async () => {
    await using t = await rig();
    const fromPane = (await t.r.script(1)).find;
    expect([
      fromPane.pane("/1").id, fromPane.pane(".1").id, fromPane.pane(".").id, fromPane.session("work").name,
    ]).toEqual([3, 2, 1, "work"] as never);
    const person = t.r.operations(t.other).find;
    expect([person.pane("/0").id, person.pane(".0").id]).toEqual([4, 4]);
  });

  test("of a session or window is the pane that its caller looked at there", async () => {
    await using t = await rig();
    await t.client.command("pane select", { target: "work/0.0" });
    await t.client.command("window select", { target: "work/logs" });
    await t.r.pass(10);
    expect(t.r.operations(t.client).find.pane("work/0").id).toBe(1);
    await t.r.attached({ target: "work/0.1" });
    expect(t.r.operations(t.client).find.pane("work/0").id).toBe(1);
  });

  test("where there is nothing at all says how to begin", async () => {
    await using r = await DaemonRig.start();
    const { find } = await r.script();
    expect(thrownBy(() => find.pane())).toMatchObject({ code: "noTarget", hint: expect.stringContaining("fugue new") });
    expect(find.sessions()).toEqual([]);
  });
});

describe("what there is", () => {
  test("is described whole", async () => {
    await using t = await rig();
    t.r.keeper.print(2, "\x1b]2;my title\x07$ ");
    t.r.keeper.print(2, "\x1b]7;file:///srv\x1b\\");
    await t.r.pass(100);
    const { find } = await t.r.script();
    const [work] = find.sessions();
    expect(work).toMatchObject({
      name: "work", attached: 1,
      windows: [
        {
          index: 0, active: false,
          panes: [{ id: 1, index: 0 }, { id: 2, index: 1, title: "my title", cwd: "/srv", cursor: "0.2", exit: null }],
        },
        { index: 1, name: "logs", active: true },
      ],
    });
    expect(find.label(2)).toBe("work/0.1");
    expect(find.pane(find.label(2)).id).toBe(2);
  });
});
