import { expect, test } from "bun:test";
import { builtinRules } from "../../../../src/agents/builtin-rules.ts";
import type { AgentRules } from "../../../../src/agents/rules.ts";
import { DaemonRig, type TestClient } from "../../../support/daemon-rig.ts";

const IDLE = "\x1b]0;✳ Claude Code\x07\x1b[H\x1b[2J────────────\r\n❯ \r\n────────────\r\n  ? for shortcuts";
const DIALOG = "\x1b]0;✳ Claude Code\x07\x1b[H\x1b[2J────────────\r\n Do you want to proceed?\r\n ❯ 1. Yes\r\n   2. No\r\n\r\n Esc to cancel";

/** A pane 1 in a session that nobody shows, with a living process that is taken for Claude Code, and somebody who hears events. */
async function watching(rig: DaemonRig): Promise<TestClient> {
  const client = await rig.attached();
  await client.command("new", { name: "work", detached: true });
  inFront(rig);
  return client;
}

function pane(rig: DaemonRig) {
  return rig.daemon.panes.get(2)!;
}

/** What is in front is what the test says, not what /proc says of a process that does not exist. */
function inFront(rig: DaemonRig, argv = ["claude"], group = process.pid): void {
  rig.daemon.programs.output = () => {};
  rig.daemon.programs.dispose();
  rig.daemon.agents.front(pane(rig), { group, argv, name: argv[0] });
}

async function shows(rig: DaemonRig, text: string): Promise<void> {
  rig.keeper.print(2, text);
  await rig.pass(500);
}

const told = (client: TestClient) => client.all("event").flatMap((event) => (event.kind === "agent" ? [event.state] : []));

test("each change is told once, in time, and not again by the daemon that takes over", async () => {
  await using rig = await DaemonRig.start();
  const client = await watching(rig);
  await shows(rig, IDLE);
  rig.keeper.print(2, DIALOG);
  await rig.pass(130);
  expect(told(client)).toEqual(["working", "idle", "blocked"]);
  await rig.pass(1000);
  const { since } = rig.daemon.agents.status(2)!;
  await rig.restart();
  const next = await rig.attached({ target: "0" });
  inFront(rig);
  await rig.pass(1000);
  expect([told(next), rig.daemon.agents.status(2)]).toEqual([[], expect.objectContaining({ state: "blocked", since })]);
  // what happened in between is told
  await shows(rig, IDLE);
  expect(told(next)).toEqual(["done"]);
  await rig.restart();
  inFront(rig);
  await rig.pass(1000);
  expect(rig.daemon.agents.status(2)!.state).toBe("done");
});

test("who waits for an agent before the daemon that took over has found it is answered", async () => {
  await using rig = await DaemonRig.start();
  await watching(rig);
  await shows(rig, IDLE);
  await rig.restart();
  const client = await rig.attached({ target: "0" });
  const seq = client.begin("wait", { target: ["work"], agent: "idle" });
  await rig.pass(1000);
  expect(client.all("reply").find((reply) => reply.seq === seq)).toBeUndefined();
  inFront(rig);
  await rig.settle();
  expect(client.all("reply").find((reply) => reply.seq === seq)).toMatchObject({ result: expect.anything() });
});

test("another process in the pane is another conversation, also after a restart of the daemon", async () => {
  await using rig = await DaemonRig.start();
  await watching(rig);
  rig.daemon.agents.report(pane(rig), { session: "first" }, "claude");
  inFront(rig, ["sh"]);
  inFront(rig, ["claude"], process.ppid);
  expect(rig.daemon.agents.status(2)!.session).toBeUndefined();
  rig.daemon.agents.report(pane(rig), { session: "second" }, "claude");
  await shows(rig, IDLE);
  await rig.restart();
  inFront(rig, ["claude"], process.ppid);
  expect(rig.daemon.agents.status(2)!.session).toBe("second");
  await rig.restart();
  inFront(rig, ["codex"], process.pid);
  expect(rig.daemon.agents.status(2)!.session).toBeUndefined();
});

test("rules that are read again hold for agents that run", async () => {
  await using rig = await DaemonRig.start();
  let rules: readonly AgentRules[] = builtinRules();
  Object.defineProperty(rig.daemon.rules, "rules", { get: () => rules });
  await watching(rig);
  await shows(rig, IDLE);
  expect(rig.daemon.agents.status(2)!.state).toBe("idle");
  const claude = builtinRules().find(({ agent }) => agent === "claude")!;
  rules = [{ ...claude, rules: claude.rules.map((rule) => ({ ...rule, state: "error" as const })) }];
  inFront(rig);
  await rig.pass(1000);
  expect(rig.daemon.agents.status(2)!.state).toBe("error");
});
