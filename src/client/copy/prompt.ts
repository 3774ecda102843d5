/** The line in which copy mode asks for a pattern, a character, a line or a count: its text and its editing. */
import { graphemes } from "../../base/graphemes.ts";
import { onlyCodePoint } from "../../base/keys.ts";
import type { Key } from "../../base/keys.ts";

export type PromptKind = "search" | "incremental" | "character" | "line" | "count";

/** What a key did to the prompt. `outside`: the key ends the prompt and is then to be handled by itself. */
export type PromptResult =
  "edited" | "accepted" | "cancelled" | "again-forward" | "again-backward" | "outside" | "none";

/** Longest text of a prompt, in characters; digits of a number. */
const LONGEST = 1000;
const MOST_DIGITS = 7;

/** Graphemes of a text, without control characters. */
function visible(text: string): string[] {
  return graphemes(text.replace(/[\x00-\x1f\x7f-\x9f]/g, ""));
}

export class Prompt {
  private chars: string[] = [];
  private at = 0;
  private recalled: number;

  /** @param history earlier answers, the newest last; reached with Up and Down. */
  constructor(
    readonly kind: PromptKind,
    readonly label: string,
    private readonly history: readonly string[] = [],
    initial = "",
  ) {
    this.recalled = history.length;
    this.set(initial);
  }

  /** What has been typed. */
  get text(): string {
    return this.chars.join("");
  }

  /** The prompt as it is shown. */
  get shown(): string {
    return `${this.label} ${this.text}`;
  }

  /** UTF-16 units of `shown` before the cursor. */
  get cursor(): number {
    return this.label.length + 1 + this.chars.slice(0, this.at).join("").length;
  }

  /** Replaces what has been typed. */
  set(text: string): void {
    this.chars = visible(text).slice(0, LONGEST);
    this.at = this.chars.length;
  }

  /** Types a text, such as a paste; a number prompt takes its digits. */
  insert(text: string): void {
    const isNumber = this.kind === "line" || this.kind === "count";
    const added = visible(isNumber ? text.replace(/\D/g, "") : text);
    const room = Math.max(0, (isNumber ? MOST_DIGITS : LONGEST) - this.chars.length);
    const before = visible(this.chars.slice(0, this.at).join("") + added.slice(0, room).join(""));
    this.chars = [...before, ...this.chars.slice(this.at)];
    this.at = before.length;
  }

  /** Handles a key (canonical). */
  key(key: Key): PromptResult {
    const isChar = key.mods === 0 && (key.name === "Space" || onlyCodePoint(key.name) !== undefined || isCluster(key));
    const char = key.name === "Space" ? " " : key.name;
    if (this.kind === "count") return this.countKey(key, isChar, char);
    if (isChar) {
      this.insert(char);
      return this.kind === "character" ? "accepted" : "edited";
    }
    return this.edit(key);
  }

  private countKey(key: Key, isChar: boolean, char: string): PromptResult {
    if (isChar && /^\d$/.test(char)) {
      this.insert(char);
      return "edited";
    }
    if (key.mods === 0 && key.name === "Backspace") return this.edit(key);
    return key.mods === 0 && key.name === "Escape" ? "cancelled" : "outside";
  }

  private edit(key: Key): PromptResult {
    const name = (key.mods === 0 ? "" : key.mods === 4 ? "C-" : "?") + key.name;
    switch (name) {
      case "Enter": case "C-j": case "C-m": case "KPEnter": return "accepted";
      case "Escape": case "C-c": case "C-g": case "C-[": return "cancelled";
      case "Backspace": case "C-h": return this.erase();
      case "Delete": case "C-d": return this.remove(this.at, this.at + 1);
      case "Left": case "C-b": return this.go(this.at - 1);
      case "Right": case "C-f": return this.go(this.at + 1);
      case "Home": case "C-a": return this.go(0);
      case "End": case "C-e": return this.go(this.chars.length);
      case "C-u": return this.remove(0, this.at);
      case "C-k": return this.remove(this.at, this.chars.length);
      case "C-w": return this.eraseWord();
      case "Up": case "C-p": return this.recall(this.recalled - 1);
      case "Down": case "C-n": return this.recall(this.recalled + 1);
      case "C-s": return this.kind === "incremental" ? "again-forward" : "none";
      case "C-r": return this.kind === "incremental" ? "again-backward" : "none";
      default: return "none";
    }
  }

  /** Backspace in an empty prompt leaves it, as in vi. */
  private erase(): PromptResult {
    if (this.chars.length === 0) return "cancelled";
    return this.remove(this.at - 1, this.at);
  }

  private eraseWord(): PromptResult {
    let from = this.at;
    while (from > 0 && this.chars[from - 1] === " ") from--;
    while (from > 0 && this.chars[from - 1] !== " ") from--;
    return this.remove(from, this.at);
  }

  private remove(from: number, to: number): PromptResult {
    const start = Math.max(0, from);
    this.chars.splice(start, to - start);
    this.at = start;
    return "edited";
  }

  private go(to: number): PromptResult {
    this.at = Math.max(0, Math.min(this.chars.length, to));
    return "none";
  }

  private recall(index: number): PromptResult {
    if (this.history.length === 0 || index < 0 || index > this.history.length) return "none";
    this.recalled = index;
    this.set(this.history[index] ?? "");
    return "edited";
  }
}

/** A key whose name is one grapheme of several code points, as input methods send them. */
function isCluster(key: Key): boolean {
  const [first, second] = visible(key.name);
  return first !== undefined && second === undefined;
}
