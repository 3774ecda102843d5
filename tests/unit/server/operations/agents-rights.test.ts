/** What agents may do: enforced in the daemon, whatever a client says. */
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeGrants } from "../../../../src/config/mcp-grants.ts";
import { NO_RULES, type McpRules } from "../../../../src/config/mcp-rules.ts";
import { DaemonRig, type TestClient } from "../../../support/daemon-rig.ts";

/** Sessions `own` (pane 1) and `other` (pane 2), and an agent in pane 1. */
async function rigWithAgent(rules: Partial<McpRules> = {}): Promise<{ rig: DaemonRig; agent: TestClient; person: TestClient }> {
  const rig = await DaemonRig.start({ mcpRules: () => ({ ...NO_RULES, ...rules }) });
  mkdirSync(rig.home.paths.logs, { recursive: true });
  const person = await rig.attached({ create: { name: "own" } });
  await rig.script().then((ops) => ops.sessions.create({ name: "other" }));
  return { rig, person, agent: await rig.client("mcp", 1) };
}

/** Gives commands one after the other. @returns `done`, or why not */
async function refusals(client: TestClient, lines: [string, Record<string, unknown>][]): Promise<string[]> {
  const said: string[] = [];
  for (const [name, args] of lines) said.push((await client.command(name, args)).error?.message ?? "done");
  return said;
}

describe("an agent", () => {
  test("reads everywhere on its server, and changes nothing that is not its own", async () => {
    const { rig, agent } = await rigWithAgent();
    await using _ = rig;
    expect(await refusals(agent, [
      ["ls", {}], ["capture", { target: "other" }], ["pane ls", {}], ["whoami", {}],
      ["send", { target: "own", text: ["x"] }], ["rename", { target: "own/0", name: "x" }],
    ])).toEqual(["done", "done", "done", "done", "done", "done"]);
    const said = await refusals(agent, [
      ["kill", { target: "other" }], ["kill", { target: "%2" }], ["send", { target: "other", text: ["x"] }],
      ["split", { target: "other" }], ["rename", { target: "other", name: "x" }], ["window new", { target: "other" }],
      ["pane select", { target: "%2" }], ["pane signal", { target: "%2", signal: "KILL" }], ["tag", { target: "other", add: ["x"] }],
    ]);
    expect(said.filter((text) => !text.endsWith("it belongs to others"))).toEqual([]);
    expect(rig.daemon.model.sessions.size).toBe(2);
  });

  test("can't use what is not for agents, whatever the rules say", async () => {
    const { rig, agent } = await rigWithAgent({ allow: ["read", "write", "destroy", "*"] });
    await using _ = rig;
    expect(await refusals(agent, [["stop", {}], ["pane respawn", { kill: true }], ["kill", { target: "other" }]])).toEqual([
      "agents can't use 'stop'", "agents can't use 'pane respawn'", "done",
    ]);
  });

  test("owns what it made, and what that made, also after a restart of the daemon", async () => {
    const { rig, agent } = await rigWithAgent();
    await using _ = rig;
    await agent.command("new", { name: "child" });
    const [, , child] = [...rig.daemon.model.sessions.values()];
    const inChild = await rig.client("mcp", rig.daemon.model.window(child!.windows[0]!).active);
    await inChild.command("new", { name: "grandchild" });
    await rig.restart();
    const again = await rig.client("mcp", 1);
    const { me: [me] } = (await again.command("whoami")).result as any;
    expect(me).toMatchObject({ kind: "agent", pane: 1, target: "own/0.0", owns: ["own", "child", "grandchild"], servers: [] });
    expect(await refusals(again, [["kill", { target: "child" }], ["kill", { target: "grandchild" }]])).toEqual(["done", "done"]);
    const outside = await rig.client("mcp");
    expect(await refusals(outside, [["kill", { target: "own" }], ["new", { name: "mine" }], ["kill", { target: "mine" }]])).toEqual([
      "'kill' is not allowed on 'own': it belongs to others", "done", "done",
    ]);
  });

  test("that runs in no pane runs nothing in the session of somebody else", async () => {
    const { rig } = await rigWithAgent();
    await using _ = rig;
    const outside = await rig.client("mcp");
    expect(await refusals(outside, [["run", { command: ["true"] }], ["run", { target: ["."], command: ["true"] }], ["split", {}]])).toEqual([
      "'run' is not allowed on 'other/0.0': it belongs to others", "'run' is not allowed on 'other/0.0': it belongs to others",
      "'split' is not allowed on 'other/0.0': it belongs to others",
    ]);
    expect(rig.daemon.model.panes.size).toBe(2);
  });

  test("an agent that was made does not own its maker", async () => {
    const { rig, agent } = await rigWithAgent();
    await using _ = rig;
    await agent.command("new", { name: "child" });
    const child = [...rig.daemon.model.sessions.values()].at(-1)!;
    const inner = await rig.client("mcp", rig.daemon.model.window(child.windows[0]!).active);
    expect(await refusals(inner, [["kill", { target: "own" }], ["send", { target: "own", text: ["x"] }]])).toEqual([
      "'kill' is not allowed on 'own': it belongs to others", "'send' is not allowed on 'own': it belongs to others",
    ]);
  });

  test("rules allow more, or deny; what is denied wins", async () => {
    const { rig, agent } = await rigWithAgent({ allow: ["send_text", "window*"], deny: ["kill", "capture"] });
    await using _ = rig;
    expect(await refusals(agent, [
      ["send", { target: "other", text: ["x"] }], ["window new", { target: "other" }], ["kill", { target: "own" }],
      ["capture", {}], ["split", { target: "other" }],
    ])).toEqual([
      "done", "done", "agents may not use 'kill' here", "agents may not use 'capture' here",
      "'split' is not allowed on 'other': it belongs to others",
    ]);
  });

  test("from another server may list, create, and do anything with what it made, and no more", async () => {
    const { rig } = await rigWithAgent();
    await using _ = rig;
    const far = rig.connect();
    far.id = 77;
    far.send("clientHello", { version: 1, client: 77, kind: "mcp", name: "far", pid: 1, release: "0", origin: { server: "there", session: 4 } });
    await rig.settle();
    expect(await refusals(far, [
      ["ls", {}], ["new", { name: "worker" }], ["capture", { target: "worker" }], ["split", { target: "worker" }],
      ["capture", { target: "own" }], ["kill", { target: "other" }], ["buffer show", {}], ["wait", { target: ["own"], text: "x" }],
      ["kill", { target: "worker" }],
    ])).toEqual([
      "done", "done", "done", "done", "'capture' is not allowed on 'own': it belongs to others",
      "'kill' is not allowed on 'other': it belongs to others", "agents of other servers can't use 'buffer show' here",
      "'wait' is not allowed on 'own': it belongs to others", "done",
    ]);
  });

  test("moves nobody's focus, and leaves alerts and zoom as they are", async () => {
    const { rig, agent, person } = await rigWithAgent();
    await using _ = rig;
    await agent.command("window new", { name: "second" });
    await agent.command("split", { target: "own/0" });
    const before = JSON.stringify(person.view!.focus);
    const second = [...rig.daemon.model.windows.values()].find(({ name }) => name === "second")!;
    second.bell = true;
    await agent.command("window select", { target: "own/second" });
    await agent.command("pane select", { target: "own/0.1" });
    await agent.command("window select", { target: "own/second" });
    await rig.settle();
    expect(JSON.stringify(person.view!.focus)).toBe(before);
    expect(rig.daemon.model.session(1).active).toBe(second.id);
    expect(second.bell).toBe(true);
  });

  test("does not type where a person typed just now, and is told for how long", async () => {
    const { rig, agent, person } = await rigWithAgent();
    await using _ = rig;
    person.type(1, "a");
    await rig.pass(500);
    const { error } = await agent.command("send", { target: "own", text: ["x"] });
    expect([error?.code, error?.message, error?.hint]).toEqual([5, "a person is typing in %1", "try again in 1.5 s"]);
    const script = await rig.client("cli", 1);
    expect((await script.command("send", { target: "own", text: ["x"] })).error).toBeUndefined();
    await rig.pass(1600);
    expect((await agent.command("send", { target: "own", text: ["x"] })).error).toBeUndefined();
  });
});

test("the audit log says who did what where, and nothing that was typed", async () => {
  const { rig, agent } = await rigWithAgent();
  await using _ = rig;
  await agent.command("send", { target: "own", text: ["secret"] });
  await agent.command("kill", { target: "other" });
  await agent.command("ls", {});
  await agent.command("kill", { target: "gone" });
  const path = join(rig.home.paths.logs, "audit.log");
  const lines = readFileSync(path, "utf8").trim().split("\n").map((line) => JSON.parse(line));
  expect(lines.map(({ event, session, pane, targets, outcome }) => [event, session, pane, targets, outcome])).toEqual([
    ["send", "own", "%1", "own", "done"], ["kill", "own", "%1", "other", "refused"], ["kill", "own", "%1", "gone", "noTarget"],
  ]);
  expect(readFileSync(path, "utf8")).not.toContain("secret");
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("servers that the user allows are read anew for each question", async () => {
  const { rig, agent } = await rigWithAgent({ servers: ["build"] });
  await using _ = rig;
  const servers = async () => ((await agent.command("whoami")).result as any).me[0].servers;
  expect(await servers()).toEqual(["build"]);
  writeGrants(rig.home.paths, ["far", "build"]);
  expect(await servers()).toEqual(["build", "far"]);
  writeGrants(rig.home.paths, []);
  expect(await servers()).toEqual(["build"]);
  expect(existsSync(join(rig.home.paths.state, "mcp-servers.new"))).toBe(false);
});

test("an agent does not type where a person's keys go as well", async () => {
  const { rig, agent, person } = await rigWithAgent();
  await using _ = rig;
  await person.command("split", { target: "own" });
  await person.command("sync", { target: "own", on: true });
  person.type(1, "a");
  await rig.pass(100);
  expect(await refusals(agent, [["send", { target: "own/0.1", text: ["x"] }]])).toEqual(["a person is typing in %3"]);
});
