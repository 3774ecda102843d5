/** The daemon replaced by another build with everything that runs, and what happens when that build is no good. */
import { expect } from "bun:test";
import { chmodSync, copyFileSync, existsSync, readlinkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { executable } from "../support/e2e-executable.ts";
import { E2eHome } from "../support/e2e-home.ts";
import { expectFocus, labelledPanes } from "../support/e2e-labels.ts";
import { isAlive, kill } from "../support/e2e-processes.ts";
import { test } from "../support/e2e-test.ts";

/** A numbered-line generator that ends by itself. */
const COUNTER = "i=0; while [ $i -lt 6000 ]; do echo \"line $i\"; i=$((i+1)); [ $((i % 200)) -eq 0 ] && sleep 0.05; done; echo all-printed; exec cat";

function script(path: string, text: string): string {
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

test("upgrade: programs and clients stay, no line is lost, and the next daemons are of the new build", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA", "BBB"]);
  await home.fugue("new", "count", "-d", "--size", "80x24", "--", "sh", "-c", COUNTER);
  const other = join(home.mark, "other");
  copyFileSync(executable(), other);
  const before = await home.pids();
  const [answer] = (await home.json("upgrade", "--to", other)).upgrade;
  expect(answer.executable).toBe(other);
  const after = await home.pids();
  expect([after.keeper, after.daemon === before.daemon]).toEqual([before.keeper, false]);
  await terminal.waitUntil("a connection", () => !terminal.bar.includes("reconnecting"));
  await expectFocus(terminal, "BBB", "after");
  await home.fugue("wait", "count", "--text", "all-printed", "--timeout", "20s");
  const lines = (await home.fugue("capture", "count", "--history", "all")).split("\n").filter((line) => line.startsWith("line "));
  expect(lines).toEqual(Array.from({ length: 6000 }, (_, i) => `line ${i}`));
  kill(after.daemon);
  await home.waitUntil("another daemon", async () => (await home.cli(["status"])).status === 0);
  const daemon = home.role("daemon")[0]!;
  expect(daemon.command).toContain(other);
  expect((await home.json("status")).status[0].upgrade).toEqual({ executable: other, state: "done", why: null });
}, 60_000);

test("upgrade to a build that is no good: the old one goes on, and it is said why", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA"]);
  const before = await home.pids();
  const fails = await home.cli(["upgrade", "--to", script(join(home.mark, "ends"), "exit 3")]);
  expect([fails.status, fails.stderr]).toEqual([1, expect.stringMatching(/failed: it ended: exit status 3/)]);
  expect(await home.pids()).toEqual(before);
  expect((await home.cli(["upgrade", "--to", join(home.mark, "nowhere")])).stderr).toMatch(/can't be executed/);
  // one that takes over and then dies
  const exec = script(join(home.mark, "exec"), `(sleep 0.7; kill -9 $$) & exec "${executable()}" "$@"`);
  const killed = await home.cli(["upgrade", "--to", exec]);
  expect([killed.status, killed.stderr]).toEqual([1, expect.stringMatching(/failed: it ended: signal SIGKILL/)]);
  await terminal.waitUntil("a connection", () => !terminal.bar.includes("reconnecting"));
  await expectFocus(terminal, "AAA", "after");
  expect(await home.fugue("status")).toMatch(/failed: .*exec/);
}, 60_000);

test("upgrade --keeper: the same process is another build, again and again; programs keep everything", async () => {
  await using home = new E2eHome();
  home.configure('[options]\nremain-on-exit = "on"\n');
  const terminal = await labelledPanes(home, ["AAA", "BBB"]);
  const start = (name: string, text: string) => home.fugue("new", name, "-d", "--size", "80x24", "--", "sh", "-c", text);
  await start("count", COUNTER);
  await start("seven", "while [ ! -e go ]; do sleep 0.05; done; exit 7");
  await start("killed", "while [ ! -e go ]; do sleep 0.05; done; kill -9 $$");
  await start("ended", "echo over; exit 5");
  const other = join(home.mark, "other");
  copyFileSync(executable(), other);
  const { keeper } = await home.pids();
  for (const to of [other, executable(), other]) {
    const [answer] = (await home.json("upgrade", "--keeper", "--to", to)).upgrade;
    expect(answer.executable).toBe(to);
    expect(readlinkSync(`/proc/${keeper}/exe`)).toBe(to);
  }
  const [status] = (await home.json("status")).status;
  expect(status.keeper).toMatchObject({ pid: keeper, replaced: { executable: other, state: "done", why: null } });
  await terminal.waitUntil("a connection", () => !terminal.bar.includes("reconnecting"));
  await expectFocus(terminal, "BBB", "after");
  writeFileSync(join(home.home, "go"), "");
  for (const [name, code] of [["seven", 7], ["killed", 137], ["ended", 5]] as const) {
    expect((await home.cli(["wait", name, "--exit", "--timeout", "10s"])).status).toBe(code);
  }
  await home.fugue("wait", "count", "--text", "all-printed", "--timeout", "20s");
  const lines = (await home.fugue("capture", "count", "--history", "all")).split("\n").filter((line) => line.startsWith("line "));
  expect(lines).toEqual(Array.from({ length: 6000 }, (_, i) => `line ${i}`));
  // what is started from now on belongs to the new build
  await home.fugue("new", "later", "-d", "--", "sh", "-c", "exit 3");
  expect((await home.cli(["wait", "later", "--exit", "--timeout", "10s"])).status).toBe(3);
}, 60_000);

test("upgrade --keeper to a build that can't take over: nothing happens, and it is said why", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA"]);
  const { keeper } = await home.pids();
  const image = readlinkSync(`/proc/${keeper}/exe`);
  // each is a sound daemon, but no keeper: one says nothing, one says why, one never ends
  const builds = [["true", "can't take over"], ["echo no such format >&2; false", "no such format"], ["exec sleep 1000", "can't take over"]] as const;
  for (const [i, [role, why]] of builds.entries()) {
    const build = script(join(home.mark, `build${i}`), `case "$1" in --role=keeper) ${role} ;; *) exec "${executable()}" "$@" ;; esac`);
    const answer = await home.cli(["upgrade", "--keeper", "--to", build]);
    expect([answer.status, answer.stderr]).toEqual([1, expect.stringContaining(why)]);
    expect(readlinkSync(`/proc/${keeper}/exe`)).toBe(image);
  }
  await terminal.waitUntil("a connection", () => !terminal.bar.includes("reconnecting"));
  await expectFocus(terminal, "AAA", "after");
  expect(await home.fugue("status")).toMatch(/replaced in place, failed: .*build2/);
}, 60_000);

test("the executable replaced by nothing, or by something that is no build, under a running keeper", async () => {
  await using home = new E2eHome();
  const path = join(home.mark, "fugue");
  copyFileSync(executable(), path);
  const run = async (...args: string[]) => {
    const proc = Bun.spawn([path, ...args], { env: home.env, stdout: "pipe", stderr: "pipe" });
    return { stdout: await new Response(proc.stdout).text(), status: await proc.exited };
  };
  expect((await run("new", "work", "-d", "--", "cat")).status).toBe(0);
  const before = await home.pids();
  renameSync(path, `${path}.old`);
  kill(before.daemon);
  await home.waitUntil("a daemon without its file", async () => (await home.cli(["status"])).status === 0);
  expect(await home.fugue("ls")).toContain("work");
  script(path, "exit 9");
  kill((await home.pids()).daemon);
  await home.waitUntil("a daemon of the keeper's own build", async () => (await home.cli(["status"])).status === 0);
  expect(await home.fugue("ls")).toContain("work");
  expect((await home.pids()).keeper).toBe(before.keeper);
  expect(isAlive(before.keeper)).toBe(true);
  rmSync(path);
  expect(existsSync(path)).toBe(false);
}, 60_000);
