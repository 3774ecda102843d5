/** The completion script for bash: tables of the registry, and a walk over the words before the cursor. */
import {
  completionCommands, GENERATED, globalOptions, type CompletionCommand, type CompletionOption, type ValueSource,
} from "./completion-data.ts";
import { topLevel } from "./usage.ts";

/** How the script's tables write a source: a word with @, or the words themselves; `-` has none. */
function sourceWord(source: ValueSource): string {
  if (source.kind === "words") return source.words.join(" ");
  return source.kind === "none" ? "-" : source.kind === "live" ? `@${source.of}` : `@${source.kind}`;
}

function optionWords(options: readonly CompletionOption[]): string {
  return options.flatMap(({ long, short }) => [`--${long}`, ...(short === undefined ? [] : [`-${short}`])]).join(" ");
}

/** Patterns of a `case` for both forms of an option, each behind `before`, which opens a quote. */
function optionPatterns(before: string, { long, short }: CompletionOption): string {
  return [`--${long}`, ...(short === undefined ? [] : [`-${short}`])].map((word) => `${before}${word}'`).join("|");
}

/** The part of the script that is the same whatever the registry holds. */
const WALK = `_fugue_source() {
  local source=$1 cur=$2 exe=$3 line
  case $source in
    @files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    @folders) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
    @*)
      while IFS= read -r line; do
        line=\${line%%$'\\t'*}
        [[ $line == "$cur"* ]] && COMPREPLY+=("$line")
      done < <("$exe" __complete "\${source#@}" 2>/dev/null)
      ;;
    -|'') ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$source" -- "$cur") ;;
  esac
}

_fugue() {
  local exe=\${COMP_WORDS[0]} cur=\${COMP_WORDS[COMP_CWORD]} command='' source='' word REPLY
  local -i at=1 count=0
  COMPREPLY=()
  while (( at < COMP_CWORD )); do
    word=\${COMP_WORDS[at]}
    at+=1
    if [[ $word == '=' && -n $source ]]; then continue; fi
    if [[ -n $source ]]; then source=''; continue; fi
    if [[ $word == -- ]]; then
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      (( at == COMP_CWORD )) && mapfile -t COMPREPLY < <(compgen -c -- "$cur")
      return
    fi
    if [[ $word == -?* ]]; then
      _fugue_value "$command" "$word"
      source=$REPLY
      continue
    fi
    _fugue_commands "$command"
    if [[ -n $REPLY ]]; then command=\${command:+$command }$word; else count+=1; fi
  done
  [[ $cur == '=' ]] && cur=''
  if [[ -n $source ]]; then
    _fugue_source "$source" "$cur" "$exe"
  elif [[ $cur == -* ]]; then
    _fugue_options "$command"
    mapfile -t COMPREPLY < <(compgen -W "$REPLY" -- "$cur")
  else
    _fugue_commands "$command"
    if [[ -z $REPLY ]]; then _fugue_position "$command" "$count"; fi
    _fugue_source "$REPLY" "$cur" "$exe"
  fi
}

complete -F _fugue fugue
`;

function whenCommand(name: string, reply: string): string {
  return `    '${name}') REPLY='${reply}' ;;`;
}

/** Second words of the commands of a group. */
function membersOf(group: string, commands: readonly CompletionCommand[]): string[] {
  return commands.filter(({ name }) => name.startsWith(`${group} `)).map(({ name }) => name.slice(group.length + 1));
}

/** Commands that may follow nothing, or a group. */
function commandCases(commands: readonly CompletionCommand[]): string[] {
  const tops = topLevel();
  const groups = tops.filter(({ group }) => group);
  return [
    whenCommand("", [...tops.map(({ name }) => name), "help"].join(" ")),
    ...groups.map(({ name }) => whenCommand(name, membersOf(name, commands).join(" "))),
  ];
}

/** What completes the values of options: the global ones behind any command. */
function valueCases(commands: readonly CompletionCommand[]): string[] {
  const withValue = (options: readonly CompletionOption[]) => options.filter(({ value }) => value);
  const reply = ({ value }: CompletionOption) => `REPLY='${sourceWord(value!)}' ;;`;
  const globals = withValue(globalOptions()).map((option) => `    ${optionPatterns("*':", option)}) ${reply(option)}`);
  const own = commands.flatMap(({ name, options }) => (
    withValue(options).map((option) => `    ${optionPatterns(`'${name}:`, option)}) ${reply(option)}`)
  ));
  return [...globals, ...own];
}

function positionCases(commands: readonly CompletionCommand[]): string[] {
  return commands.flatMap(({ name, positions }) => positions.map(({ value, repeat }, i) => (
    `    '${name}:'${repeat ? "*" : i}) REPLY='${sourceWord(value)}' ;;`
  )));
}

/** The whole script. */
export function bashCompletion(): string {
  const commands = completionCommands();
  const options = commands.filter((command) => command.options.length > 0);
  return `# bash completion for fugue
# ${GENERATED}

# Commands that may follow: of nothing, or of a group.
_fugue_commands() {
  REPLY=
  case $1 in
${commandCases(commands).join("\n")}
  esac
}

_fugue_options() {
  REPLY=
  case $1 in
${options.map((command) => whenCommand(command.name, optionWords(command.options))).join("\n")}
  esac
  REPLY+=' ${optionWords(globalOptions())}'
}

# What completes the value of an option; empty if it takes none.
_fugue_value() {
  REPLY=
  case "$1:$2" in
${valueCases(commands).join("\n")}
  esac
}

# What completes the word at a position.
_fugue_position() {
  REPLY=
  case "$1:$2" in
${positionCases(commands).join("\n")}
  esac
}

${WALK}`;
}
