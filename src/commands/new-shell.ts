/** `new` typed in a shell: has the daemon make the session, started if need be, and shows it. */
import { FugueError } from "../base/errors.ts";
import { cliCommand } from "./command.ts";
import type { CliContext } from "./context.ts";
import { jsonDocument } from "./json.ts";
import { needTerminal } from "./need-terminal.ts";
import { checkNew, NEW_ARGS, newSession, type NewResult } from "./new.ts";
import { newOnEach } from "./new-on.ts";
import { prepareValues } from "./prepare.ts";

/** `SERVER:NAME` names the server as well. @throws FugueError `usage` for something else with a colon, `noTarget` */
function placeOf(ctx: CliContext, name: string | undefined): { server: string; name: string | undefined } {
  const [server, own] = splitName(name);
  const [selected] = ctx.selected as [string];
  if (server === undefined) return { server: selected, name: own };
  if (!ctx.servers().includes(server)) throw ctx.unknownServer(server);
  if (ctx.named && selected !== server) throw new FugueError("usage", `--server ${selected} contradicts '${server}:'`, "name the server once");
  return { server, name: own };
}

function splitName(name: string | undefined): [server: string | undefined, name: string | undefined] {
  const colon = name?.indexOf(":") ?? -1;
  return colon <= 0 ? [undefined, name] : [name!.slice(0, colon), name!.slice(colon + 1)];
}

/** The window that a view in this terminal will have: the program starts in it instead of being resized at once. */
async function windowSize(ctx: CliContext): Promise<{ cols: number; rows: number } | undefined> {
  if (!ctx.terminal) return undefined;
  const { configPath } = await import("../config/location.ts");
  const { loadConfig } = await import("../config/config-file.ts");
  const { windowRows } = await import("../config/window-area.ts");
  // only options are asked for: the view says what is wrong with bindings
  const { config } = loadConfig(configPath(ctx.env), ctx.env, () => undefined);
  return { cols: ctx.terminal.cols, rows: windowRows(config.options, ctx.terminal.rows) };
}

/** One session on each server; the window of the first shows them all. */
async function newOnSeveral(ctx: CliContext, args: { on: string[]; name?: string; detached: boolean } & Record<string, unknown>): Promise<number> {
  const { on, detached, ...rest } = args;
  if (!detached) needTerminal(ctx, on[0]!, "make it in the background: fugue new -d");
  const known = ctx.servers();
  for (const server of on) if (!known.includes(server)) throw ctx.unknownServer(server);
  const servers = [...new Set(on)];
  const [first] = servers as [string];
  const made = await newOnEach(ctx, servers, { ...rest, size: rest.size ?? (detached ? undefined : await windowSize(ctx)) });
  const own = made.get(first)!;
  if (!detached) return ctx.attach({ target: `${first}:${own.name}`, servers });
  if (ctx.json) ctx.stdout(jsonDocument({ sessions: servers.map((server) => ({ server, ...made.get(server)! })) }));
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
    name: { ...NEW_ARGS.name, help: "name of the session, or SERVER:NAME; default: the lowest free number" },
    on: { type: "string", repeat: true, value: "SERVER", help: "a session on each of these servers, shown in one window of the first" },
  },
  result: newSession.result,
  check: (args) => checkNew({ ...args, name: splitName(args.name)[1] }),
  unprepared: true,
  async run(ctx, given) {
    const attach = !given.detached;
    if (given.on.length > 0 && splitName(given.name)[0] !== undefined) throw new FugueError(
      "usage", "--on and SERVER:NAME don't go together", "name the servers with --on",
    );
    const { server, name } = placeOf(ctx, given.name);
    const local = given.on.length > 0 ? given.on.every((one) => one === "local") : server === "local";
    // paths of other machines must be whole
    const prepared = await prepareValues(newInShell, given, { cwd: local ? ctx.cwd : undefined, stdin: () => ctx.stdin() });
    const args = { ...(prepared as typeof given), name };
    if (args.on.length > 0) return newOnSeveral(ctx, args);
    if (attach) needTerminal(ctx, server, "make it in the background: fugue new -d");
    const made = (await ctx.call(
      "new",
      {
        ...args, detached: true, dir: args.dir ?? (local && args.preset === undefined ? ctx.cwd : undefined),
        from: local && args.preset !== undefined ? ctx.cwd : undefined,
        size: args.size ?? (attach ? await windowSize(ctx) : undefined),
      },
      { start: true, server },
    )) as NewResult;
    const session = made.sessions[0]!;
    if (attach) return ctx.attach({ target: server === ctx.selected[0] ? session.name : `${server}:${session.name}` });
    if (ctx.json) ctx.stdout(jsonDocument({ sessions: [{ server, ...session }] }));
    else ctx.stdout(`${session.name}\n`);
    return 0;
  },
});
