/** The list of key bindings (prefix ?). */
import { textWidth } from "./cell-text.ts";
import { filterWords, holdsWords } from "./filter-words.ts";
import { ListPanel } from "./list-panel.ts";
import type { PanelContext } from "./panel.ts";
import type { PanelLine } from "./panel-line.ts";

export interface HelpBinding {
  /** Key table: `prefix`, `root`, `copy-mode-vi`. */
  readonly table: string;
  readonly key: string;
  /** The command line that it runs. */
  readonly command: string;
  /** What that does, in a line. */
  readonly help: string;
}

type HelpRow = { readonly heading: string } | { readonly heading?: undefined; readonly binding: HelpBinding };

const WIDEST_KEY = 16;
const WIDEST_COMMAND = 32;

export class Help extends ListPanel<HelpRow> {
  private bindings: readonly HelpBinding[] = [];
  private keyWidth = 1;
  private commandWidth = 1;

  constructor(context: PanelContext) {
    super(context, "keys", false);
  }

  /** Shows these bindings, grouped by table in the order in which tables first come. */
  setBindings(bindings: readonly HelpBinding[]): void {
    this.bindings = bindings;
    this.keyWidth = Math.min(WIDEST_KEY, Math.max(1, ...bindings.map((binding) => textWidth(binding.key))));
    this.commandWidth = Math.min(WIDEST_COMMAND, Math.max(1, ...bindings.map((binding) => textWidth(binding.command))));
    this.reload();
  }

  protected wish(cols: number, rows: number): { cols: number; rows: number } {
    return { cols: Math.min(cols, 110), rows: rows >= 12 ? rows - 2 : rows };
  }

  protected hints(): string {
    return "/ filter  up down scroll  q close";
  }

  protected override status(): string {
    return this.filter === "" ? "" : `(${this.filter})`;
  }

  protected rowsFor(filter: string): readonly HelpRow[] {
    const words = filterWords(filter);
    const tables = new Map<string, HelpRow[]>();
    for (const binding of this.bindings) {
      const text = `${binding.table} ${binding.key} ${binding.command} ${binding.help}`.toLowerCase();
      if (!holdsWords(text, words)) continue;
      const rows = tables.get(binding.table) ?? [];
      rows.push({ binding });
      tables.set(binding.table, rows);
    }
    return [...tables].flatMap(([table, rows]) => [{ heading: table }, ...rows]);
  }

  protected line(row: HelpRow, columns: number): PanelLine {
    if (row.heading !== undefined) return { left: [{ text: row.heading, look: this.theme.title }] };
    const { key, command, help } = row.binding;
    const start = `  ${padded(key, this.keyWidth)}  `;
    // On a narrow screen what the command does says more than its name.
    const hasRoom = columns >= this.keyWidth + this.commandWidth + 30 || help === "";
    const name = hasRoom ? [{ text: `${padded(command, this.commandWidth)}  ` }] : [];
    const said = { text: help, look: hasRoom ? this.theme.dim : {} };
    return { left: [{ text: start, look: this.theme.accent }, ...name, said] };
  }

  protected identity(): undefined {
    return undefined;
  }

  protected choose(): void {}
}

function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - textWidth(text)));
}
