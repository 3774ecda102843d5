/** How a command is written, as one line: `fugue split [TARGET] [--right] … [-- CMD...]`. */
import type { Arg, Command } from "../commands/command.ts";
import { optionArgs, positionalArgs, restArg } from "../commands/parse.ts";

/** Word for the value of an argument. */
export function valueWord(name: string, arg: Arg): string {
  return arg.value ?? (arg.choices ? arg.choices.join("|") : name.toUpperCase());
}

/** Names of an option: `-c, --dir DIR`. */
export function optionWords(name: string, arg: Arg): string {
  const value = arg.type === "boolean" ? "" : ` ${valueWord(name, arg)}`;
  return `${arg.short === undefined ? "" : `-${arg.short}, `}--${name}${value}`;
}

/** Parts of a synopsis after the command's name, each with its brackets. */
export function synopsisParts(command: Command): string[] {
  const optional = (text: string, required: boolean | undefined) => (required ? text : `[${text}]`);
  const rest = restArg(command);
  return [
    ...positionalArgs(command).map(([name, arg]) => {
      const others = `${arg.stdin ? "|-" : ""}${arg.complete === "key" ? "|KEY" : ""}`;
      const more = arg.repeat || arg.each ? "..." : "";
      return optional(`${valueWord(name, arg)}${others}${more}`, arg.required && arg.unless === undefined);
    }),
    ...optionArgs(command).map(([name, arg]) => {
      const value = arg.type === "boolean" ? "" : ` ${valueWord(name, arg)}`;
      const word = arg.short === undefined ? `--${name}` : `-${arg.short}`;
      return `${optional(`${word}${value}`, arg.required)}${arg.repeat ? "..." : ""}`;
    }),
    ...(rest ? [`[-- ${valueWord(...rest)}...]`] : []),
  ];
}

/** The whole line; commands of the terminal view are given without `fugue`. */
export function synopsis(command: Command): string {
  return [...(command.runs === "tui" ? [] : ["fugue"]), command.name, ...synopsisParts(command)].join(" ");
}

/** The paragraph of a command, its lines joined. */
export function detailsText(command: Command): string | undefined {
  return command.details?.replaceAll("\n", " ");
}
