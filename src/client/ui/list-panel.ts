/**
 * A panel with a list: selection, scrolling, a filter that works while it is typed. blessed is given the visible rows
 * only, so the length of the list does not matter.
 */
import { formatKey } from "../../base/keys.ts";
import type { KeyInput } from "../../protocol/input.ts";
import { Panel } from "./panel.ts";
import type { PanelContext } from "./panel.ts";
import type { PanelLine } from "./panel-line.ts";

export abstract class ListPanel<Row> extends Panel {
  protected filter = "";
  private rows: readonly Row[] = [];
  private index = 0;
  private top = 0;
  /** Rows of the body when it was drawn last. */
  private height = 1;

  /** @param picks rows can be selected; otherwise keys only scroll */
  constructor(context: PanelContext, title: string, private readonly picks: boolean) {
    super(context, title);
  }

  /** The rows that match the filter. */
  protected abstract rowsFor(filter: string): readonly Row[];
  protected abstract line(row: Row, columns: number): PanelLine;
  /** What stands for a row in another list of rows; undefined if rows are never selected. */
  protected abstract identity(row: Row): string | undefined;
  /** Enter, or a press on the selected row. */
  protected abstract choose(row: Row): void;
  /** Any other key. */
  protected otherKey(_name: string, _row: Row | undefined): void {}

  /** Fills the list anew; the selection stays on its row if that is still there. */
  protected reload(): void {
    const before = this.selected;
    const identity = before === undefined ? undefined : this.identity(before);
    this.rows = this.rowsFor(this.filter);
    if (!this.picks) return this.changed();
    const found = identity === undefined ? -1 : this.rows.findIndex((row) => this.identity(row) === identity);
    this.moveTo(found >= 0 ? found : this.index);
  }

  protected get selected(): Row | undefined {
    return this.picks ? this.rows[this.index] : undefined;
  }

  protected get count(): number {
    return this.rows.length;
  }

  protected rowAt(index: number): Row | undefined {
    return this.rows[index];
  }

  protected get selectedIndex(): number {
    return this.index;
  }

  /** Selects the row of an index, or the nearest; without selection, brings it to the top. */
  protected moveTo(index: number): void {
    const last = this.picks ? this.rows.length - 1 : this.rows.length - this.height;
    this.index = Math.max(0, Math.min(index, last));
    if (!this.picks) this.top = this.index;
    this.changed();
  }

  protected selectWhere(test: (row: Row) => boolean): boolean {
    const index = this.rows.findIndex(test);
    if (index >= 0) this.moveTo(index);
    return index >= 0;
  }

  protected setFilter(filter: string): void {
    this.filter = filter;
    if (!this.picks) this.top = 0;
    this.reload();
  }

  protected lines(cols: number, rows: number): PanelLine[] {
    this.height = rows;
    this.top = this.topFor(rows);
    if (!this.picks) this.index = this.top;
    const lines: PanelLine[] = [];
    for (let i = this.top; i < Math.min(this.top + rows, this.rows.length); i++) {
      const line = this.line(this.rows[i]!, cols);
      lines.push(this.picks && i === this.index ? { ...line, look: this.theme.selected } : line);
    }
    if (lines.length === 0) lines.push({ left: [{ text: this.emptyText(), look: this.theme.dim }] });
    return lines;
  }

  /** What the body says when it has no rows. */
  protected emptyText(): string {
    return this.filter === "" ? "(none)" : "(no match)";
  }

  /** The first row to show: as before, unless the selection or the end of the list move it. */
  private topFor(rows: number): number {
    const last = Math.max(0, this.rows.length - rows);
    if (!this.picks) return Math.min(this.top, last);
    return Math.max(this.index - rows + 1, Math.min(this.top, this.index, last));
  }

  /** Lists without selection: the next drawing shows the end. */
  protected showLast(): void {
    this.top = Number.MAX_SAFE_INTEGER;
  }

  protected key(name: string): void {
    const step = this.stepOf(name);
    const row = this.selected;
    if (step !== undefined) this.moveTo(this.index + step);
    else if (name === "enter" && row !== undefined) this.choose(row);
    else if (name === "enter" && !this.picks) this.close();
    else if (name === "/") this.askFilter();
    else if (name === "q" || name === "C-c" || name === "C-g") this.close();
    else if (name === "escape") {
      if (this.filter === "") this.close();
      else this.setFilter("");
    } else this.otherKey(name, row);
  }

  private stepOf(name: string): number | undefined {
    const page = Math.max(1, this.height - 1);
    const half = Math.max(1, this.height >> 1);
    switch (name) {
      case "up": case "k": case "C-p": return -1;
      case "down": case "j": case "C-n": return 1;
      case "pageup": case "C-b": return -page;
      case "pagedown": case "C-f": return page;
      case "C-u": return -half;
      case "C-d": return half;
      case "home": case "g": return -this.rows.length;
      case "end": case "S-g": return this.rows.length;
      case "space": return this.picks ? undefined : page;
      default: return undefined;
    }
  }

  private askFilter(): void {
    const before = this.filter;
    this.ask({
      label: "/",
      text: before,
      change: (text) => this.setFilter(text),
      accept: () => {},
      cancel: () => this.setFilter(""),
    });
  }

  /** While a filter is typed the list can still be walked. */
  protected override unusedKey(event: KeyInput): void {
    const page = this.height;
    const steps = new Map([["Up", -1], ["C-p", -1], ["Down", 1], ["C-n", 1], ["PageUp", -page], ["PageDown", page]]);
    const step = steps.get(formatKey(event.key));
    if (step !== undefined) this.moveTo(this.index + step);
  }

  protected press(row: number, column: number): void {
    const index = this.top + row;
    const pressed = this.rows[index];
    if (!this.picks || pressed === undefined || this.pressedRow(pressed, column)) return;
    if (index === this.index) this.choose(pressed);
    else this.moveTo(index);
  }

  /** A press on a row, before it selects: true if that was all. */
  protected pressedRow(_row: Row, _column: number): boolean {
    return false;
  }

  protected wheel(by: number): void {
    this.moveTo(this.index + by);
  }
}
