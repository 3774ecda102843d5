/** The messages that were shown lately (prefix ~), the newest last. */
import { textWidth, wrapText } from "./cell-text.ts";
import { filterWords, holdsWords } from "./filter-words.ts";
import { ListPanel } from "./list-panel.ts";
import type { PanelContext } from "./panel.ts";
import type { PanelLine } from "./panel-line.ts";

export interface ShownMessage {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly text: string;
}

/** The newest so many are listed. */
const MOST_MESSAGES = 1000;

interface MessageRow {
  /** Empty on the further lines of a long message. */
  readonly time: string;
  readonly text: string;
}

export class Messages extends ListPanel<MessageRow> {
  private messages: readonly ShownMessage[] = [];
  private columns = 78;
  /** The end is shown until the user scrolls away from it. */
  private follows = true;

  constructor(context: PanelContext) {
    super(context, "messages", false);
  }

  /** Shows these, oldest first. */
  setMessages(messages: readonly ShownMessage[]): void {
    this.messages = messages.slice(-MOST_MESSAGES);
    this.reload();
  }

  protected wish(cols: number, rows: number): { cols: number; rows: number } {
    const width = Math.min(cols, 100);
    if (this.columns !== width - 2) {
      this.columns = width - 2;
      this.reload();
    }
    return { cols: width, rows: rows >= 12 ? rows - 2 : rows };
  }

  protected hints(): string {
    return "up down scroll  / filter  q close";
  }

  protected override status(): string {
    return `(${this.messages.length})`;
  }

  protected override emptyText(): string {
    return this.filter === "" ? "no messages" : "nothing matches";
  }

  protected rowsFor(filter: string): readonly MessageRow[] {
    const words = filterWords(filter);
    const rows: MessageRow[] = [];
    for (const { at, text } of this.messages) {
      if (!holdsWords(text.toLowerCase(), words)) continue;
      const time = timeOf(at);
      const lines = text.split(/\r?\n/).flatMap((line) => wrapText(line, this.columns - textWidth(time) - 2));
      lines.forEach((line, i) => rows.push({ time: i === 0 ? time : "", text: line }));
    }
    return rows;
  }

  protected override lines(cols: number, rows: number): PanelLine[] {
    if (this.follows) this.showLast();
    return super.lines(cols, rows);
  }

  protected override key(name: string): void {
    this.follows = name === "end" || name === "S-g";
    super.key(name);
  }

  protected override wheel(by: number): void {
    this.follows = false;
    super.wheel(by);
  }

  protected line(row: MessageRow): PanelLine {
    return { left: [{ text: row.time.padEnd(8), look: this.theme.dim }, { text: `  ${row.text}` }] };
  }

  protected identity(): undefined {
    return undefined;
  }

  protected choose(): void {}
}

/** Hours, minutes and seconds of this machine's day. */
function timeOf(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}
