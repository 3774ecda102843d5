/** citty's tree of commands, made lazily from the registry, and what its leaves do. */
import { runCommand, type ArgsDef, type CommandDef } from "citty";
import { asFugueError, FugueError } from "../base/errors.ts";
import type { CliCommand, Command, ServerCommand } from "../commands/command.ts";
import type { CliContext } from "../commands/context.ts";
import { jsonError, type JsonError } from "../commands/json.ts";
import { parseWords } from "../commands/parse.ts";
import { prepareValues } from "../commands/prepare.ts";
import { commandsAt } from "../commands/registry.ts";
import { unknownServer } from "../commands/target.ts";
import type { ArgValues } from "../commands/values.ts";
import type { Globals } from "./globals.ts";
import { errorLine, mergeResult, nounOf, writeError, writeResult, type MergedResult } from "./output.ts";
import { routeTargets, tmuxForm } from "./route.ts";

type Leaf = (command: Command, words: readonly string[]) => Promise<number>;

/**
 * Runs the command that the words name. The caller has made sure that there is one.
 * @returns the exit status
 */
export async function dispatch(ctx: CliContext, globals: Globals, words: readonly string[]): Promise<number> {
  let status = 0;
  const root = commandTree(async (command, rest) => (status = await runLeaf(ctx, globals, command, rest)));
  await runCommand(root, { rawArgs: [...words] });
  return status;
}

/**
 * The tree: `window` has `new`, `select`, …. No node but the leaves has a `run`, because citty runs that of the parents
 * as well; and no leaf has `args`, because our own parser reads them.
 */
function commandTree(leaf: Leaf): CommandDef<ArgsDef> {
  const nodes: Record<string, CommandDef<ArgsDef>> = Object.create(null);
  for (const command of commandsAt("shell")) {
    const [first = "", second] = command.name.split(" ");
    const node: CommandDef<ArgsDef> = {
      meta: { name: second ?? first },
      run: ({ rawArgs }) => leaf(command, rawArgs),
    };
    if (second === undefined) nodes[first] = node;
    else {
      nodes[first] ??= { meta: { name: first }, subCommands: Object.create(null) };
      (nodes[first].subCommands as Record<string, CommandDef<ArgsDef>>)[second] = node;
    }
  }
  return { meta: { name: "fugue" }, subCommands: nodes };
}

async function runLeaf(ctx: CliContext, globals: Globals, command: Command, words: readonly string[]): Promise<number> {
  try {
    const { server, values } = await routeTargets(ctx, globals, command, parse(command, words));
    const remote = command.runs === "server" && (server ?? ctx.selected[0]) !== "local";
    const prepared = await prepareValues(
      command, values, { cwd: remote ? undefined : ctx.cwd, stdin: () => ctx.stdin() },
    );
    if (command.runs === "server" && command.across && prepared.on !== undefined) return await runAcross(ctx, command, prepared, server);
    if (command.runs === "server") return await runOnServers(ctx, command, prepared, server, globals.all);
    return (await (command as CliCommand).run(ctx, prepared as never)) ?? 0;
  } catch (error) {
    return writeError(ctx, error, ctx.selected[0], nounOf(command));
  }
}

/** Reads the words; where tmux has a command of the same name, its form is answered with ours. */
function parse(command: Command, words: readonly string[]): ArgValues {
  try {
    return parseWords(command, words);
  } catch (error) {
    const tmux = error instanceof FugueError && (
      / has no option -\w$/.test(error.message) || (words.includes("-t") && /^more than one TEXT/.test(error.message))
    );
    if (!tmux) throw error;
    const form = tmuxForm([command.name, ...words]);
    if (form === undefined) throw error;
    throw new FugueError(error.code, error.message, `as tmux has it? then write: ${form}`);
  }
}

/** Several servers have a part in it: they are told one after the other. */
async function runAcross(ctx: CliContext, command: ServerCommand, values: ArgValues, server: string | undefined): Promise<number> {
  const own = server ?? ctx.selected[0]!;
  const known = ctx.servers();
  const on = String(values.on);
  if (!known.includes(on)) throw unknownServer(on, known);
  const result = await command.across!({ call: (name, what, args) => ctx.call(what, args, { server: name ?? own }) }, values as never);
  const merged: MergedResult = {};
  mergeResult(merged, result, own);
  return writeResult(ctx, command, merged, values, []);
}

/** Asks the server, or all that were selected, at the same time. */
async function runOnServers(
  ctx: CliContext, command: ServerCommand, values: ArgValues, server: string | undefined, all: boolean,
): Promise<number> {
  const servers = server === undefined ? ctx.selected : [server];
  if (servers.length === 1) {
    const merged: MergedResult = {};
    mergeResult(merged, await ctx.call(command.name, values, { server: servers[0] }), servers[0]!);
    return writeResult(ctx, command, merged, values, []);
  }
  if (command.effect !== "read" || Object.values(command.args).some((arg) => arg.type === "target" && arg.required)) {
    throw new FugueError("usage", `'${command.name}' runs on one server at a time`, "give --server once");
  }
  const answers = await Promise.all(servers.map(async (name) => {
    try {
      return { name, result: await ctx.call(command.name, values, { server: name }) };
    } catch (error) {
      return { name, error: asFugueError(error) };
    }
  }));
  const merged: MergedResult = {};
  const errors: JsonError[] = [];
  for (const { name, result, error } of answers) {
    if (error === undefined) mergeResult(merged, result, name);
    else {
      errors.push(jsonError(error, name));
      ctx.stderr(`fugue: ${name}: ${errorLine(error)}\n`);
    }
  }
  const status = writeResult(ctx, command, merged, values, errors);
  if (errors.length === 0) return status;
  // a part is there: who asked for all knows that some may be away; else that something failed is all one status can say
  if (errors.length < servers.length && all) return status;
  return errors.length < servers.length ? 1 : answers[0]!.error!.exitStatus;
}
