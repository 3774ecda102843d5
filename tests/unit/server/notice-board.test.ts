import { expect, test } from "bun:test";
import type { Notice } from "../../../src/protocol/notices.ts";
import { Subscription } from "../../../src/server/connections/subscription.ts";
import { DaemonRig, type TestClient } from "../../support/daemon-rig.ts";

/** A client that is told what happens. */
async function subscriber(rig: DaemonRig, request: { target?: string; kinds?: string[] } = {}, kind: "cli" | "mcp" = "cli"): Promise<TestClient> {
  const client = await rig.client(kind);
  client.send("subscribe", { seq: 1000, ...request });
  await rig.settle();
  return client;
}

const told = (client: TestClient): Notice[] => client.all("notices").flatMap(({ notices }) => notices);
/** Kind, event, and what it is about. */
const short = (client: TestClient) => told(client).map(({ kind, event, session, window, pane, before }) => [
  `${kind} ${event}`, pane?.target ?? (window ? `${session!.name}/${window.index}` : session?.name), ...(before === undefined ? [] : [before]),
]);

test("what is made, named, moved and ended is told once, in order", async () => {
  await using rig = await DaemonRig.start();
  const script = await rig.client("cli");
  const listener = await subscriber(rig);
  const run = async (name: string, args: Record<string, unknown>) => {
    expect((await script.command(name, args)).error).toBeUndefined();
    await rig.settle();
  };
  await run("new", { name: "work" });
  await run("window new", { target: "work", name: "two", detached: true });
  await run("rename", { target: "work", name: "play" });
  await run("tag", { target: "play", add: ["t"] });
  await run("pane move", { target: "%2", to: "%1" });
  await run("kill", { target: "%2" });
  await run("kill", { target: "play" });
  expect(short(listener)).toEqual([
    ["session created", "work"], ["window created", "work/0"], ["pane created", "work/0.0"],
    ["window created", "work/1"], ["pane created", "work/1.0"],
    ["session renamed", "play", "work"], ["session tagged", "play"],
    ["pane moved", "play/0.1", "play/1.0"], ["window closed", "play/1"],
    ["pane closed", "play/0.1"],
    ["pane closed", "play/0.0"], ["window closed", "play/0"], ["session closed", "play"],
  ]);
  expect(rig.errors).toEqual([]);
});

test("the end of a program comes with how it ended, before its pane goes; clients come and go", async () => {
  await using rig = await DaemonRig.start();
  const listener = await subscriber(rig, { kinds: ["pane", "client"] });
  const person = await rig.attached({ create: { name: "work" } });
  rig.keeper.end(1, 3);
  await rig.settle();
  person.duplex.close(true);
  await rig.settle();
  const found = told(listener).map(({ kind, event, exit }) => [`${kind} ${event}`, ...(exit ? [exit.code] : [])]);
  expect(found).toEqual([["pane created"], ["client attached"], ["pane exited", 3], ["client detached"], ["pane closed"]]);
});

test("an agent's states come with the one before; at its end it has exited, then there is none", async () => {
  await using rig = await DaemonRig.start();
  const script = await rig.client("cli");
  await script.command("new", { name: "work" });
  const listener = await subscriber(rig, { kinds: ["agent"] });
  for (const state of ["working", "blocked"]) {
    await script.command("agent report", { target: "work", agent: "helper", state, ...(state === "blocked" && { question: "go\u001b on?" }) });
    await rig.pass(100);
  }
  await script.command("kill", { target: "work" });
  await rig.settle();
  expect(told(listener).map(({ agent, before, pane }) => [agent!.state, before, agent!.question, pane!.target])).toEqual([
    ["working", "none", undefined, "work/0.0"], ["blocked", "working", "go\ufffd on?", "work/0.0"], 
    ["exited", "blocked", undefined, "work/0.0"], ["none", "exited", undefined, "work/0.0"],
  ]);
});

test("only what a target or kinds ask for; an unknown target is an error, and agents are refused", async () => {
  await using rig = await DaemonRig.start();
  const script = await rig.client("cli");
  for (const name of ["work", "play"]) await script.command("new", { name });
  const work = await subscriber(rig, { target: "work" });
  const windows = await subscriber(rig, { kinds: ["window"] });
  for (const name of ["work", "play"]) await script.command("window new", { target: name, detached: true });
  await rig.settle();
  expect(short(work)).toEqual([["window created", "work/1"], ["pane created", "work/1.0"]]);
  expect(short(windows)).toEqual([["window created", "work/1"], ["window created", "play/1"]]);
  const nowhere = await subscriber(rig, { target: "nope" });
  expect(nowhere.all("reply")[0]!.error!.message).toBe("no session 'nope'");
  const agent = await subscriber(rig, {}, "mcp");
  expect(agent.all("reply")[0]!.error!.message).toBe("agents can't use 'events'");
});

test("who reads too slowly gets what fits and the number of what does not; nothing is kept for who has gone", async () => {
  let buffered = 1 << 20;
  const sent: { notices: Notice[]; dropped?: number }[] = [];
  const subscription = new Subscription(() => true, {
    get buffered() {
      return buffered;
    },
    send: (notices) => void sent.push(notices),
  });
  const notice = (time: number): Notice => ({ time, kind: "session", event: "tagged" });
  for (let i = 0; i < 2500; i++) subscription.tell([notice(i)]);
  expect(sent).toEqual([]);
  buffered = 0;
  subscription.drain();
  expect(sent.map(({ notices, dropped }) => [notices.length, notices.at(-1)!.time, dropped])).toEqual([[1000, 999, 1500]]);
  subscription.tell([notice(3000)]);
  expect(sent[1]).toEqual({ notices: [notice(3000)] });
});

test("a broken connection ends its subscription, and who comes later is not told of before", async () => {
  await using rig = await DaemonRig.start();
  const script = await rig.client("cli");
  const first = await subscriber(rig);
  first.duplex.close(true);
  await rig.settle();
  await script.command("new", { name: "work" });
  const second = await subscriber(rig);
  await script.command("tag", { target: "work", add: ["t"] });
  await rig.settle();
  expect(short(first)).toEqual([]);
  expect(short(second)).toEqual([["session tagged", "work"]]);
});
