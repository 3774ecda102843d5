/** The MCP server's ties over cuts, restarts and absences of daemons. */
import { expect, test } from "bun:test";
import { FugueError } from "../../../src/base/errors.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { ServerTies } from "../../../src/mcp/server-ties.ts";
import type { Duplex } from "../../../src/transport/duplex.ts";
import { DaemonRig } from "../../support/daemon-rig.ts";
import { rejection } from "../../support/thrown.ts";

/** An agent in pane 1 of `work`, tied to a daemon whose line can be cut. */
async function rig() {
  const daemon = await DaemonRig.start();
  await (await daemon.script()).sessions.create({ name: "work" });
  const state = { down: false, dials: 0, started: 0 };
  let line: Duplex | undefined;
  const ties = new ServerTies({
    clock: daemon.clock, random: seededRandom(1), own: "local", names: () => ["local"],
    dialer: (_, start) => async () => {
      state.dials++;
      if (start) state.started++;
      if (state.down) throw new FugueError("noServer", "nobody answers");
      line = daemon.dial();
      return { duplex: line };
    },
    identity: () => ({ client: 500, kind: "mcp", name: "t", pid: 1, release: "0", pane: 1 }),
  });
  const call = (command: string, args: Record<string, unknown> = {}, options = {}) => {
    const outcome: { result?: any; error?: FugueError } = {};
    ties.call(undefined, command, args, options).then((result) => void (outcome.result = result), (error) => void (outcome.error = error));
    return outcome;
  };
  /** Time passes, with what is loaded lazily meanwhile. */
  const pass = async (ms: number) => {
    for (let n = 0; n < 4; n++) {
      await Bun.sleep(3);
      await daemon.pass(ms / 4);
    }
  };
  return {
    daemon, ties, state, call, pass, cut: () => line!.close(true),
    async [Symbol.asyncDispose]() {
      ties.end();
      await daemon[Symbol.asyncDispose]();
    },
  };
}

test("a wait and a command that changes something go over a cut, and nothing is done twice", async () => {
  await using r = await rig();
  const wait = r.call("wait", { target: ["work"], text: "ready" });
  await r.pass(100);
  r.cut();
  const split = r.call("split", { target: "work" });
  await r.pass(100);
  r.daemon.keeper.print(1, "ready\r\n");
  await r.pass(2000);
  expect([wait.result?.panes[0].line, split.result?.panes[0].id, r.daemon.daemon.model.panes.size]).toEqual(["ready", 2, 2]);
  expect(r.ties.connected()).toEqual(["local"]);
});

test("a restart of the daemon resumes waits; what it interrupted says so", async () => {
  await using r = await rig();
  const exit = r.call("wait", { target: ["work"], exit: true });
  const run = r.call("run", { command: ["make"] });
  await r.pass(100);
  await r.daemon.restart();
  await r.pass(2000);
  expect(run.error).toMatchObject({ code: "interrupted" });
  r.daemon.keeper.end(1, 3);
  await r.pass(100);
  expect(exit.result?.panes[0].exit).toEqual({ code: 3, signal: null });
});

test("who gives up is heard by the daemon, also after a cut", async () => {
  await using r = await rig();
  const ending = new AbortController();
  const wait = r.call("wait", { target: ["work"], text: "never" }, { signal: ending.signal });
  const waiting = () => (r.daemon.daemon.waits as unknown as { waits: Set<unknown> }).waits.size;
  await r.pass(100);
  expect(waiting()).toBe(1);
  r.state.down = true;
  r.cut();
  await r.pass(100);
  ending.abort();
  await r.pass(0);
  expect([wait.error?.code, waiting()]).toEqual(["interrupted", 1]);
  r.state.down = false;
  await r.pass(3000);
  expect(waiting()).toBe(0);
});

test("a server that stays away is an error of the calls, at once from then on, until it is back", async () => {
  await using r = await rig();
  await r.pass(10);
  const before = r.call("whoami");
  await r.pass(100);
  expect(before.result?.me[0].pane).toBe(1);
  r.state.down = true;
  r.cut();
  const list = r.call("ls", {}, { timeout: 10_000 });
  const wait = r.call("wait", { target: ["work"], text: "never" });
  await r.pass(2400);
  expect([list.error?.code, wait.error]).toEqual(["noServer", undefined]);
  await r.pass(30_000);
  expect(wait.error?.code).toBe("noServer");
  expect((await rejection(r.ties.call(undefined, "ls", {}))).code).toBe("noServer");
  r.state.down = false;
  await r.pass(15_000);
  const after = r.call("ls");
  await r.pass(100);
  expect(after.result?.sessions).toHaveLength(1);
  expect(r.state.started).toBe(0);
});

test("a first dial that fails is tried anew by the next call", async () => {
  await using r = await rig();
  r.state.down = true;
  const first = r.call("ls");
  await r.pass(100);
  expect([first.error?.code, r.state.dials]).toEqual(["noServer", 1]);
  r.state.down = false;
  const second = r.call("new", { name: "x" }, { start: true });
  await r.pass(100);
  expect([second.result?.sessions[0].name, r.state.started]).toEqual(["x", 1]);
});
