/** `--help` and `help`: usage of everything, of a group, or of one command. */
import type { CliContext } from "../commands/context.ts";
import { findCommand, subcommandsOf } from "../commands/find-command.ts";
import { commandAt } from "../commands/registry.ts";
import { commandUsage, groupUsage, rootUsage } from "./usage.ts";

/** Usage on standard output: asked for, it is a result. */
export async function showHelp(ctx: CliContext, words: readonly string[]): Promise<number> {
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
