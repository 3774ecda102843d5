/** Finding what a target names, and describing it. */
import { FugueError } from "../../base/errors.ts";
import { printable } from "../../base/names.ts";
import type { Caller, Find, PaneInfo, PaneRef, SessionInfo, SessionRef, WindowInfo, WindowRef } from "../../commands/context.ts";
import { parseTarget } from "../../commands/target.ts";
import type { Daemon } from "../daemon.ts";
import type { ClientFocus } from "../model/focus.ts";
import { panesOf, rectsOf } from "../model/layout.ts";
import type { PaneState, SessionState, WindowState } from "../model/state.ts";
import { foregroundFolder, foregroundProgram } from "../panes/program.ts";
import { paneAgent } from "./agent-operations.ts";
import { outputCursor } from "./capture.ts";

export class Finder implements Find {
  /** @param focus where the caller looks, if it is a person at a TUI */
  constructor(private readonly daemon: Daemon, private readonly caller: Caller, private readonly focus: ClientFocus | undefined) {}

  private get model() {
    return this.daemon.model;
  }

  /** Pane that is meant when nothing is named. */
  private defaultPane(): PaneState {
    if (this.focus?.valid) return this.model.pane(this.focus.pane);
    const own = this.caller.pane === undefined ? undefined : this.model.panes.get(this.caller.pane);
    if (own) return own;
    const sessions = [...this.model.sessions.values()].sort((a, b) => b.usedAt - a.usedAt || b.id - a.id);
    const session = sessions[0];
    if (!session) throw new FugueError("noTarget", "there is no session", "create one with: fugue new");
    return this.activePane(this.model.window(session.active));
  }

  private activePane(window: WindowState): PaneState {
    const own = this.focus?.valid && this.focus.session === window.session ? this.focus.paneIn(window.id) : window.active;
    return this.model.pane(own);
  }

  /** The window of a session that the caller looks at, or runs in, or that a person looked at last. */
  private currentWindow(session: SessionState): WindowState {
    if (this.focus?.valid && this.focus.session === session.id) return this.model.window(this.focus.window);
    const own = this.caller.pane === undefined ? undefined : this.model.panes.get(this.caller.pane);
    const beside = own && this.model.window(own.window);
    return beside?.session === session.id ? beside : this.model.window(session.active);
  }

  session(target?: string): SessionState {
    return this.model.session(this.window(target).session);
  }

  window(target?: string): WindowState {
    return this.model.window(this.pane(target).window);
  }

  pane(target?: string): PaneState {
    if (target === undefined || target === "" || target === ".") return this.defaultPane();
    const parsed = parseTarget(target);
    // clients take the server's name off: one that is still there is that of another server
    if (parsed.server !== undefined) throw new FugueError("usage", `'${printable(target, 60)}' names a server`, "this one knows its own sessions only");
    if (parsed.paneId !== undefined) return this.model.pane(parsed.paneId);
    const session = parsed.session === undefined ? this.model.sessionOf(this.defaultPane().id) : this.model.sessionNamed(parsed.session);
    const window = parsed.window === undefined ? this.currentWindow(session) : this.model.windowNamed(session, parsed.window);
    if (parsed.pane === undefined) return this.activePane(window);
    const panes = panesOf(window.tree);
    const base = this.daemon.settings().paneBaseIndex;
    const id = panes[parsed.pane - base];
    if (id === undefined) {
      const hint = `it has panes ${base} to ${base + panes.length - 1}`;
      throw new FugueError("noTarget", `no pane ${parsed.pane} in ${session.name}/${window.index}`, hint);
    }
    return this.model.pane(id);
  }

  sessions(): SessionInfo[] {
    return [...this.model.sessions.keys()].map((id) => this.sessionInfo(id));
  }

  sessionInfo(id: number): SessionInfo {
    const session = this.model.session(id);
    const attached = [...this.daemon.clients].filter((c) => c.attached && c.focus.session === id).length;
    return {
      id, name: session.name, createdAt: session.createdAt, usedAt: session.usedAt, attached, tags: session.tags, cwd: session.cwd,
      windows: session.windows.map((w) => this.windowInfo(w)),
    };
  }

  windowInfo(id: number): WindowInfo {
    const window = this.model.window(id);
    const session = this.model.session(window.session);
    return {
      id, index: window.index, name: window.name, active: session.active === id, zoomed: window.zoomed !== undefined,
      bell: window.bell ?? false, activity: window.activity ?? false, cols: window.cols, rows: window.rows,
      panes: panesOf(window.tree).map((p) => this.paneInfo(p)),
    };
  }

  paneInfo(id: number): PaneInfo {
    const state = this.model.pane(id);
    const window = this.model.window(state.window);
    const pane = this.daemon.panes.get(id);
    const rect = rectsOf(window.tree).find((r) => r.pane === id)!;
    const agent = paneAgent(this.daemon, id);
    return {
      id, index: this.paneIndex(window, id), title: state.name ?? (pane?.emulator.title || pane?.program || ""),
      program: (pane && !pane.exit && foregroundProgram(pane.pid)) || (pane?.program ?? ""), pid: pane?.pid ?? 0, cwd: this.cwdOf(id), cols: rect.cols, rows: rect.rows,
      active: window.active === id, command: state.command, cursor: pane ? outputCursor(pane) : "", exit: state.exit ?? null,
      ...(agent && { agent }), ...(state.link && { link: state.link }),
    };
  }

  /** Folder of the pane: what its program reported, what the system says, where it was started. */
  cwdOf(id: number): string {
    const pane = this.daemon.panes.get(id);
    return pane?.emulator.cwd ?? (pane && foregroundFolder(pane.pid)) ?? this.model.pane(id).cwd;
  }

  windowById(id: number): WindowRef {
    return this.model.window(id);
  }

  sessionById(id: number): SessionRef {
    return this.model.session(id);
  }

  label(pane: number): string {
    const window = this.model.window(this.model.pane(pane).window);
    return `${this.model.session(window.session).name}/${window.index}.${this.paneIndex(window, pane)}`;
  }

  /** Number of a pane in its window, counted from `pane-base-index`. */
  private paneIndex(window: WindowState, pane: number): number {
    return panesOf(window.tree).indexOf(pane) + this.daemon.settings().paneBaseIndex;
  }

  paneRef(id: number): PaneRef {
    return this.model.pane(id);
  }
}
