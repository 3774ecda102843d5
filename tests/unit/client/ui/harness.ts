/** What the overlay tests share: a clock that stands still, a host that counts, input events, and grids as text. */
import type { Clock, Timer } from "../../../../src/base/clock.ts";
import { parseKey } from "../../../../src/base/keys.ts";
import type { PanelContext } from "../../../../src/client/ui/panel.ts";
import { panelTheme } from "../../../../src/client/ui/panel-line.ts";
import { openVirtualScreen } from "../../../../src/client/ui/virtual-screen.ts";
import type { Overlay, OverlayHost } from "../../../../src/client/ui/overlay.ts";
import type { PaneInfo, SessionInfo, WindowInfo } from "../../../../src/commands/context.ts";
import type { InputEvent, MouseButton } from "../../../../src/protocol/input.ts";
import { paletteColor, PLAIN, type Grid } from "../../../../src/terminal/grid.ts";

/** 2024-03-01 12:34:56 UTC. */
export const NOW = Date.UTC(2024, 2, 1, 12, 34, 56);

/** Time that passes only by `advance`. */
export class StillClock implements Clock {
  private time = 0;
  private readonly timers = new Set<{ at: number; run: () => void }>();

  now(): number {
    return this.time;
  }

  wall(): number {
    return NOW + this.time;
  }

  after(ms: number, run: () => void): Timer {
    const timer = { at: this.time + ms, run };
    this.timers.add(timer);
    return { cancel: () => void this.timers.delete(timer) };
  }

  every(): Timer {
    throw new Error("not used by overlays");
  }

  get waiting(): number {
    return this.timers.size;
  }

  advance(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const next = [...this.timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.timers.delete(next);
      this.time = next.at;
      next.run();
    }
    this.time = end;
  }
}

/** A host that closes what it holds, as the TUI does. */
export class TestHost implements OverlayHost {
  changes = 0;
  closes = 0;
  overlay: Overlay | undefined;

  changed(): void {
    this.changes++;
  }

  close(): void {
    this.closes++;
    this.overlay?.dispose();
  }
}

export interface Stage {
  context: PanelContext;
  host: TestHost;
  clock: StillClock;
}

/** A context for panels, on the screen of the process. */
export async function stage(): Promise<Stage> {
  const host = new TestHost();
  const clock = new StillClock();
  const theme = panelTheme({ ...PLAIN, fg: paletteColor(0), bg: paletteColor(3) });
  return { host, clock, context: { screen: await openVirtualScreen(), host, clock, theme } };
}

/** The overlay's rows on a screen of this size, trailing blanks left out. */
export function rowsOf(overlay: Overlay, cols = 80, rows = 24): string[] {
  overlay.place(cols, rows);
  return gridRows(overlay.draw());
}

export function gridRows(grid: Grid): string[] {
  return Array.from({ length: grid.rows }, (_, y) => grid.text(y).trimEnd());
}

/** The text of the row that is selected: the one drawn black on yellow. */
export function selectedText(overlay: Overlay, cols = 80, rows = 24): string {
  overlay.place(cols, rows);
  const grid = overlay.draw();
  for (let y = 0; y < grid.rows; y++) {
    if (grid.styleAt(1, y).bg === paletteColor(3)) return grid.text(y).replace(/^│|│$/g, "").trim();
  }
  return "";
}

/** Whether every row takes exactly the columns of the grid, measured apart from the grid. */
export function isAligned(grid: Grid): boolean {
  for (let y = 0; y < grid.rows; y++) if (Bun.stringWidth(grid.text(y)) !== grid.cols) return false;
  return true;
}

/** Whether each character has the cells it needs, and no right half stands alone. */
export function isSound(grid: Grid): boolean {
  const { widths, cols } = grid;
  for (let i = 0; i < widths.length; i++) {
    const char = grid.char(i);
    if (widths[i] === 0 && (i % cols === 0 || widths[i - 1] !== 2)) return false;
    if (widths[i] === 2 && ((i + 1) % cols === 0 || widths[i + 1] !== 0)) return false;
    // Two Hangul consonants make one grapheme, which a terminal shows in two cells; Bun counts four.
    if (char !== "" && Math.min(2, Bun.stringWidth(char)) !== widths[i]) return false;
  }
  return true;
}

/** Sends keys in tmux's notation; a single character is sent as text, as terminals do. */
export function keys(overlay: Overlay, ...names: string[]): void {
  for (const name of names) {
    const key = parseKey(name);
    const isText = [...name].length === 1 || name === "Space";
    overlay.input(isText ? { kind: "text", text: name === "Space" ? " " : name } : { kind: "key", key });
  }
}

export function type(overlay: Overlay, text: string): void {
  overlay.input({ kind: "text", text });
}

export function paste(text: string): InputEvent {
  return { kind: "paste", text, first: true, more: false };
}

export function mouse(overlay: Overlay, x: number, y: number, button: MouseButton = 0): void {
  overlay.input({ kind: "mouse", action: "press", button, mods: 0, x, y });
  if (button < 3) overlay.input({ kind: "mouse", action: "release", button, mods: 0, x, y });
}

export function pane(id: number, over: Partial<PaneInfo> = {}): PaneInfo {
  return {
    id, index: 0, title: "", program: "bash", pid: 1000 + id, cwd: "/home/ann", cols: 80, rows: 24, active: true,
    command: ["bash"], cursor: "", exit: null, ...over,
  };
}

export function window(id: number, index: number, name: string, over: Partial<WindowInfo> = {}): WindowInfo {
  return {
    id, index, name, active: index === 0, zoomed: false, bell: false, activity: false, cols: 80, rows: 24,
    panes: [pane(id * 10)], ...over,
  };
}

export function session(id: number, name: string, over: Partial<SessionInfo> = {}): SessionInfo {
  return {
    id, name, createdAt: NOW - 3 * 3_600_000, usedAt: NOW, attached: 0, tags: [], cwd: "/home/ann",
    windows: [window(id * 10, 0, "edit"), window(id * 10 + 1, 1, "build")], ...over,
  };
}
