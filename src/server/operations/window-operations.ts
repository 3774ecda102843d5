/** What commands do to windows. */
import { FugueError } from "../../base/errors.ts";
import { suggestion } from "../../base/names.ts";
import type { PaneRef, SpawnOptions, WindowRef, Windows } from "../../commands/context.ts";
import type { Size } from "../../config/value-types.ts";
import { mapPanes, panesOf } from "../model/layout.ts";
import { LAYOUT_NAMES, arrange, type LayoutName, spread } from "../model/presets.ts";
import { exportLayout, importLayout } from "../model/layout-export.ts";
import { screenStart, textSince } from "./capture.ts";
import type { Operations } from "./operations.ts";

export class WindowOperations implements Windows {
  constructor(private readonly ops: Operations) {}

  private get model() {
    return this.ops.daemon.model;
  }

  async create(session: number, options: SpawnOptions & { index?: number; select?: boolean }): Promise<{ window: WindowRef; pane: PaneRef }> {
    const beside = this.model.window(this.model.session(session).active);
    const focused = this.ops.person?.focus.session === session ? this.ops.person.focus.pane : beside.active;
    const made = this.model.newWindow(
      session,
      { ...this.ops.sizeFor(beside), now: this.ops.daemon.clock.wall(), name: options.name, index: options.index },
      this.ops.spec(options, focused),
    );
    await this.ops.daemon.life.spawn(made.pane);
    if (options.select ?? this.ops.person !== undefined) this.ops.look(made.pane.id);
    return made;
  }

  rename(id: number, name: string): void {
    this.model.renameWindow(id, name, true);
  }

  kill(id: number): void {
    const session = this.model.window(id).session;
    for (const pane of panesOf(this.model.window(id).tree)) this.ops.daemon.life.kill(pane);
    if (this.ops.daemon.settings().renumberWindows && this.model.sessions.has(session)) this.model.renumber(session);
  }

  select(id: number): void {
    const window = this.model.window(id);
    this.ops.look(this.ops.person?.focus.paneIn(id) ?? window.active);
  }

  step(sessionId: number, to: "next" | "previous" | "last", alert = false): void {
    const session = this.model.session(sessionId);
    const focus = this.ops.person?.focus;
    const current = focus?.session === sessionId ? focus.window : session.active;
    if (to === "last") {
      const last = focus?.lastWindow ?? session.recent.find((w) => w !== current);
      if (last === undefined) throw new FugueError("failed", "there is no last window");
      return this.select(last);
    }
    const ids = session.windows;
    const at = ids.indexOf(current);
    for (let n = 1; n <= ids.length; n++) {
      const id = ids[(at + (to === "next" ? n : ids.length - n)) % ids.length]!;
      const window = this.model.window(id);
      if (!alert || window.bell || window.activity) return this.select(id);
    }
    throw new FugueError("failed", "no window has an alert");
  }

  move(id: number, session: number, index: number | undefined, swap: boolean): void {
    const target = index ?? this.model.freeIndex(this.model.session(session));
    const moved = this.model.window(id);
    const { person } = this.ops;
    const follows = person?.focus.session === moved.session && person.focus.window === id;
    const { session: gone } = this.model.moveWindow(id, session, target, swap);
    if (follows) this.ops.look(moved.active);
    if (gone) this.ops.daemon.sessionEnded(gone.id, gone.name);
  }

  renumber(session: number): void {
    this.model.renumber(session);
  }

  arrange(id: number, layout: string): void {
    const window = this.model.window(id);
    if (layout === "spread") {
      window.zoomed = undefined;
      return this.model.setTree(id, spread(window.tree));
    }
    const at = LAYOUT_NAMES.indexOf((window.layout ?? "") as LayoutName);
    const count = LAYOUT_NAMES.length;
    const name = layout === "next" ? LAYOUT_NAMES[(at + 1) % count]! : layout === "previous" ? LAYOUT_NAMES[(at + count + (at < 0 ? 0 : -1)) % count]! : layout;
    if (!LAYOUT_NAMES.includes(name as LayoutName)) {
      throw new FugueError("usage", `no layout '${name}'`, suggestion(name, [...LAYOUT_NAMES], "layouts"));
    }
    window.layout = name;
    window.zoomed = undefined;
    const { mainPane } = this.ops.daemon.settings();
    const main = { cols: cellsOf(mainPane.cols, window.cols), rows: cellsOf(mainPane.rows, window.rows) };
    this.model.setTree(id, arrange(name as LayoutName, panesOf(window.tree), window.cols, window.rows, main));
  }

  rotate(id: number, down: boolean): void {
    const window = this.model.window(id);
    const panes = panesOf(window.tree);
    const turned = down ? [panes[panes.length - 1]!, ...panes.slice(0, -1)] : [...panes.slice(1), panes[0]!];
    const map = new Map(panes.map((p, i) => [p, turned[i]!]));
    const focused = this.ops.person?.focus.valid && this.ops.person.focus.window === id ? this.ops.person.focus.pane : window.active;
    const place = panes.indexOf(focused);
    window.zoomed = undefined;
    this.model.setTree(id, mapPanes(window.tree, (p) => map.get(p)!));
    // as in tmux the place stays in focus, not the pane
    this.ops.look(turned[place]!);
  }

  exportLayout(id: number): unknown {
    return exportLayout(this.model.window(id).tree);
  }

  async applyLayout(id: number, layout: unknown): Promise<void> {
    const window = this.model.window(id);
    const tree = importLayout(layout, panesOf(window.tree), window.cols, window.rows);
    window.zoomed = undefined;
    this.model.setTree(id, tree);
  }

  synchronize(id: number, on: boolean | "toggle"): boolean {
    const window = this.model.window(id);
    window.synchronized = on === "toggle" ? !window.synchronized : on;
    this.model.touch();
    return window.synchronized;
  }

  search(text: string): { window: WindowRef; pane: PaneRef; line: string }[] {
    const wanted = text.toLowerCase();
    const found: { window: WindowRef; pane: PaneRef; line: string }[] = [];
    for (const pane of this.ops.daemon.panes.values()) {
      const window = this.ops.daemon.windowOf(pane.id);
      if (!window) continue;
      const lines = [window.name, pane.emulator.title, ...textSince(pane, screenStart(pane))];
      const line = lines.find((l) => l.toLowerCase().includes(wanted));
      if (line !== undefined) found.push({ window, pane: this.model.pane(pane.id), line });
    }
    return found;
  }
}

function cellsOf(size: Size, whole: number): number {
  return "cells" in size ? size.cells : Math.max(1, Math.round((whole * size.percent) / 100));
}
