/** The completion script for zsh: one `_arguments` call for each command. */
import {
  completionCommands, GENERATED, globalOptions, type CompletionCommand, type CompletionOption, type ValueSource,
} from "./completion-data.ts";
import { topLevel } from "./usage.ts";

/** Text inside of '…' and of the brackets or colons of a specification. */
function quoted(text: string): string {
  return text.replace(/[\\:[\]]/g, "\\$&").replaceAll("'", "'\\''");
}

function action(source: ValueSource): string {
  switch (source.kind) {
    case "none":
      return " ";
    case "files":
      return "_files";
    case "folders":
      return "_files -/";
    case "words":
      return `(${source.words.map(quoted).join(" ")})`;
    case "live":
      return `_fugue_names ${source.of}`;
  }
}

/** One option: `'(-d --dir)'{-d+,--dir=}'[help]:DIR:_files -/'`. */
function optionSpec({ long, short, help, value, repeat }: CompletionOption): string {
  const message = value === undefined ? "" : `:value:${action(value)}`;
  const about = `'[${quoted(help)}]${message}'`;
  const longWord = `--${long}${value === undefined ? "" : "="}`;
  if (short === undefined) return repeat ? `'*${longWord}'${about}` : `${longWord}${about}`;
  const shortWord = `-${short}${value === undefined ? "" : "+"}`;
  return repeat ? `'*'{${shortWord},${longWord}}${about}` : `'(-${short} --${long})'{${shortWord},${longWord}}${about}`;
}

function commandSpecs(command: CompletionCommand): string[] {
  const positions = command.positions.map(
    ({ label, value, repeat }, i) => `'${repeat ? "*" : i + 1}:${quoted(label)}:${action(value)}'`
  );
  return [...command.options.map(optionSpec), ...positions];
}

function listed(rows: readonly { name: string; summary: string }[], indent: string): string {
  return rows.map(({ name, summary }) => `${indent}'${quoted(name)}:${summary.replaceAll("'", "'\\''")}'`).join("\n");
}

function commandCase(command: CompletionCommand, word: string, indent: string): string {
  const specs = [...commandSpecs(command), "$globals"].map((spec) => ` \\\n${indent}    ${spec}`).join("");
  return `${indent}${word})\n${indent}  _arguments -s -S${specs}\n${indent}  ;;`;
}

/** The function that completes a group of commands. */
function groupFunction(group: string, commands: readonly CompletionCommand[]): string {
  const members = commands
    .filter(({ name }) => name.startsWith(`${group} `))
    .map((command) => ({ command, word: command.name.slice(group.length + 1) }));
  return `_fugue_${group}() {
  local -a commands=(
${listed(members.map(({ word, command }) => ({ name: word, summary: command.summary })), "    ")}
  )
  _arguments -C $globals '1: :->command' '*:: :->arguments' && return
  case $state in
    command) _describe -t commands '${group} command' commands ;;
    arguments)
      case $words[1] in
${members.map(({ command, word }) => commandCase(command, word, "        ")).join("\n")}
      esac
      ;;
  esac
}
`;
}

/** The whole script. */
export function zshCompletion(): string {
  const commands = completionCommands();
  const tops = topLevel();
  const functions = tops.filter(({ group }) => group).map(({ name }) => groupFunction(name, commands));
  const cases = tops.map(({ name, group }) => {
    if (group) return `        ${name}) _fugue_${name} ;;`;
    return commandCase(commands.find((command) => command.name === name)!, name, "        ");
  });
  return `#compdef fugue
# zsh completion for fugue
# ${GENERATED}

# Names that the server knows: one NAME<TAB>DESCRIPTION a line.
_fugue_names() {
  local -a names
  local name kind=$argv[-1]
  for name in \${(f)"$(_call_program names $fugue_exe __complete $kind 2>/dev/null)"}; do
    names+=("\${\${name%%$'\\t'*}//:/\\\\:}:\${name#*$'\\t'}")
  done
  _describe -t names $kind names
}

${functions.join("\n")}
_fugue() {
  local fugue_exe=$words[1] curcontext=$curcontext state line
  local -A opt_args
  local -i dashes=\${words[(i)--]}
  # behind -- stands the command line of another program
  if (( dashes < CURRENT )); then
    shift dashes words
    (( CURRENT -= dashes ))
    _normal
    return
  fi
  local -a globals=(
${globalOptions().map((option) => `    ${optionSpec(option)}`).join("\n")}
  )
  local -a commands=(
${listed([...tops, { name: "help", summary: "Show how a command is used" }], "    ")}
  )
  _arguments -C $globals '1: :->command' '*:: :->arguments' && return
  case $state in
    command) _describe -t commands 'fugue command' commands ;;
    arguments)
      case $words[1] in
${cases.join("\n")}
      esac
      ;;
  esac
}

_fugue "$@"
`;
}
