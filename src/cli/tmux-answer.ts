/** tmux's commands are not run in a shell, but answered with our form. */
import { FugueError } from "../base/errors.ts";
import { subcommandsOf } from "../commands/find-command.ts";
import { shellWords } from "../base/shell-words.ts";
import { commandAt } from "../commands/registry.ts";
import { isTmuxName, translateTmux } from "../commands/tmux-names.ts";

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

/** What to say to a command line of tmux whose name we don't have; undefined if it is none. */
export function tmuxAnswer(words: readonly string[]): FugueError | undefined {
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
