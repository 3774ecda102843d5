/** `upgrade`: replaces the daemon by another build, with everything that runs in it. */
import { statSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { sleep, systemClock } from "../base/clock.ts";
import { asFugueError, FugueError } from "../base/errors.ts";
import { cliCommand, serverCommand } from "./command.ts";
import type { CliContext } from "./context.ts";
import type { ServerStatus, UpgradeStatus } from "./server-status.ts";
import { jsonDocument } from "./json.ts";
import type { StatusResult } from "./status.ts";
import { cell } from "./text-table.ts";

const PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 50;

const SUMMARY = "Replace the daemon by another build, keeping everything that runs";
const RESULT = {
  "upgrade[].executable": "string: file that the daemon is started from now",
  "upgrade[].release": "string: its release",
  "upgrade[].pid": "integer: process of the new daemon",
} as const;

export const upgrade = serverCommand({
  name: "upgrade",
  summary: SUMMARY,
  group: "server",
  effect: "destroy",
  args: {
    to: { type: "string", required: true, value: "FILE", help: "executable, an absolute path on the server's machine" },
    keeper: { type: "boolean", help: "replace the keeper, in place, and the daemon with it" },
  },
  async run(ctx, { to, keeper }) {
    if (!isAbsolute(to)) throw new FugueError("usage", `'${cell(to, 200)}' is no absolute path`);
    const stat = statSync(to, { throwIfNoEntry: false });
    if (!stat?.isFile() || (stat.mode & 0o111) === 0) {
      throw new FugueError("failed", `${cell(to, 200)} can't be executed on the server's machine`, "name the file of a fugue executable");
    }
    await ctx.upgrade(to, keeper);
    return { upgrade: [{ executable: to }] };
  },
});

export const upgradeInShell = cliCommand({
  name: "upgrade",
  summary: SUMMARY,
  details: `Without --to the daemon becomes what this executable is. Programs go on, and clients come back by themselves
after a short pause. A build that does not prove healthy within a few seconds is given up, and the one before goes on.
With --keeper the process that owns the programs' terminals changes to the same build, once the daemon has: its number and
its programs stay. Programs that print are held for that moment. Linux only.`,
  group: "server",
  effect: "destroy",
  args: {
    to: { type: "file", value: "FILE", help: "executable to change to; default: this one" },
    keeper: { type: "boolean", help: "replace the keeper as well, in place" },
  },
  result: RESULT,
  async run(ctx, args) {
    const to = resolve(ctx.cwd, args.to ?? process.execPath);
    let after = await change(ctx, { to }, ({ upgrade }) => upgrade);
    if (args.keeper) after = await change(ctx, { to, keeper: true }, ({ keeper }) => keeper.replaced);
    if (ctx.json) ctx.stdout(jsonDocument({ upgrade: [{ executable: to, release: after.release, pid: after.daemon.pid }] }));
    else await ctx.note("success", `${args.keeper ? "keeper and daemon are" : "the daemon is"} release ${cell(after.release)} now`);
    return 0;
  },
});

async function statusOf(ctx: CliContext): Promise<ServerStatus> {
  return ((await ctx.call("status", {})) as StatusResult).status[0]!;
}

/**
 * Has something replaced, and waits until the new daemon tells that it went well.
 * @param outcome what a status tells of it
 * @throws FugueError `failed` with the reason if it went wrong, `timeout` if nothing is known in time
 */
async function change(ctx: CliContext, args: { to: string; keeper?: boolean }, outcome: (status: ServerStatus) => UpgradeStatus | null): Promise<ServerStatus> {
  const before = await statusOf(ctx);
  await ctx.call("upgrade", args);
  const end = systemClock.now() + PATIENCE_MS;
  while (systemClock.now() < end) {
    try {
      const now = await statusOf(ctx);
      const { state, why } = outcome(now) ?? { state: "trying", why: null };
      if (state === "failed") throw new FugueError("failed", `the upgrade to ${args.to} failed: ${why}`, "the build before goes on, and nothing was lost");
      if (state === "done" && now.daemon.pid !== before.daemon.pid) return now;
    } catch (thrown) {
      const error = asFugueError(thrown);
      // between the two daemons nobody answers
      if (error.code !== "noServer" && error.code !== "closed") throw error;
    }
    await sleep(systemClock, LOOK_EVERY_MS);
  }
  throw new FugueError("timeout", "the new build did not prove healthy in time", "ask: fugue status, fugue logs");
}
