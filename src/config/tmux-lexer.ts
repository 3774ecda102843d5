/** Reads the syntax of a .tmux.conf (section COMMAND PARSING AND EXECUTION of tmux(1)) into commands of words. */

/** One word of a command. */
export interface TmuxWord {
  /** As it stands in the file, quotes included; continued lines joined. */
  readonly raw: string;
  /** What tmux takes it for. */
  readonly value: string;
  /** Written in braces: `value` is what stands between them. */
  readonly braces: boolean;
}

/** One command, with the line (from 1) on which it begins. */
export interface TmuxCommand {
  readonly line: number;
  readonly words: readonly TmuxWord[];
  /** Set if the syntax is beyond repair here; then the words are those before it. */
  readonly broken?: string;
}

const DEEPEST_BRACES = 50;
const DIRECTIVE = /^%(?:if|elif|else|endif|hidden)\b/;

/** The commands of a text. Never throws; a word that nothing closes ends with the text, and its command is broken. */
export function tmuxCommands(text: string): readonly TmuxCommand[] {
  return new TmuxLexer(text).all();
}

class TmuxLexer {
  private at = 0;
  private line = 1;
  private readonly commands: TmuxCommand[] = [];
  private words: TmuxWord[] = [];
  private began = 1;
  private broken: string | undefined;

  constructor(private readonly text: string) {}

  all(): readonly TmuxCommand[] {
    while (this.at < this.text.length) {
      const char = this.text[this.at]!;
      if (char === "\n") {
        this.finish();
        this.at++;
        this.line++;
      } else if (char === " " || char === "\t" || char === "\r") this.at++;
      else if (this.continuation()) continue;
      else if (char === "#" && this.text[this.at + 1] !== "{") this.skipLine();
      else if (this.words.length === 0 && DIRECTIVE.test(this.rest(8))) this.directive();
      else if (char === ";") {
        this.at++;
        this.finish();
      } else this.word();
    }
    this.finish();
    return this.commands;
  }

  private rest(length: number): string {
    return this.text.slice(this.at, this.at + length);
  }

  private finish(): void {
    if (this.words.length > 0 || this.broken !== undefined) {
      const broken = this.broken === undefined ? {} : { broken: this.broken };
      this.commands.push({ line: this.began, words: this.words, ...broken });
    }
    this.words = [];
    this.broken = undefined;
  }

  /** A backslash before the end of a line joins the next one. */
  private continuation(): boolean {
    const joined = /^\\\r?\n/.exec(this.rest(3));
    if (!joined) return false;
    this.at += joined[0].length;
    this.line++;
    return true;
  }

  private skipLine(): void {
    const end = this.text.indexOf("\n", this.at);
    this.at = end < 0 ? this.text.length : end;
  }

  /** `%if` and the like: the whole line is one command. */
  private directive(): void {
    this.began = this.line;
    const start = this.at;
    this.skipLine();
    const raw = this.text.slice(start, this.at).trimEnd();
    this.words.push(...raw.split(/\s+/).map((word) => ({ raw: word, value: word, braces: false })));
  }

  private word(): void {
    if (this.words.length === 0) this.began = this.line;
    if (this.text[this.at] === "{" && /^\{\s/.test(`${this.rest(2)} `)) return this.bracesWord();
    let raw = "";
    let value = "";
    while (this.at < this.text.length) {
      const char = this.text[this.at]!;
      if (/[ \t\r\n;]/.test(char)) break;
      if (this.continuation()) continue;
      const from = this.at;
      if (char === "'" || char === '"') value += this.quoted(char);
      else if (char === "\\") value += this.escaped();
      else {
        value += char;
        this.at++;
      }
      raw += this.text.slice(from, this.at).replace(/\\\r?\n/g, "");
    }
    this.words.push({ raw, value, braces: false });
  }

  private escaped(): string {
    const char = this.text[this.at + 1] ?? "";
    this.at += 2;
    return char;
  }

  /** What stands in quotes; the position is at the first quote, and goes behind the last. */
  private quoted(quote: string): string {
    let value = "";
    const began = this.line;
    for (this.at++; this.at < this.text.length; this.at++) {
      const char = this.text[this.at]!;
      if (char === quote) {
        this.at++;
        return value;
      }
      if (char === "\n") this.line++;
      if (char === "\\" && quote === '"') {
        const next = this.text[this.at + 1] ?? "";
        this.at++;
        if (next === "\n") this.line++;
        else value += ESCAPES[next] ?? next;
      } else value += char;
    }
    this.broken = `no ${quote} closes the one on line ${began}`;
    return value;
  }

  /** A block in braces, taken as a whole. */
  private bracesWord(): void {
    const start = this.at;
    const began = this.line;
    let depth = 0;
    while (this.at < this.text.length) {
      const char = this.text[this.at]!;
      if (char === "'" || char === '"') {
        this.quoted(char);
        continue;
      }
      this.at++;
      if (char === "\n") this.line++;
      else if (char === "\\") this.at++;
      else if (char === "#" && /\s/.test(this.text[this.at - 2] ?? " ")) this.skipLine();
      else if (char === "{") depth++;
      else if (char === "}" && --depth === 0) {
        const raw = this.text.slice(start, this.at);
        this.words.push({ raw, value: raw.slice(1, -1), braces: true });
        return;
      }
      if (depth > DEEPEST_BRACES) break;
    }
    this.broken = `no } closes the { on line ${began}`;
    this.at = this.text.length;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", e: "\x1b" };
