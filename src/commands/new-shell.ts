/** `new` typed in a shell: has the daemon make the session, started if need be, and shows it. */
import { FugueError } from "../base/errors.ts";
import { pathsFrom } from "../base/paths.ts";
import { cliCommand } from "./command.ts";
import type { CliContext } from "./context.ts";
import { unknownServer } from "./target.ts";
import { findFarPane } from "./far-pane.ts";
import { jsonDocument } from "./json.ts";
import { checkNew, NEW_ARGS, newSession, type NewResult } from "./new.ts";

/** Refuses to show a session where it can't be shown. @throws FugueError `usage`, `refused` */
export function needTerminal(ctx: CliContext, instead: string): void {
  if (!ctx.isTty) throw new FugueError("usage", "there is no terminal to show the session on", instead);
  if (ctx.json) throw new FugueError("usage", "--json has no meaning for what is shown on the terminal", instead);
  if (isNested(ctx)) {
    throw new FugueError(
      "refused", "this shell runs inside fugue already", `${instead}, or unset FUGUE_PANE to nest on purpose`,
    );
  }
}

/** Whether the session would be shown in a pane of its own server. */
function isNested({ env, selected }: CliContext): boolean {
  if (!env.FUGUE_PANE || env.FUGUE_ADDR || selected[0] !== "local") return false;
  return env.FUGUE_SOCKET === undefined || env.FUGUE_SOCKET === pathsFrom(env).socket;
}

/** One session on each server; the window of the first shows them all. */
async function newOnSeveral(ctx: CliContext, args: { on: string[]; name?: string; detached: boolean } & Record<string, unknown>): Promise<number> {
  const { on, detached, ...rest } = args;
  if (!detached) needTerminal(ctx, "make it in the background: fugue new -d");
  const known = ctx.servers();
  for (const server of on) if (!known.includes(server)) throw unknownServer(server, known);
  const servers = [...new Set(on)];
  const [first] = servers as [string];
  const size = rest.size ?? (detached ? undefined : ctx.terminal);
  const made = new Map(await Promise.all(servers.map(async (server) => {
    const result = (await ctx.call("new", { ...rest, size, detached: true }, { server, start: true })) as NewResult;
    return [server, result.sessions[0]!] as const;
  })));
  const own = made.get(first)!;
  for (const [server, { pane }] of made) {
    if (server === first) continue;
    const far = await findFarPane(`${server}:%${pane}`, (command, values) => ctx.call(command, values, { server }));
    await ctx.call("pane link", { ...far, target: `%${own.pane}` }, { server: first });
    // before the next one, so that there is room for it
    await ctx.call("layout", { target: own.name, name: "tiled" }, { server: first });
  }
  if (!detached) return ctx.attach({ target: `${first}:${own.name}`, servers });
  if (ctx.json) ctx.stdout(jsonDocument({ sessions: [...made].map(([server, session]) => ({ server, ...session })) }));
  else ctx.stdout(`${first}:${own.name}\n`);
  return 0;
}

export const newInShell = cliCommand({
  name: "new",
  summary: newSession.summary,
  details: newSession.details,
  group: "session",
  effect: "write",
  args: {
    ...NEW_ARGS,
    on: { type: "string", repeat: true, value: "SERVER", help: "a session on each of these servers, shown in one window of the first" },
  },
  result: newSession.result,
  check: checkNew,
  async run(ctx, args) {
    const attach = !args.detached;
    if (args.on.length > 0) return newOnSeveral(ctx, args);
    if (attach) needTerminal(ctx, "make it in the background: fugue new -d");
    const local = ctx.selected[0] === "local";
    const made = (await ctx.call(
      "new",
      {
        ...args, detached: true, dir: args.dir ?? (local && args.preset === undefined ? ctx.cwd : undefined),
        from: local && args.preset !== undefined ? ctx.cwd : undefined,
        size: args.size ?? (attach ? ctx.terminal : undefined),
      },
      { start: true },
    )) as NewResult;
    const session = made.sessions[0]!;
    if (attach) return ctx.attach({ target: session.name });
    if (ctx.json) ctx.stdout(jsonDocument({ sessions: [{ server: ctx.selected[0], ...session }] }));
    else ctx.stdout(`${session.name}\n`);
    return 0;
  },
});
