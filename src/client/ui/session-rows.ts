/** The rows of the session tree: what is folded, what a filter leaves, in which order. Pure; no drawing, no keys. */
import type { PaneInfo, SessionInfo, WindowInfo } from "../../commands/context.ts";
import { filterWords, holdsWords } from "./filter-words.ts";

/** The sessions of one server. */
export interface ServerSessions {
  /** Its name in this client's config. */
  readonly server: string;
  readonly sessions: readonly SessionInfo[];
  /** How its connection is, in one character; absent where there is only one server. */
  readonly mark?: string;
  readonly state?: string;
  /** Milliseconds. */
  readonly roundTrip?: number;
  /** Why it is not connected. */
  readonly reason?: string;
}

/** What a row stands for: a server; a session; a window of it; a pane of that. */
export interface TreeTarget {
  readonly server: string;
  /** What is known of the server's connection, in its own row. */
  readonly about?: ServerSessions;
  readonly session?: SessionInfo;
  readonly window?: WindowInfo;
  readonly pane?: PaneInfo;
}

export interface TreeRow {
  readonly target: TreeTarget;
  readonly kind: "server" | "session" | "window" | "pane";
  /** The same for the same thing whenever it is listed. */
  readonly key: string;
  readonly depth: number;
  /** False if there is nothing below it. */
  readonly foldable: boolean;
  readonly open: boolean;
  /** Matches the filter itself, and not only something below it. */
  readonly matches: boolean;
}

interface TreeNode {
  target: TreeTarget;
  readonly kind: TreeRow["kind"];
  readonly key: string;
  readonly depth: number;
  readonly parent: TreeNode | undefined;
  readonly children: TreeNode[];
  /** What the filter looks at, in lower case. */
  readonly words: string;
}

function sessionWords(session: SessionInfo): string {
  return [session.name, ...session.tags.map((tag) => `#${tag}`)].join(" ");
}

function paneWords(pane: PaneInfo): string {
  return `%${pane.id} ${pane.program} ${pane.title} ${pane.cwd}`;
}

export class SessionRows {
  private roots: TreeNode[] = [];
  private readonly byKey = new Map<string, TreeNode>();
  private sessionCount = 0;
  /** The roots are servers. */
  private grouped = false;
  /** What the user folded (false) or unfolded (true). */
  private readonly chosen = new Map<string, boolean>();

  /** @param windows at first the windows of all sessions are shown, too */
  constructor(private readonly windows: boolean) {}

  /** Replaces everything; folds are kept. Servers are shown only if there are several. What has not changed is not made again. */
  set(servers: readonly ServerSessions[]): void {
    const before = new Map(this.grouped ? this.roots.map((root) => [root.key, root]) : []);
    this.grouped = servers.length > 1;
    if (!this.grouped || before.size === 0) this.byKey.clear();
    this.roots = [];
    this.sessionCount = 0;
    for (const about of servers) {
      const old = this.grouped ? before.get(about.server) : undefined;
      before.delete(about.server);
      this.sessionCount += about.sessions.length;
      if (old?.target.about?.sessions === about.sessions) this.roots.push(Object.assign(old, { target: { server: about.server, about } }));
      else this.addServer(about, old);
    }
    for (const gone of before.values()) this.forget(gone);
    for (const key of this.chosen.keys()) if (!this.byKey.has(key)) this.chosen.delete(key);
  }

  private addServer(about: ServerSessions, old: TreeNode | undefined): void {
    const { server, sessions } = about;
    if (old) this.forget(old);
    const root = this.grouped ? this.node("server", { server, about }, server, undefined, server) : undefined;
    for (const session of sessions) this.addSession(server, session, root);
  }

  private forget(node: TreeNode): void {
    this.byKey.delete(node.key);
    for (const child of node.children) this.forget(child);
  }

  private addSession(server: string, session: SessionInfo, root: TreeNode | undefined): void {
    const key = `${server}:$${session.id}`;
    const node = this.node("session", { server, session }, key, root, sessionWords(session));
    for (const window of session.windows) {
      // The row of a window with one pane says what is in it; with several panes each has its row.
      const only = window.panes.length === 1 ? window.panes[0] : undefined;
      const words = `${window.index}: ${window.name} ${only ? paneWords(only) : ""}`;
      const below = this.node("window", { server, session, window }, `${key}@${window.id}`, node, words);
      if (only) continue;
      for (const pane of window.panes) {
        this.node("pane", { server, session, window, pane }, `${below.key}%${pane.id}`, below, paneWords(pane));
      }
    }
  }

  private node(
    kind: TreeRow["kind"], target: TreeTarget, key: string, parent: TreeNode | undefined, words: string,
  ): TreeNode {
    const depth = parent ? parent.depth + 1 : 0;
    const node: TreeNode = { target, kind, key, depth, parent, children: [], words: words.toLowerCase() };
    if (parent) parent.children.push(node);
    else this.roots.push(node);
    this.byKey.set(key, node);
    return node;
  }

  private isOpen(node: TreeNode): boolean {
    const first = node.kind === "server" || (node.kind === "session" && this.windows);
    return this.chosen.get(node.key) ?? first;
  }

  /** Folds or unfolds a row; without `open`, the other way round. @returns whether anything changed. */
  fold(key: string, open?: boolean): boolean {
    const node = this.byKey.get(key);
    if (!node || node.children.length === 0) return false;
    const now = this.isOpen(node);
    const wanted = open ?? !now;
    this.chosen.set(key, wanted);
    return wanted !== now;
  }

  /** Folds or unfolds all of them. */
  foldAll(open: boolean): void {
    for (const node of this.byKey.values()) if (node.children.length > 0) this.chosen.set(node.key, open);
  }

  /** Unfolds what is above a thing, so that it has a row. */
  reveal(key: string): void {
    for (let node = this.byKey.get(key)?.parent; node; node = node.parent) this.chosen.set(node.key, true);
  }

  /** Key of what is above, if anything. */
  parentOf(key: string): string | undefined {
    return this.byKey.get(key)?.parent?.key;
  }

  /** Number of sessions. */
  get sessions(): number {
    return this.sessionCount;
  }

  /** The rows to show: with a filter, those that match, and what is above them. */
  rows(filter: string): TreeRow[] {
    const words = filterWords(filter);
    const rows: TreeRow[] = [];
    for (const root of this.roots) {
      if (words.length === 0) this.addOpen(root, rows);
      else this.addMatching(root, "", words, rows);
    }
    return rows;
  }

  private addOpen(node: TreeNode, rows: TreeRow[]): void {
    const open = this.isOpen(node);
    rows.push(rowOf(node, open, true));
    if (open) for (const child of node.children) this.addOpen(child, rows);
  }

  /**
   * A node matches if its path holds all words, and it some of them: `api vim` finds vim in the session api.
   * @param above the words of all that is above it
   * @returns whether the node or something below it matched; then its rows were added.
   */
  private addMatching(node: TreeNode, above: string, words: readonly string[], rows: TreeRow[]): boolean {
    const missing = words.filter((word) => !node.words.includes(word));
    const matches = missing.length < words.length && holdsWords(above, missing);
    const place = rows.length;
    rows.push(rowOf(node, true, matches));
    let below = false;
    const path = node.children.length > 0 ? `${above} ${node.words}` : "";
    for (const child of node.children) below = this.addMatching(child, path, words, rows) || below;
    if (below) return true;
    rows.length = place;
    if (!matches) return false;
    // Nothing below it matches: it can be looked into as ever.
    this.addOpen(node, rows);
    return true;
  }
}

function rowOf(node: TreeNode, open: boolean, matches: boolean): TreeRow {
  const { target, kind, key, depth } = node;
  return { target, kind, key, depth, foldable: node.children.length > 0, open, matches };
}
