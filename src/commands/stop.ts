/** `stop`: ends a server with everything in it. In a shell and at the prompt it asks first. */
import { existsSync } from "node:fs";
import { sleep, systemClock } from "../base/clock.ts";
import { FugueError } from "../base/errors.ts";
import { pathsFrom } from "../base/paths.ts";
import { cliCommand, serverCommand, tuiCommand } from "./command.ts";
import type { CliContext } from "./context.ts";
import { jsonDocument } from "./json.ts";
import type { StatusResult } from "./status.ts";
import { cell, count } from "./text-table.ts";

const PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 20;

const YES = { yes: { type: "boolean", short: "y", help: "don't ask" } } as const;
const SUMMARY = "End a server with all sessions and programs";
const RESULT = { "stopped[].sessions": "integer: number of sessions that were ended" } as const;

export const stop = serverCommand({
  name: "stop",
  summary: SUMMARY,
  group: "server",
  effect: "destroy",
  args: YES,
  tmux: ["kill-server"],
  result: RESULT,
  run(ctx) {
    const { sessions } = ctx.status();
    ctx.stop();
    return { stopped: [{ sessions }] };
  },
});

export const stopInTui = tuiCommand({
  name: "stop",
  summary: SUMMARY,
  group: "server",
  effect: "destroy",
  args: YES,
  async run(ctx, args) {
    if (args.yes) await ctx.call("stop", {});
    else ctx.confirm("end all sessions and their programs? (y/n)", "stop --yes");
  },
});

export const stopInShell = cliCommand({
  name: "stop",
  summary: SUMMARY,
  details: "Every program in every session ends. Asks first on a terminal; elsewhere --yes is needed.",
  group: "server",
  effect: "destroy",
  own: true,
  args: YES,
  result: RESULT,
  async run(ctx, args) {
    const { status } = (await ctx.call("status", {})) as StatusResult;
    const { sessions } = status[0]!;
    if (!args.yes && !(await agreed(ctx, sessions, ctx.selected[0]!))) {
      ctx.stderr("nothing was stopped\n");
      return 1;
    }
    await ctx.call("stop", {});
    await waitUntilGone(ctx);
    if (ctx.json) ctx.stdout(jsonDocument({ stopped: [{ server: ctx.selected[0], sessions }] }));
    return 0;
  },
});

async function agreed(ctx: CliContext, sessions: number, server: string): Promise<boolean> {
  if (!ctx.isTty) throw new FugueError(
    "refused", "nobody can be asked here", "give --yes to end everything without a question",
  );
  const answer = await ctx.ask(`This ends the server '${cell(server, 80)}': ${count(sessions, "session")} and every program in them. Go on? [y/N] `);
  return /^y(es)?$/i.test(answer?.trim() ?? "");
}

/**
 * Until its connection is over and, for this machine's own server, its socket is removed. It is not asked whether it is
 * still there: behind a tunnel the question would start it anew.
 */
async function waitUntilGone(ctx: CliContext): Promise<void> {
  const [server] = ctx.selected;
  const own = server === "local" && !ctx.env.FUGUE_ADDR;
  const { socket } = pathsFrom(ctx.env);
  const end = systemClock.now() + PATIENCE_MS;
  let closed = false;
  void ctx.gone(server!).then(() => (closed = true));
  do {
    await sleep(systemClock, LOOK_EVERY_MS);
    if (systemClock.now() > end) throw new FugueError("timeout", "the server is still there", "see: fugue status, fugue logs");
  } while (!closed || (own && existsSync(socket)));
}
