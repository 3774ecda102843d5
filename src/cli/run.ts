/** The command line of the executable: from argv to an exit status. */
import type { Command } from "../commands/command.ts";
import type { CliContext } from "../commands/context.ts";
import { findInShell, isAlone, shellCommand } from "../commands/shell-command.ts";
import { dispatch } from "./dispatch.ts";
import { takeGlobals, type Globals } from "./globals.ts";
import { contextOf, type CliHost } from "./host.ts";
import { writeError } from "./output.ts";
import { checkServers } from "./route.ts";

/** The hidden command that completion scripts call. */
const COMPLETE = "__complete";

/**
 * Runs a command line.
 * @param argv the words after the executable's name
 * @returns the exit status (see EXIT); errors have been written
 */
export async function runCli(argv: readonly string[], host: CliHost): Promise<number> {
  try {
    await refuseTmux(argv);
    const { globals, words } = await takeGlobals(argv, host.cwd);
    await host.prepare?.(globals.config === undefined ? host.env : { ...host.env, FUGUE_CONFIG: globals.config });
    const ctx = contextOf(host, ownUnlessNamed(globals, words.length > 0 ? await shellCommand(words) : undefined));
    if (globals.help) return await showHelp(ctx, words);
    if (globals.version) return await dispatch(ctx, globals, await findInShell(["version"]));
    return await runWords(ctx, globals, words, argv);
  } catch (error) {
    const json = argv.slice(0, argv.includes("--") ? argv.indexOf("--") : argv.length).includes("--json");
    return writeError({ stdout: (text) => host.stdout(text), stderr: (text) => host.stderr(text), json }, error);
  }
}

/** Commands that are for this machine's own server are not sent to the default one. */
function ownUnlessNamed(globals: Globals, command: Command | undefined): Globals {
  const isNamed = globals.all || globals.servers.length > 0 || globals.addr !== undefined;
  return command?.own && !isNamed ? { ...globals, servers: ["local"] } : globals;
}

async function runWords(
  ctx: CliContext, globals: Globals, words: readonly string[], argv: readonly string[],
): Promise<number> {
  if (words[0] === COMPLETE) return (await import("./complete.ts")).complete(ctx, words.slice(1));
  if (words[0] === "help") return showHelp(ctx, words.slice(1));
  await checkServers(ctx, globals, argv);
  if (words.length === 0) {
    const { needTerminal } = await import("../commands/need-terminal.ts");
    needTerminal(ctx, ctx.selected[0]!, "see: fugue --help");
    return ctx.attach({ create: true });
  }
  const found = await findInShell(words).catch(async (error) => {
    const { tmuxAnswer } = await import("./tmux-answer.ts");
    throw tmuxAnswer(words) ?? error;
  });
  return dispatch(ctx, globals, found);
}

/** Usage on standard output: asked for, it is a result. */
async function showHelp(ctx: CliContext, words: readonly string[]): Promise<number> {
  return (await import("./show-help.ts")).showHelp(ctx, words);
}

/** tmux's commands are answered before anything else reads their options. */
async function refuseTmux([name, ...rest]: readonly string[]): Promise<void> {
  if (name === undefined || name.startsWith("-") || isAlone(name)) return;
  const { tmuxAnswer } = await import("./tmux-answer.ts");
  const answer = tmuxAnswer([name, ...rest]);
  if (answer) throw answer;
}
