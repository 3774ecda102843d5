/** What the TUI shows: mirrors, overlays and status line composed and painted; frames acknowledged once they are seen. */
import type { Clock, Timer } from "../../base/clock.ts";
import type { Options } from "../../config/options.ts";
import { applyStyle } from "../../config/style.ts";
import type { Frame, View } from "../../protocol/messages.ts";
import { PLAIN, type Grid } from "../../terminal/grid.ts";
import { Compositor, type Layer, type Scene } from "../compositor/compositor.ts";
import { drawPaneStatus, drawStatusLine, type StatusLine, type StatusState } from "../compositor/status-line.ts";
import { LinkTable } from "../mirror/link-table.ts";
import { PaneMirror } from "../mirror/pane-mirror.ts";
import { Painter } from "../tty/painter.ts";
import type { PaintAbilities } from "../tty/sgr.ts";
import type { OuterTerminal } from "../tty/terminal.ts";
import type { Overlay } from "../ui/overlay.ts";

export interface ScreenState {
  options(): Options;
  status(): Omit<StatusState, "options" | "view" | "wall">;
  dimmed(): boolean;
}

/** A pane shown by something else than its mirror. */
export interface Replacement {
  draw(): Grid;
  cursor(): { x: number; y: number };
}

export class Screen {
  view: View | undefined;
  readonly mirrors = new Map<number, PaneMirror>();
  readonly replacements = new Map<number, Replacement>();
  overlays: Overlay[] = [];
  statusLine: StatusLine | undefined;
  private readonly links = new LinkTable();
  private readonly compositor = new Compositor();
  private readonly painter: Painter;
  private unacked = 0;
  private busy = false;
  private again = false;
  private structure = 0;
  private statusKey = "";
  /** The terminal is ours: before that nothing is painted. */
  started = false;
  private timer: Timer | undefined;

  constructor(
    private readonly terminal: OuterTerminal,
    private readonly clock: Clock,
    can: PaintAbilities,
    private readonly state: ScreenState,
    private readonly acknowledge: (bytes: number) => void,
  ) {
    this.painter = new Painter(can, this.links.text);
  }

  /** The terminal understands synchronized updates (it answered the query), or not. */
  setSynchronized(on: boolean): void {
    this.painter.can = { ...this.painter.can, synchronized: on };
  }

  private get hasStatus(): boolean {
    return this.state.options().status && this.terminal.rows > 1;
  }

  /** Whether a row is left to the lines in panes' borders. */
  private get hasPaneStatus(): boolean {
    return this.state.options().paneBorderStatus !== "off" && this.terminal.rows > 3;
  }

  /** Rows of the window area: without the status line and the edge row of panes' titles. */
  get height(): number {
    return Math.max(1, this.terminal.rows - (this.hasStatus ? 1 : 0) - (this.hasPaneStatus ? 1 : 0));
  }

  /** First row of the window area. */
  get top(): number {
    const { statusPosition, paneBorderStatus } = this.state.options();
    return (this.hasStatus && statusPosition === "top" ? 1 : 0) + (this.hasPaneStatus && paneBorderStatus === "top" ? 1 : 0);
  }

  /** Row of the status line, if there is one. */
  get statusRow(): number | undefined {
    if (!this.hasStatus) return undefined;
    return this.state.options().statusPosition === "top" ? 0 : this.terminal.rows - 1;
  }

  setView(view: View): void {
    this.view = view;
    const alive = new Set(view.panes.map((p) => p.id));
    for (const id of this.mirrors.keys()) if (!alive.has(id)) this.mirrors.delete(id);
    this.changed();
  }

  applyFrame(frame: Frame, bytes: number): void {
    this.unacked += bytes;
    let mirror = this.mirrors.get(frame.pane);
    if (!mirror) {
      mirror = new PaneMirror(frame.pane, this.links);
      this.mirrors.set(frame.pane, mirror);
    }
    mirror.apply(frame);
  }

  /** Something other than pane content changed: everything is composed anew at the next paint. */
  changed(): void {
    this.structure++;
  }

  /** The terminal shows something unknown (after a suspension, or on request). */
  redraw(): void {
    this.painter.reset();
    this.changed();
    this.paint();
  }

  /** Paints soon, after what is under way now. */
  paintSoon(): void {
    this.timer ??= this.clock.after(0, () => {
      this.timer = undefined;
      this.paint();
    });
  }

  /** Paints now, or as soon as the terminal has taken the picture before. */
  paint(): void {
    if (!this.started) return;
    if (this.busy) {
      this.again = true;
      return;
    }
    const picture = this.compositor.compose(this.scene(this.overlays), this.structure);
    const text = this.painter.paint(picture.grid, picture.cursor, picture.rows);
    const bytes = this.unacked;
    this.unacked = 0;
    if (text === "") {
      if (bytes > 0) this.acknowledge(bytes);
      return;
    }
    this.busy = true;
    this.terminal.write(text, () => {
      this.busy = false;
      if (bytes > 0) this.acknowledge(bytes);
      if (!this.again) return;
      this.again = false;
      this.paint();
    });
  }

  /** The screen as it is without overlays. */
  backdrop(): Grid {
    const { grid } = new Compositor().compose(this.scene([]), this.structure);
    // the other compositor has taken the rows that were dirty: ours must draw all of them
    this.changed();
    return grid;
  }

  private scene(overlays: readonly Overlay[]): Scene {
    const options = this.state.options();
    const { cols, rows } = this.terminal;
    const layers: Layer[] = [];
    const state = { ...this.state.status(), options, view: this.view, wall: this.clock.wall() };
    if (this.statusRow !== undefined) {
      // it is drawn anew when something in it may have changed, not for each key that echoes
      const key = `${this.structure} ${cols} ${JSON.stringify(this.state.status())}`;
      if (key !== this.statusKey || !this.statusLine) this.statusLine = drawStatusLine(state, cols);
      this.statusKey = key;
      layers.push({ x: 0, y: this.statusRow, grid: this.statusLine.grid, modal: false });
    }
    for (const overlay of overlays) {
      const place = overlay.place(cols, rows);
      layers.push({ x: place.x, y: place.y, grid: overlay.draw(), cursor: overlay.cursor?.(), modal: true });
    }
    const replaced = new Map([...this.replacements].map(([pane, r]) => [pane, { grid: r.draw(), cursor: r.cursor() }]));
    const border = (spec: Options["paneBorderStyle"]) => ({ ...PLAIN, ...applyStyle(PLAIN, spec) });
    return {
      cols, rows, view: this.view, top: this.top, height: this.height, mirrors: this.mirrors, replaced, layers,
      borders: { lines: options.paneBorderLines, style: border(options.paneBorderStyle), active: border(options.paneActiveBorderStyle) },
      paneStatus: !this.hasPaneStatus ? undefined : {
        position: options.paneBorderStatus === "top" ? "top" : "bottom",
        line: (pane, width) => drawPaneStatus(state, pane, width),
      },
      dimmed: this.state.dimmed(),
    };
  }

  dispose(): void {
    this.timer?.cancel();
  }
}
