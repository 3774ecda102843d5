/** Sessions, windows and panes: who belongs to whom, and every change of that. Pure: no process, no client, no clock. */
import { FugueError } from "../../base/errors.ts";
import { Emitter } from "../../base/lifecycle.ts";
import { checkName, printable, suggestion } from "../../base/names.ts";
import { leaf, panesOf, removePane, resizeNode, type Node } from "./layout.ts";
import { repairState } from "./repair.ts";
import type { ModelState, PaneAgentState, PaneState, SessionState, WindowState } from "./state.ts";

/** What a new pane runs. */
export interface PaneSpec {
  /** Of a pane that is there already and that the model does not know; default: a new one. */
  id?: number;
  command: string[];
  cwd: string;
  env: Record<string, string>;
  preset?: string;
  agent?: PaneAgentState;
  historyLines?: number;
  restore?: "off" | "shell" | "command";
  unsaved?: boolean;
}

/** Characters that the variables of one session or pane may have together: the journal holds them all. */
const LARGEST_ENVIRONMENT = 256 * 1024;

function environmentSize(env: Record<string, string>): number {
  return Object.entries(env).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
}

/** @throws FugueError `tooLarge` */
function checkEnvironment(env: Record<string, string>): void {
  if (environmentSize(env) > LARGEST_ENVIRONMENT) throw new FugueError("tooLarge", `more than ${LARGEST_ENVIRONMENT >> 10} KiB of variables`);
}

const MOST_LISTED = 12;

/** What there is, for a hint: the first of them. */
function listed(names: readonly string[]): string {
  return `${names.slice(0, MOST_LISTED).join(", ")}${names.length > MOST_LISTED ? ", …" : ""}`;
}

export class Model {
  readonly sessions = new Map<number, SessionState>();
  readonly windows = new Map<number, WindowState>();
  readonly panes = new Map<number, PaneState>();
  /** Pane marked by the user for swap and join. */
  marked: number | undefined;
  /** Fired after every change that others can see. */
  readonly changed = new Emitter<void>();
  private next = { session: 1, window: 1, pane: 1 };

  /**
   * @param baseIndex    lowest index of a window
   * @param synchronized new windows send input to all of their panes
   */
  constructor(public baseIndex = 0, public synchronized = false) {}

  export(): ModelState {
    return {
      version: 1, next: { ...this.next }, marked: this.marked,
      sessions: [...this.sessions.values()], windows: [...this.windows.values()], panes: [...this.panes.values()],
    };
  }

  /** Replaces everything by an exported state. Entries that hang together with nothing are dropped. */
  import(state: ModelState): void {
    if (state.version !== 1) throw new FugueError("version", `the model is of format ${String(state.version)}, this release reads 1`);
    const whole = repairState(state);
    this.next = { ...whole.next };
    for (const map of [this.sessions, this.windows, this.panes]) map.clear();
    for (const pane of whole.panes) this.panes.set(pane.id, pane);
    for (const window of whole.windows) this.windows.set(window.id, window);
    for (const session of whole.sessions) this.sessions.set(session.id, session);
    this.marked = whole.marked;
    this.changed.fire();
  }

  session(id: number): SessionState {
    const session = this.sessions.get(id);
    if (!session) throw new FugueError("noTarget", `no session $${id}`);
    return session;
  }

  window(id: number): WindowState {
    const window = this.windows.get(id);
    if (!window) throw new FugueError("noTarget", `no window @${id}`);
    return window;
  }

  pane(id: number): PaneState {
    const pane = this.panes.get(id);
    if (!pane) {
      const there = [...this.panes.keys()].map((one) => `%${one}`);
      throw new FugueError("noTarget", `no pane %${id}`, there.length === 0 ? "there are none: fugue new" : `panes: ${listed(there)}`);
    }
    return pane;
  }

  /** Session of a pane. */
  sessionOf(pane: number): SessionState {
    return this.session(this.window(this.pane(pane).window).session);
  }

  /** The session of this name. @throws FugueError `noTarget` with what there is. */
  sessionNamed(name: string): SessionState {
    for (const session of this.sessions.values()) if (session.name === name) return session;
    const names = [...this.sessions.values()].map((s) => s.name);
    throw new FugueError("noTarget", `no session '${printable(name)}'`, suggestion(name, names, "sessions") ?? "there are none: fugue new");
  }

  /** The window of a session by index, name or `@id`. */
  windowNamed(session: SessionState, text: string): WindowState {
    const windows = session.windows.map((w) => this.window(w));
    const named = windows.filter((w) => w.name === text);
    const found = windows.find((w) => String(w.index) === text) ?? (named.length === 1 ? named[0] : windows.find((w) => `@${w.id}` === text));
    if (found) return found;
    const there = listed(windows.map((w) => `${w.index} (${printable(w.name, 64)})`));
    if (named.length > 1) {
      throw new FugueError("noTarget", `'${printable(text)}' is the name of ${named.length} windows of session '${session.name}'`, `its windows: ${there}`);
    }
    throw new FugueError("noTarget", `no window '${printable(text)}' in session '${session.name}'`, `its windows: ${there}`);
  }

  /** Creates a session with one window and one pane. @throws FugueError `failed` if the name is taken. */
  newSession(options: { name?: string; cols: number; rows: number; tags?: string[]; env?: Record<string, string>; now: number; windowName?: string; owners?: string[] }, spec: PaneSpec): { session: SessionState; window: WindowState; pane: PaneState } {
    const name = options.name === undefined ? this.freeName() : checkName("session", options.name);
    this.refuseTaken(name);
    if (options.windowName !== undefined) checkName("window", options.windowName);
    checkEnvironment(options.env ?? {});
    checkEnvironment(spec.env);
    const session: SessionState = {
      id: this.next.session++, name, windows: [], active: 0, recent: [], tags: options.tags ?? [], env: options.env ?? {},
      cwd: spec.cwd, createdAt: options.now, usedAt: options.now,
      ...(options.owners && { owners: options.owners }),
    };
    this.sessions.set(session.id, session);
    return { session, ...this.newWindow(session.id, { cols: options.cols, rows: options.rows, now: options.now, name: options.windowName }, spec) };
  }

  private refuseTaken(name: string): void {
    for (const session of this.sessions.values()) {
      if (session.name === name) throw new FugueError("failed", `session '${name}' exists already`, "take another name; fugue new --attach uses the session that is there");
    }
  }

  private freeName(): string {
    const names = new Set([...this.sessions.values()].map((s) => s.name));
    let n = 0;
    while (names.has(String(n))) n++;
    return String(n);
  }

  newWindow(sessionId: number, options: { cols: number; rows: number; now: number; name?: string; index?: number }, spec: PaneSpec): { window: WindowState; pane: PaneState } {
    const session = this.session(sessionId);
    if (options.name !== undefined) checkName("window", options.name);
    const index = this.indexFor(session, options.index);
    checkEnvironment(spec.env);
    const id = this.next.window++;
    const pane = this.addPane(id, options.now, spec);
    const window: WindowState = {
      id, session: sessionId, index, name: options.name ?? "shell", named: options.name !== undefined,
      tree: leaf(pane.id, options.cols, options.rows), cols: options.cols, rows: options.rows, active: pane.id, recent: [pane.id],
      synchronized: this.synchronized || undefined,
    };
    this.windows.set(id, window);
    this.attachWindow(session, window);
    this.changed.fire();
    return { window, pane };
  }

  /** The index that is wished for, or the lowest free one. @throws FugueError `failed` if it is taken. */
  private indexFor(session: SessionState, wished: number | undefined): number {
    if (session.windows.some((w) => this.window(w).index === wished)) {
      throw new FugueError("failed", `window ${wished} exists already in '${session.name}'`);
    }
    return wished ?? this.freeIndex(session);
  }

  /** Lowest index that no window of the session has. */
  freeIndex(session: SessionState): number {
    const used = new Set(session.windows.map((w) => this.window(w).index));
    let index = this.baseIndex;
    while (used.has(index)) index++;
    return index;
  }

  private attachWindow(session: SessionState, window: WindowState): void {
    window.session = session.id;
    session.windows.push(window.id);
    this.sortWindows(session);
    if (!session.windows.includes(session.active)) session.active = window.id;
  }

  private sortWindows(session: SessionState): void {
    session.windows.sort((a, b) => this.window(a).index - this.window(b).index);
  }

  private addPane(window: number, now: number, spec: PaneSpec): PaneState {
    const id = spec.id ?? this.next.pane;
    this.next.pane = Math.max(this.next.pane, id + 1);
    const pane: PaneState = { window, createdAt: now, ...spec, id };
    this.panes.set(pane.id, pane);
    return pane;
  }

  /** Adds a pane to a window's layout; `place` makes the tree that holds it. If that throws, nothing has changed. */
  newPane(windowId: number, now: number, spec: PaneSpec, place: (tree: Node, pane: number) => Node): PaneState {
    const window = this.window(windowId);
    checkEnvironment(spec.env);
    const id = spec.id ?? this.next.pane;
    const tree = place(window.tree, id);
    const pane = this.addPane(windowId, now, spec);
    window.tree = tree;
    window.zoomed = undefined;
    this.changed.fire();
    return pane;
  }

  /** Removes a pane; with the last one its window, with the last window its session. @returns what went. */
  removePane(paneId: number): { window?: WindowState; session?: SessionState } {
    const pane = this.panes.get(paneId);
    if (!pane) return {};
    this.panes.delete(paneId);
    if (this.marked === paneId) this.marked = undefined;
    const window = this.window(pane.window);
    const gone = this.dropFromLayout(window, paneId) ? this.removeWindow(window) : {};
    this.changed.fire();
    return gone;
  }

  /** Takes a pane out of its window's tree. @returns whether it was the last. */
  private dropFromLayout(window: WindowState, paneId: number): boolean {
    const tree = removePane(window.tree, paneId);
    if (!tree) return true;
    window.tree = resizeNode(tree, window.cols, window.rows);
    window.recent = window.recent.filter((p) => p !== paneId);
    // as in tmux: whoever closes or moves a pane sees the others again
    window.zoomed = undefined;
    if (window.active === paneId) window.active = window.recent[0] ?? panesOf(tree)[0]!;
    return false;
  }

  /** Takes a window out of its session, with the session if it was its last. Its panes are the caller's affair. */
  private removeWindow(window: WindowState): { window: WindowState; session?: SessionState } {
    this.windows.delete(window.id);
    const session = this.session(window.session);
    this.detachWindow(session, window.id);
    if (session.windows.length > 0) return { window };
    this.sessions.delete(session.id);
    return { window, session };
  }

  private detachWindow(session: SessionState, windowId: number): void {
    session.windows = session.windows.filter((w) => w !== windowId);
    session.recent = session.recent.filter((w) => w !== windowId);
    if (session.active === windowId) session.active = session.recent[0] ?? session.windows[0] ?? 0;
  }

  renameSession(id: number, name: string): void {
    const session = this.session(id);
    if (session.name === name) return;
    checkName("session", name);
    this.refuseTaken(name);
    session.name = name;
    this.changed.fire();
  }

  /** Variables that later panes of a session get. Those that would make too many are left out. */
  updateEnvironment(id: number, env: Record<string, string>): void {
    const session = this.session(id);
    for (const [name, value] of Object.entries(env)) {
      if (typeof value !== "string") continue;
      const next = { ...session.env, [name]: value };
      if (environmentSize(next) <= LARGEST_ENVIRONMENT) session.env = next;
    }
  }

  /** Gives a window a name of the user's, or one after its program. */
  renameWindow(id: number, name: string, named: boolean): void {
    const window = this.window(id);
    if (named) checkName("window", name);
    else if (window.named) return;
    if (window.name === name && window.named === named) return;
    window.name = name;
    window.named = named;
    this.changed.fire();
  }

  /** Takes a window's name away: it is named after its program again, which is this one now. */
  followProgram(id: number, program: string): void {
    const window = this.window(id);
    window.named = false;
    if (program !== "") window.name = program;
    this.changed.fire();
  }

  /** Changes a window's tree. */
  setTree(id: number, tree: Node): void {
    const window = this.window(id);
    window.tree = resizeNode(tree, window.cols, window.rows);
    this.changed.fire();
  }

  resizeWindow(id: number, cols: number, rows: number): void {
    const window = this.window(id);
    if (window.cols === cols && window.rows === rows) return;
    window.cols = cols;
    window.rows = rows;
    window.tree = resizeNode(window.tree, cols, rows);
    this.changed.fire();
  }

  /** Notes that a person looks at a pane: the default for the next attach. */
  focus(paneId: number, now: number): void {
    const window = this.window(this.pane(paneId).window);
    const session = this.session(window.session);
    window.active = paneId;
    window.recent = [paneId, ...window.recent.filter((p) => p !== paneId)];
    session.active = window.id;
    session.recent = [window.id, ...session.recent.filter((w) => w !== window.id)];
    session.usedAt = now;
    window.bell = undefined;
    window.activity = undefined;
    if (window.zoomed !== undefined && window.zoomed !== paneId) window.zoomed = undefined;
    this.changed.fire();
  }

  /** Makes a pane the one that whoever attaches next begins in. Nobody has looked at it: alerts and zoom stay. */
  prefer(paneId: number): void {
    const window = this.window(this.pane(paneId).window);
    window.active = paneId;
    this.session(window.session).active = window.id;
    this.changed.fire();
  }

  /** Moves a pane into another window (or a place in its own). @returns the window that ended by it, if one did. */
  movePane(paneId: number, windowId: number, place: (tree: Node, pane: number) => Node): { window?: WindowState; session?: SessionState } {
    const pane = this.pane(paneId);
    const from = this.window(pane.window);
    const to = this.window(windowId);
    const base = from === to ? removePane(to.tree, paneId) : to.tree;
    if (!base) throw new FugueError("failed", "a window's only pane can't be moved within it");
    const tree = place(resizeNode(base, to.cols, to.rows), paneId);
    if (from !== to) {
      pane.window = to.id;
      to.recent = [paneId, ...to.recent];
    }
    to.tree = tree;
    to.zoomed = undefined;
    const gone = from !== to && this.dropFromLayout(from, paneId) ? this.removeWindow(from) : {};
    this.changed.fire();
    return gone;
  }

  /** Makes a window of its own from a pane. @throws FugueError `failed` if it is alone already. */
  breakPane(paneId: number, options: { session: number; index?: number; name?: string }): WindowState {
    const pane = this.pane(paneId);
    const from = this.window(pane.window);
    if (panesOf(from.tree).length === 1) throw new FugueError("failed", "the pane has a window of its own already");
    const session = this.session(options.session);
    if (options.name !== undefined) checkName("window", options.name);
    const index = this.indexFor(session, options.index);
    this.dropFromLayout(from, paneId);
    const window: WindowState = {
      id: this.next.window++, session: session.id, index, name: options.name ?? from.name,
      named: options.name !== undefined, tree: leaf(paneId, from.cols, from.rows), cols: from.cols, rows: from.rows, active: paneId, recent: [paneId],
    };
    pane.window = window.id;
    this.windows.set(window.id, window);
    this.attachWindow(session, window);
    this.changed.fire();
    return window;
  }

  /** Gives a window another index or session; a window that has the index gets this one's if `swap`. */
  moveWindow(id: number, sessionId: number, index: number, swap: boolean): { session?: SessionState } {
    const window = this.window(id);
    const from = this.session(window.session);
    const to = this.session(sessionId);
    const there = to.windows.map((w) => this.window(w)).find((w) => w.index === index && w.id !== id);
    if (there && !swap) throw new FugueError("failed", `window ${index} exists already in '${to.name}'`, "choose another index, or swap with --swap");
    if (there) there.index = window.index;
    window.index = index;
    if (from === to) this.sortWindows(to);
    else {
      if (there) this.detachWindow(to, there.id);
      this.detachWindow(from, id);
      this.attachWindow(to, window);
      if (there) this.attachWindow(from, there);
    }
    const gone = from.windows.length === 0 ? from : undefined;
    if (gone) this.sessions.delete(from.id);
    this.changed.fire();
    return { session: gone };
  }

  /** Numbers a session's windows without gaps. */
  renumber(sessionId: number): void {
    const session = this.session(sessionId);
    session.windows.forEach((w, i) => (this.window(w).index = this.baseIndex + i));
    this.changed.fire();
  }

  /** For changes made to a state object directly. */
  touch(): void {
    this.changed.fire();
  }
}
