/** The command line of the executable: from argv to an exit status. */
import { FugueError } from "../base/errors.ts";
import type { CliContext } from "../commands/context.ts";
import { findCommand, subcommandsOf } from "../commands/find-command.ts";
import { shellWords } from "../commands/line.ts";
import { needTerminal } from "../commands/new-shell.ts";
import { commandAt } from "../commands/registry.ts";
import { isTmuxName, translateTmux } from "../commands/tmux-names.ts";
import { COMPLETE, complete } from "./complete.ts";
import { dispatch } from "./dispatch.ts";
import { takeGlobals, type Globals } from "./globals.ts";
import { contextOf, type CliHost } from "./host.ts";
import { writeError } from "./output.ts";
import { checkServers, tmuxForm } from "./route.ts";

/**
 * Runs a command line.
 * @param argv the words after the executable's name
 * @returns the exit status (see EXIT); errors have been written
 */
export async function runCli(argv: readonly string[], host: CliHost): Promise<number> {
  try {
    refuseTmux(argv);
    const { globals, words } = takeGlobals(argv, host.cwd);
    await host.prepare?.(globals.config === undefined ? host.env : { ...host.env, FUGUE_CONFIG: globals.config });
    const ctx = contextOf(host, ownUnlessNamed(globals, words));
    if (globals.help) return await showHelp(ctx, words);
    if (globals.version) return await dispatch(ctx, globals, ["version"]);
    return await runWords(ctx, globals, words, argv);
  } catch (error) {
    const json = argv.slice(0, argv.includes("--") ? argv.indexOf("--") : argv.length).includes("--json");
    return writeError({ stdout: (text) => host.stdout(text), stderr: (text) => host.stderr(text), json }, error);
  }
}

/** Commands that are for this machine's own server are not sent to the default one. */
function ownUnlessNamed(globals: Globals, words: readonly string[]): Globals {
  const command = commandAt(words.slice(0, 2).join(" "), "shell") ?? commandAt(words[0] ?? "", "shell");
  const isNamed = globals.all || globals.servers.length > 0 || globals.addr !== undefined;
  return command?.own && !isNamed ? { ...globals, servers: ["local"] } : globals;
}

async function runWords(
  ctx: CliContext, globals: Globals, words: readonly string[], argv: readonly string[],
): Promise<number> {
  if (words[0] === COMPLETE) return complete(ctx, words.slice(1));
  if (words[0] === "help") return showHelp(ctx, words.slice(1));
  checkServers(ctx, globals, argv);
  if (words.length === 0) {
    needTerminal(ctx, ctx.selected[0]!, "see: fugue --help");
    return ctx.attach({ create: true });
  }
  try {
    findCommand(words, "shell");
  } catch (error) {
    throw tmuxAnswer(words) ?? error;
  }
  return dispatch(ctx, globals, words);
}

/** Usage on standard output: asked for, it is a result. */
async function showHelp(ctx: CliContext, words: readonly string[]): Promise<number> {
  const { commandUsage, groupUsage, rootUsage } = await import("./usage.ts");
  const [first] = words;
  if (first === undefined || first === "help") ctx.stdout(await rootUsage(ctx.color));
  else if (!commandAt(first, "shell") && subcommandsOf(first, "shell").length > 0 && !commandAt(
    words.slice(0, 2).join(" "), "shell",
  )) {
    // a mistyped second word is worth an error of its own
    if (words[1] !== undefined && !words[1].startsWith("-")) findCommand(words, "shell");
    ctx.stdout(await groupUsage(first, ctx.color));
  } else ctx.stdout(await commandUsage(findCommand(words, "shell").command, ctx.color));
  return 0;
}

/** tmux's commands are not run in a shell, but answered with our form: before anything else reads their options. */
function refuseTmux(argv: readonly string[]): void {
  const answer = tmuxAnswer(argv);
  if (answer) throw answer;
}

function tmuxAnswer(words: readonly string[]): FugueError | undefined {
  const [name = ""] = words;
  const ours = commandAt(name, "shell") ?? commandAt(name, "prompt");
  if (!isTmuxName(name) || ours || subcommandsOf(name, "shell").length > 0) return undefined;
  const form = tmuxForm(words);
  if (form !== undefined) return new FugueError("usage", `'${name}' is a command of tmux`, `write: ${form}`);
  try {
    translateTmux(words, "shell");
    return new FugueError("usage", `'${name}' is a command of tmux`, "there is nothing to do for it");
  } catch (error) {
    const { message, hint } = error as FugueError;
    return new FugueError(
      "usage", `'${name}' is a command of tmux: ${message}`, hint ?? `see: ${shellWords(["fugue", "--help"])}`,
    );
  }
}
