/** From the words of a command line to the command that they name. */
import { FugueError } from "../base/errors.ts";
import { printable, suggestion } from "../base/names.ts";
import type { Command } from "./command.ts";
import { commandAt, commandsAt, type Place } from "./registry.ts";

/** A command and the words after its name. */
export interface FoundCommand {
  readonly command: Command;
  readonly words: readonly string[];
}

/** Names of commands that begin with this word: `window` has `new`, `select`, … */
export function subcommandsOf(group: string, place: Place): string[] {
  return commandsAt(place).filter(
    ({ name }) => name.startsWith(`${group} `)
  ).map(({ name }) => name.slice(group.length + 1));
}

/**
 * Finds the command that the first one or two words name.
 * @throws FugueError `usage`: there is none (with the nearest), only a part of its name, or it is for another place
 */
export function findCommand(words: readonly string[], place: Place): FoundCommand {
  const [first = "", second] = words;
  if (second !== undefined) {
    const command = commandAt(`${first} ${second}`, place);
    if (command) return { command, words: words.slice(2) };
  }
  const command = commandAt(first, place);
  if (command) return { command, words: words.slice(1) };
  throw unknownCommand(first, second, place);
}

function unknownCommand(first: string, second: string | undefined, place: Place): FugueError {
  const subcommands = subcommandsOf(first, place);
  if (subcommands.length > 0) {
    if (second === undefined || second.startsWith("-")) {
      return new FugueError("usage", `'${first}' needs a command`, `one of: ${subcommands.join(", ")}`);
    }
    const message = `'${first}' has no command '${printable(second, 60)}'`;
    return new FugueError("usage", message, suggestion(second, subcommands, "its commands"));
  }
  const elsewhere = place === "shell" ? "prompt" : "shell";
  if (commandAt(first, elsewhere) || (second !== undefined && commandAt(`${first} ${second}`, elsewhere))) {
    return place === "shell"
      ? new FugueError(
        "usage", `'${printable(first, 60)}' works at a key or the prompt inside of fugue only`, "see: fugue keys",
      )
      : new FugueError(
        "usage", `'${printable(first, 60)}' works in a shell only`, `in a shell: fugue ${printable(first, 60)}`,
      );
  }
  const names = [...new Set(commandsAt(place).flatMap(({ name }) => [name, name.split(" ")[0]!]))];
  const near = suggestion(first, names, "");
  const overview = place === "shell" ? "see: fugue --help" : "see the keys with ?";
  const hint = near?.startsWith("did you mean") ? near : overview;
  return new FugueError("usage", `there is no command '${printable(first, 60)}'`, hint);
}
