import { expect, test } from "bun:test";
import type { Preset, SidebandPolicy } from "../../../../src/config/presets.ts";
import { ASK_MS } from "../../../../src/server/agents/sideband.ts";
import { DaemonRig, type TestClient } from "../../../support/daemon-rig.ts";

const preset = (name: string, sideband?: SidebandPolicy): Preset => ({ name, command: `/bin/${name}`, ...(sideband && { sideband }) });

/** A daemon with presets of each policy, a client that shows session 0, and a session of each preset. */
async function started(): Promise<{ rig: DaemonRig; client: TestClient }> {
  const rig = await DaemonRig.start({ presets: [preset("plain"), preset("asks", "ask"), preset("may", "allow"), preset("never", "off")] });
  const client = await rig.attached();
  for (const name of ["plain", "asks", "may", "never"]) await client.command("new", { name, preset: name, detached: true });
  return { rig, client };
}

async function write(rig: DaemonRig, pane: number, ...payloads: string[]): Promise<void> {
  rig.keeper.print(pane, payloads.map((payload) => `\x1b]fugue;${payload}\x1b\\`).join(""));
  await rig.pass(50);
}

const commands = (rig: DaemonRig) => rig.keeper.spawned.slice(5).map(({ argv }) => argv);
const [PLAIN, ASKS, MAY, NEVER] = [2, 3, 4, 5] as const;
const requests = (client: TestClient) => client.all("event").flatMap((event) => (event.kind === "request" ? [event] : []));

test("panes without a preset, or whose preset does not say so, ask for nothing", async () => {
  const { rig: ours, client } = await started();
  await using rig = ours;
  for (const pane of [1, PLAIN, NEVER]) await write(rig, pane, "spawn;command=ls", "title;text=x", "mail;text=x", "notify;title=x", "status;state=working");
  expect([commands(rig), requests(client), rig.daemon.sideband.list()]).toEqual([[], [], []]);
  expect([1, PLAIN, NEVER].map((pane) => rig.daemon.model.pane(pane).name)).toEqual([undefined, undefined, undefined]);
  expect(client.all("event").filter(({ kind }) => kind === "notification")).toEqual([]);
});

test("a preset that allows it has its programs act on their own session, and move nobody", async () => {
  const { rig: ours, client } = await started();
  await using rig = ours;
  await client.attach({ target: "may" });
  await write(rig, MAY, "spawn;command=echo%20%24HOME;where=right;name=build", "title;text=mine%1b%5b", "status;text=half;state=working", "mail;type=note;text=hello", "notify;title=a;body=b");
  await rig.pass(100);
  expect(commands(rig)).toEqual([["/bin/sh", "-c", "echo $HOME"]]);
  const { model, mail } = rig.daemon;
  expect([model.pane(6).name, model.sessionOf(6).name, model.pane(6).spawnDepth, client.view!.focus.pane]).toEqual(["build", "may", 1, MAY]);
  expect([model.pane(MAY).name, model.pane(MAY).meta]).toEqual(["mine\ufffd[", { status: "half" }]);
  expect(client.all("event")).toContainEqual(expect.objectContaining({ kind: "agent", pane: MAY, state: "working" }));
  expect(mail.messages.inbox(model.sessionOf(MAY).id)).toEqual([expect.objectContaining({ type: "note", payload: "hello" })]);
  expect(client.all("event")).toContainEqual({ kind: "notification", pane: MAY, title: "a", body: "b" });
  // what it started has no preset, and so no sideband of its own
  await write(rig, 6, "spawn;command=ls");
  expect(commands(rig)).toHaveLength(1);
});

test("generations, panes and rates are bounded", async () => {
  const { rig: ours } = await started();
  await using rig = ours;
  for (const pane of [MAY, 6, 7, 8]) await write(rig, pane, "spawn;preset=may;where=window");
  expect(rig.keeper.panes.size).toBe(8);
  await write(rig, MAY, ...Array.from({ length: 12 }, () => "spawn;command=ls;where=window"));
  expect(commands(rig).filter(([program]) => program === "ls")).toHaveLength(5);
  for (let minute = 0; minute < 5; minute++) {
    await rig.pass(61_000);
    await write(rig, MAY, ...Array.from({ length: 6 }, () => "spawn;command=ls;where=window"));
  }
  expect([...rig.daemon.model.panes.values()].filter(({ spawnDepth }) => spawnDepth !== undefined)).toHaveLength(16);
});

test("who looks at the session is asked, sees all of it in plain text, and allows or refuses it", async () => {
  const { rig: ours, client } = await started();
  await using rig = ours;
  await client.attach({ target: "asks" });
  const other = await rig.attached({ target: "0" });
  await write(rig, ASKS, "spawn;command=rm%20-r%20x%0d%1b%5b2K;dir=/tmp", "title;text=mine");
  const text = "run in a shell: rm -r x\\x0d\\x1b[2K -- in a new pane (down), in the folder /tmp";
  expect(requests(client)).toEqual([{ kind: "request", id: 1, pane: ASKS, text, expiresMs: ASK_MS }]);
  expect([requests(other), commands(rig), rig.daemon.model.pane(ASKS).name]).toEqual([[], [], "mine"]);
  // the same once more asks nobody again
  await write(rig, ASKS, "spawn;command=rm%20-r%20x%0d%1b%5b2K;dir=/tmp");
  expect(requests(client)).toHaveLength(1);
  const own = await rig.client("cli", ASKS);
  const agent = await rig.client("mcp", 1);
  for (const each of [own, agent]) expect((await each.command("agent allow", { request: 1 })).error?.message).toMatch(/who asks|agents/);
  expect((await client.command("agent allow", { request: 1 })).error).toBeUndefined();
  await rig.settle();
  expect(commands(rig)).toEqual([["/bin/sh", "-c", "rm -r x\r\x1b[2K"]]);
  expect((await client.command("agent allow", { request: 1 })).error?.message).toContain("no request 1");
  await write(rig, ASKS, "spawn;command=second");
  await client.command("agent refuse", { request: 2 });
  await write(rig, ASKS, "spawn;command=third");
  await rig.passWith(client, ASK_MS);
  expect([rig.daemon.sideband.list(), commands(rig).length, requests(client).at(-1)]).toEqual([[], 1, { kind: "request", id: 3, pane: ASKS, text: "", expiresMs: 0 }]);
});

test("at most three of a pane wait, and they go with it", async () => {
  const { rig: ours } = await started();
  await using rig = ours;
  await write(rig, ASKS, ...["a", "b", "c", "d"].map((name) => `spawn;command=${name}`));
  expect(rig.daemon.sideband.list().map(({ id }) => id)).toEqual([1, 2, 3]);
  rig.daemon.life.kill(ASKS);
  await rig.settle();
  expect(rig.daemon.sideband.list()).toEqual([]);
});

test("the replay after a daemon's death does nothing once more", async () => {
  const { rig: ours } = await started();
  await using rig = ours;
  await write(rig, MAY, "spawn;command=ls");
  rig.keeper.print(MAY, "\x1b]fugue;spawn;comm");
  await rig.pass(50);
  await rig.restart();
  expect(commands(rig)).toHaveLength(1);
  rig.keeper.print(MAY, "and=date\x1b\\");
  await rig.pass(50);
  expect(commands(rig).map(([program]) => program)).toEqual(["ls", "date"]);
});
