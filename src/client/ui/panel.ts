/**
 * What all blessed overlays share: a frame with a title, a body, and a last line that shows hints, asks a question or
 * edits a line. Keys and clicks go through blessed, except those of the line that is edited.
 */
import type { Box, KeyPress, MousePress } from "neo-blessed";
import type { Clock } from "../../base/clock.ts";
import type { InputEvent } from "../../protocol/input.ts";
import { Grid } from "../../terminal/grid.ts";
import { textWidth } from "./cell-text.ts";
import { LineEditor, ROOM_TO_TYPE } from "./line-editor.ts";
import type { Overlay, OverlayHost, OverlayRect } from "./overlay.ts";
import type { PanelLine, PanelTheme, Span } from "./panel-line.ts";
import { answerOf, encodeKey, encodeMouse, textOfKey } from "./virtual-keys.ts";
import type { ScreenView, VirtualScreen } from "./virtual-screen.ts";

/** What a panel is given by the TUI. */
export interface PanelContext {
  readonly screen: VirtualScreen;
  readonly host: OverlayHost;
  readonly clock: Clock;
  readonly theme: PanelTheme;
}

/** A line that is edited at the bottom of a panel. */
export interface LineRequest {
  readonly label: string;
  readonly text?: string;
  /** Called after each change. */
  change?(text: string): void;
  accept(text: string): void;
  cancel?(): void;
}

type Foot =
  | { readonly kind: "hints" }
  | { readonly kind: "line"; readonly request: LineRequest; readonly editor: LineEditor }
  | { readonly kind: "question"; readonly text: string; readonly yes: () => void };

const HINTS: Foot = { kind: "hints" };

export abstract class Panel implements Overlay {
  protected readonly host: OverlayHost;
  protected readonly clock: Clock;
  protected readonly theme: PanelTheme;
  private readonly view: ScreenView;
  private readonly label: Box;
  private readonly body: Box;
  private readonly footer: Box;
  private foot: Foot = HINTS;
  private rect: OverlayRect = { x: 0, y: 0, cols: 1, rows: 1 };
  private drawn: Grid | undefined;
  private cursorColumn = 0;
  private closed = false;

  /** @param title plain text; the frame's label is `title` and what `status` gives */
  constructor(context: PanelContext, private readonly title: string) {
    this.host = context.host;
    this.clock = context.clock;
    this.theme = context.theme;
    const border = { fg: context.theme.border.fg, bg: context.theme.border.bg };
    this.view = context.screen.openView((key) => this.pressed(key), { border: "line", style: { border } });
    this.label = this.view.box({ top: -1, left: 1, height: 1, width: 1 });
    this.body = this.view.box({ top: 0, left: 0, right: 0, height: 1 });
    this.footer = this.view.box({ bottom: 0, left: 0, right: 0, height: 1 });
    this.body.on("mouse", (press) => this.clicked(press));
  }

  /** The size it would like to have on a screen, in cells; it gets at most the screen. */
  protected abstract wish(cols: number, rows: number): { cols: number; rows: number };
  /** Lines of the body, at most `rows`, and called before each drawing. */
  protected abstract lines(cols: number, rows: number): PanelLine[];
  /** A key in blessed's notation: `up`, `C-n`, `S-g`, `/`. */
  protected abstract key(name: string): void;
  /** A press on the body, in rows of it from 0. */
  protected abstract press(row: number, column: number): void;
  /** The wheel turned over the body, `by` lines down. */
  protected abstract wheel(by: number): void;
  /** Keys that are worth knowing, for the last line. */
  protected abstract hints(): string;

  /** Something short behind the title, such as a count. */
  protected status(): string {
    return "";
  }

  /** Draws more over the finished cells; the body begins at (1, 1). */
  protected decorate(_grid: Grid): void {}

  place(cols: number, rows: number): OverlayRect {
    const wish = this.wish(cols, rows);
    const width = Math.max(1, Math.min(cols, wish.cols));
    const height = Math.max(1, Math.min(rows, wish.rows));
    const rect = { x: (cols - width) >> 1, y: (rows - height) >> 1, cols: width, rows: height };
    if (rect.cols !== this.rect.cols || rect.rows !== this.rect.rows) this.drawn = undefined;
    this.rect = rect;
    return rect;
  }

  draw(): Grid {
    this.drawn ??= this.compose();
    return this.drawn;
  }

  private compose(): Grid {
    const { cols, rows } = this.rect;
    if (this.closed) return new Grid(cols, rows);
    const width = Math.max(1, cols - 2);
    const height = Math.max(1, rows - 3);
    this.view.begin(cols, rows);
    const title = [this.title, this.status()].filter((part) => part !== "").join(" ");
    const labelWidth = Math.max(1, Math.min(textWidth(title) + 2, width - 2));
    this.label.position.width = labelWidth;
    const label = { left: [{ text: ` ${title} `, look: this.theme.title }] };
    this.label.setContent(this.view.content([label], labelWidth), true);
    const lines = this.lines(width, height).slice(0, height);
    while (lines.length < height) lines.push({ left: [] });
    this.body.position.height = height;
    this.body.setContent(this.view.content(lines, width), true);
    this.footer.setContent(this.view.content([this.footLine(width)], width), true);
    const grid = this.view.render(cols, rows);
    this.decorate(grid);
    return grid;
  }

  private footLine(width: number): PanelLine {
    const { foot } = this;
    if (foot.kind === "hints") return { left: [{ text: this.hints(), look: this.theme.dim }] };
    if (foot.kind === "question") return { left: [{ text: `${foot.text} (y/n) `, look: this.theme.warning }] };
    const label: Span = { text: foot.request.label, look: this.theme.accent };
    const labelWidth = Math.min(textWidth(label.text), Math.max(width >> 1, width - ROOM_TO_TYPE));
    const { text, cursor } = foot.editor.visible(width - labelWidth);
    this.cursorColumn = labelWidth + cursor;
    // A label that takes too much room is left out.
    return textWidth(label.text) > labelWidth
      ? { left: [{ text: " ".repeat(labelWidth) }, { text }] }
      : { left: [label, { text }] };
  }

  cursor(): { x: number; y: number } | undefined {
    if (this.foot.kind !== "line" || this.rect.rows < 3) return undefined;
    this.draw();
    return { x: Math.min(1 + this.cursorColumn, this.rect.cols - 1), y: this.rect.rows - 2 };
  }

  input(event: InputEvent): void {
    if (this.closed) return;
    if (event.kind === "mouse") return this.mouse(event);
    if (event.kind === "text") return this.typed(event.text);
    if (event.kind === "key" && event.event !== 3) {
      const text = textOfKey(event);
      if (text !== undefined) return this.typed(text);
      if (this.foot.kind === "line") return this.edit(event);
      if (this.foot.kind === "question") return answerOf(event) === undefined ? undefined : this.answer("");
      const bytes = encodeKey(event.key);
      if (bytes !== undefined) this.feed(bytes);
    } else if (event.kind === "paste" && this.foot.kind === "line") this.edit(event);
  }

  /** Characters one by one, for each of them may change what the next one means. */
  private typed(text: string): void {
    for (let i = 0; i < text.length && !this.closed; ) {
      const char = String.fromCodePoint(text.codePointAt(i)!);
      if (this.foot.kind === "line") return this.edit({ kind: "text", text: text.slice(i) });
      if (this.foot.kind === "question") return this.answer(char);
      if (/^[ -~]$/.test(char)) this.feed(char);
      i += char.length;
    }
  }

  private mouse(event: Extract<InputEvent, { kind: "mouse" }>): void {
    if (this.foot.kind === "question" || event.x >= this.rect.cols || event.y >= this.rect.rows) return;
    const bytes = encodeMouse(event);
    if (bytes !== undefined) this.feed(bytes);
  }

  private feed(bytes: string): void {
    // blessed finds what was clicked by where it was drawn.
    this.draw();
    this.view.begin(this.rect.cols, this.rect.rows);
    this.view.feed(bytes);
  }

  private pressed(key: KeyPress): void {
    if (!this.closed && this.foot.kind === "hints") this.key(key.full);
  }

  private clicked(press: MousePress): void {
    if (this.closed) return;
    if (press.action === "wheelup") this.wheel(-3);
    else if (press.action === "wheeldown") this.wheel(3);
    else if (press.action === "mousedown" && press.button === "left") this.press(press.y - 1, press.x - 1);
  }

  private edit(event: InputEvent): void {
    const { foot } = this;
    if (foot.kind !== "line") return;
    const before = foot.editor.text;
    const outcome = foot.editor.input(event);
    if (outcome === "accept" || outcome === "cancel") {
      this.foot = HINTS;
      if (outcome === "accept") foot.request.accept(foot.editor.text);
      else foot.request.cancel?.();
    } else if (foot.editor.text !== before) foot.request.change?.(foot.editor.text);
    else if (outcome === "none" && event.kind === "key") this.unusedKey(event);
    this.changed();
  }

  /** A key that the edited line had no use for, such as PageDown. */
  protected unusedKey(_event: Extract<InputEvent, { kind: "key" }>): void {}

  private answer(char: string): void {
    const { foot } = this;
    if (foot.kind !== "question") return;
    this.foot = HINTS;
    if (char === "y" || char === "Y") foot.yes();
    this.changed();
  }

  /** Lets a line be edited in the last line. */
  protected ask(request: LineRequest): void {
    this.foot = { kind: "line", request, editor: new LineEditor({ text: request.text }) };
    this.changed();
  }

  /** Asks something; anything but y is no. */
  protected confirm(text: string, yes: () => void): void {
    this.foot = { kind: "question", text, yes };
    this.changed();
  }

  /** Draws anew, soon. */
  protected changed(): void {
    if (this.closed) return;
    this.drawn = undefined;
    this.host.changed();
  }

  protected close(): void {
    if (!this.closed) this.host.close();
  }

  dispose(): void {
    if (this.closed) return;
    this.closed = true;
    this.view.close();
  }
}
