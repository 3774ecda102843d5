/** Usage texts: citty lays them out, from definitions made of the registry. */
import { renderUsage, type ArgDef, type ArgsDef, type CommandDef } from "citty";
import type { Arg, Args, Command } from "../commands/command.ts";
import { optionArgs, positionalArgs, restArg } from "../commands/parse.ts";
import { commandsAt } from "../commands/registry.ts";
import { GLOBAL_ARGS } from "./globals.ts";
import { detailsText } from "./synopsis.ts";

const SUMMARY = "A terminal multiplexer for shells and coding agents on many machines";

/** What groups of commands are about, by their first word. */
export const GROUP_SUMMARIES: Readonly<Record<string, string>> = {
  session: "Go to, name and end sessions",
  window: "Create, show, arrange and end windows",
  pane: "Show, arrange and end panes",
  agent: "Tell about agents in panes, and go to those that wait",
  buffer: "Use the paste buffers",
  msg: "Send messages to other sessions, and read them",
  server: "Make servers known to other machines",
  service: "Have the system start the server",
  state: "Look after what is kept on disk",
  config: "Look at the configuration",
  tunnel: "See and change the tunnels to other machines",
};

/** Usage of one command. */
export async function commandUsage(command: Command, color: boolean): Promise<string> {
  const parts = command.name.split(" ");
  const definition: CommandDef<ArgsDef> = {
    meta: { name: parts.at(-1)!, description: command.summary },
    args: usageArgs(command),
  };
  const text = await renderUsage(definition, parent(["fugue", ...parts.slice(0, -1)].join(" ")));
  const details = detailsText(command)?.replace(/(.{1,98})(?: |$)/g, "$1\n");
  return finish(`${text.trimEnd()}\n${details === undefined ? "" : `\n${details}`}`, color);
}

/** Usage of a group such as `window`. */
export async function groupUsage(group: string, color: boolean): Promise<string> {
  const members = commandsAt("shell").filter(({ name }) => name.startsWith(`${group} `));
  const definition: CommandDef<ArgsDef> = {
    meta: { name: group, description: GROUP_SUMMARIES[group] ?? group },
    subCommands: Object.fromEntries(
      members.map(({ name, summary }) => [name.slice(group.length + 1), listed(name.slice(group.length + 1), summary)])
    ),
  };
  const names = members.map(({ name }) => name.slice(group.length + 1));
  return finish(`${withoutList(await renderUsage(definition, parent("fugue")), names).trimEnd()}\n`, color);
}

/** Usage of the whole executable. */
export async function rootUsage(color: boolean): Promise<string> {
  const firsts = topLevel();
  const definition: CommandDef<ArgsDef> = {
    meta: { name: "fugue", description: SUMMARY },
    args: Object.fromEntries(Object.entries(GLOBAL_ARGS).map(([name, arg]) => [name, optionDefinition(arg)])),
    subCommands: Object.fromEntries(firsts.map(({ name, summary }) => [name, listed(name, summary)])),
  };
  const text = withoutList(await renderUsage(definition), firsts.map(({ name }) => name));
  return finish(`${text.trimEnd()}\n\nWithout a command, fugue shows the session used last, or a new one.\n`, color);
}

/** First words of commands in a shell, with what stands behind them. */
export function topLevel(): { name: string; summary: string; group: boolean }[] {
  const rows = new Map<string, { name: string; summary: string; group: boolean }>();
  for (const { name, summary } of commandsAt("shell")) {
    const [first = name, second] = name.split(" ");
    if (second === undefined) rows.set(first, { name: first, summary, group: false });
    else if (!rows.has(first)) rows.set(first, { name: first, summary: GROUP_SUMMARIES[first] ?? first, group: true });
  }
  return [...rows.values()];
}

function parent(name: string): CommandDef<ArgsDef> {
  return { meta: { name } };
}

function listed(name: string, description: string): CommandDef<ArgsDef> {
  return { meta: { name, description } };
}

/** Arguments of a command as citty shows them. */
function usageArgs(command: Command): ArgsDef {
  const args: Record<string, ArgDef> = {};
  for (const [name, arg] of positionalArgs(command)) {
    const label = `${arg.value ?? name}${arg.repeat || arg.each ? "..." : ""}`;
    args[label] = { type: "positional", required: arg.required === true && arg.unless === undefined, description: help(arg) };
  }
  const rest = restArg(command);
  if (rest) args[`-- ${rest[1].value ?? rest[0]}...`] = {
    type: "positional", required: false, description: help(rest[1]),
  };
  for (const [name, arg] of optionArgs(command)) args[name] = optionDefinition(arg);
  return args;
}

function optionDefinition(arg: Args[string]): ArgDef {
  const common = {
    description: help(arg), ...(arg.short !== undefined && { alias: arg.short }),
    ...(arg.required && { required: true }),
  };
  if (arg.type === "boolean") return { type: "boolean", ...common };
  if (arg.type === "choice") return { type: "enum", options: [...(arg.choices ?? [])], ...common };
  return { type: "string", valueHint: arg.value ?? "VALUE", ...common };
}

function help(arg: Arg): string {
  return arg.repeat && !arg.positional ? `${arg.help} (can be repeated)` : arg.help;
}

/** citty names every command in the usage line; a list of forty tells nobody anything. */
function withoutList(text: string, names: readonly string[]): string {
  return text.replace(names.join("|"), "COMMAND");
}

/** citty decides about colours when it is loaded, and knows only one value of NO_COLOR: the last word is ours. */
function finish(text: string, color: boolean): string {
  return (color ? text : text.replace(/\u001b\[[0-9;]*m/g, "")).replace(/ +$/gm, "");
}
