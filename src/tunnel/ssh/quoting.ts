/** Words for a remote login shell. sshd gives a command to that shell as one string, whatever shell it is. */
import { FugueError } from "../../base/errors.ts";

const PLAIN = /^[A-Za-z0-9_\/.,:=@%+-]+$/;
const LONGEST_COMMAND = 100_000;

/** One word, quoted so that sh, bash, zsh, fish and csh all read it back unchanged. */
export function quoteWord(word: string): string {
  if (PLAIN.test(word)) return word;
  if (word === "") return "''";
  // fish reads \' and \\ inside single quotes, so neither of them may stand there; csh reads ! everywhere
  return word.replace(/['\\!]|[^'\\!]+/g, (part) => (/^['\\!]$/.test(part) ? `\\${part}` : PLAIN.test(part) ? part : `'${part}'`));
}

/**
 * The command line for argv, with variables set by `env`.
 * @throws FugueError `usage` for an empty argv, a NUL, a bad variable name, or more than 100,000 characters
 */
export function quoteCommand(argv: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const variables = Object.entries(env).map(([name, value]) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new FugueError("usage", "a variable's name is not valid");
    return `${name}=${value}`;
  });
  if (argv.length === 0) throw new FugueError("usage", "no command to run");
  const words = variables.length > 0 ? ["env", ...variables, ...argv] : argv;
  const line = words.map(quoteWord).join(" ");
  if (line.includes("\0")) throw new FugueError("usage", "a command can't hold NUL");
  if (line.length > LONGEST_COMMAND) throw new FugueError("usage", "the command is too long");
  return line;
}
