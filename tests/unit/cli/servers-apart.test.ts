/**
 * Two servers with equal names never mix: every command of the registry that takes a target is given one of the server
 * `far`, while the server here has the same sessions, windows, panes and buffers. A new command is tried by itself.
 */
import { expect, test } from "bun:test";
import { Connection } from "../../../src/client/connection/connection.ts";
import type { Arg, Command } from "../../../src/commands/command.ts";
import { positionalArgs } from "../../../src/commands/parse.ts";
import { commandsAt } from "../../../src/commands/registry.ts";
import { DaemonRig, type TestClient } from "../../support/daemon-rig.ts";
import { run } from "./fake-host.ts";

/** Options that a command wants besides its targets and what it requires. */
const MORE: Readonly<Record<string, string[]>> = {
  layout: ["--export"], "window move": ["--to", "7"], "window swap": ["--next"], "pane resize": ["--left", "1"], "pane swap": ["--with", "far:%2"],
  "pane join": ["--from", "far:%3"], "pane link": ["--server-id", "0123456789abcdef", "--pane", "7"], wait: ["--idle", "10ms"], prompt: ["hello", "--timeout", "1s"],
  send: ["x"], run: ["--timeout", "1s", "--", "true"], tag: ["--add", "t"], env: ["--set", "A=b"], meta: ["--set", "a=b"],
  "msg wait": ["--timeout", "10ms"], "msg ack": ["--all"], "agent report": ["--state", "working"], "clear-history": [],
  "window build": ["--layout", "-"],
};
/** Values that a required word must have. */
const VALUES: Readonly<Record<string, string>> = {
  link: "far:%3", "pane signal": "TERM", "session rename": "other", "window rename": "other", "pane rename": "other", rename: "other" };

const isTarget = (arg: Arg) => arg.type === "target";
const commands = commandsAt("shell").filter(({ args }) => Object.values(args).some(isTarget));

function wordsFor(command: Command): string[] {
  const words = positionalArgs(command).flatMap(([, arg]) => {
    if (isTarget(arg)) return [arg.complete === "session" ? "far:work" : "far:work/0.0"];
    return arg.required ? [VALUES[command.name] ?? arg.choices?.[0] ?? "x"] : [];
  });
  const options = Object.entries(command.args).flatMap(([name, arg]) => (
    !arg.positional && isTarget(arg) && (arg.required || !positionalArgs(command).some(([, one]) => isTarget(one))) ? [`--${name}`, "far:work"] : []
  ));
  return [...command.name.split(" "), ...words, ...options, ...(MORE[command.name] ?? [])];
}

/** A server with two sessions, three windows, four panes and a buffer. */
async function server(id: string): Promise<{ rig: DaemonRig; client: TestClient }> {
  const rig = await DaemonRig.start({}, id);
  const client = await rig.client("cli");
  for (const [name, args] of [
    ["new", { name: "work" }], ["split", { target: "work" }], ["window new", { target: "work", name: "two", detached: true }], ["new", { name: "play" }],
    ["buffer set", { text: "copied", name: "b" }],
  ] as const) expect((await client.command(name, args)).error).toBeUndefined();
  await rig.pass(100);
  return { rig, client };
}

/** Everything that a command could change. */
function stateOf({ daemon, keeper }: DaemonRig): string {
  const panes = [...keeper.panes.values()].map(({ id, written, signals, exit, log, cols, rows }) => ({ id, written, signals, exit, log: log.length, cols, rows }));
  return JSON.stringify({ model: daemon.model.export(), buffers: daemon.buffers.list(), panes, closed: keeper.closed, spawned: keeper.spawned.length });
}

/** Answers as the daemon does; its time passes while it waits. */
async function answer({ rig, client }: { rig: DaemonRig; client: TestClient }, name: string, args: Record<string, unknown>): Promise<unknown> {
  const seq = client.begin(name, args);
  for (let n = 0; n < 100; n++) {
    await rig.pass(50);
    const reply = client.all("reply").find((one) => one.seq === seq);
    const error = reply && Connection.errorOf(reply);
    if (error) throw error;
    if (reply) return reply.result;
    await Bun.sleep(0);
  }
  throw new Error(`${name} does not end`);
}

test("there are commands to try", () => expect(commands.length).toBeGreaterThan(40));

test.each(commands.map((command) => [command.name, command] as const))("%s far:… reaches far, and nothing here changes", async (name, command) => {
  const here = await server("here");
  const far = await server("far");
  await using _here = here.rig;
  await using _far = far.rig;
  const before = stateOf(here.rig);
  const heard = here.client.heard.length;
  const asked: { server: string; args: Record<string, unknown> }[] = [];
  const results = new Proxy({}, {
    get: (_, called: string) => (args: Record<string, unknown>, server: string) => {
      asked.push({ server, args });
      return answer(server === "far" ? far : here, called, args);
    },
  });
  const outcome = await run(wordsFor(command), { servers: ["far"], results, tty: name === "attach", stdin: "{}" });
  expect(outcome.stderr).not.toMatch(/no server|contradicts|' needs|has no option|unexpected|names a server/);
  if (name === "attach") expect(outcome.attached).toMatchObject([{ target: "far:work/0.0" }]);
  else if (name === "events") expect(outcome.followed).toMatchObject([{ servers: ["far"], target: "work/0.0" }]);
  else expect([...new Set(asked.map(({ server }) => server))]).toEqual(["far"]);
  // a server is told of targets as it knows them
  expect(JSON.stringify(asked.map(({ args }) => args))).not.toContain("far:");
  await here.rig.pass(100);
  expect(stateOf(here.rig)).toBe(before);
  expect(here.client.heard.length).toBe(heard);
});
