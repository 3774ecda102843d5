/** Editing of one line with the keys that shells have taught: readline's emacs keys, or vi's (see vi-line.ts). */
import { canonicalKey, formatKey } from "../../base/keys.ts";
import type { Key } from "../../base/keys.ts";
import type { InputEvent } from "../../protocol/input.ts";
import { HistoryWalk, LineHistory } from "./line-history.ts";
import { LineText, visibleLine } from "./line-text.ts";
import { ViCommands } from "./vi-line.ts";
import { textOfKey } from "./virtual-keys.ts";

/**
 * What an event meant: `changed` the text or the cursor did, `accept` Enter, `cancel` Esc or C-c, `complete` and
 * `completeBack` Tab and S-Tab, `none` nothing (the owner may have a use for it).
 */
export type LineOutcome = "changed" | "accept" | "cancel" | "complete" | "completeBack" | "none";

/** Columns that a label leaves for what is typed, where the line is that long; else half of it. */
export const ROOM_TO_TYPE = 24;

export interface LineEditorOptions {
  /** What stands there at first. */
  text?: string;
  /** Lines for Up, Down and C-r; without it these keys mean nothing. */
  history?: LineHistory;
  /** Default: emacs. */
  keys?: "emacs" | "vi";
}

type Action = (editor: LineEditor) => LineOutcome | void;

const ACTIONS: Readonly<Record<string, Action>> = {
  Enter: () => "accept",
  KPEnter: () => "accept",
  "C-j": () => "accept",
  "C-c": () => "cancel",
  "C-g": () => "cancel",
  Tab: () => "complete",
  "S-Tab": () => "completeBack",
  Left: ({ line }) => line.moveTo(line.before),
  Right: ({ line }) => line.moveTo(line.after),
  Home: ({ line }) => line.moveTo(0),
  End: ({ line }) => line.moveTo(line.text.length),
  "C-Left": ({ line }) => line.moveTo(line.wordBefore("letters")),
  "C-Right": ({ line }) => line.moveTo(line.wordEnd("letters")),
  Backspace: ({ line }) => void line.cut(line.before),
  "S-Backspace": ({ line }) => void line.cut(line.before),
  "C-h": ({ line }) => void line.cut(line.before),
  Delete: ({ line }) => void line.cut(line.after),
  "C-w": (e) => e.kill(e.line.wordBefore("blanks")),
  "C-u": (e) => e.kill(0),
  Up: (e) => e.previous(),
  Down: (e) => e.next(),
  "C-p": (e) => e.previous(),
  "C-n": (e) => e.next(),
};

const EMACS: Readonly<Record<string, Action>> = {
  Escape: () => "cancel",
  "C-a": ({ line }) => line.moveTo(0),
  "C-e": ({ line }) => line.moveTo(line.text.length),
  "C-b": ({ line }) => line.moveTo(line.before),
  "C-f": ({ line }) => line.moveTo(line.after),
  "M-b": ({ line }) => line.moveTo(line.wordBefore("letters")),
  "M-f": ({ line }) => line.moveTo(line.wordEnd("letters")),
  "M-Left": ({ line }) => line.moveTo(line.wordBefore("letters")),
  "M-Right": ({ line }) => line.moveTo(line.wordEnd("letters")),
  "C-d": ({ line }) => void line.cut(line.after),
  "C-k": (e) => e.kill(e.line.text.length),
  "M-d": (e) => e.kill(e.line.wordEnd("letters")),
  "M-Backspace": (e) => e.kill(e.line.wordBefore("letters")),
  "C-Backspace": (e) => e.kill(e.line.wordBefore("letters")),
  "C-y": (e) => e.line.insert(e.killed),
  "C-t": ({ line }) => line.transpose(),
  "C-r": (e) => e.searchBack(),
};

export class LineEditor {
  readonly line = new LineText();
  /** What was cut last: C-y, or p, puts it back. */
  killed = "";
  private readonly walk: HistoryWalk;
  private readonly vi: ViCommands | undefined;
  /** Last text looked for with C-r; a second C-r goes on with it. */
  private sought: { text: string; shown: string } | undefined;

  constructor(options: LineEditorOptions = {}) {
    this.line.set(options.text ?? "");
    this.walk = (options.history ?? new LineHistory()).walk();
    this.vi = options.keys === "vi" ? new ViCommands(this) : undefined;
  }

  get text(): string {
    return this.line.text;
  }

  /** True while keys are vi's commands instead of text. */
  get inCommandMode(): boolean {
    return this.vi?.active ?? false;
  }

  /** Takes an event in. Pastes are typed with their line ends as blanks: they never accept. */
  input(event: InputEvent): LineOutcome {
    if (event.kind === "text") return this.typed(event.text);
    if (event.kind === "paste") return this.insert(event.text);
    if (event.kind !== "key" || event.event === 3) return "none";
    const text = textOfKey(event);
    return text === undefined ? this.pressed(event.key) : this.typed(text);
  }

  /** Replaces the line. */
  set(text: string, cursor?: number): void {
    this.line.set(text, cursor);
  }

  /** The part that fits `columns`, and the column of the cursor. */
  visible(columns: number): { text: string; cursor: number } {
    return visibleLine(this.line, columns);
  }

  /** Cuts up to an offset and keeps it for C-y. */
  kill(offset: number): void {
    const cut = this.line.cut(offset);
    if (cut !== "") this.killed = cut;
  }

  /** The older line; `none` if there is none. */
  previous(): LineOutcome {
    return this.show(this.walk.previous(this.text));
  }

  /** The newer line; `none` if there is none. */
  next(): LineOutcome {
    return this.show(this.walk.next());
  }

  private show(line: string | undefined): LineOutcome {
    if (line === undefined) return "none";
    this.line.set(line);
    return "changed";
  }

  /** The newest older line that holds what is typed; pressed again, the one before that. */
  searchBack(): void {
    const text = this.sought?.shown === this.text ? this.sought.text : this.text;
    const found = this.walk.search(text, this.text);
    if (found === undefined) return;
    this.line.set(found);
    this.sought = { text, shown: found };
  }

  private typed(text: string): LineOutcome {
    if (!this.vi?.active) return this.insert(text);
    let outcome: LineOutcome = "none";
    for (const char of text) {
      // A command may have begun to insert.
      const result: LineOutcome = this.vi.active ? this.vi.command(char) : this.insert(char);
      if (result === "cancel") return result;
      if (result !== "none") outcome = result;
    }
    return outcome;
  }

  private insert(text: string): LineOutcome {
    this.line.insert(text);
    return "changed";
  }

  private pressed(key: Key): LineOutcome {
    const name = formatKey(canonicalKey(key));
    if (this.vi && name === "Escape") return this.vi.escape();
    if (this.vi?.active && name === "Backspace") return this.vi.command("h");
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    const special = !this.vi && Object.hasOwn(EMACS, name) ? EMACS[name] : undefined;
    const chosen = special ?? action;
    return chosen ? (chosen(this) ?? "changed") : "none";
  }
}
