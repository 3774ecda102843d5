/** The list of clients of a server (prefix D): who looks on, and detaching them. */
import { formatDuration } from "../../base/duration.ts";
import type { ClientInfo } from "../../commands/context.ts";
import { filterWords, holdsWords } from "./filter-words.ts";
import { ListPanel } from "./list-panel.ts";
import type { PanelContext } from "./panel.ts";
import type { PanelLine, Span } from "./panel-line.ts";

export interface ClientPickerActions {
  /** After Enter the list has closed; after d it stays open and wants the new list. */
  detach(client: number): void;
}

export class ClientPicker extends ListPanel<ClientInfo> {
  private clients: readonly ClientInfo[] = [];

  /** @param self id of the client that shows the list; it is marked */
  constructor(context: PanelContext, private readonly actions: ClientPickerActions, private readonly self?: number) {
    super(context, "clients", true);
  }

  /** Shows these, in this order. */
  setClients(clients: readonly ClientInfo[]): void {
    this.clients = clients;
    this.reload();
  }

  protected wish(cols: number, rows: number): { cols: number; rows: number } {
    return { cols: Math.min(cols, 90), rows: Math.min(rows, Math.max(8, this.clients.length + 3)) };
  }

  protected override status(): string {
    return `(${this.count})`;
  }

  protected hints(): string {
    return "enter or d detach  / filter  q close";
  }

  protected override emptyText(): string {
    return this.filter === "" ? "no clients" : "nothing matches";
  }

  protected rowsFor(filter: string): readonly ClientInfo[] {
    const words = filterWords(filter);
    const text = (client: ClientInfo): string => `${client.name} ${client.session} ${client.pid}`.toLowerCase();
    return this.clients.filter((client) => holdsWords(text(client), words));
  }

  protected line(client: ClientInfo): PanelLine {
    const { dim, accent, title } = this.theme;
    const idle = formatDuration(Math.max(0, this.clock.wall() - client.activeAt));
    const left: Span[] = [{ text: client.name, look: title }, { text: `  ${client.session}` }];
    if (client.id === this.self) left.push({ text: "  (this one)", look: accent });
    if (client.readOnly) left.push({ text: "  read-only", look: accent });
    const end = `${client.cols}x${client.rows}  pid ${client.pid}  idle ${idle.padStart(4)}`;
    return { left, right: [{ text: end, look: dim }] };
  }

  protected identity(client: ClientInfo): string {
    return String(client.id);
  }

  protected choose(client: ClientInfo): void {
    this.close();
    this.actions.detach(client.id);
  }

  protected override otherKey(name: string, client: ClientInfo | undefined): void {
    if (name === "d" && client) this.actions.detach(client.id);
  }
}
