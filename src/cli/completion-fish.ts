/** The completion script for fish: one `complete` line for each command, option and position. */
import {
  completionCommands, GENERATED, globalOptions, type CompletionOption, type ValueSource,
} from "./completion-data.ts";
import { topLevel } from "./usage.ts";

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

/** What follows `complete` for a value. */
function valueWords(source: ValueSource): string {
  switch (source.kind) {
    case "none":
      return "-x";
    case "files":
      return "-r -F";
    case "folders":
      return "-x -a '(__fish_complete_directories (commandline -ct))'";
    case "words":
      return `-x -a ${quoted(source.words.join(" "))}`;
    case "live":
      return `-x -a '(__fugue_names ${source.of})'`;
  }
}

function optionLine(condition: string, { long, short, help, value }: CompletionOption): string {
  const shortWords = short === undefined ? "" : ` -s ${short}`;
  const values = value === undefined ? "" : ` ${valueWords(value)}`;
  return `complete -c fugue${condition}${shortWords} -l ${long}${values} -d ${quoted(help)}`;
}

/** Options of a command that take a value: the word after them is no position. */
function optionsWithValue(options: readonly CompletionOption[]): string {
  return options
    .filter(({ value }) => value)
    .flatMap(({ long, short }) => [`--${long}`, ...(short === undefined ? [] : [`-${short}`])])
    .join(" ");
}

/** What the conditions of the lines ask. */
function functions(): string {
  return `# Names that the server knows: one NAME<TAB>DESCRIPTION a line.
function __fugue_names
    set -l words (commandline -opc)
    command $words[1] __complete $argv[1] 2>/dev/null
end

# Words before the cursor that are neither options nor values of the options given as arguments.
function __fugue_words
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
        else if test "$word" = --
            return
        else if contains -- "$word" ${optionsWithValue(globalOptions())} $argv
            set skip 1
        else if not string match -q -- '-?*' "$word"
            echo -- $word
        end
    end
end

# Whether the words begin with a command.
function __fugue_in
    string match -q -- "$argv[1] *" (__fugue_words | string join ' ')' '
end

# Whether the cursor is at a position of a command: __fugue_at NAME N|N- [OPTION...].
function __fugue_at
    __fugue_rest; and return 1
    set -l name (string split -n ' ' -- $argv[1])
    set -l words (__fugue_words $argv[3..-1])
    if test -n "$argv[1]"
        string match -q -- "$argv[1] *" "$words "; or return 1
    end
    set -l position (math (count $words) - (count $name))
    if string match -q -- '*-' $argv[2]
        test $position -ge (string trim -c - -- $argv[2])
    else
        test $position -eq $argv[2]
    end
end

# Whether a -- stands before the cursor: a program follows.
function __fugue_rest
    contains -- -- (commandline -opc)
end

`;
}

/** The whole script. */
export function fishCompletion(): string {
  const commands = completionCommands();
  const lines: string[] = globalOptions().map((option) => optionLine("", option));
  for (const { name, summary } of [...topLevel(), { name: "help", summary: "Show how a command is used" }]) {
    lines.push(`complete -c fugue -n "__fugue_at '' 0" -a ${name} -d ${quoted(summary)}`);
  }
  for (const { name, summary, options, positions, rest } of commands) {
    const [group, word] = name.split(" ");
    if (word !== undefined) lines.push(`complete -c fugue -n "__fugue_at ${group} 0" -a ${word} -d ${quoted(summary)}`);
    for (const option of options) lines.push(optionLine(` -n "__fugue_in '${name}'"`, option));
    const skipped = optionsWithValue(options);
    positions.forEach(({ value, repeat }, i) => {
      if (value.kind === "none") return;
      const condition = `__fugue_at '${name}' ${repeat ? `${i}-` : i}${skipped === "" ? "" : ` ${skipped}`}`;
      lines.push(`complete -c fugue -n "${condition}" ${valueWords(value).replace(/^-x /, "").replace(/^-r /, "")}`);
    });
    if (rest) lines.push(`complete -c fugue -n "__fugue_in '${name}'; and __fugue_rest" -F`);
  }
  return `# fish completion for fugue
# ${GENERATED}

${functions()}complete -c fugue -f
${lines.join("\n")}
`;
}
