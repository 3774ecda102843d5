/** The server's life: started by the first client, in the foreground, in the background; stopped; in somebody's way. */
import { expect } from "bun:test";
import {
  chmodSync, chownSync, closeSync, copyFileSync, existsSync, mkdirSync, openSync, statSync, symlinkSync, writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { tryLock } from "../../src/base/libc.ts";
import { E2eHome } from "../support/e2e-home.ts";
import { executable } from "../support/e2e-executable.ts";
import { labelled } from "../support/e2e-labels.ts";
import { isAlive, kill } from "../support/e2e-processes.ts";
import { test, testIf } from "../support/e2e-test.ts";

const isRoot = process.getuid?.() === 0;
const NOBODY = 65534;

/** Whether a small file system in memory can be mounted here, in a name space of its own or for all. */
function mountIsAllowed(): boolean {
  if (!isRoot || !Bun.which("unshare") || !Bun.which("mount")) return false;
  return Bun.spawnSync(["unshare", "-m", "sh", "-c", "mount -t tmpfs -o size=1m none /mnt"]).exitCode === 0;
}

// why a test is left out, if it is
const WITHOUT_ROOT = isRoot ? undefined : "only root can give a folder to somebody else";
const WITHOUT_SETPRIV = isRoot && Bun.which("setpriv") ? undefined : "only root can become somebody else";
const WITHOUT_MOUNT = mountIsAllowed() ? undefined : "no file system can be mounted here";

test("two first clients at once give one keeper and one daemon", async () => {
  await using home = new E2eHome();
  const results = await Promise.all(["a", "b", "c", "d"].map((name) => home.cli(["new", name, "-d"])));
  expect(results.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
  await home.waitUntil(
    "one keeper and one daemon", () => home.role("keeper").length === 1 && home.role("daemon").length === 1,
  );
  expect((await home.json("ls")).sessions.map((s: { name: string }) => s.name).sort()).toEqual(["a", "b", "c", "d"]);
  const { keeper, daemon } = await home.pids();
  expect([keeper, daemon]).toEqual([home.role("keeper")[0]!.pid, home.role("daemon")[0]!.pid]);
});

test("a keeper that is about to end when a client wants one is followed by another", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "a", "-d");
  await home.fugue("stop", "--yes");
  await home.waitUntil("the keeper to end", () => home.role("keeper").length === 0);
  const lock = openSync(home.paths.keeperLock, "a+");
  // a process is gone for its watchers a moment before its files are closed
  await home.waitUntil("its lock", () => tryLock(lock));
  const starting = home.cli(["new", "b", "-d"]);
  await Bun.sleep(400);
  closeSync(lock);
  expect((await starting).status).toBe(0);
  expect(home.role("keeper")).toHaveLength(1);
});

test("two first terminals at once each get a session of one server", async () => {
  await using home = new E2eHome();
  const terminals = [home.tui(), home.tui()];
  for (const terminal of terminals) await terminal.waitForBar(/^\[\d\] 0:/);
  await home.waitUntil(
    "one keeper and one daemon", () => home.role("keeper").length === 1 && home.role("daemon").length === 1,
  );
});

test("serve in the foreground says where, and ends with SIGTERM and Ctrl-C, programs and all", async () => {
  await using home = new E2eHome();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const proc = Bun.spawn([executable(), "serve"], { env: home.env, stdout: "pipe", stderr: "pipe" });
    await home.waitUntil("the daemon", async () => (await home.cli(["status"])).status === 0);
    // what was saved of the first one may come back with the second
    await home.fugue("new", signal, "-d", "--", ...labelled("AAA"));
    proc.kill(signal);
    await proc.exited;
    expect(await new Response(proc.stderr).text()).toContain(home.paths.socket);
    await home.waitUntil("everything to end", () => home.processes().length === 0);
  }
});

test("serve --detach comes back once the server answers; a second server is refused", async () => {
  await using home = new E2eHome();
  await home.fugue("serve", "--detach");
  expect((await home.cli(["ls"])).status).toBe(0);
  const again = await home.cli(["serve"]);
  expect(again.status).toBe(1);
  expect(again.stderr).toMatch(/a server runs here already/);
  expect((await home.cli(["serve", "--detach"])).status).toBeLessThanOrEqual(1);
  await home.waitUntil("one keeper", () => home.role("keeper").length === 1);
});

test("serve --listen opens another socket, and --addr and FUGUE_ADDR reach it", async () => {
  await using home = new E2eHome();
  const socket = join(home.mark, "extra.sock");
  await home.fugue("serve", "--detach", "--listen", `unix://${socket}`);
  await home.fugue("new", "work", "-d");
  expect(statSync(socket).mode & 0o077).toBe(0);
  expect(await home.fugue("--addr", `unix://${socket}`, "ls")).toContain("work");
  const elsewhere = { FUGUE_HOME: join(home.mark, "g"), FUGUE_ADDR: `unix://${socket}` };
  expect((await home.cli(["ls"], { env: elsewhere })).stdout).toContain("work");
  expect((await home.json("status")).status[0].listening).toHaveLength(2);
});

test("stop ends programs, clients, daemon and keeper, and asks on a terminal", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d", "--", ...labelled("AAA"));
  const client = home.tui(["attach", "work"]);
  await client.waitFor("AAA");
  const asked = home.tui(["stop"]);
  await asked.waitFor("?");
  asked.line("n");
  expect(await asked.ended()).not.toBe(0);
  expect((await home.cli(["ls"])).status).toBe(0);
  const yes = home.tui(["stop"]);
  await yes.waitFor("?");
  yes.line("y");
  expect(await yes.ended()).toBe(0);
  await client.ended();
  await home.waitUntil("nothing left", () => home.processes().length === 0);
  expect(existsSync(home.paths.socket)).toBe(false);
  expect((await home.cli(["ls"])).status).toBe(4);
});

test("everything in the home is private", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d");
  for (
    const path of [
      home.paths.home,
      home.paths.state,
      home.paths.logs,
      home.paths.socket,
      home.paths.keeperSocket,
      home.paths.serverId,
    ]
  ) {
    expect({ path, others: statSync(path).mode & 0o077 }).toEqual({ path, others: 0 });
  }
});

test("a stale socket is replaced", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d");
  const { keeper, daemon } = await home.pids();
  const pids = [keeper, ...home.processes().map(({ pid }) => pid)];
  // stopped first, so that it can't tidy up when it sees the keeper go
  kill(daemon, "SIGSTOP");
  kill(keeper);
  kill(daemon);
  await home.waitUntil("everything dead", () => pids.every((pid) => !isAlive(pid)));
  expect(existsSync(home.paths.socket)).toBe(true);
  expect(existsSync(home.paths.keeperSocket)).toBe(true);
  expect((await home.cli(["ls"])).status).toBe(4);
  expect(await home.fugue("new", "again", "-d")).toBe("again");
  expect(home.role("keeper")).toHaveLength(1);
});

test("a socket on which somebody else answers is an error, not a hang", async () => {
  await using home = new E2eHome();
  mkdirSync(home.paths.home, { recursive: true, mode: 0o700 });
  const foreign = createServer((socket) => socket.end("SSH-2.0-nothing\r\n"));
  await new Promise<void>((resolve) => foreign.listen(home.paths.socket, resolve));
  const result = await home.cli(["ls"]);
  expect(result.status).not.toBe(0);
  expect(result.stderr).toMatch(/^fugue: .+\n$/);
  await new Promise((resolve) => foreign.close(resolve));
});

test("a home that is a symbolic link or a file is refused with the reason", async () => {
  await using home = new E2eHome();
  mkdirSync(join(home.mark, "real"));
  symlinkSync(join(home.mark, "real"), join(home.mark, "link"));
  writeFileSync(join(home.mark, "file"), "");
  for (const name of ["link", "file"]) {
    const result = await home.cli(["new", "work", "-d"], { env: { FUGUE_HOME: join(home.mark, name) } });
    expect({ name, failed: result.status === 5 || result.status === 1 }).toEqual({ name, failed: true });
    expect(result.stderr).toContain("FUGUE_HOME");
  }
  expect(home.role("keeper")).toEqual([]);
});

test("a home whose path is too long for a socket is refused with the reason", async () => {
  await using home = new E2eHome();
  const result = await home.cli(["new", "work", "-d"], { env: { FUGUE_HOME: join(home.mark, "x".repeat(120)) } });
  expect(result.status).not.toBe(0);
  expect(result.stderr).toMatch(/long|FUGUE_HOME/);
  expect(home.role("keeper")).toEqual([]);
});

testIf(WITHOUT_ROOT, "a home owned by someone else is refused", async () => {
  await using home = new E2eHome();
  mkdirSync(home.paths.home, { recursive: true, mode: 0o700 });
  chownSync(home.paths.home, NOBODY, NOBODY);
  const result = await home.cli(["new", "work", "-d"]);
  expect(result.status).toBe(5);
  expect(result.stderr).toMatch(/another user/);
  expect(home.role("keeper")).toEqual([]);
  chownSync(home.paths.home, 0, 0);
});

testIf(WITHOUT_SETPRIV, "someone else's client is turned away at the socket", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d");
  // even where the folders were opened by mistake
  for (const folder of [home.mark, home.paths.home]) chmodSync(folder, 0o755);
  chmodSync(home.paths.socket, 0o666);
  const env = { FUGUE_ADDR: `unix://${home.paths.socket}`, FUGUE_HOME: "/tmp/none-of-mine", HOME: "/tmp" };
  const other = await home.run(
    ["setpriv", "--reuid", String(NOBODY), "--regid", String(NOBODY), "--clear-groups", executable(), "ls"],
    { env, cwd: "/" },
  );
  expect(other.status).not.toBe(0);
  expect(other.stdout).toBe("");
  expect(await home.fugue("ls")).toContain("work");
});

testIf(WITHOUT_SETPRIV, "a read-only HOME gives a clear message, and FUGUE_HOME a way out", async () => {
  await using home = new E2eHome();
  // where nobody else may go is no place for an executable of theirs
  const copy = join(home.mark, "fugue");
  copyFileSync(executable(), copy);
  const locked = join(home.mark, "locked");
  mkdirSync(locked, { mode: 0o555 });
  chmodSync(home.mark, 0o755);
  const as = (env: Record<string, string | undefined>, ...args: string[]) =>
    home.run(
      ["setpriv", "--reuid", String(NOBODY), "--regid", String(NOBODY), "--clear-groups", copy, ...args],
      { env, cwd: "/" },
    );
  const refused = await as({ HOME: locked, FUGUE_HOME: undefined }, "new", "work", "-d");
  expect(refused.status).toBe(1);
  expect(refused.stderr).toMatch(/can't create .*(set FUGUE_HOME to a folder that you can write)/);
  const open = join(home.mark, "open");
  mkdirSync(open, { mode: 0o700 });
  chownSync(open, NOBODY, NOBODY);
  const env = { HOME: locked, FUGUE_HOME: open };
  expect(await as(env, "new", "work", "-d")).toMatchObject({ status: 0, stdout: "work\n" });
  expect((await as(env, "stop", "--yes")).status).toBe(0);
});

testIf(WITHOUT_MOUNT, "a full disk: a clear message, and a server that runs goes on running", async () => {
  await using home = new E2eHome();
  // in a name space of its own, so that the mount ends with the script
  const script = home.write("full.sh", `set -u
mkdir -p ${home.mark}/disk && mount -t tmpfs -o size=2m none ${home.mark}/disk
export FUGUE_HOME=${home.mark}/disk/f
fugue() { ${executable()} "$@"; }
fugue new work -d -- sh -c 'echo AAA; exec cat'
dd if=/dev/zero of=${home.mark}/disk/fill bs=4k 2>/dev/null
fugue send work --enter still-$((40+2)) >/dev/null; echo send-$?
fugue wait work --text still-42 --timeout 10s
fugue new more -d -- sh -c 'seq 1 20000; echo MORE; exec cat'
fugue wait more --text MORE --timeout 20s
fugue buffer set text; echo buffer-$?
fugue ls --json >/dev/null; echo ls-$?
fugue stop --yes; echo stop-$?
FUGUE_HOME=${home.mark}/disk/second fugue new first -d; echo first-$?
FUGUE_HOME=${home.mark}/disk/second fugue stop --yes 2>/dev/null
umount ${home.mark}/disk
`);
  const { stdout, stderr } = await home.run(["unshare", "-m", "sh", script]);
  for (const said of ["send-0", "still-42", "MORE", "buffer-0", "ls-0", "stop-0"]) expect(stdout).toContain(said);
  if (!stdout.includes("first-0")) expect(stderr).toMatch(/disk is full|ENOSPC|no space/i);
});
