/** Two daemons on one state folder, and programs that end while there is none. */
import { expect } from "bun:test";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { executable } from "../support/e2e-executable.ts";
import { E2eHome } from "../support/e2e-home.ts";
import { expectLines } from "../support/e2e-known-lines.ts";
import { isAlive, kill } from "../support/e2e-processes.ts";
import { test } from "../support/e2e-test.ts";
import { pacedLines } from "../support/known-programs.ts";

test("daemons that somebody starts besides take turns, one at a time, and nothing is lost or doubled", async () => {
  await using home = new E2eHome({ config: "[options]\nhistory-limit = 20000\n" });
  const stop = join(home.mark, "stop");
  await home.fugue("new", "paced", "-d", "--size", "80x24", "--", ...pacedLines(stop));
  const [pane] = (await home.json("ls", "--tree")).sessions[0].windows[0].panes;
  for (let round = 0; round < 2; round++) {
    const others = [1, 2].map(() => Bun.spawn([executable(), "--role=daemon"], { env: home.env, cwd: "/", stdio: ["ignore", "ignore", "ignore"] }));
    await Bun.sleep(300);
    await home.waitUntil("a server that answers", async () => (await home.cli(["status"])).status === 0);
    await home.waitUntil("one daemon", () => home.role("daemon").length === 1);
    // the keeper starts its own again a moment after one that somebody started has gone
    let before = 0;
    await home.waitUntil("one that stays", async () => {
      const { status, stdout } = await home.cli(["status", "--json"]);
      const pid = status === 0 ? JSON.parse(stdout).status[0].daemon.pid : 0;
      const stays = pid !== 0 && pid === before;
      before = pid;
      await Bun.sleep(300);
      return stays;
    });
    // one that was replaced has ended by itself
    expect(others.filter(({ pid, exitCode }) => exitCode === null && isAlive(pid)).length).toBeLessThanOrEqual(1);
  }
  writeFileSync(stop, "");
  await expectLines(home, "paced");
  expect(isAlive(pane.pid)).toBe(true);
  await home.fugue("stop", "--yes");
  await home.fugue("new", "other", "-d");
  expect((await home.json("status")).status[0].saved.restored).toMatchObject({ panes: 1 });
  await expectLines(home, "paced");
}, 90_000);

test("sockets that somebody removes come back: the server is found again, also by a daemon to come", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d", "--", "sleep", "1000");
  const pids = await home.pids();
  const sockets = [home.paths.socket, home.paths.keeperSocket];
  for (const path of sockets) rmSync(path);
  // who would start a server finds the one that runs, in a moment
  await home.fugue("new", "other", "-d");
  expect(await home.fugue("ls")).toMatch(/work/);
  await home.waitUntil("both", () => sockets.every((path) => existsSync(path)));
  expect(await home.pids()).toEqual(pids);
  await home.killDaemon();
  expect(await home.pids()).toMatchObject({ keeper: pids.keeper });
});

test("programs that end while there is no daemon: how they ended is known afterwards, and what they printed last", async () => {
  await using home = new E2eHome({ config: "[options]\nremain-on-exit = \"on\"\n" });
  const go = join(home.mark, "go");
  const script = (status: number) => `while [ ! -e '${go}' ]; do sleep 0.01; done; echo last-${status}; exit ${status}`;
  for (const status of [0, 3, 7]) await home.fugue("new", `s${status}`, "-d", "--", "sh", "-c", script(status));
  await home.fugue("new", "killed", "-d", "--", "sleep", "1000");
  const panes = (await home.json("ls", "--tree")).sessions.flatMap((s: any) => s.windows[0].panes);
  const pids: number[] = panes.map((p: any) => p.pid);
  const { daemon } = await home.pids();
  // stopped first: it can't have heard of anything
  process.kill(daemon, "SIGSTOP");
  writeFileSync(go, "");
  kill(pids.at(-1)!);
  await home.waitUntil("the programs to end", () => !pids.some(isAlive));
  await home.killDaemon(daemon);
  await home.waitUntil("all ends to be known", async () => (await home.json("ls", "--tree")).sessions.every((s: any) => s.windows[0].panes[0].exit !== null));
  const exits = (await home.json("ls", "--tree")).sessions.map((s: any) => [s.name, s.windows[0].panes[0].exit]);
  expect(Object.fromEntries(exits)).toMatchObject({
    s0: { code: 0 }, s3: { code: 3 }, s7: { code: 7 }, killed: { signal: "SIGKILL" },
  });
  for (const status of [0, 3, 7]) expect(await home.fugue("capture", `s${status}`)).toContain(`last-${status}`);
});
