/**
 * The text of a region. Lines that the terminal wrapped stay one line; blanks at the ends of lines are left out; a
 * rectangle gives one line per display row. Works line by line, so that a long region can be fetched meanwhile.
 */
import type { Layout } from "./layout.ts";
import { coveredCells } from "./selection.ts";
import type { Region } from "./selection.ts";
import type { LineCell, SourceLine } from "./source.ts";

/** The longest text that is copied, in UTF-16 units; the rest is left out. */
export const LONGEST_COPY = 32 * 1024 * 1024;

/** The text of cells [from, to), cells without a character as blanks. */
export function cellsText(cells: readonly LineCell[], from: number, to: number): string {
  let text = "";
  for (let cell = from; cell < to; cell++) text += cells[cell]!.char || " ";
  return text;
}

/** Collects the text of one region; used once. */
export class TextCollector {
  private readonly parts: string[] = [];
  private length = 0;
  private next: number;
  private readonly end: number;
  /** Part of the region was left out. */
  cut = false;

  constructor(private readonly layout: Layout, private readonly region: Region) {
    this.next = region.kind === "text" ? region.from.line : region.top.line;
    this.end = region.kind === "text" ? region.to.line : region.bottom.line;
  }

  /** Goes on. @returns the number of the line it lacks, or undefined when it has everything. */
  collect(): number | undefined {
    for (; this.next <= this.end && !this.cut; this.next++) {
      const line = this.layout.text.peek(this.next);
      if (line === undefined) return this.next;
      if (this.region.kind === "text") this.add(this.lineText(line));
      else this.addRows();
    }
    return undefined;
  }

  /** What was collected. */
  get text(): string {
    const ending = this.region.kind === "text" && this.region.newline && !this.cut ? "\n" : "";
    return this.parts.join("\n") + ending;
  }

  private add(text: string): void {
    if (this.length + text.length > LONGEST_COPY) {
      this.cut = true;
      return;
    }
    this.parts.push(text);
    this.length += text.length + 1;
  }

  private lineText(line: SourceLine): string {
    const { region } = this;
    if (region.kind !== "text") return "";
    const length = this.layout.text.lengthOf(line);
    const from = this.next === region.from.line ? region.from.cell : 0;
    const to = this.next === region.to.line && !region.newline ? Math.min(region.to.cell, length) : length;
    return cellsText(line.cells, Math.min(from, to), to);
  }

  private addRows(): void {
    const { layout, region } = this;
    if (region.kind !== "rectangle") return;
    const cells = layout.text.peek(this.next)?.cells ?? [];
    const first = this.next === region.top.line ? region.top.row : 0;
    const last = this.next === region.bottom.line ? region.bottom.row : layout.rows(this.next) - 1;
    for (let row = first; row <= last; row++) {
      const { from, to } = coveredCells(region, { line: this.next, row }, layout);
      this.add(cellsText(cells, from, to).replace(/ +$/, ""));
    }
  }
}
