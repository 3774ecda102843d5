/** Which server a command line is for: what stands before the `:` of its targets, else the selected one. */
import { FugueError } from "../base/errors.ts";
import { suggestion } from "../base/names.ts";
import type { Command } from "../commands/command.ts";
import type { CliContext, SessionInfo } from "../commands/context.ts";
import { shellWords } from "../commands/line.ts";
import { formatTarget, parseTarget } from "../commands/target.ts";
import { translateTmux } from "../commands/tmux-names.ts";
import type { ArgValues } from "../commands/values.ts";
import type { Globals } from "./globals.ts";

/** Values whose targets are those of one server. */
export interface Routed {
  /** The server that the targets name; undefined if they name none. */
  readonly server: string | undefined;
  /** For commands of a server: the values with targets as that server knows them. */
  readonly values: ArgValues;
}

/**
 * Finds the server that the targets name.
 * @throws FugueError `usage` for targets of several servers, or one against `--server`; `noTarget` for one unknown
 */
export async function routeTargets(
  ctx: CliContext, globals: Globals, command: Command, values: ArgValues,
): Promise<Routed> {
  const routed: ArgValues = { ...values };
  const servers = new Set<string | undefined>();
  const local = (text: string): string => {
    const { server, ...target } = parseTarget(text);
    servers.add(server);
    return command.runs === "server" ? formatTarget(target) : text;
  };
  for (const [name, arg] of Object.entries(command.args)) {
    if (arg.type !== "target") continue;
    const value = values[name];
    if (typeof value === "string") routed[name] = local(value);
    else if (Array.isArray(value)) routed[name] = value.map((item) => local(item as string));
  }
  const named = [...servers].filter((server) => server !== undefined);
  for (const server of named) await checkServer(ctx, server, values, command);
  if (named.length > 1 || (named.length > 0 && servers.size > 1)) {
    throw new FugueError("usage", "the targets are those of several servers", "a command runs on one server at a time");
  }
  const [server] = named;
  if (server !== undefined && (globals.addr !== undefined || globals.servers.some((other) => other !== server))) {
    const option = globals.addr !== undefined ? "--addr" : `--server ${globals.servers[0]}`;
    throw new FugueError("usage", `${option} contradicts the target '${server}:'`, "name the server once");
  }
  return { server, values: routed };
}

async function checkServer(ctx: CliContext, server: string, values: ArgValues, command: Command): Promise<void> {
  const known = ctx.servers();
  if (known.includes(server)) return;
  const meant = await sessionMeant(ctx, server, values, command);
  const hint = meant ?? suggestion(server, [...known], "servers");
  throw new FugueError("noTarget", `no server is named '${server}'`, hint);
}

/** Who knows tmux writes `work:2` for a window of the session `work`. */
async function sessionMeant(
  ctx: CliContext, server: string, values: ArgValues, command: Command,
): Promise<string | undefined> {
  const texts = Object.entries(command.args).filter(
    ([, arg]) => arg.type === "target"
  ).flatMap(([name]) => values[name]);
  const text = texts.find((value): value is string => typeof value === "string" && value.startsWith(`${server}:`));
  if (text === undefined) return undefined;
  try {
    const { sessions } = (await ctx.call("ls", {})) as { sessions: SessionInfo[] };
    if (!sessions.some(({ name }) => name === server)) return undefined;
  } catch {
    // without an answer there is nothing to suggest
    return undefined;
  }
  const window = text.slice(server.length + 1).replace(/^\//, "");
  return `did you mean '${window === "" ? server : `${server}/${window}`}'?`;
}

/**
 * Checks the names of `--server`.
 * @param argv the whole command line: `new -s work` is what tmux calls a new session
 * @throws FugueError `noTarget` with what was meant, or what there is
 */
export function checkServers(ctx: CliContext, globals: Globals, argv: readonly string[]): void {
  if (globals.servers.length === 0) return;
  const known = ctx.servers();
  const unknown = globals.servers.find((server) => !known.includes(server));
  if (unknown === undefined) return;
  const tmux = tmuxForm(argv);
  const hint = tmux ? `-s names a server; did you mean '${tmux}'?` : suggestion(unknown, [...known], "servers");
  throw new FugueError("noTarget", `no server is named '${unknown}'`, hint);
}

/** A command line of tmux as ours, if it is one. */
export function tmuxForm(argv: readonly string[]): string | undefined {
  try {
    const commands = translateTmux(argv, "shell");
    return commands && commands.length > 0 ? commands.map(
      (words) => `fugue ${shellWords(words)}`
    ).join("; ") : undefined;
  } catch {
    return undefined;
  }
}
