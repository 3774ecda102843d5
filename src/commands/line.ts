/**
 * Command lines as text: `split --right ; send . --enter "ls -l"`. Quoting is that of tmux's configuration: blanks
 * separate words, `;` separates commands, '…' takes all as it is, "…" knows escapes, a backslash takes the next
 * character as it is, and `{ … }` is one word.
 */
import { FugueError } from "../base/errors.ts";
import { printable } from "../base/names.ts";

/** A command line is at most this many characters long. */
export const LONGEST_LINE = 16 * 1024;
const DEEPEST_BRACES = 32;

/** What the character after a backslash in double quotes stands for; others stand for themselves. */
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", e: "\u001b" };

/** The commands of a line, each as its words; empty commands are left out. @throws FugueError `usage` */
export function splitLine(line: string): string[][] {
  if (line.length > LONGEST_LINE) throw new FugueError(
    "usage", `the command line is longer than ${LONGEST_LINE} characters`,
  );
  return new LineSplitter(line).split();
}

class LineSplitter {
  private at = 0;
  private readonly commands: string[][] = [[]];

  constructor(private readonly line: string) {}

  split(): string[][] {
    while (this.at < this.line.length) {
      const char = this.line[this.at]!;
      if (/\s/.test(char)) this.at++;
      else if (char === ";") {
        this.at++;
        this.commands.push([]);
      } else this.commands.at(-1)!.push(this.word());
    }
    return this.commands.filter((words) => words.length > 0);
  }

  private word(): string {
    if (this.line[this.at] === "{" && /^\{(\s|$)/.test(this.line.slice(this.at, this.at + 2))) return this.braces();
    let word = "";
    while (this.at < this.line.length) {
      const char = this.line[this.at]!;
      if (/[\s;]/.test(char)) break;
      this.at++;
      if (char === "'") word += this.until("'");
      else if (char === '"') word += this.doubleQuoted();
      else if (char === "\\") word += this.line[this.at++] ?? "";
      else word += char;
    }
    return word;
  }

  private until(quote: string): string {
    const end = this.line.indexOf(quote, this.at);
    if (end < 0) throw this.unclosed(quote);
    const text = this.line.slice(this.at, end);
    this.at = end + 1;
    return text;
  }

  private doubleQuoted(): string {
    let text = "";
    for (;;) {
      const char = this.line[this.at++];
      if (char === undefined) throw this.unclosed('"');
      if (char === '"') return text;
      if (char !== "\\") text += char;
      else {
        const next = this.line[this.at++] ?? "";
        text += ESCAPES[next] ?? next;
      }
    }
  }

  /** What stands between braces, without the blanks at its ends. Quotes inside keep their braces to themselves. */
  private braces(): string {
    const start = ++this.at;
    for (let depth = 1; this.at < this.line.length; ) {
      const char = this.line[this.at++]!;
      if (char === "'") this.until("'");
      else if (char === '"') this.doubleQuoted();
      else if (char === "\\") this.at++;
      else if (char === "{" && ++depth > DEEPEST_BRACES) break;
      else if (char === "}" && --depth === 0) return this.line.slice(start, this.at - 1).trim();
    }
    throw this.unclosed("}");
  }

  private unclosed(quote: string): FugueError {
    const shown = printable(this.line, 60);
    return new FugueError(
      "usage", `a ${quote} is missing in: ${shown}`,
      "close it, or put a backslash before a quote that is meant as such",
    );
  }
}

/** One word, quoted so that splitLine reads it back. */
export function quoteWord(word: string): string {
  const plain = /^[A-Za-z0-9_@%+=:,./#!^&*()\-[\]<>|~$?`\u0080-\uffff]+$/;
  if (plain.test(word) && !/[\s\u0080-\u009f]/.test(word)) return word;
  if (!word.includes("'") && word !== "") return `'${word}'`;
  return `"${word.replace(/["\\]/g, "\\$&")}"`;
}

/** Words as one command. */
export function formatWords(words: readonly string[]): string {
  return words.map(quoteWord).join(" ");
}

/** Commands as a line that splitLine reads back. */
export function formatLine(commands: readonly (readonly string[])[]): string {
  return commands.map(formatWords).join(" ; ");
}
