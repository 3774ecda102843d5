/** What becomes of a command that a shell names: citty leads to it, its words are read, and it runs or is asked for. */
import { runCommand, type ArgsDef, type CommandDef } from "citty";
import { FugueError } from "../base/errors.ts";
import type { CliCommand, Command, ServerCommand } from "../commands/command.ts";
import type { CliContext } from "../commands/context.ts";
import type { FoundCommand } from "../commands/find-command.ts";
import { parseWords } from "../commands/parse.ts";
import { prepareValues } from "../commands/prepare.ts";
import { cell } from "../commands/text-table.ts";
import type { ArgValues } from "../commands/values.ts";
import type { Globals } from "./globals.ts";
import { askServers } from "./ask-servers.ts";
import { mergeResult, nounOf, writeError, writeResult, type MergedResult } from "./output.ts";
import { routeTargets, type Part } from "./route.ts";

/**
 * Runs a command.
 * @returns the exit status
 */
export async function dispatch(ctx: CliContext, globals: Globals, { command, words }: FoundCommand): Promise<number> {
  let status = 0;
  const root = pathTo(command, async (rest) => void (status = await runLeaf(ctx, globals, command, rest)));
  await runCommand(root, { rawArgs: [...command.name.split(" "), ...words] });
  return status;
}

/**
 * citty's tree with the path to one command: the others need not be there. No node but the leaf has a `run`, because
 * citty runs that of the parents as well; and the leaf has no `args`, because our own parser reads them.
 */
function pathTo(command: Command, leaf: (words: readonly string[]) => Promise<void>): CommandDef<ArgsDef> {
  const end: CommandDef<ArgsDef> = { run: ({ rawArgs }) => leaf(rawArgs) };
  return command.name.split(" ").reduceRight((below, name): CommandDef<ArgsDef> => ({ subCommands: { [name]: below } }), end);
}

async function runLeaf(ctx: CliContext, globals: Globals, command: Command, words: readonly string[]): Promise<number> {
  try {
    const values = await parse(command, words);
    const parts = await routeTargets(ctx, globals, command, values);
    if (command.runs !== "server") return await runHere(ctx, globals, command as CliCommand, values);
    const cached = runCached(ctx, command, parts, values);
    if (cached !== undefined) return cached;
    const prepared = await prepareParts(ctx, command, parts);
    const [first] = prepared as [Part];
    if (command.across && first.values.on !== undefined) return await runAcross(ctx, command, first);
    return await askServers(ctx, command, prepared, values, globals.all);
  } catch (error) {
    return writeError(ctx, error, ctx.selected[0], nounOf(command));
  }
}

/** What the executable does itself. @throws FugueError `usage` for several servers, if it is for one */
async function runHere(ctx: CliContext, globals: Globals, command: CliCommand, values: ArgValues): Promise<number> {
  if (!command.several && command.effect !== "read" && (globals.all || ctx.selected.length > 1)) {
    throw new FugueError("usage", `'${command.name}' runs on one server at a time`, "give --server once");
  }
  const around = { cwd: ctx.cwd, stdin: () => ctx.stdin() };
  return (await command.run(ctx, (command.unprepared ? values : await prepareValues(command, values, around)) as never)) ?? 0;
}

/** The parts with what only this machine can resolve; standard input is read once. */
async function prepareParts(ctx: CliContext, command: ServerCommand, parts: readonly Part[]): Promise<Part[]> {
  let text: Promise<string> | undefined;
  const stdin = () => (text ??= ctx.stdin());
  return Promise.all(parts.map(async (part) => {
    const cwd = part.server === "local" ? ctx.cwd : undefined;
    return { ...part, values: await prepareValues(command, part.values, { cwd, stdin }) };
  }));
}

/** What was seen last, where that is asked for. @returns the exit status; undefined: the servers have to be asked */
function runCached(ctx: CliContext, command: ServerCommand, parts: readonly Part[], values: ArgValues): number | undefined {
  const merged: MergedResult = {};
  if (command.known?.([], values as never) === undefined) return undefined;
  const lists = ctx.lastKnown();
  for (const { server, values: own } of parts) {
    const sessions = lists.get(server);
    if (sessions === undefined) ctx.stderr(`fugue: ${cell(server)}: nothing was seen of it yet\n`);
    else mergeResult(merged, command.known!(sessions, own as never), server);
  }
  return writeResult(ctx, command, merged, values, [], parts.length > 1);
}

/** Reads the words; where tmux has a command of the same name, its form is answered with ours. */
async function parse(command: Command, words: readonly string[]): Promise<ArgValues> {
  try {
    return parseWords(command, words, true);
  } catch (error) {
    const tmux = error instanceof FugueError && (
      / has no option -\w$/.test(error.message) || (words.includes("-t") && /^more than one TEXT/.test(error.message))
    );
    if (!tmux) throw error;
    const { tmuxForm } = await import("./tmux-answer.ts");
    const form = tmuxForm([command.name, ...words]);
    if (form === undefined) throw error;
    throw new FugueError(error.code, error.message, `as tmux has it? then write: ${form}`);
  }
}

/** Several servers have a part in it: they are told one after the other. */
async function runAcross(ctx: CliContext, command: ServerCommand, { server, values }: Part): Promise<number> {
  const on = String(values.on);
  if (!ctx.servers().includes(on)) throw ctx.unknownServer(on);
  const result = await command.across!({ call: (name, what, args) => ctx.call(what, args, { server: name ?? server }) }, values as never);
  const merged: MergedResult = {};
  mergeResult(merged, result, server);
  return writeResult(ctx, command, merged, values, []);
}
