/** Which servers a command line is for: what stands before the `:` of its targets, else those that were selected. */
import { FugueError } from "../base/errors.ts";
import type { Arg, Command } from "../commands/command.ts";
import type { CliContext, SessionInfo } from "../commands/context.ts";
import { serverTargets } from "../commands/target-server.ts";
import { splitTarget } from "../commands/target.ts";
import { isReplaced, type ArgValues } from "../commands/values.ts";
import type { Globals } from "./globals.ts";

/** What one server is asked. */
export interface Part {
  readonly server: string;
  /** The values, with targets as that server knows them. */
  readonly values: ArgValues;
  /** The target as it was written, with the server if several are asked for it; if the command is run for each. */
  readonly target?: string;
}

/** A target of the command line. */
interface Written {
  readonly name: string;
  readonly arg: Arg;
  readonly text: string;
  readonly server?: string;
  /** As that server knows it. */
  readonly local?: string;
}

/**
 * The parts of a command line: one for each server, or for each target. For commands that run in the shell this only
 * checks the names.
 * @throws FugueError `usage` for servers that contradict each other, `noTarget` for one that is unknown
 */
export async function routeTargets(ctx: CliContext, globals: Globals, command: Command, values: ArgValues): Promise<Part[]> {
  const written = targetsIn(command, values);
  const named = [...new Set(written.flatMap(({ server }) => server ?? []))];
  for (const server of named) await checkServer(ctx, server, written);
  // a view of several servers begins with the one of the target
  const isView = "several" in command && command.several === true && (globals.all || globals.servers.length > 1);
  if (!isView) checkFlags(globals, named);
  if (command.effect === "destroy") checkWhole(written);
  const list = written.length > 0 && written.every(({ name, arg }) => name === written[0]!.name && (arg.repeat || arg.each));
  if (!list && new Set(written.map(({ server }) => server)).size > 1) {
    throw new FugueError("usage", "the targets are those of several servers", `'${command.name}' runs on one server at a time`);
  }
  const own = named.length > 0 && !list ? named : ctx.selected;
  // also where there is but one server so far: a script must not change its meaning with the configuration
  if ((own.length > 1 || globals.all) && written.every(({ server }) => server === undefined)) checkSeveral(command, values, globals);
  return list ? partsOfList(written, values, own) : own.map((server) => ({ server, values: serverTargets(command, values).values }));
}

function targetsIn(command: Command, values: ArgValues): Written[] {
  return Object.entries(command.args).flatMap(([name, arg]) => {
    const value = values[name];
    if (arg.type !== "target" || value === undefined) return [];
    const texts = (Array.isArray(value) ? value : [value]) as string[];
    return texts.map((text) => ({ name, arg, text, ...splitTarget(text) }));
  });
}

/** A part for each server with its targets, or one for each target. @param own servers of targets that name none */
function partsOfList(written: readonly Written[], values: ArgValues, own: readonly string[]): Part[] {
  const [{ name, arg }] = written as [Written];
  const asked = written.flatMap(({ text, server, local }) => (
    server === undefined ? own.map((one) => ({ server: one, text: own.length > 1 ? `${one}:${text}` : text, local })) : [{ server, text, local }]
  ));
  if (arg.each) return asked.map(({ server, text, local }) => ({ server, values: { ...values, [name]: local }, target: text }));
  const servers = [...new Set(asked.map(({ server }) => server))];
  return servers.map((server) => ({
    server, values: { ...values, [name]: asked.filter((one) => one.server === server).map(({ local }) => local) },
  }));
}

/** What ends something wants its name: `far:` alone would be whatever is current there. @throws FugueError `usage` */
function checkWhole(written: readonly Written[]): void {
  const bare = written.find(({ text, server }) => server !== undefined && text === `${server}:`);
  if (bare) throw new FugueError("usage", `'${bare.text}' names a server and nothing on it`, `write ${bare.text}SESSION, or ${bare.text}%PANE`);
}

/** @throws FugueError `usage` if an option names other servers than the targets do */
function checkFlags(globals: Globals, named: readonly string[]): void {
  const [server] = named;
  if (server === undefined) return;
  const other = globals.servers.find((one) => named.some((name) => name !== one));
  const option = globals.all ? "--all-servers" : globals.addr !== undefined ? "--addr" : other === undefined ? undefined : `--server ${other}`;
  if (option === undefined) return;
  const against = named.find((name) => name !== other) ?? server;
  throw new FugueError("usage", `${option} contradicts the target '${against}:'`, "name the server once");
}

/**
 * What changes something, or wants a target, is not sent to several servers only because a flag names them: what is
 * meant there must be named, by a tag.
 * @throws FugueError `usage`
 */
function checkSeveral(command: Command, values: ArgValues, globals: Globals): void {
  if (command.runs !== "server") return;
  const tag = Object.entries(command.args).find(([, arg]) => arg.tagged);
  if (tag && values[tag[0]] !== undefined) return;
  const wanting = Object.values(command.args).some((arg) => arg.type === "target" && arg.required && !isReplaced(arg, values));
  if (command.effect === "read" && !wanting) return;
  if (tag) {
    const option = globals.all ? "--all-servers" : "more than one --server";
    throw new FugueError("usage", `'${command.name}' with ${option} needs --${tag[0]}`, `such as: fugue ${command.name} -a --${tag[0]} worker`);
  }
  throw new FugueError("usage", `'${command.name}' runs on one server at a time`, "give --server once");
}

async function checkServer(ctx: CliContext, server: string, written: readonly Written[]): Promise<void> {
  if (!ctx.servers().includes(server)) throw ctx.unknownServer(server, await sessionMeant(ctx, server, written));
}

/** Who knows tmux writes `work:2` for a window of the session `work`. */
async function sessionMeant(ctx: CliContext, server: string, written: readonly Written[]): Promise<string | undefined> {
  const text = written.find((one) => one.server === server)!.text;
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
export async function checkServers(ctx: CliContext, globals: Globals, argv: readonly string[]): Promise<void> {
  if (globals.servers.length === 0) return;
  const known = ctx.servers();
  const unknown = globals.servers.find((server) => !known.includes(server));
  if (unknown === undefined) return;
  const { tmuxForm } = await import("./tmux-answer.ts");
  const tmux = tmuxForm(argv);
  throw ctx.unknownServer(unknown, tmux && `-s names a server; did you mean '${tmux}'?`);
}
