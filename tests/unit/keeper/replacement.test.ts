/** What a keeper does when another build is to take its place and that goes wrong on the way. */
import { describe, expect, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../src/base/clock.ts";
import { LogRoot } from "../../../src/base/log.ts";
import { replaceKeeper, type Place, type Predecessor } from "../../../src/keeper/replacement.ts";
import { tempFolder } from "../../support/temp-folder.ts";

/** A build that does well in the rehearsal. */
const READS = 'printf "0 panes, %s bytes\\n" "$(wc -c | tr -d " ")"';

function rig(folder: string, script: string, overrides: Partial<Predecessor> = {}) {
  const path = join(folder, "build");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  const done: string[] = [];
  const predecessor: Predecessor = {
    stopping: false,
    handover: () => ({ startedAt: 0, restarts: 0, lastExit: undefined, blobs: new Map(), panes: [] }),
    drain: () => done.push("drain") > 0,
    endDaemon: async () => void done.push("end daemon"),
    resume: () => void done.push("resume"),
    ...overrides,
  };
  // the lock is a descriptor of the test's own: nothing may happen to it
  const place: Place = { own: [process.execPath], ownImage: "/nowhere", lock: 0, env: {} };
  const log = new LogRoot(systemClock, () => {}, "error").scope("test");
  return { done, replaced: replaceKeeper(path, predecessor, place, systemClock, log) };
}

describe("a replacement that fails", () => {
  test("in the rehearsal has changed nothing", async () => {
    using folder = tempFolder();
    for (const [script, why] of [["exit 0", /can't take over from the keeper$/], ["echo broken >&2; exit 1", /: broken$/], ["yes", /can't take over/]] as const) {
      const { done, replaced } = rig(folder.path, script);
      expect(await replaced).toMatch(why);
      expect(done).toEqual([]);
    }
  }, 30_000);

  test("because a program's output can't be drained lets everything go on", async () => {
    using folder = tempFolder();
    const { done, replaced } = rig(folder.path, READS, { drain: () => false });
    expect(await replaced).toMatch(/print faster/);
    expect(done).toEqual(["end daemon", "resume"]);
  }, 30_000);

  test("at the last step lets everything go on", async () => {
    using folder = tempFolder();
    const { done, replaced } = rig(folder.path, READS);
    expect(await replaced).toMatch(/ENOENT/);
    expect(done).toEqual(["end daemon", "drain", "resume"]);
  }, 30_000);

  test("because everything is being stopped is not begun", async () => {
    using folder = tempFolder();
    const { done, replaced } = rig(folder.path, READS, { stopping: true });
    expect(await replaced).toBe("the server is stopping");
    expect(done).toEqual([]);
  }, 30_000);
});
