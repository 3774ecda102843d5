/** A disk that is really full, and a folder that really can't be written: panes live, nothing is lost, and it recovers by itself. */
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { E2eHome } from "../support/e2e-home.ts";
import { expectLines } from "../support/e2e-known-lines.ts";
import { testIf } from "../support/e2e-test.ts";
import { floodOfLines, pacedLines } from "../support/known-programs.ts";

const isRoot = process.getuid?.() === 0;
const mountIsAllowed = isRoot && Bun.which("unshare") !== null
  && Bun.spawnSync(["unshare", "-m", "sh", "-c", "mount -t tmpfs -o size=1m none /mnt"]).exitCode === 0;
const WITHOUT_MOUNT = mountIsAllowed ? undefined : "no file system can be mounted here";
const CONFIG = "[options]\nhistory-limit = 20000\n";

function mount(...words: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync(["mount", ...words], { stderr: "pipe" });
  if (exitCode !== 0) throw new Error(`mount ${words.join(" ")}: ${stderr.toString()}`);
}

/** Takes a mount away, whoever still uses it. */
function unmount(path: string): void {
  Bun.spawnSync(["umount", "-l", path]);
}

async function failing(home: E2eHome): Promise<string | null> {
  const { status, stdout } = await home.cli(["status", "--json"]);
  return status === 0 ? JSON.parse(stdout).status[0].saved.failing : null;
}

/** Two programs whose output is known print while the disk fails, works, and the daemon dies in both. */
async function throughFailure(home: E2eHome, broken: (isBroken: boolean) => void, reason: RegExp): Promise<void> {
  const stop = join(home.mark, "stop");
  await home.fugue("new", "paced", "-d", "--size", "80x24", "--", ...pacedLines(stop));
  await home.fugue("new", "flood", "-d", "--size", "80x24", "--", ...floodOfLines(stop));
  await home.waitUntil("something to be saved", () => existsSync(join(home.paths.state, "screens", "1.screen")));
  const terminal = home.tui(["attach", "paced", "--read-only"], { cols: 80, rows: 24 });
  await terminal.waitFor(/line \d+/);
  broken(true);
  await home.waitUntil("the failure to be noticed", async () => reason.test((await failing(home)) ?? ""), 20_000);
  // whoever looks on is told
  await terminal.waitForBar("state can't be saved");
  await home.killDaemon();
  await home.waitUntil("the next daemon to notice as well", async () => reason.test((await failing(home)) ?? ""), 20_000);
  broken(false);
  await home.waitUntil("it to be saved again", async () => (await failing(home)) === null && (await home.json("status")).status[0].saved.at > 0, 30_000);
  await home.waitUntil("its history as well", () => existsSync(join(home.paths.state, "history", "1.history")), 20_000);
  await home.killDaemon();
  writeFileSync(stop, "");
  for (const session of ["paced", "flood"]) await expectLines(home, session);
}

testIf(WITHOUT_MOUNT, "a disk that is full: panes live, no line is lost, and it is used again when there is room", async () => {
  await using home = new E2eHome({ config: CONFIG });
  const { state } = home.paths;
  mkdirSync(state, { recursive: true, mode: 0o700 });
  for (const folder of [home.paths.home, state]) chmodSync(folder, 0o700);
  mount("-t", "tmpfs", "-o", "size=1m,mode=700", "fugue-test", state);
  try {
    const filler = join(state, "filler");
    await throughFailure(home, (isBroken) => {
      if (!isBroken) return rmSync(filler);
      try {
        for (let size = 64 * 1024; ; ) writeFileSync(filler, Buffer.alloc(size), { flag: "a" });
      } catch {
        // full
      }
    }, /ENOSPC/);
  } finally {
    await home.cli(["stop", "--yes"]);
    unmount(state);
  }
}, 120_000);

testIf(WITHOUT_MOUNT, "a folder that becomes read-only: panes live, no line is lost, and it is used again when it can be", async () => {
  await using home = new E2eHome({ config: CONFIG });
  const { state } = home.paths;
  let isReadOnly = false;
  try {
    await throughFailure(home, (isBroken) => {
      isReadOnly = isBroken;
      if (!isBroken) return unmount(state);
      mount("--bind", state, state);
      mount("-o", "remount,bind,ro", state);
    }, /EROFS/);
  } finally {
    if (isReadOnly) unmount(state);
  }
}, 120_000);
