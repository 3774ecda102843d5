/** Commands are carried out once, whatever is sent again, and whichever daemon it reaches. */
import { describe, expect, test } from "bun:test";
import { CommandLedger } from "../../../../src/server/operations/command-ledger.ts";
import type { TestClient } from "../../../support/daemon-rig.ts";
import { DaemonRig } from "../../../support/daemon-rig.ts";
import { rejection } from "../../../support/thrown.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";
import { waitUntil } from "../../../support/wait-until.ts";

/** Sends a command under a number of its own and waits for the reply. */
async function say(rig: DaemonRig, client: TestClient, seq: number, name: string, args: Record<string, unknown> = {}) {
  const before = client.all("reply").length;
  client.send("command", { seq, name, args });
  await waitUntil("the reply", () => client.all("reply").length > before);
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
    await waitUntil("the spawn", () => rig.keeper.heldSpawns > 0);
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
    await waitUntil("the spawn", () => rig.keeper.heldSpawns > 0);
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
    await waitUntil("all replies", () => client.all("reply").length >= 300);
    expect(rig.daemon.model.pane(1).name).toBe("s1299");
    expect(rig.keeper.blobs.get(`commands:${client.id}`)!.length).toBeLessThan(64 * 1024);
  });

  test("has its answer however many others came and went meanwhile; of command lines that are gone nothing is kept", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.attached({ create: { name: "work" } });
    const first = await say(rig, client, 1000, "split");
    for (let n = 0; n < 40; n++) {
      const line = await rig.client("cli");
      for (let seq = 1; seq <= 10; seq++) await say(rig, line, seq, "rename", { target: "work", name: `s${n}x${seq}` });
      line.duplex.close();
      await rig.settle();
    }
    expect([...rig.keeper.blobs.keys()].filter((key) => key.startsWith("commands"))).toEqual([`commands:${client.id}`]);
    await rig.restart();
    const later = await rig.client("tui", undefined, client.id);
    await later.attach({ target: "%1" });
    const again = await say(rig, later, 1000, "split");
    expect([again.result, rig.daemon.model.panes.size]).toEqual([first.result, 2]);
  });
});

/** A ledger by itself, and what the next one would find. */
function ledger(saved = new Map<string, Uint8Array>(), clock = new VirtualClock()) {
  const book = new CommandLedger(() => clock.wall(), (key, bytes) => void (bytes.length > 0 ? saved.set(key, bytes) : saved.delete(key)));
  book.load(saved);
  const runs: string[] = [];
  const once = (client: number, seq: number, result: unknown = "done") => book.once(client, seq, "split", async () => {
    runs.push(`${client}:${seq}`);
    return { result };
  }, () => {});
  return { book, saved, clock, runs, once };
}

describe("the ledger", () => {
  test("remembers the clients that were heard last, also over a restart, and never forgets what runs", async () => {
    const { book, saved, clock, once } = ledger();
    let release!: () => void;
    const running = book.once(1, 1, "split", () => new Promise((resolve) => (release = () => resolve({ result: "late" }))), () => {});
    for (let client = 2; client <= 40; client++) {
      clock.advance(1);
      await once(client, 1);
      // this one is heard now and then
      if (client % 8 === 0) await once(2, client);
    }
    const clients = (keys: Iterable<string>) => [...keys].map((key) => Number(key.split(":")[1])).sort((a, b) => a - b);
    expect(clients(saved.keys())).toEqual([1, 2, ...Array.from({ length: 30 }, (_, at) => at + 11)]);
    release();
    await running;
    const next = ledger(saved, clock);
    await next.once(50, 1);
    expect(clients(saved.keys()).slice(0, 3)).toEqual([1, 2, 12]);
    await next.once(1, 1);
    await next.once(2, 40);
    expect(next.runs).toEqual(["50:1"]);
  });

  test("keeps no more of a client for the next daemon than its bound: of older answers that they were given", async () => {
    const { saved, once } = ledger();
    for (let seq = 1; seq <= 200; seq++) await once(1, seq, "x".repeat(3000));
    expect(saved.get("commands:1")!.length).toBeLessThan(300 * 1024);
    // this daemon still has them all
    expect((await once(1, 1)).result).toHaveLength(3000);
    const next = ledger(saved);
    expect((await next.once(1, 200)).result).toHaveLength(3000);
    expect(await rejection(next.once(1, 1))).toMatchObject({ code: "tooLarge" });
    expect(next.runs).toEqual([]);
  });

  test("reads what an earlier release kept of all clients together", async () => {
    const together = [
      { client: 7, seq: 1, name: "split", answer: '{"result":"seven"}' }, { client: 8, seq: 1, name: "split" }, null, { client: 7, seq: "x" },
    ];
    const { saved, runs, once } = ledger(new Map([["commands", new TextEncoder().encode(JSON.stringify(together))]]));
    expect((await once(7, 1)).result).toBe("seven");
    expect(await rejection(once(8, 1))).toMatchObject({ code: "interrupted" });
    expect([[...saved.keys()].sort(), runs]).toEqual([["commands:7", "commands:8"], []]);
  });

  test("goes on without what it can't read", async () => {
    const bytes = (text: string) => new TextEncoder().encode(text);
    const { once } = ledger(new Map([["commands", bytes("{")], ["commands:1", bytes("[]")], ["commands:2", bytes('{"usedAt":1,"commands":[{}]}')], ["commands:x", bytes("null")]]));
    expect((await once(1, 1)).result).toBe("done");
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
