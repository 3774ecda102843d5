/** What the TUI shows: mirrors, overlays and status line composed and painted; frames acknowledged once they are seen. */
import { isAgentState, rolledUp, type AgentState } from "../../base/agent-state.ts";
import type { Clock, Timer } from "../../base/clock.ts";
import { printable } from "../../base/names.ts";
import type { Options } from "../../config/options.ts";
import { showsPaneStatus, showsStatus, windowRows } from "../../config/window-area.ts";
import { applyStyle } from "../../config/style.ts";
import type { Frame, View, ViewAgent, ViewLeaf, ViewWindow } from "../../protocol/messages.ts";
import { ATTR, Grid, PLAIN } from "../../terminal/grid.ts";
import { Compositor, cropOf, drawText, type Layer, type Scene } from "../compositor/compositor.ts";
import { drawPaneStatus, drawStatusLine, type StatusLine, type StatusState } from "../compositor/status-line.ts";
import type { ServerLink } from "../connection/server-link.ts";
import { Mirrors } from "../mirror/mirrors.ts";
import type { PaneMirror } from "../mirror/pane-mirror.ts";
import { Painter } from "../tty/painter.ts";
import type { PaintAbilities } from "../tty/sgr.ts";
import type { OuterTerminal } from "../tty/terminal.ts";
import type { Overlay } from "../ui/overlay.ts";
import type { PaneRoute } from "./pane-routes.ts";

export interface ScreenState {
  options(): Options;
  status(): Omit<StatusState, "options" | "view" | "wall">;
  /** Whether nothing is heard of the server behind a pane: it shows what was last known. */
  dimmed(pane: number): boolean;
  /** What is known of a pane of another server; undefined for those of the server in front. */
  about(pane: number): LinkedPane | undefined;
  /** The real pane that a leaf of the window shows; undefined while its server is unknown here. */
  routeOf(leaf: number): PaneRoute | undefined;
}

/** A link in the window: a pane of another server. */
export interface LinkedPane {
  /** The server's name here, or where the link was made. */
  readonly server: string;
  readonly pane: number;
  readonly title: string;
  readonly program: string;
  readonly cwd?: string;
  readonly agent?: ViewAgent;
  /** How long nothing was heard of its server, for people; absent while it is connected. */
  readonly silence?: string;
  /** `away`: this client is not connected to that server. `gone`: it has no such pane. */
  readonly state: "shown" | "away" | "gone";
}

/** A pane shown by something else than its mirror. */
export interface Replacement {
  draw(): Grid;
  cursor(): { x: number; y: number };
}

const NO_LINKS: ReadonlyMap<number, LinkedPane> = new Map();

export class Screen {
  view: View | undefined;
  readonly mirrors = new Mirrors<ServerLink>();
  readonly replacements = new Map<number, Replacement>();
  overlays: Overlay[] = [];
  statusLine: StatusLine | undefined;
  private readonly compositor = new Compositor();
  private readonly painter: Painter;
  private unacked = new Map<ServerLink, number>();
  private busy = false;
  private again = false;
  private structure = 0;
  private statusKey = "";
  private bordersOf: { options: Options; borders: Scene["borders"] } | undefined;
  /** The terminal is ours: before that nothing is painted. */
  started = false;
  private timer: Timer | undefined;

  constructor(
    private readonly terminal: OuterTerminal,
    private readonly clock: Clock,
    can: PaintAbilities,
    private readonly state: ScreenState,
  ) {
    this.painter = new Painter(can, this.mirrors.hyperlinks.text);
  }

  /** The terminal understands synchronized updates (it answered the query), or not. */
  setSynchronized(on: boolean): void {
    this.painter.can = { ...this.painter.can, synchronized: on };
  }

  private get hasStatus(): boolean {
    return showsStatus(this.state.options(), this.terminal.rows);
  }

  private get hasPaneStatus(): boolean {
    return showsPaneStatus(this.state.options(), this.terminal.rows);
  }

  /** Rows of the window area: without the status line and the edge row of panes' titles. */
  get height(): number {
    return windowRows(this.state.options(), this.terminal.rows);
  }

  /** First row of the window area. */
  get top(): number {
    const { statusPosition, paneBorderStatus } = this.state.options();
    return (this.hasStatus && statusPosition === "top" ? 1 : 0) + (this.hasPaneStatus && paneBorderStatus === "top" ? 1 : 0);
  }

  /** Row of the status line, if there is one. */
  get statusRow(): number | undefined {
    return this.hasStatus ? this.lineRow : undefined;
  }

  /** Row of the status line, or of messages where there is none. */
  private get lineRow(): number {
    return this.state.options().statusPosition === "top" ? 0 : this.terminal.rows - 1;
  }

  setView(view: View): void {
    this.view = view;
    this.changed();
  }

  /** Takes a frame of a server's pane, which hears of it once it is painted. One that nobody wants is let go. */
  applyFrame(frame: Frame, bytes: number, server: ServerLink, isWanted: boolean): void {
    this.unacked.set(server, (this.unacked.get(server) ?? 0) + bytes);
    if (isWanted) this.mirrors.apply(server, frame);
  }

  /** What is known of the pane that a leaf shows. */
  mirrorOf(leaf: number): PaneMirror | undefined {
    const route = this.state.routeOf(leaf);
    return route && this.mirrors.of(route.link, route.pane);
  }

  /** The same for all leaves of the window. */
  shownMirrors(): Map<number, PaneMirror> {
    return new Map((this.view?.leaves ?? []).flatMap(({ pane }) => {
      const mirror = this.mirrorOf(pane);
      return mirror ? [[pane, mirror]] : [];
    }));
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
    const painted = this.unacked;
    this.unacked = new Map();
    const acknowledge = () => {
      for (const [source, bytes] of painted) source.acknowledgeFrames(bytes);
    };
    if (text === "") return acknowledge();
    this.busy = true;
    this.terminal.write(text, () => {
      this.busy = false;
      acknowledge();
      if (!this.again) return;
      this.again = false;
      this.paint();
    });
  }

  /** Composes a picture that nobody sees, so that the first one that somebody waits for is made quicker. */
  prepare(): void {
    this.compositor.compose(this.scene([]), undefined);
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
    const { statusRow } = this;
    const layers: Layer[] = [];
    if (statusRow !== undefined) layers.push({ x: 0, y: statusRow, grid: this.statusGrid(cols), modal: false, beside: true });
    // without a status line a message covers a row of the window, as long as it is shown
    else if (this.state.status().message) layers.push({ x: 0, y: this.lineRow, grid: this.statusGrid(cols), modal: false });
    for (const overlay of overlays) {
      const place = overlay.place(cols, rows);
      layers.push({ x: place.x, y: place.y, grid: overlay.draw(), cursor: overlay.cursor?.(), modal: true });
    }
    const replaced = new Map([...this.replacements].map(([pane, r]) => [pane, { grid: r.draw(), cursor: r.cursor() }]));
    const linked = this.linked();
    const mirrors = this.shownMirrors();
    for (const [pane, about] of linked) {
      const leaf = this.view!.leaves.find((l) => l.pane === pane);
      const hidden = about.state === "gone" || !mirrors.has(pane);
      if (leaf && hidden && !replaced.has(pane)) replaced.set(pane, { grid: placeholder(about, leaf), cursor: { x: 0, y: 0 } });
    }
    return {
      cols, rows, view: this.view, top: this.top, height: this.height, mirrors, replaced, layers,
      borders: this.borders(options),
      paneStatus: !this.hasPaneStatus ? undefined : {
        position: options.paneBorderStatus === "top" ? "top" : "bottom",
        line: (pane, width) => drawPaneStatus(this.statusState(this.state.status()), pane, width),
      },
      dimmed: (pane) => this.state.dimmed(pane), linked: this.croppable(),
    };
  }

  /** The status line: drawn anew when something in it may have changed, not for each key that echoes. */
  private statusGrid(cols: number): Grid {
    const status = this.state.status();
    const key = `${this.structure} ${cols} ${JSON.stringify(status)}`;
    if (key !== this.statusKey || !this.statusLine) this.statusLine = drawStatusLine(this.statusState(status), cols);
    this.statusKey = key;
    return this.statusLine.grid;
  }

  private statusState(status: ReturnType<ScreenState["status"]>): StatusState {
    return { ...status, options: this.state.options(), view: this.viewWithTitles(), wall: this.clock.wall() };
  }

  /** Made once for each set of options. */
  private borders(options: Options): Scene["borders"] {
    if (this.bordersOf?.options !== options) {
      const border = (spec: Options["paneBorderStyle"]) => ({ ...PLAIN, ...applyStyle(PLAIN, spec) });
      const borders = { lines: options.paneBorderLines, style: border(options.paneBorderStyle), active: border(options.paneActiveBorderStyle) };
      this.bordersOf = { options, borders };
    }
    return this.bordersOf.borders;
  }

  /** Which cell of a leaf's pane stands in the leaf's corner. */
  cropOf(leaf: ViewLeaf): { x: number; y: number } {
    return cropOf({ linked: this.croppable(), mirrors: this.shownMirrors() }, leaf);
  }

  /** The view, with what other servers tell of linked panes: its own server knows only that they are links. */
  private viewWithTitles(): View | undefined {
    const { view } = this;
    if (!view?.panes.some(({ link }) => link)) return view;
    const panes = view.panes.map((pane) => {
      const about = this.state.about(pane.id);
      if (!about) return pane;
      const { server, program, cwd, agent } = about;
      return { ...pane, title: linkTitle(about), program: program || server, cwd, agent };
    });
    const states = panes.flatMap(({ link, agent }) => (link && agent && isAgentState(agent.state) ? [agent.state] : []));
    return { ...view, panes, windows: view.windows.map((window) => (window.id === view.focus.window ? withAgents(window, states) : window)) };
  }

  /** Leaves whose panes may be larger than they are: links, and panes whose size a link elsewhere decides. */
  private croppable(): Set<number> {
    return new Set((this.view?.panes ?? []).flatMap(({ id, link, claimed }) => (link || claimed ? [id] : [])));
  }

  /** The links of the view, by leaf. */
  private linked(): ReadonlyMap<number, LinkedPane> {
    const links = (this.view?.panes ?? []).filter(({ link }) => link !== undefined);
    if (links.length === 0) return NO_LINKS;
    return new Map(links.flatMap(({ id }) => (this.state.about(id) ? [[id, this.state.about(id)!]] : [])));
  }

  dispose(): void {
    this.timer?.cancel();
  }
}

/** `SERVER: TITLE`, with the age of the last contact while there is none. */
function linkTitle({ server, title, program, pane, silence }: LinkedPane): string {
  return printable(`${server}: ${title || program || `%${pane}`}${silence === undefined ? "" : ` (${silence})`}`, 256);
}

/** A window with the agents of its links, of which its own server knows nothing. */
function withAgents(window: ViewWindow, states: readonly AgentState[]): ViewWindow {
  const agent = rolledUp([...(isAgentState(window.agent) ? [window.agent] : []), ...states]);
  return agent === "none" ? window : { ...window, agent };
}

/** What stands in a link's place while there is nothing of its pane to show. */
function placeholder(about: LinkedPane, leaf: { cols: number; rows: number }): Grid {
  const grid = new Grid(leaf.cols, leaf.rows);
  const text = about.state === "gone" ? "this pane has ended" : about.state === "away" ? "not connected to this server" : "waiting for its screen";
  const style = { ...PLAIN, attr: ATTR.dim };
  drawText(grid, 0, 0, printable(`${about.server}:%${about.pane}`, 80), style);
  if (leaf.rows > 1) drawText(grid, 0, 1, text, style);
  return grid;
}
