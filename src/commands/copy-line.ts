/**
 * Command lines of the copy mode key tables: tmux's copy mode commands, as in `copy-pipe-and-cancel "wl-copy"`, with
 * `send-keys -X` before them if people bring it from their tmux.conf, several separated by `;`.
 */
import { FugueError } from "../base/errors.ts";
import { nearest, printable } from "../base/names.ts";

/** The commands of copy mode: tmux's, and `repeat-count`. What they do stands in the client. */
export const COPY_COMMANDS: ReadonlySet<string> = new Set(`
  append-selection append-selection-and-cancel append-selection-no-clear back-to-indentation begin-selection
  bottom-line cancel clear-selection copy-end-of-line copy-end-of-line-and-cancel copy-line copy-line-and-cancel
  copy-pipe copy-pipe-and-cancel copy-pipe-end-of-line copy-pipe-end-of-line-and-cancel copy-pipe-line
  copy-pipe-line-and-cancel copy-pipe-no-clear copy-selection copy-selection-and-cancel copy-selection-no-clear
  cursor-down cursor-down-and-cancel cursor-left cursor-right cursor-up end-of-line goto-line halfpage-down
  halfpage-down-and-cancel halfpage-up history-bottom history-top jump-again jump-backward jump-forward
  jump-reverse jump-to-backward jump-to-forward jump-to-mark last-character middle-line next-matching-bracket
  next-paragraph next-prompt next-space next-space-end next-word next-word-end other-end page-down
  page-down-and-cancel page-up pipe pipe-and-cancel pipe-no-clear previous-matching-bracket previous-paragraph
  previous-prompt previous-space previous-word previous-word-end rectangle-off rectangle-on rectangle-toggle
  refresh-from-pane repeat-count scroll-bottom scroll-down scroll-down-and-cancel scroll-middle scroll-top
  scroll-up search-again search-backward search-backward-incremental search-backward-text search-forward
  search-forward-incremental search-forward-text search-reverse select-line select-word set-mark start-of-line
  stop-selection toggle-position top-line
`.trim().split(/\s+/));

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
function splitWords(line: string): string[][] {
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

/**
 * What keeps a line from being one of copy mode's: nothing if all of its commands are.
 * @param knows whether a command of this name is one of those outside of copy mode
 */
export function copyLineMistake(line: string, knows: (name: string) => boolean): FugueError | undefined {
  let commands: CopyCommand[];
  try {
    commands = parseCopyLine(line);
  } catch (thrown) {
    if (thrown instanceof FugueError) return thrown;
    throw thrown;
  }
  const others = commands.filter(({ name }) => !COPY_COMMANDS.has(name));
  const unknown = others.find(({ name }) => !knows(name));
  if (unknown) {
    const near = nearest(unknown.name, [...COPY_COMMANDS]);
    const hint = near === undefined ? "its commands are those of tmux's copy mode, such as begin-selection" : `did you mean '${near}'?`;
    return new FugueError("usage", `copy mode has no command '${printable(unknown.name, 60)}'`, hint);
  }
  if (others.length === 0 || others.length === commands.length) return undefined;
  return new FugueError("usage", "commands of copy mode and others don't go together", "keep those of copy mode alone");
}
