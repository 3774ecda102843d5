/** Commands are carried out once, whatever is sent again, and whichever daemon it reaches. */
import { describe, expect, test } from "bun:test";
import type { TestClient } from "../../../support/daemon-rig.ts";
import { DaemonRig } from "../../../support/daemon-rig.ts";

/** Sends a command under a number of its own and waits for the reply. */
async function say(rig: DaemonRig, client: TestClient, seq: number, name: string, args: Record<string, unknown> = {}) {
  const before = client.all("reply").length;
  client.send("command", { seq, name, args });
  for (let n = 0; n < 200 && client.all("reply").length === before; n++) await Bun.sleep(1);
  await rig.settle();
  return client.all("reply").at(-1)!;
}

describe("a command that is sent again", () => {
  test("is answered with what was answered before, and nothing more happens", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.attached({ create: { name: "work" } });
    const first = await say(rig, client, 1000, "split");
    const again = await say(rig, client, 1000, "split");
    expect([again.result, rig.daemon.model.panes.size]).toEqual([first.result, 2]);
    expect((await say(rig, client, 1001, "rename", { target: "work", name: "other" })).error).toBeUndefined();
    expect((await say(rig, client, 1001, "rename", { target: "work", name: "other" })).error).toBeUndefined();
    const wrong = await say(rig, client, 1002, "rename", { target: "nothing", name: "x" });
    expect((await say(rig, client, 1002, "rename", { target: "nothing", name: "x" })).error).toEqual(wrong.error!);
  });

  test("to the next daemon has its answer too, and the model has its effect", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.attached({ create: { name: "work" } });
    const first = await say(rig, client, 1000, "split");
    await rig.restart();
    const later = await rig.client("tui", undefined, client.id);
    await later.attach({ target: "work" });
    const again = await say(rig, later, 1000, "split");
    expect([again.result, again.error ?? undefined, rig.daemon.model.panes.size]).toEqual([first.result, undefined, 2]);
    const third = await say(rig, later, 1001, "split");
    expect([third.error, rig.daemon.model.panes.size]).toEqual([undefined, 3]);
  });

  test("by another client under the same number is another command", async () => {
    await using rig = await DaemonRig.start();
    const one = await rig.attached({ create: { name: "work" } });
    const two = await rig.attached({ target: "work" });
    await say(rig, one, 1000, "split");
    await say(rig, two, 1000, "split");
    expect(rig.daemon.model.panes.size).toBe(3);
  });

  test("while it runs waits for the same answer", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.attached({ create: { name: "work" } });
    rig.keeper.holdSpawns = true;
    for (let n = 0; n < 2; n++) client.send("command", { seq: 1000, name: "split", args: {} });
    await Bun.sleep(5);
    rig.keeper.releaseSpawns();
    await rig.pass(20);
    const replies = client.all("reply").filter((reply) => reply.seq === 1000);
    expect([replies.length, rig.daemon.model.panes.size]).toEqual([2, 2]);
    expect(replies[0]!.result).toEqual(replies[1]!.result);
  });

  test("after the daemon died in the middle of it is not carried out again, and its client is told", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.attached({ create: { name: "work" } });
    rig.keeper.holdSpawns = true;
    client.send("command", { seq: 1000, name: "split", args: {} });
    await Bun.sleep(5);
    await rig.restart();
    const later = await rig.client("tui", undefined, client.id);
    await later.attach({ target: "work" });
    const again = await say(rig, later, 1000, "split");
    expect(again.error).toMatchObject({ message: "the server was restarted while 'split' ran" });
    expect(rig.daemon.model.panes.size).toBe(1);
  });

  test("is forgotten when many have come after it, and what is kept stays small", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.attached({ create: { name: "work" } });
    for (let seq = 1000; seq < 1300; seq++) client.send("command", { seq, name: "rename", args: { target: "%1", name: `s${seq}` } });
    for (let n = 0; n < 400 && client.all("reply").length < 300; n++) await Bun.sleep(1);
    expect(rig.daemon.model.pane(1).name).toBe("s1299");
    expect(rig.keeper.blobs.get("commands")!.length).toBeLessThan(64 * 1024);
  });
});

test("numbers of what commands type stay above the old ones when the clock has been set back", async () => {
  await using rig = await DaemonRig.start();
  const client = await rig.attached({ create: { name: "work" } });
  await say(rig, client, 1000, "send", { target: "work", text: ["one"] });
  await rig.pass(100);
  rig.clock.jump(-3_600_000);
  await rig.restart();
  const later = await rig.attached({ target: "work" });
  await say(rig, later, 1000, "send", { target: "work", text: ["two"] });
  await rig.pass(100);
  expect(rig.keeper.pane(1).written).toBe("onetwo");
});
