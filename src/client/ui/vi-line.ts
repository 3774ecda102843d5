/** vi's commands in a line: what keys mean after Esc. The editor starts in insert mode, as shells do. */
import type { LineEditor, LineOutcome } from "./line-editor.ts";
import type { WordKind } from "./line-text.ts";

const WORDS: Readonly<Record<string, WordKind>> = {
  w: "letters", b: "letters", e: "letters", W: "blanks", B: "blanks", E: "blanks",
};

export class ViCommands {
  /** In command mode. */
  active = false;
  /** `d` or `c`, waiting for a motion. */
  private operator: "d" | "c" | undefined;

  constructor(private readonly editor: LineEditor) {}

  /** Esc: from inserting to commands; there it cancels the line. */
  escape(): LineOutcome {
    if (this.operator !== undefined) {
      this.operator = undefined;
      return "changed";
    }
    if (this.active) return "cancel";
    this.active = true;
    const { line } = this.editor;
    line.moveTo(line.before);
    return "changed";
  }

  /** One character in command mode; unknown ones do nothing. */
  command(char: string): LineOutcome {
    const { operator } = this;
    this.operator = undefined;
    if (operator !== undefined) return this.operate(operator, char);
    const target = this.motion(char);
    if (target !== undefined) {
      this.editor.line.moveTo(target);
      this.stayOnCharacter();
      return "changed";
    }
    if (char === "d" || char === "c") {
      this.operator = char;
      return "changed";
    }
    return this.edit(char);
  }

  private operate(operator: "d" | "c", char: string): LineOutcome {
    const { line } = this.editor;
    if (char === operator) {
      line.moveTo(0);
      this.editor.kill(line.text.length);
    } else {
      // As in vi: `e` takes the last character along, and `cw` leaves the blank behind the word.
      const isToEnd = char === "e" || char === "E" || (operator === "c" && (char === "w" || char === "W"));
      const kind = isToEnd ? WORDS[char] : undefined;
      const target = kind ? line.wordEnd(kind) : this.motion(char);
      if (target === undefined) return "none";
      this.editor.kill(target);
    }
    if (operator === "c") this.active = false;
    else this.stayOnCharacter();
    return "changed";
  }

  /** The offset where a motion leads, or undefined if the character is none. */
  private motion(char: string): number | undefined {
    const { line } = this.editor;
    const kind = Object.hasOwn(WORDS, char) ? WORDS[char] : undefined;
    if (kind !== undefined) {
      const lower = char.toLowerCase();
      if (lower === "w") return line.wordAfter(kind);
      if (lower === "b") return line.wordBefore(kind);
      return this.lastOfWord(kind);
    }
    if (char === "h") return line.before;
    if (char === "l" || char === " ") return line.after;
    if (char === "0" || char === "^") return 0;
    return char === "$" ? line.text.length : undefined;
  }

  /** The last character of the word at, or after, the next character. */
  private lastOfWord(kind: WordKind): number {
    const { line } = this.editor;
    const start = line.cursor;
    line.moveTo(line.after);
    line.moveTo(line.wordEnd(kind));
    const last = line.before;
    line.moveTo(start);
    return last;
  }

  private edit(char: string): LineOutcome {
    const { editor } = this;
    const { line } = editor;
    if (char === "q") return "cancel";
    if (char === "k") editor.previous();
    else if (char === "j") editor.next();
    else if (char === "x") editor.kill(line.after);
    else if (char === "X") editor.kill(line.before);
    else if (char === "D") editor.kill(line.text.length);
    else if (char === "p") {
      line.moveTo(line.after);
      line.insert(editor.killed);
      line.moveTo(line.before);
    } else if (char === "P") line.insert(editor.killed);
    else return this.insert(char);
    this.stayOnCharacter();
    return "changed";
  }

  /** The commands that end command mode. */
  private insert(char: string): LineOutcome {
    const { editor } = this;
    const { line } = editor;
    if (char === "a") line.moveTo(line.after);
    else if (char === "A") line.moveTo(line.text.length);
    else if (char === "I") line.moveTo(0);
    else if (char === "C") editor.kill(line.text.length);
    else if (char === "s") editor.kill(line.after);
    else if (char === "S") {
      line.moveTo(0);
      editor.kill(line.text.length);
    } else if (char !== "i") return "none";
    this.active = false;
    return "changed";
  }

  /** In command mode the cursor lies on a character, not behind the last one. */
  private stayOnCharacter(): void {
    const { line } = this.editor;
    if (line.cursor === line.text.length) line.moveTo(line.before);
  }
}
