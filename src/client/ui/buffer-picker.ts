/** The list of paste buffers (prefix =): paste one, or forget some. */
import { formatDuration } from "../../base/duration.ts";
import type { BufferInfo } from "../../commands/context.ts";
import { filterWords, holdsWords } from "./filter-words.ts";
import { ListPanel } from "./list-panel.ts";
import type { PanelContext } from "./panel.ts";
import type { PanelLine } from "./panel-line.ts";

export interface BufferPickerActions {
  /** Called after the list has closed. */
  paste(name: string): void;
  /** The list stays open; give it the new one by `setBuffers`. */
  delete(name: string): void;
}

export class BufferPicker extends ListPanel<BufferInfo> {
  private buffers: readonly BufferInfo[] = [];

  constructor(context: PanelContext, private readonly actions: BufferPickerActions) {
    super(context, "buffers", true);
  }

  /** Shows these, in this order. */
  setBuffers(buffers: readonly BufferInfo[]): void {
    this.buffers = buffers;
    this.reload();
  }

  protected wish(cols: number, rows: number): { cols: number; rows: number } {
    return { cols: cols >= 60 ? cols - 4 : cols, rows: Math.min(rows, Math.max(8, this.buffers.length + 3)) };
  }

  protected override status(): string {
    return `(${this.count})`;
  }

  protected hints(): string {
    return "enter paste  d delete  / filter  q close";
  }

  protected override emptyText(): string {
    return this.filter === "" ? "no buffers" : "nothing matches";
  }

  protected rowsFor(filter: string): readonly BufferInfo[] {
    const words = filterWords(filter);
    return this.buffers.filter((buffer) => holdsWords(`${buffer.name} ${buffer.sample}`.toLowerCase(), words));
  }

  protected line(buffer: BufferInfo): PanelLine {
    const age = formatDuration(Math.max(0, this.clock.wall() - buffer.createdAt));
    return {
      left: [{ text: `${buffer.name}  `, look: this.theme.title }, { text: buffer.sample }],
      right: [{ text: `${buffer.bytes} bytes ${age.padStart(4)}`, look: this.theme.dim }],
    };
  }

  protected identity(buffer: BufferInfo): string {
    return buffer.name;
  }

  protected choose(buffer: BufferInfo): void {
    this.close();
    this.actions.paste(buffer.name);
  }

  protected override otherKey(name: string, buffer: BufferInfo | undefined): void {
    if ((name === "d" || name === "delete") && buffer) this.actions.delete(buffer.name);
  }
}
