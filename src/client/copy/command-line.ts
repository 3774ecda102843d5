/**
 * Command lines of the copy mode key tables: tmux's copy mode commands, as in `copy-pipe-and-cancel "wl-copy"`, with
 * `send-keys -X` before them if people bring it from their tmux.conf, several separated by `;`.
 */
import { FugueError } from "../../base/errors.ts";

/** One command of a line. */
export interface CopyCommand {
  readonly name: string;
  readonly args: readonly string[];
  /** How often (`send-keys -N`); undefined: as often as the count that was typed says. */
  readonly count?: number;
}

const MOST_COUNT = 9_999_999;
const WORD = /\s*(?:(;)|((?:\\.|"(?:\\.|[^"\\])*"|'[^']*'|[^\s;"'\\])+))/y;

/** Words of a line by the shell's rules of quoting (nothing is expanded); a bare `;` gives a new list. */
export function splitWords(line: string): string[][] {
  const lists: string[][] = [[]];
  const text = line.trimEnd();
  WORD.lastIndex = 0;
  for (let at = 0; at < text.length; at = WORD.lastIndex) {
    const match = WORD.exec(text);
    if (!match) throw new FugueError("usage", "a quote is not closed", "close it, or put a backslash before it");
    if (match[1] !== undefined) lists.push([]);
    else lists.at(-1)!.push(unquote(match[2]!));
  }
  return lists.filter((words) => words.length > 0);
}

function unquote(word: string): string {
  const quoted = /\\(.)|"((?:\\.|[^"\\])*)"|'([^']*)'/g;
  return word.replace(quoted, (_, escaped?: string, double?: string, single?: string) => {
    return escaped ?? double?.replace(/\\(["\\$])/g, "$1") ?? single ?? "";
  });
}

/**
 * Reads a line.
 * @throws FugueError `usage` for an open quote or a bad count. Names are not checked.
 */
export function parseCopyLine(line: string): CopyCommand[] {
  return splitWords(line).map(readCommand);
}

function readCommand(words: readonly string[]): CopyCommand {
  if (words[0] !== "send-keys" && words[0] !== "send") return { name: words[0]!, args: words.slice(1) };
  let count: number | undefined;
  let at = 1;
  let isCopy = false;
  for (; words[at]?.startsWith("-"); at++) {
    const flags = words[at]!.slice(1);
    if (/[^FXN]/.test(flags)) break;
    if (flags.includes("X")) isCopy = true;
    if (flags.includes("N")) {
      count = Number(words[++at]);
      if (!Number.isInteger(count) || count < 1) throw new FugueError("usage", "send-keys -N needs a number from 1 on");
    }
  }
  const name = words[at];
  if (!isCopy || name === undefined) return { name: words[0]!, args: words.slice(1) };
  return { name, args: words.slice(at + 1), ...(count === undefined ? {} : { count: Math.min(count, MOST_COUNT) }) };
}
