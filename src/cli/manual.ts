/** Manual pages in mdoc (mdoc(7)), made from the registry: fugue(1), and one for each group of commands. */
import type { Arg, Command } from "../commands/command.ts";
import { DEFAULT_PREFIX, DEFAULT_PREFIX_KEYS } from "../commands/default-keys.ts";
import { optionArgs, positionalArgs, restArg } from "../commands/parse.ts";
import { COMMANDS, commandsAt } from "../commands/registry.ts";
import { GLOBAL_ARGS } from "./globals.ts";
import {
  EXAMPLES, EXIT_MEANINGS, FILES, GROUPS, JSON_SHAPE, JSON_TEXT, TARGET_FORMS, VARIABLES,
} from "./manual-text.ts";
import { detailsText, synopsisParts, valueWord } from "./synopsis.ts";

/** Date of the pages: that of the release, so that the same sources give the same files. */
const DATE = "November 21, 2026";

type Group = keyof typeof GROUPS;

/** The pages by file name. */
export function manualPages(): Map<string, string> {
  const pages = new Map([["fugue.1", mainPage()]]);
  for (const group of Object.keys(GROUPS) as Group[]) pages.set(`fugue-${group}.1`, groupPage(group));
  return pages;
}

/** Text that roff takes as it is: no escapes, and no request at the beginning of a line. */
function escaped(text: string): string {
  return text.replaceAll("\\", "\\e").replace(/^([.'])/gm, "\\&$1").replaceAll("…", "...");
}

/** Sentences, each on a line of its own as mdoc wants them. */
function sentences(text: string): string {
  const lines = text.replace(
    /([.:;?]) (?=[A-Z"{-])/g, (_, end: string) => `${end}${end === "." || end === "?" ? "\n" : " "}`
  );
  return lines.split("\n").map(escaped).join("\n");
}

/** One argument of a macro: quoted, and never taken for a macro itself. */
function word(text: string): string {
  return `"\\&${text.replaceAll("\\", "\\e").replaceAll('"', "\\(dq")}"`;
}

function header(name: string, about: string): string {
  return `.\\" Generated from the registry of commands: change that, then run scripts/generate.ts.
.Dd ${DATE}
.Dt ${name.toUpperCase()} 1
.Os
.Sh NAME
.Nm ${name}
.Nd ${escaped(about)}
.Sh SYNOPSIS`;
}

function list(rows: readonly (readonly [string, string])[], tag: (text: string) => string, width = 22): string {
  return [
    `.Bl -tag -width ${"X".repeat(width)} -compact`,
    ...rows.map(([name, about]) => `.It ${tag(name)}\n${escaped(about)}`), ".El",
  ].join("\n");
}

function mainPage(): string {
  const groups = (Object.keys(GROUPS) as Group[]).map((group) => [`fugue-${group}`, GROUPS[group].title] as const);
  const seeAlso = groups.map(([name]) => `.Xr ${name} 1`).sort();
  return `${header("fugue", "terminal multiplexer for shells and coding agents on many machines")}
.Nm
.Op Ar OPTIONS
.Op Ar COMMAND ...
.Sh DESCRIPTION
.Nm
keeps terminals alive on a server and shows them in any terminal.
Without a command it shows the session used last, or a new one.
Programs go on when the terminal is closed, when the connection is lost, and when the server itself is restarted.
.Pp
Every command takes these options:
${options(Object.entries(GLOBAL_ARGS))}
.Ss Commands
These are the commands for a shell, by what they are about.
${(Object.keys(GROUPS) as Group[]).map(commandList).join("\n")}
.Ss Targets
Most commands take a target:
.Pp
${list(TARGET_FORMS, (name) => `Ar ${word(name)}`)}
.Pp
.Fl t Ar TARGET
gives the target as well.
Without a target a command is about the pane in which it is given, or the one in focus, or else the session used last.
.Ss Keys
After the prefix key, which is
.Ic ${DEFAULT_PREFIX}
by default:
.Pp
${list(DEFAULT_PREFIX_KEYS.map(({ key, help }) => [key, help] as const), (name) => `Ic ${word(name)}`, 10)}
.Pp
The keys are those of
.Xr tmux 1 ,
whose commands are understood at the prompt as well.
.Ss JSON
With
.Fl -json
a command prints one line of JSON:
.Pp
.Dl ${escaped(JSON_SHAPE)}
.Pp
${JSON_TEXT.map(escaped).join("\n")}
.Sh ENVIRONMENT
${list(VARIABLES, (name) => `Ev ${name}`, 16)}
.Sh FILES
${list(FILES, (name) => `Pa ${name}`, 28)}
.Sh EXIT STATUS
${list(EXIT_MEANINGS.map(([status, about]) => [String(status), about] as const), (name) => name, 6)}
.Pp
.Ic fugue wait --exit
exits with the status of the program that it waited for.
.Sh EXAMPLES
${EXAMPLES.map(example).join("\n.Pp\n")}
.Sh SEE ALSO
${[...seeAlso, ".Xr tmux 1"].join(" ,\n")}
`;
}

function example([line, about]: readonly [string, string]): string {
  return `${escaped(capitalized(about))}:\n.Pp\n.Dl ${escaped(line)}`;
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Commands of a group that work in a shell, with their summaries. */
function commandList(group: Group): string {
  const commands = commandsAt("shell").filter((command) => command.group === group);
  const rows = commands.map(({ name, summary }) => [name, summary] as const);
  return `.Pp
For ${GROUPS[group].title}, see
.Xr fugue-${group} 1 :
.Pp
${list(rows, (name) => `Ic ${word(name)}`)}`;
}

function groupPage(group: Group): string {
  const inShell = commandsAt("shell").filter((command) => command.group === group);
  const inTui = COMMANDS.filter((command) => command.group === group && command.runs === "tui" && !inShell.some(
    ({ name }) => name === command.name
  ));
  const { title, about } = GROUPS[group];
  const tui = inTui.length === 0 ? "" : `
.Sh COMMANDS FOR KEYS
These work in key bindings and at the prompt of the terminal view only.
.Bl -tag -width Ds
${inTui.map((command) => entry(command)).join("\n")}
.El`;
  return `${header(`fugue-${group}`, `commands of fugue for ${title}`)}
${inShell.map(synopsisLines).join("\n.br\n")}
.Sh DESCRIPTION
${sentences(about)}
Targets, common options and exit statuses are described in
.Xr fugue 1 .
.Bl -tag -width Ds
${inShell.map((command) => entry(command)).join("\n")}
.El${tui}
.Sh SEE ALSO
.Xr fugue 1
`;
}

function synopsisLines(command: Command): string {
  return [
    `.Ic ${word(`fugue ${command.name}`)}`, ...synopsisParts(command).map((part) => `.Ar ${word(part)}`),
  ].join("\n");
}

/** A command with its arguments and the fields of its JSON. */
function entry(command: Command): string {
  const parts = synopsisParts(command).map((part) => ` ${word(part)}`).join("");
  const name = command.runs === "tui" ? command.name : `fugue ${command.name}`;
  const details = detailsText(command);
  const fields = Object.entries(command.result ?? {});
  const rest = restArg(command);
  const args: [string, Arg][] = [...optionArgs(command)];
  const positions = [...positionalArgs(command), ...(rest ? [rest] : [])].map(
    ([key, arg]) => [`${arg.rest ? "-- " : ""}${valueWord(key, arg)}`, arg.help] as const
  );
  return [
    `.It Ic ${word(name)}${parts === "" ? "" : ` Ar${parts}`}`,
    `${escaped(command.summary)}.`,
    ...(details === undefined ? [] : [sentences(details)]),
    ...(positions.length === 0 ? [] : [".Pp", list(positions, (label) => `Ar ${word(label)}`)]),
    ...(args.length === 0 ? [] : [".Pp", options(args)]),
    ...(command.tmux === undefined ? [] : [".Pp", `In tmux: ${command.tmux.join(", ")}.`]),
    ...(
      fields.length === 0 ? [] : [".Pp", "Fields of", ".Fl -json :", list(fields, (field) => `Li ${word(field)}`, 30)]
    ),
  ].join("\n");
}

/** Options as a list: `-c, --dir DIR`. */
function options(args: readonly (readonly [string, Arg])[]): string {
  const rows = args.map(([name, arg]) => {
    const value = arg.type === "boolean" ? "" : ` Ar ${word(valueWord(name, arg))}`;
    const short = arg.short === undefined ? "" : `Fl ${arg.short} , `;
    return `.It ${short}Fl -${name}${value}\n${escaped(arg.help)}${arg.repeat ? " (can be repeated)" : ""}`;
  });
  return [".Bl -tag -width XXXXXXXXXXXXXXXXXXXXXX -compact", ...rows, ".El"].join("\n");
}
