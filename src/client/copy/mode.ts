/**
 * Copy mode of one pane: a state machine fed with input events. It draws itself on a grid, asks its source for lines
 * as they come into sight, and never blocks: what has to wait for lines or for a search holds up the keys behind it,
 * up to a bound, and Escape, C-c or the keys that cancel drop all of that.
 */
import type { InputEvent } from "../../protocol/input.ts";
import type { Grid } from "../../terminal/grid.ts";
import type { Action, ActionHost } from "./action.ts";
import { copyAction } from "./actions.ts";
import { Asking } from "./asking.ts";
import { Dispatcher } from "./dispatcher.ts";
import { drawCopy } from "./draw.ts";
import type { CopyStyles } from "./draw.ts";
import { CopyKeyTable } from "./key-table.ts";
import { CopyMouse } from "./mouse.ts";
import { stylesOf } from "./options.ts";
import type { CopyModeOptions, TextPlace } from "./options.ts";
import { Prefetcher } from "./prefetch.ts";
import { ActionRunner } from "./runner.ts";
import { CopyState } from "./state.ts";

export class CopyMode {
  private readonly state: CopyState;
  private readonly runner: ActionRunner;
  private readonly asking: Asking;
  private readonly mouse: CopyMouse;
  private readonly dispatcher: Dispatcher;
  private readonly prefetcher: Prefetcher;
  private readonly styles: CopyStyles;
  private cols: number;
  private rows: number;
  private endsAtBottom: boolean;
  private hasEnded = false;
  /** Where to begin, as far as it waits for its line. */
  private start: TextPlace | undefined;
  private top: TextPlace | undefined;

  constructor(private readonly options: CopyModeOptions) {
    const { source, cols, rows, keys, clock, wheelLines, copyOnRelease = true } = options;
    this.cols = cols;
    this.rows = rows;
    this.styles = stylesOf(options);
    this.endsAtBottom = options.exitAtBottom ?? false;
    const memory = options.memory ?? { patterns: [] };
    this.state = new CopyState(source, cols, rows, keys, options.wordSeparators, memory);
    this.runner = new ActionRunner(this.state, this.actionHost(), () => this.progress());
    this.asking = new Asking(this.state, this.runner);
    this.mouse = new CopyMouse(this.state, { clock, wheelLines, copyOnRelease }, {
      command: (name, count = 1) => this.perform(copyAction(name)!, [], count),
      changed: () => this.progress(),
    });
    const table = new CopyKeyTable(keys, options.bindings);
    this.dispatcher = new Dispatcher(this.state, this.runner, this.asking, table, {
      mouse: (event) => this.mouse.input(event),
      perform: (action, args, count) => this.perform(action, args, count),
      foreign: (line) => options.onCommand?.(line),
    });
    this.prefetcher = new Prefetcher(this.state, () => this.arrived());
    this.start = options.start;
    this.top = options.top;
    this.begin();
    this.prefetcher.ensure();
  }

  /** Handles an event addressed to the pane; mouse cells count from its top left corner and may lie outside. */
  input(event: InputEvent): void {
    if (this.hasEnded) return;
    this.start = this.top = undefined;
    this.state.text.retry();
    if (event.kind === "key" || event.kind === "text") this.mouse.interrupt();
    this.dispatcher.input(event);
    this.progress();
  }

  /** The cells of copy mode. */
  draw(): Grid {
    return drawCopy(this.state, this.cols, this.rows, this.styles, this.runner.isBusy ? "(waiting) " : "");
  }

  /** The cell of the cursor. */
  cursor(): { x: number; y: number } {
    const { column, y } = this.state;
    return { x: Math.max(0, Math.min(this.cols - 1, column)), y: Math.max(0, Math.min(this.rows - 1, y)) };
  }

  resize(cols: number, rows: number): void {
    if (cols === this.cols && rows === this.rows) return;
    this.cols = cols;
    this.rows = rows;
    this.dispatcher.resized();
    this.state.resize(cols, rows);
    this.prefetcher.ensure();
    this.options.changed();
  }

  /** What copy mode is asking for, as a text for the status line. */
  get promptText(): string | undefined {
    return this.asking.shown?.text;
  }

  /** UTF-16 units of `promptText` before its cursor. */
  get promptCursor(): number | undefined {
    return this.asking.shown?.cursor;
  }

  /** Stops timers and requests, without onExit. */
  dispose(): void {
    this.hasEnded = true;
    this.dispatcher.clear();
    this.runner.abort();
    this.mouse.stop();
    this.prefetcher.stop();
  }

  private exit(): void {
    if (this.hasEnded) return;
    this.dispose();
    this.options.onExit();
  }

  private actionHost(): ActionHost {
    const { options } = this;
    return {
      exit: () => this.exit(),
      yank: (text, target, details) => options.onYank(text, target, details),
      message: (text) => options.onMessage?.(text),
      refresh: () => {
        const source = options.refresh?.();
        if (source) this.state.changeSource(source);
      },
    };
  }

  private perform(action: Action, args: readonly string[], count: number): void {
    const { state } = this;
    if (state.keys === "emacs" && !action.searches) {
      state.shownTerm = undefined;
      state.match = undefined;
    }
    this.endsAtBottom &&= action.scrolls !== undefined;
    this.runner.run(action, args, count);
    if (this.endsAtBottom && action.scrolls === "down" && state.view.atBottom) this.exit();
  }

  /** After anything has happened: go on with what was held up, fetch, draw. */
  private progress(): void {
    if (this.hasEnded) return;
    this.dispatcher.pump();
    this.prefetcher.ensure();
    this.options.changed();
  }

  private arrived(): void {
    this.begin();
    this.progress();
  }

  /** Goes to the place to begin at, as soon as its line is here. */
  private begin(): void {
    const { state } = this;
    const { top, start } = this;
    if (top !== undefined) {
      const isHere = state.text.peek(top.line) !== undefined;
      const cell = isHere ? state.text.cellAtColumn(top.line, top.column) : 0;
      state.view.setTop(state.layout.rowOf({ line: top.line, cell }));
      if (isHere) this.top = undefined;
    }
    if (start !== undefined) {
      const isHere = state.text.peek(start.line) !== undefined;
      state.moveTo({ line: start.line, cell: isHere ? state.text.cellAtColumn(start.line, start.column) : 0 });
      state.mark = state.cursor;
      if (isHere) this.start = undefined;
    }
  }
}
