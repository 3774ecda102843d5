/** docs/COMMANDS.md: the reference of all commands, made from the registry. */
import type { Command } from "../commands/command.ts";
import { DEFAULT_PREFIX, DEFAULT_PREFIX_KEYS } from "../commands/default-keys.ts";
import { optionArgs, positionalArgs, restArg } from "../commands/parse.ts";
import { COMMANDS, commandsAt } from "../commands/registry.ts";
import { GENERATED } from "./completion-data.ts";
import { GLOBAL_ARGS } from "./globals.ts";
import {
  EXAMPLES, EXIT_MEANINGS, FILES, GROUPS, JSON_SHAPE, JSON_TEXT, TARGET_FORMS, VARIABLES,
} from "./manual-text.ts";
import { detailsText, optionWords, synopsis, valueWord } from "./synopsis.ts";

type Group = keyof typeof GROUPS;

/** Code in a table of Markdown: a bar would end the cell. */
function code(text: string): string {
  const fence = text.includes("`") ? "``" : "`";
  return `${fence}${text.replaceAll("|", "\\|")}${fence}`;
}

function plain(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("*", "\\*");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** The whole page. */
export function commandReference(): string {
  const groups = (Object.keys(GROUPS) as Group[]).map(groupSection);
  return `${[...introduction(), ...groups, ...defaultKeys(), ...tmuxNames()].join("\n\n")}\n`;
}

function block(language: string, lines: readonly string[]): string {
  return ["```" + language, ...lines, "```"].join("\n");
}

function meanings(head: string, rows: readonly (readonly [string | number, string])[]): string {
  return table([head, "meaning"], rows.map(([word, meaning]) => [code(String(word)), plain(meaning)]));
}

/** What holds for every command. */
function introduction(): string[] {
  const options = Object.entries(GLOBAL_ARGS).map(([name, arg]) => [optionWords(name, arg), arg.help] as const);
  return [
    "# Commands",
    `<!-- ${GENERATED} -->`,
    block("sh", EXAMPLES.map(([line, about]) => `${line.padEnd(58)}# ${about}`)),
    "Results go to standard output, messages to standard error. `-h` after a command shows how it is used.",
    "## Options of every command",
    meanings("option", options),
    "## Targets",
    meanings("target", TARGET_FORMS),
    "`-t TARGET` gives the target as well. Without one a command is about the pane in which it is given, or the one\n"
      + "in focus, or else the session used last.",
    "## Exit status",
    meanings("status", EXIT_MEANINGS),
    "`fugue wait --exit` exits with the status of the program that it waited for.",
    "## JSON",
    "`--json` makes a command print one line of JSON:",
    block("json", [JSON_SHAPE]),
    JSON_TEXT.join(" "),
    "## Environment and files",
    meanings("variable", VARIABLES),
    meanings("file", FILES),
  ];
}

function defaultKeys(): string[] {
  const rows = DEFAULT_PREFIX_KEYS.map(({ key, help, command, repeat }) => (
    [`${code(key)}${repeat ? " \\*" : ""}`, plain(help), code(command)]
  ));
  return [
    "## Default keys",
    `After the prefix, which is ${code(DEFAULT_PREFIX)}. Those marked with \\* work again without it for a moment.`,
    table(["key", "does", "command"], rows),
  ];
}

function tmuxNames(): string[] {
  return [
    "## Names of tmux",
    "At the `:` prompt and in key bindings tmux's commands are understood. In a shell they are answered with our form.",
    table(["tmux", "fugue"], tmuxRows()),
  ];
}

function groupSection(group: Group): string {
  const { title, about } = GROUPS[group];
  const inShell = commandsAt("shell").filter((command) => command.group === group);
  const inTui = COMMANDS.filter((command) => command.group === group && command.runs === "tui" && !inShell.some(
    ({ name }) => name === command.name
  ));
  const keys = inTui.length === 0 ? [] : [
    "### For keys and the prompt", ...inTui.map((command) => commandSection(command, "####")),
  ];
  return [
    `## ${title[0]!.toUpperCase()}${title.slice(1)}`, about,
    ...inShell.map((command) => commandSection(command, "###")), ...keys,
  ].join("\n\n");
}

function commandSection(command: Command, level: string): string {
  const details = detailsText(command);
  const rest = restArg(command);
  const args = [
    ...positionalArgs(command).map(([name, arg]) => [code(valueWord(name, arg)), plain(arg.help)]),
    ...optionArgs(command).map(
      ([name, arg]) => [code(optionWords(name, arg)), plain(arg.help) + (arg.repeat ? " (can be repeated)" : "")]
    ),
    ...(rest ? [[code(`-- ${valueWord(...rest)}...`), plain(rest[1].help)]] : []),
  ];
  const fields = Object.entries(command.result ?? {}).map(([field, meaning]) => [code(field), plain(meaning)]);
  return [
    `${level} ${command.name}`,
    "```\n" + synopsis(command) + "\n```",
    `${command.summary}.${details === undefined ? "" : ` ${details.replaceAll("<", "&lt;")}`}`,
    ...(args.length > 0 ? [table(["argument", "meaning"], args)] : []),
    ...(fields.length > 0 ? [table(["JSON", "meaning"], fields)] : []),
  ].join("\n\n");
}

/** tmux's names with the commands of ours that say they are the counterpart. */
function tmuxRows(): string[][] {
  const rows = new Map<string, Set<string>>();
  for (const command of COMMANDS) for (const name of command.tmux ?? []) rows.set(
    name, (rows.get(name) ?? new Set()).add(command.name),
  );
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(
    ([name, ours]) => [code(name), [...ours].map(code).join(", ")]
  );
}
