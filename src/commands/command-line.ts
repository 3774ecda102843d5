/** Command lines of keys, of the `:` prompt and of the configuration: checked, and made into commands to run. */
import { asFugueError, FugueError } from "../base/errors.ts";
import { printable } from "../base/names.ts";
import type { Command, ServerCommand, TuiCommand } from "./command.ts";
import type { CommandLanguage } from "./context.ts";
import type { TuiContext } from "./tui-context.ts";
import type { KeyTableName } from "../config/bindings.ts";
import { COPY_COMMANDS, copyLineMistake, parseCopyLine } from "./copy-line.ts";
import { findCommand, subcommandsOf } from "./find-command.ts";
import { quoteWord, splitLine } from "./line.ts";
import { parseWords } from "./parse.ts";
import { commandAt } from "./registry.ts";
import { fullTmuxName, hasCounterpart, isFullTmuxName, isTmuxName, translateTmux } from "./tmux-names.ts";
import type { ArgValues } from "./values.ts";

/** A command that can be run as it is. */
export interface ReadyCommand {
  readonly command: ServerCommand | TuiCommand;
  readonly values: ArgValues;
}

/** What one command of a line came to. */
export interface LineResult {
  readonly command: Command;
  readonly values: ArgValues;
  readonly result: unknown;
}

const DEEPEST_LINES = 4;
/** What is put in place of %% when a template is checked: fits names, numbers and targets. */
const SAMPLE_ANSWER = "1";
/** Commands with command lines among their arguments. */
const NESTING: ReadonlySet<string> = new Set(["prompt", "confirm", "command-prompt", "confirm-before"]);

/**
 * The commands of a line, ours or tmux's.
 * @throws FugueError `usage` for the first mistake
 */
export function parseLine(line: string): ReadyCommand[] {
  return splitLine(line).flatMap(parseAtPrompt);
}

/**
 * The commands of a template, with `%%` and `%1` replaced by an answer. The answer is put into words that are already
 * separate, so whatever it holds, it never becomes a command or an option of its own.
 * @throws FugueError `usage`
 */
export function parseTemplate(template: string, answer: string): ReadyCommand[] {
  return splitLine(template).flatMap((words) => {
    const nesting = NESTING.has(words[0]!);
    // a word with blanks of such a command may be a command line itself: there the answer has to be one word as well
    const fill = (word: string) => word.replace(
      /%%%?|%1/g, () => (nesting && /\s/.test(word) ? quoteWord(answer) : answer),
    );
    return parseAtPrompt(words.map(fill));
  });
}

function parseAtPrompt(words: readonly string[]): ReadyCommand[] {
  if (isFullTmuxName(words[0]!) && !commandAt(words[0]!, "prompt")) return parseTmux(words);
  try {
    const found = findCommand(words, "prompt");
    return [{ command: found.command as ServerCommand | TuiCommand, values: parseWords(found.command, found.words) }];
  } catch (error) {
    return parseShared(words, error);
  }
}

/** Words that are wrong for us may be right for tmux, where both have the name: `new -s work`, `send C-c`. */
function parseShared(words: readonly string[], error: unknown): ReadyCommand[] {
  if (!isTmuxName(words[0]!)) throw error;
  try {
    return parseTmux(words);
  } catch (tmuxError) {
    throw commandAt(words[0]!, "prompt") ? error : tmuxError;
  }
}

function parseTmux(words: readonly string[]): ReadyCommand[] {
  return translateTmux(words, "prompt")!.map((ours) => {
    const found = findCommand(ours, "prompt");
    return { command: found.command as ServerCommand | TuiCommand, values: parseWords(found.command, found.words) };
  });
}

/**
 * What is wrong with a command line of a key, or nothing. Lines inside of it (prompt, confirm) are checked as well.
 * @param table table of keys that it stands in: those of copy mode hold commands of copy mode, or else any others
 */
export function checkCommandLine(line: string, table: KeyTableName = "prefix"): FugueError | undefined {
  if (table === "copy-vi" || table === "copy-emacs") {
    const mistake = copyLineMistake(line, knows);
    if (mistake || parseCopyLine(line).some(({ name }) => COPY_COMMANDS.has(name))) return mistake;
  }
  try {
    checkLine(line, parseLine, 0);
    return undefined;
  } catch (error) {
    return asFugueError(error);
  }
}

function checkLine(line: string, parse: (line: string) => ReadyCommand[], depth: number): void {
  if (depth > DEEPEST_LINES) throw new FugueError("usage", `commands are nested too deeply: ${printable(line, 60)}`);
  const commands = parse(line);
  if (commands.length === 0 && depth > 0) throw new FugueError("usage", "the command line is empty");
  for (const { command, values } of commands) {
    for (const [name, arg] of Object.entries(command.args)) {
      const inner = values[name];
      if (!arg.commandLine || typeof inner !== "string") continue;
      checkLine(inner, name === "template" ? (text) => parseTemplate(text, SAMPLE_ANSWER) : parseLine, depth + 1);
    }
  }
}

/** Whether a name means something at a key: that of a command, or the first word of one; tmux's names count. */
function knows(name: string): boolean {
  return commandAt(name, "prompt") !== undefined || subcommandsOf(name, "prompt").length > 0 || hasCounterpart(name);
}

/** Knowledge of our command lines, for commands and for the checker of the configuration. */
export const commandLanguage: CommandLanguage = {
  check: checkCommandLine,
  tmuxName: fullTmuxName,
};

/**
 * Runs commands one after the other, for the person at a terminal view. The first error ends the line.
 * @returns what each came to, so that the view can show what there is to read
 */
export async function runCommands(ctx: TuiContext, commands: readonly ReadyCommand[]): Promise<LineResult[]> {
  const results: LineResult[] = [];
  for (const { command, values } of commands) {
    const running = command.runs === "tui" ? command.run(ctx, values as never) : ctx.call(command.name, values);
    results.push({ command, values, result: await running });
  }
  return results;
}
