/** Where one client looks: its session, its window in each session, its pane in each window. Survives in its memory only. */
import type { Model } from "./model.ts";
import { panesOf } from "./layout.ts";

export class ClientFocus {
  session = 0;
  lastSession: number | undefined;
  private readonly windows = new Map<number, number>();
  private readonly lastWindows = new Map<number, number>();
  private readonly panes = new Map<number, number>();

  constructor(private readonly model: Model) {}

  /** Whether the session still exists. */
  get valid(): boolean {
    return this.model.sessions.has(this.session);
  }

  setSession(id: number): void {
    if (id === this.session) return;
    if (this.session !== 0) this.lastSession = this.session;
    this.session = id;
  }

  /** The current window, falling back to the session's own choice when this client's is gone. */
  get window(): number {
    const session = this.model.session(this.session);
    const own = this.windows.get(session.id);
    return own !== undefined && session.windows.includes(own) ? own : session.active;
  }

  /** The window shown before the current one, in this session. */
  get lastWindow(): number | undefined {
    const session = this.model.session(this.session);
    const own = this.lastWindows.get(session.id) ?? session.recent.find((w) => w !== this.window);
    return own !== undefined && session.windows.includes(own) && own !== this.window ? own : undefined;
  }

  get pane(): number {
    return this.paneIn(this.window);
  }

  /** This client's pane in a window. */
  paneIn(windowId: number): number {
    const window = this.model.window(windowId);
    if (window.zoomed !== undefined) return window.zoomed;
    const own = this.panes.get(windowId);
    const there = panesOf(window.tree);
    if (own !== undefined && there.includes(own)) return own;
    return there.includes(window.active) ? window.active : there[0]!;
  }

  /** Looks at a pane, in whatever window and session it is. */
  lookAt(paneId: number): void {
    const window = this.model.window(this.model.pane(paneId).window);
    this.setSession(window.session);
    const before = this.window;
    if (before !== window.id) this.lastWindows.set(window.session, before);
    this.windows.set(window.session, window.id);
    this.panes.set(window.id, paneId);
  }
}
