/**
 * The daemon killed with SIGKILL at random moments under floods, numbered lines and full-screen programs: every process
 * lives, every line is there once, every screen is that of an emulator that was fed the same bytes.
 */
import { expect } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { silentEmulator } from "../support/cells.ts";
import { differences, inkedCells } from "../support/e2e-cells.ts";
import { E2eHome } from "../support/e2e-home.ts";
import { expectLines } from "../support/e2e-known-lines.ts";
import { isAlive } from "../support/e2e-processes.ts";
import { test } from "../support/e2e-test.ts";
import { fuzzRandom } from "../support/fuzz.ts";
import { floodOfLines, pacedLines, screenProgram } from "../support/known-programs.ts";

const KILLS = 6;
const OF_EACH = 2;

async function start(home: E2eHome, name: string, argv: string[]): Promise<void> {
  await home.fugue("new", name, "-d", "--size", "80x24", "--", ...argv);
}

async function panePids(home: E2eHome): Promise<number[]> {
  const { sessions } = await home.json("ls", "--tree");
  return sessions.flatMap((s: any) => s.windows.flatMap((w: any) => w.panes.map((p: any) => p.pid)));
}

test("killed at random moments under load: no process, no line and no cell is lost", async () => {
  await using home = new E2eHome({ config: "[options]\nstatus = false\nhistory-limit = 50000\n" });
  const random = fuzzRandom("kills");
  const stop = join(home.mark, "stop");
  const screens = Array.from({ length: OF_EACH }, (_, n) => screenProgram(join(home.mark, `s${n}`), random.integer(1e6) * 6 + n, stop));
  for (let n = 0; n < OF_EACH; n++) {
    await start(home, `paced${n}`, pacedLines(stop));
    await start(home, `flood${n}`, floodOfLines(stop));
    await start(home, `screen${n}`, screens[n]!.argv);
  }
  const pids = await panePids(home);
  expect(pids).toHaveLength(3 * OF_EACH);
  for (let n = 0; n < KILLS; n++) {
    await Bun.sleep(random.integer(400));
    await home.killDaemon();
  }
  writeFileSync(stop, "");
  for (let n = 0; n < OF_EACH; n++) {
    for (const kind of ["paced", "flood"]) await expectLines(home, `${kind}${n}`);
    await home.waitUntil("the full-screen program", () => screens[n]!.printed() !== undefined);
    const reference = silentEmulator(80, 24, 100);
    reference.parse(screens[n]!.printed()!);
    const terminal = home.tui(["attach", `screen${n}`, "--read-only"], { cols: 80, rows: 24 });
    await terminal.waitUntil("the same screen", () => differences(reference, terminal.emulator).length === 0);
    expect(inkedCells(reference)).toBeGreaterThan(20);
    await terminal[Symbol.asyncDispose]();
  }
  expect((await panePids(home)).sort()).toEqual(pids.sort());
  expect(pids.every(isAlive)).toBe(true);
  expect((await home.json("status")).status[0].keeper.restarts).toBe(KILLS);
}, 120_000);
