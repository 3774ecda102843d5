/** `upgrade`: replaces the daemon by another build, with everything that runs in it. */
import { statSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { sleep, systemClock } from "../base/clock.ts";
import { asFugueError, FugueError } from "../base/errors.ts";
import { cliCommand, serverCommand } from "./command.ts";
import type { CliContext } from "./context.ts";
import type { ServerStatus } from "./server-status.ts";
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
  args: { to: { type: "string", required: true, value: "FILE", help: "executable, an absolute path on the server's machine" } },
  async run(ctx, { to }) {
    if (!isAbsolute(to)) throw new FugueError("usage", `'${cell(to, 200)}' is no absolute path`);
    const stat = statSync(to, { throwIfNoEntry: false });
    if (!stat?.isFile() || (stat.mode & 0o111) === 0) {
      throw new FugueError("failed", `${cell(to, 200)} can't be executed on the server's machine`, "name the file of a fugue executable");
    }
    await ctx.upgrade(to);
    return { upgrade: [{ executable: to }] };
  },
});

export const upgradeInShell = cliCommand({
  name: "upgrade",
  summary: SUMMARY,
  details: `Without --to the daemon becomes what this executable is. Programs go on, and clients come back by themselves
after a short pause. A build that does not prove healthy within a few seconds is given up, and the one before goes on.`,
  group: "server",
  effect: "destroy",
  args: { to: { type: "file", value: "FILE", help: "executable to change to; default: this one" } },
  result: RESULT,
  async run(ctx, args) {
    const to = resolve(ctx.cwd, args.to ?? process.execPath);
    const before = await statusOf(ctx);
    await ctx.call("upgrade", { to });
    const after = await changed(ctx, before, to);
    if (ctx.json) ctx.stdout(jsonDocument({ upgrade: [{ executable: to, release: after.release, pid: after.daemon.pid }] }));
    else await ctx.note("success", `the daemon is release ${cell(after.release)} now`);
    return 0;
  },
});

async function statusOf(ctx: CliContext): Promise<ServerStatus> {
  return ((await ctx.call("status", {})) as StatusResult).status[0]!;
}

/** Waits until the new daemon has proved itself. @throws FugueError `failed` with the reason if it has not */
async function changed(ctx: CliContext, before: ServerStatus, to: string): Promise<ServerStatus> {
  const end = systemClock.now() + PATIENCE_MS;
  while (systemClock.now() < end) {
    try {
      const now = await statusOf(ctx);
      if (now.upgrade?.state === "failed") {
        throw new FugueError("failed", `the upgrade to ${to} failed: ${now.upgrade.why}`, "the build before goes on, and nothing was lost");
      }
      if (now.upgrade?.state === "done" && now.daemon.pid !== before.daemon.pid) return now;
    } catch (thrown) {
      const error = asFugueError(thrown);
      // between the two daemons nobody answers
      if (error.code !== "noServer" && error.code !== "closed") throw error;
    }
    await sleep(systemClock, LOOK_EVERY_MS);
  }
  throw new FugueError("timeout", "the new daemon did not prove healthy in time", "ask: fugue status, fugue logs");
}
