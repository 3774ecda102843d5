/** The tree of sessions, windows and panes (prefix s and w): to look around, choose, rename, end and begin. */
import { printable } from "../../base/names.ts";
import type { PaneLink } from "../../protocol/messages.ts";
import type { Grid } from "../../terminal/grid.ts";
import { ListPanel } from "./list-panel.ts";
import type { PanelContext } from "./panel.ts";
import type { PanelLine } from "./panel-line.ts";
import { PanePreview } from "./pane-preview.ts";
import { treeLine } from "./session-lines.ts";
import { SessionRows } from "./session-rows.ts";
import type { ServerSessions, TreeRow, TreeTarget } from "./session-rows.ts";

/** What the user decides. None of them closes the tree but `choose`, which is called after it has closed. */
export interface SessionTreeActions {
  choose(target: TreeTarget): void;
  /** The user has said yes. A server is never killed. */
  kill(target: TreeTarget): void;
  rename(target: TreeTarget, name: string): void;
  /** A new session on a server; without a name the server finds one. */
  create(server: string, name: string | undefined): void;
  /** Tries to reach a server again, at once. */
  retry?(server: string): void;
  /** Ends the pane that a link leads to, and not only the link. The user has said yes. */
  killFar?(link: PaneLink): void;
  /** What a link leads to, for people. */
  nameOf?(link: PaneLink): string;
  /** The tree is gone. */
  closed?(): void;
  /** What a pane, or the one that a link leads to, shows now, if this client knows. Called at each drawing. */
  preview?(server: string, pane: number, link?: PaneLink): Grid | undefined;
}

export interface SessionTreeOptions {
  /** Windows of all sessions are unfolded at first (prefix w). */
  windows?: boolean;
  /** Where the user is: selected at first, and marked. */
  current?: { server: string; session: number; window?: number; pane?: number };
}

/** A preview needs this many rows of a panel; below, the list has them all. */
const LEAST_ROWS_FOR_PREVIEW = 16;

export class SessionTree extends ListPanel<TreeRow> {
  private readonly tree: SessionRows;
  private readonly preview: PanePreview | undefined;
  private servers: readonly ServerSessions[] = [];
  /** The selection is the user's own: the current session is not looked for any more. */
  private settled = false;
  private listRows = 1;
  private previewing = true;

  constructor(
    context: PanelContext,
    private readonly actions: SessionTreeActions,
    private readonly options: SessionTreeOptions = {},
  ) {
    super(context, "sessions", true);
    this.tree = new SessionRows(options.windows === true);
    const { preview } = actions;
    if (preview) this.preview = new PanePreview((server, pane, link) => preview.call(actions, server, pane, link));
  }

  /** Shows these sessions. The selection, folds and the filter stay. */
  setSessions(list: readonly ServerSessions[]): void {
    this.servers = list;
    this.tree.set(list);
    const key = this.settled ? undefined : this.currentKey();
    if (key !== undefined && this.options.windows) this.tree.reveal(key);
    this.reload();
    if (key === undefined) return;
    if (this.selectWhere((row) => row.key === key)) this.settled = true;
    // not listed yet, or its server is away: that one is the next best
    else this.selectWhere((row) => row.kind === "server" && row.target.server === this.options.current!.server);
  }

  /** The pane that is previewed has changed, or its grid has come. */
  previewChanged(): void {
    if (this.preview) this.changed();
  }

  private currentKey(): string | undefined {
    const { current } = this.options;
    if (!current) return undefined;
    const session = `${current.server}:$${current.session}`;
    return this.options.windows && current.window !== undefined ? `${session}@${current.window}` : session;
  }

  private isCurrent(target: TreeTarget): boolean {
    const { current } = this.options;
    if (!current || target.server !== current.server || target.session?.id !== current.session) return false;
    if (target.window && current.window !== undefined && target.window.id !== current.window) return false;
    return !target.pane || current.pane === undefined || target.pane.id === current.pane;
  }

  protected wish(cols: number, rows: number): { cols: number; rows: number } {
    return cols >= 60 && rows >= 20 ? { cols: cols - 4, rows: rows - 2 } : { cols, rows };
  }

  protected override status(): string {
    return this.filter === "" ? `(${this.tree.sessions})` : `(${this.filter})`;
  }

  protected hints(): string {
    if (this.servers.length > 1) return "enter choose  tab server  c new  C on  r retry  x kill  , rename  / filter  space fold  p preview  q close";
    return "enter choose  x kill  , rename  c new  / filter  space fold  p preview  q close";
  }

  protected override emptyText(): string {
    return this.filter === "" ? "no sessions; c makes one" : "nothing matches";
  }

  protected rowsFor(filter: string): readonly TreeRow[] {
    return this.tree.rows(filter);
  }

  protected identity(row: TreeRow): string {
    return row.key;
  }

  protected override setFilter(filter: string): void {
    super.setFilter(filter);
    // Parents are there only for the sake of what matches.
    if (filter !== "" && this.selected?.matches === false) this.selectWhere((row) => row.matches);
  }

  protected override lines(cols: number, rows: number): PanelLine[] {
    const previewRows = this.preview && this.previewing && rows + 3 >= LEAST_ROWS_FOR_PREVIEW ? Math.floor(rows * 0.55) : 0;
    this.listRows = rows - previewRows;
    const lines = super.lines(cols, this.listRows);
    const target = this.selected?.target;
    this.preview?.place(target, { x: 1, y: 2 + this.listRows, cols, rows: Math.max(0, previewRows - 1) });
    if (!this.preview || previewRows === 0) return lines;
    while (lines.length < this.listRows) lines.push({ left: [] });
    lines.push(this.preview.heading(target, cols, this.theme));
    return lines;
  }

  protected override decorate(grid: Grid): void {
    this.preview?.draw(grid);
  }

  protected line(row: TreeRow): PanelLine {
    return treeLine(row, { theme: this.theme, now: this.clock.wall(), isCurrent: this.isCurrent(row.target) });
  }

  protected choose(row: TreeRow): void {
    if (row.kind === "server") {
      this.fold(row);
      return;
    }
    this.close();
    this.actions.choose(row.target);
  }

  protected override key(name: string): void {
    this.settled = true;
    super.key(name);
  }

  protected override otherKey(name: string, row: TreeRow | undefined): void {
    if (name === "c") return this.askNew(row);
    if (!row) return;
    if (name === "tab") this.nextServer(row);
    else if (name === "r") this.actions.retry?.(row.target.server);
    else if (name === "S-c") this.askServer();
    else if (name === "space") this.fold(row);
    else if (name === "left" || name === "h" || name === "-") this.foldOrLeave(row);
    else if (name === "right" || name === "l" || name === "+") this.unfoldOrEnter(row);
    else if (name === "*" || name === "_") this.foldAll(name === "*");
    else if (name === "x") this.askKill(row);
    else if (name === "S-x") this.askKillFar(row);
    else if (name === "p") this.togglePreview();
    else if (name === ",") this.askName(row);
  }

  /** To the next server's row; with one server, tab folds. */
  private nextServer(row: TreeRow): void {
    if (this.servers.length < 2) return void this.fold(row);
    const at = this.servers.findIndex(({ server }) => server === row.target.server);
    const next = this.servers[(at + 1) % this.servers.length]!.server;
    this.selectWhere((other) => other.kind === "server" && other.target.server === next);
  }

  /** A new session on a server that is named first. */
  private askServer(before = ""): void {
    this.ask({
      label: `${before}new session on server: `,
      accept: (text) => {
        const wanted = text.trim();
        if (wanted === "") return;
        const names = this.servers.map(({ server }) => server);
        const found = names.includes(wanted) ? [wanted] : names.filter((name) => name.startsWith(wanted));
        if (found.length === 1) this.askNameOn(found[0]!);
        else this.askServer(found.length === 0 ? `no server '${printable(wanted, 16)}'; ` : `${found.slice(0, 4).join(" or ")}? `);
      },
    });
  }

  private fold(row: TreeRow, open?: boolean): boolean {
    const isChanged = this.tree.fold(row.key, open);
    if (isChanged) this.reload();
    return isChanged;
  }

  private foldAll(open: boolean): void {
    this.tree.foldAll(open);
    this.reload();
  }

  private foldOrLeave(row: TreeRow): void {
    if (row.open && this.fold(row, false)) return;
    const parent = this.tree.parentOf(row.key);
    this.selectWhere((other) => other.key === parent);
  }

  private unfoldOrEnter(row: TreeRow): void {
    if (this.fold(row, true)) return;
    const next = this.rowAt(this.selectedIndex + 1);
    if (next && next.depth > row.depth) this.moveTo(this.selectedIndex + 1);
  }

  private askKill(row: TreeRow): void {
    if (row.kind === "server") return;
    const link = linkOf(row);
    if (link) return this.confirm(`remove the link to ${this.nameOf(link)}? (X kills the pane itself)`, () => this.actions.kill(row.target));
    this.confirm(`kill ${nameOf(row)}${this.on(row.target.server)}?`, () => this.actions.kill(row.target));
  }

  /** The pane behind a link: a link is removed without ending it. */
  private askKillFar(row: TreeRow): void {
    const link = linkOf(row);
    const { killFar } = this.actions;
    if (link && killFar) this.confirm(`kill the pane ${this.nameOf(link)} itself, wherever it is shown?`, () => killFar.call(this.actions, link));
  }

  private nameOf(link: PaneLink): string {
    return this.actions.nameOf?.(link) ?? `${link.name}:%${link.pane}`;
  }

  private togglePreview(): void {
    this.previewing = !this.previewing;
    if (!this.previewing) this.actions.closed?.();
    this.changed();
  }

  override dispose(): void {
    super.dispose();
    this.actions.closed?.();
  }

  private askName(row: TreeRow): void {
    const { session, window, pane } = row.target;
    if (!session) return;
    const before = pane ? pane.title : window ? window.name : session.name;
    this.ask({
      label: `rename ${row.kind}${this.on(row.target.server)}: `,
      text: before,
      accept: (text) => {
        const name = text.trim();
        if (name !== "" && name !== before) this.actions.rename(row.target, name);
      },
    });
  }

  private askNew(row: TreeRow | undefined): void {
    const server = row?.target.server ?? this.options.current?.server ?? this.servers[0]?.server ?? "local";
    this.askNameOn(server);
  }

  /** Which server is meant, where there are several: names may be the same on all of them. */
  private on(server: string): string {
    return this.servers.length > 1 ? ` on ${server}` : "";
  }

  private askNameOn(server: string): void {
    this.ask({
      label: `new session${this.on(server)}: `,
      accept: (text) => this.actions.create(server, text.trim() === "" ? undefined : text.trim()),
    });
  }

  protected override pressedRow(row: TreeRow, column: number): boolean {
    if (!row.foldable || Math.floor(column / 2) !== row.depth) return false;
    this.fold(row);
    return true;
  }

  protected override press(row: number, column: number): void {
    if (row < this.listRows) super.press(row, column);
  }
}

/** The link that a row of a pane, or of a window with only that, stands for. */
function linkOf({ target: { window, pane } }: TreeRow): PaneLink | undefined {
  return pane ? pane.link : window?.panes.length === 1 ? window.panes[0]!.link : undefined;
}

function nameOf(row: TreeRow): string {
  const { session, window, pane } = row.target;
  if (pane) return `pane ${pane.index} (${pane.program})`;
  return window ? `window ${window.index}:${window.name}` : `session ${session!.name}`;
}
