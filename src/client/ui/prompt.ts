/** The prompts in the status line: the command prompt (prefix :) and questions that one key answers. */
import { formatKey } from "../../base/keys.ts";
import type { Key } from "../../base/keys.ts";
import type { InputEvent } from "../../protocol/input.ts";
import { Grid } from "../../terminal/grid.ts";
import type { Style } from "../../terminal/grid.ts";
import { cellsWidth, clipCells, drawCells, drawText, textCells } from "./cell-text.ts";
import type { TextCell } from "./cell-text.ts";
import { CompletionList } from "./completion.ts";
import type { Complete } from "./completion.ts";
import { LineEditor, ROOM_TO_TYPE } from "./line-editor.ts";
import { LineHistory } from "./line-history.ts";
import type { Overlay, OverlayHost, OverlayRect } from "./overlay.ts";
import { answerOf } from "./virtual-keys.ts";

/** How prompts look, and where the status line is. */
export interface PromptLook {
  /** The option message-style. */
  readonly style: Style;
  readonly position: "top" | "bottom";
}

export interface CommandPromptOptions extends PromptLook {
  /** Default: `:`. */
  readonly label?: string;
  /** What stands there at first. */
  readonly text?: string;
  /** The answer is put into this command line; see `fillTemplate`. Without it the answer is the command line. */
  readonly template?: string;
  /** The option status-keys. */
  readonly keys?: "emacs" | "vi";
  /** Shared by the prompts of one kind; answers are added to it. */
  readonly history?: LineHistory;
  readonly complete?: Complete;
  /** What is typed is a secret: dots stand for it. */
  readonly hidden?: boolean;
  /** The command line, after the prompt has closed. Not called for an empty answer without a template. */
  accept(commandLine: string): void;
  /** After it has closed without an answer. */
  cancel?(): void;
}

const MOST_LISTED = 8;

/**
 * Puts an answer into a command line as tmux's command-prompt does: for the first `%%` and every `%1`; for `%%%` with
 * a backslash before each of `" \ $ ; ~`, for use between double quotes.
 */
export function fillTemplate(template: string, answer: string): string {
  let isFirst = true;
  return template.replace(/%%%|%%|%1/g, (mark) => {
    if (mark === "%1") return answer;
    if (!isFirst) return mark;
    isFirst = false;
    return mark === "%%%" ? answer.replace(/["\\$;~]/g, "\\$&") : answer;
  });
}

export class CommandPrompt implements Overlay {
  private readonly editor: LineEditor;
  private readonly completion: CompletionList | undefined;
  private rect: OverlayRect = { x: 0, y: 0, cols: 1, rows: 1 };
  private isOver = false;

  constructor(private readonly host: OverlayHost, private readonly options: CommandPromptOptions) {
    const { text, history, keys, complete } = options;
    this.editor = new LineEditor({ text, history, keys });
    this.completion = complete ? new CompletionList(this.editor, complete) : undefined;
  }

  place(cols: number, rows: number): OverlayRect {
    const listed = Math.min(this.completion?.candidates.length ?? 0, MOST_LISTED, Math.max(0, rows - 1));
    const y = this.options.position === "top" ? 0 : Math.max(0, rows - 1 - listed);
    this.rect = { x: 0, y, cols, rows: 1 + listed };
    return this.rect;
  }

  /** Row of the line itself, in the overlay. */
  private get row(): number {
    return this.options.position === "top" ? 0 : this.rect.rows - 1;
  }

  /** The label leaves room to type: half of the line, or what is enough. */
  private label(): readonly TextCell[] {
    return clipCells(textCells(this.options.label ?? ":"), Math.max(this.rect.cols >> 1, this.rect.cols - ROOM_TO_TYPE));
  }

  draw(): Grid {
    const { cols, rows } = this.rect;
    const { style } = this.options;
    const grid = new Grid(cols, rows);
    for (let y = 0; y < rows; y++) grid.clear(0, y, cols, style);
    const width = drawCells(grid, 0, this.row, this.label(), style, cols);
    const { text } = this.editor.visible(cols - width);
    drawText(grid, width, this.row, this.options.hidden ? text.replace(/./gsu, "•") : text, style);
    this.drawList(grid);
    return grid;
  }

  private drawList(grid: Grid): void {
    const { completion, rect: { rows, cols }, options: { style } } = this;
    if (!completion) return;
    const from = this.firstListed();
    for (let i = 0; i < rows - 1; i++) {
      const candidate = completion.candidates[from + i];
      if (!candidate) break;
      const y = this.options.position === "top" ? i + 1 : i;
      const look = from + i === completion.index ? { ...style, fg: style.bg, bg: style.fg } : style;
      grid.clear(0, y, cols, look);
      const width = drawText(grid, 1, y, candidate.text, look, cols - 1);
      if (candidate.help) drawText(grid, Math.max(width + 3, 24), y, candidate.help, look);
    }
  }

  /** Index of the first candidate in the list, so that the chosen one is in it. */
  private firstListed(): number {
    return Math.max(0, (this.completion?.index ?? -1) - (this.rect.rows - 2));
  }

  cursor(): { x: number; y: number } {
    const width = cellsWidth(this.label());
    const { cursor } = this.editor.visible(this.rect.cols - width);
    return { x: Math.min(width + cursor, this.rect.cols - 1), y: this.row };
  }

  input(event: InputEvent): void {
    if (this.isOver) return;
    if (event.kind === "mouse") return this.pressed(event);
    const { completion } = this;
    if (completion?.isOpen && event.kind === "key" && event.event !== 3 && this.walkList(event.key)) return;
    const outcome = this.editor.input(event);
    if (outcome === "accept") return this.accept();
    if (outcome === "cancel") return this.cancel();
    if (outcome === "complete" || outcome === "completeBack") completion?.next(outcome === "completeBack");
    else if (outcome === "changed") completion?.close();
    if (outcome !== "none") this.host.changed();
  }

  /** Keys that mean the list while it is open. @returns whether this one did. */
  private walkList(key: Key): boolean {
    const { completion } = this;
    const name = formatKey(key);
    if (!completion) return false;
    if (name === "Down") completion.step(1);
    else if (name === "Up") completion.step(-1);
    else if (name === "Escape") completion.close();
    else return false;
    this.host.changed();
    return true;
  }

  /** A press on a candidate takes it; a press elsewhere cancels. */
  private pressed(event: Extract<InputEvent, { kind: "mouse" }>): void {
    if (event.action !== "press" || event.button !== 0) return;
    const { rows, cols } = this.rect;
    if (event.x < 0 || event.y < 0 || event.x >= cols || event.y >= rows) return this.cancel();
    if (event.y === this.row) return;
    this.completion?.take(this.firstListed() + event.y - (this.options.position === "top" ? 1 : 0));
    this.host.changed();
  }

  private accept(): void {
    const { text } = this.editor;
    const { history, template, accept } = this.options;
    history?.add(text);
    this.host.close();
    if (template !== undefined) accept(fillTemplate(template, text));
    else if (text.trim() !== "") accept(text);
    else this.options.cancel?.();
  }

  private cancel(): void {
    this.host.close();
    this.options.cancel?.();
  }

  dispose(): void {
    this.isOver = true;
  }
}

export interface ConfirmPromptOptions extends PromptLook {
  /** Without the `(y/n)`. */
  readonly question: string;
  /** After it has closed. */
  answer(yes: boolean): void;
}

/** Asks something that one key answers: y is yes, every other key no. Pastes and the mouse are no answer. */
export class ConfirmPrompt implements Overlay {
  private rect: OverlayRect = { x: 0, y: 0, cols: 1, rows: 1 };
  private isOver = false;

  constructor(private readonly host: OverlayHost, private readonly options: ConfirmPromptOptions) {}

  place(cols: number, rows: number): OverlayRect {
    this.rect = { x: 0, y: this.options.position === "top" ? 0 : Math.max(0, rows - 1), cols, rows: 1 };
    return this.rect;
  }

  /** A long question is cut, never the keys that answer it. */
  private question(): { text: readonly TextCell[]; keys: string } {
    const keys = " (y/n) ";
    return { text: clipCells(textCells(this.options.question), this.rect.cols - keys.length - 1), keys };
  }

  draw(): Grid {
    const { cols } = this.rect;
    const grid = new Grid(cols, 1);
    grid.clear(0, 0, cols, this.options.style);
    const { text, keys } = this.question();
    const width = drawCells(grid, 0, 0, text, this.options.style, cols);
    drawText(grid, width, 0, keys, this.options.style);
    return grid;
  }

  cursor(): { x: number; y: number } {
    const { text, keys } = this.question();
    const width = cellsWidth(text) + keys.length;
    return { x: Math.min(width, this.rect.cols - 1), y: 0 };
  }

  input(event: InputEvent): void {
    if (this.isOver) return;
    const text = answerOf(event);
    if (text === undefined) return;
    const yes = /^[yY]/.test(text);
    this.host.close();
    this.options.answer(yes);
  }

  dispose(): void {
    this.isOver = true;
  }
}
