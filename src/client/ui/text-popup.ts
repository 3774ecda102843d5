/** A text to scroll through, wrapped to the width of the popup. */
import { wrapText } from "./cell-text.ts";
import { filterWords, holdsWords } from "./filter-words.ts";
import { ListPanel } from "./list-panel.ts";
import type { PanelContext } from "./panel.ts";
import type { PanelLine } from "./panel-line.ts";

/** Lines that are shown of a text; what follows is said to be left out. */
const MOST_LINES = 20_000;
const TAB = "    ";

export class TextPopup extends ListPanel<string> {
  private source: readonly string[] = [];
  private wrapped: readonly string[] = [];
  private columns = 78;

  constructor(context: PanelContext, title: string, text = "") {
    super(context, title, false);
    this.setText(text);
  }

  /** Shows another text; line ends are `\n` or `\r\n`. */
  setText(text: string): void {
    const lines = text.split(/\r?\n/);
    if (lines.length > 1 && lines.at(-1) === "") lines.pop();
    const kept = lines.slice(0, MOST_LINES).map((line) => line.replaceAll("\t", TAB));
    if (lines.length > MOST_LINES) kept.push(`… ${lines.length - MOST_LINES} more lines`);
    this.source = kept;
    this.wrap();
  }

  /** Scrolls to the end. */
  showEnd(): void {
    this.showLast();
    this.changed();
  }

  private wrap(): void {
    this.wrapped = this.source.flatMap((line) => wrapText(line, this.columns));
    this.reload();
  }

  protected wish(cols: number, rows: number): { cols: number; rows: number } {
    const width = Math.min(cols, 100);
    const columns = Math.max(2, width - 2);
    if (columns !== this.columns) {
      this.columns = columns;
      this.wrap();
    }
    return { cols: width, rows: Math.min(rows, Math.max(6, this.wrapped.length + 3)) };
  }

  protected hints(): string {
    return "up down scroll  / filter  q close";
  }

  protected override status(): string {
    return this.filter === "" ? "" : `(${this.filter})`;
  }

  protected rowsFor(filter: string): readonly string[] {
    const words = filterWords(filter);
    return words.length === 0 ? this.wrapped : this.wrapped.filter((line) => holdsWords(line.toLowerCase(), words));
  }

  protected line(text: string): PanelLine {
    return { left: [{ text }] };
  }

  protected identity(): undefined {
    return undefined;
  }

  protected choose(): void {}
}
