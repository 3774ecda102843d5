/**
 * Puts a screen together: panes, borders, status line, overlays. A pure function of what it is given, except that it
 * keeps its grid between calls and redraws only rows that changed when nothing but pane content did.
 */
import { graphemes } from "../../base/graphemes.ts";
import type { View, ViewLeaf } from "../../protocol/messages.ts";
import { ATTR, Grid, PLAIN, STYLE_WORDS, type Style } from "../../terminal/grid.ts";
import type { PaneMirror } from "../mirror/pane-mirror.ts";
import type { PaintCursor } from "../tty/painter.ts";
import { drawBorders, type BorderStyle } from "./borders.ts";

/** A grid laid over the screen, such as a popup or the status line. */
export interface Layer {
  x: number;
  y: number;
  grid: Grid;
  /** Cursor of the layer, relative to its corner; undefined: none, so the screen shows none. */
  cursor?: { x: number; y: number };
  /** The layer takes the keyboard: the cursor is its affair. */
  modal: boolean;
  /** It lies where no pane does: while it is the same it need not be drawn again. */
  beside?: boolean;
}

export interface Scene {
  cols: number;
  rows: number;
  view: View | undefined;
  /** First row of the window area: 1 with the status line on top. */
  top: number;
  /** Rows of the window area. */
  height: number;
  mirrors: ReadonlyMap<number, PaneMirror>;
  /** Grids shown in place of panes (copy mode). */
  replaced: ReadonlyMap<number, { grid: Grid; cursor: { x: number; y: number } }>;
  borders: BorderStyle;
  /** A line of text in each pane's border: above or below it; the window area leaves a row free at that edge. */
  paneStatus?: { position: "top" | "bottom"; line(pane: number, cols: number): Grid };
  layers: Layer[];
  /** Whether a pane's server does not answer: what was last known of it is shown, dimmed. */
  dimmed(pane: number): boolean;
  /** Leaves that show panes of other servers: these have their own size, and are cropped around their cursor. */
  linked?: ReadonlySet<number>;
}

export interface Picture {
  grid: Grid;
  cursor: PaintCursor;
  /** Rows that may have changed; undefined: any. */
  rows: number[] | undefined;
}

/** Where the window lies on the screen: cropped so that the focused pane's cursor stays visible. */
export function windowOffset(scene: Pick<Scene, "cols" | "height" | "view" | "mirrors">): { x: number; y: number } {
  const { view } = scene;
  if (!view || (view.cols <= scene.cols && view.rows <= scene.height)) return { x: 0, y: 0 };
  const leaf = view.leaves.find((l) => l.pane === view.focus.pane);
  const cursor = scene.mirrors.get(view.focus.pane)?.cursor;
  if (!leaf || !cursor) return { x: 0, y: 0 };
  const keep = (at: number, room: number, whole: number) => (whole <= room ? 0 : Math.max(0, Math.min(whole - room, at - room + 1)));
  return { x: keep(leaf.x + cursor.x, scene.cols, view.cols), y: keep(leaf.y + cursor.y, scene.height, view.rows) };
}

/** Which cell of a pane stands in the corner of its leaf: of a linked pane that is larger, the part with the cursor. */
export function cropOf(scene: Pick<Scene, "linked" | "mirrors">, leaf: ViewLeaf): { x: number; y: number } {
  const mirror = scene.linked?.has(leaf.pane) ? scene.mirrors.get(leaf.pane) : undefined;
  if (!mirror) return { x: 0, y: 0 };
  const { cursor, grid } = mirror;
  const from = (at: number, room: number, whole: number) => Math.max(0, Math.min(whole - room, at - room + 1));
  return { x: from(cursor.x, leaf.cols, grid.cols), y: from(cursor.y, leaf.rows, grid.rows) };
}

export class Compositor {
  private grid = new Grid(1, 1);
  private structure: unknown;
  private layersBefore = 0;
  private drawn: ReadonlySet<Grid> = new Set();

  /** Composes the scene. `structure` identifies everything but pane content: if it is the same, only dirty rows are drawn. */
  compose(scene: Scene, structure: unknown): Picture {
    const offset = windowOffset(scene);
    const crops = scene.linked?.size ? scene.view?.leaves.map((leaf) => Object.values(cropOf(scene, leaf)).join()).join(" ") : "";
    const key = `${String(structure)}|${offset.x},${offset.y}|${scene.cols}x${scene.rows}|${crops}`;
    const whole = key !== this.structure || scene.layers.length !== this.layersBefore;
    this.structure = key;
    this.layersBefore = scene.layers.length;
    const rows = whole ? undefined : new Set<number>();
    if (whole) this.drawAll(scene, offset);
    else this.drawDirty(scene, offset, rows!);
    for (const layer of scene.layers) {
      if (!whole && layer.beside && this.drawn.has(layer.grid)) continue;
      this.drawLayer(layer);
      for (let y = 0; y < layer.grid.rows; y++) rows?.add(layer.y + y);
    }
    this.drawn = new Set(scene.layers.map((layer) => layer.grid));
    const visible = rows && [...rows].filter((y) => y >= 0 && y < scene.rows);
    return { grid: this.grid, cursor: this.cursorOf(scene, offset), rows: visible };
  }

  private drawAll(scene: Scene, offset: { x: number; y: number }): void {
    this.grid = new Grid(scene.cols, scene.rows);
    const { view } = scene;
    if (!view) return;
    if (view.leaves.length > 1) this.drawBorders(scene, view, offset);
    if (scene.paneStatus) this.drawPaneStatus(scene, offset);
    for (const leaf of view.leaves) {
      const source = this.sourceOf(scene, leaf);
      scene.mirrors.get(leaf.pane)?.takeDirty();
      if (source) for (let y = 0; y < leaf.rows; y++) this.blitLeafRow(scene, leaf, source, y, offset);
    }
  }

  private drawBorders(scene: Scene, view: View, offset: { x: number; y: number }): void {
    const window = new Grid(Math.max(1, view.cols), Math.max(1, view.rows));
    drawBorders(window, view.leaves, view.focus.pane, scene.borders);
    this.blit(window, 0, 0, scene.cols, scene, offset, 0, scene.height + offset.y);
  }

  private drawPaneStatus(scene: Scene, offset: { x: number; y: number }): void {
    const { position, line } = scene.paneStatus!;
    const edge = position === "top" ? scene.top - 1 : scene.top + scene.height;
    for (let x = 0; x < scene.cols; x++) this.grid.set(x, edge, "─", 1, scene.borders.style);
    for (const leaf of scene.view!.leaves) {
      const row = position === "top" ? leaf.y - 1 : leaf.y + leaf.rows;
      const y = scene.top + row - offset.y;
      const text = line(leaf.pane, Math.max(1, leaf.cols - 2));
      for (let i = 0; i < text.cols; i++) {
        if (text.codes[i] === 0 && text.widths[i] === 1) continue;
        this.grid.set(leaf.x - offset.x + 1 + i, y, text.char(i), text.widths[i]!, text.styleAt(i, 0));
      }
      this.mendSpan(leaf.x - offset.x + 1, leaf.x - offset.x + 1 + text.cols, y);
    }
  }

  private drawDirty(scene: Scene, offset: { x: number; y: number }, rows: Set<number>): void {
    // several leaves may show one pane: its dirty rows are taken once, for all of them
    const taken = new Map<PaneMirror, { all: boolean; rows: number[] }>();
    for (const leaf of scene.view?.leaves ?? []) {
      const mirror = scene.mirrors.get(leaf.pane);
      const replaced = scene.replaced.get(leaf.pane);
      if (!mirror) continue;
      const dirty = taken.get(mirror) ?? { all: mirror.allDirty, rows: [...mirror.takeDirty()] };
      taken.set(mirror, dirty);
      // also rows that the picture no longer has
      const all = replaced !== undefined || dirty.all;
      const source = replaced?.grid ?? mirror.grid;
      const crop = replaced ? 0 : cropOf(scene, leaf).y;
      for (const row of all ? Array.from({ length: leaf.rows }, (_, i) => i + crop) : dirty.rows) {
        const y = row - crop;
        if (y < 0 || y >= leaf.rows) continue;
        this.blitLeafRow(scene, leaf, source, y, offset);
        rows.add(scene.top + leaf.y + y - offset.y);
      }
    }
  }

  private sourceOf(scene: Scene, leaf: ViewLeaf): Grid | undefined {
    return scene.replaced.get(leaf.pane)?.grid ?? scene.mirrors.get(leaf.pane)?.grid;
  }

  private blit(from: Grid, x: number, y: number, cols: number, scene: Scene, offset: { x: number; y: number }, first: number, last: number): void {
    for (let row = first; row < Math.min(from.rows, last); row++) {
      this.blitRow(from, row, x - offset.x, scene.top + y + row - offset.y, Math.min(cols + offset.x, from.cols), scene);
    }
  }

  private blitLeafRow(scene: Scene, leaf: ViewLeaf, source: Grid, y: number, offset: { x: number; y: number }): void {
    const to = scene.top + leaf.y + y - offset.y;
    if (leaf.y + y - offset.y < 0 || leaf.y + y - offset.y >= scene.height) return;
    const x = leaf.x - offset.x;
    const crop = scene.replaced.has(leaf.pane) ? { x: 0, y: 0 } : cropOf(scene, leaf);
    const row = y + crop.y;
    const width = Math.min(leaf.cols, source.cols - crop.x);
    if (row < source.rows) this.blitRow(source, row, x, to, width, scene, crop.x);
    if (!scene.replaced.has(leaf.pane)) this.drawGuesses(scene, leaf, row, { x, y: to, crop: crop.x });
    const used = row < source.rows ? width : 0;
    // what the pane does not fill yet (a resize is under way) is blank
    for (let i = used; i < leaf.cols; i++) this.grid.set(x + i, to, "", 1, PLAIN);
    if (scene.mirrors.get(leaf.pane)?.modes.reverse || scene.dimmed(leaf.pane)) this.restyle(scene, leaf, x, to);
    const exit = y === leaf.rows - 1 ? scene.view?.panes.find((p) => p.id === leaf.pane)?.exit : undefined;
    if (exit) this.drawDead(x, to, leaf.cols, exit);
  }

  /** What was typed into a row of a pane and has not come back yet. @param at where the row begins, and with which of its columns */
  private drawGuesses(scene: Scene, leaf: ViewLeaf, row: number, at: { x: number; y: number; crop: number }): void {
    const mirror = scene.mirrors.get(leaf.pane);
    for (const cell of mirror?.guesses?.cells ?? []) {
      const column = cell.x - at.crop;
      if (cell.y !== row || column < 0 || column >= leaf.cols) continue;
      const style = mirror!.grid.styleAt(cell.x, cell.y);
      const attr = mirror!.guesses!.marked ? (style.attr & ~ATTR.underlineMask) | (1 << ATTR.underlineShift) : style.attr;
      // a picture that has come meanwhile may have something wide there
      this.cutWide(at.x + column, at.x + column + 1, at.y);
      this.grid.set(at.x + column, at.y, cell.char, 1, { ...style, attr });
    }
  }

  /** A pane that was kept after its program ended says so in its last row. */
  private drawDead(x: number, y: number, cols: number, exit: { code: number | null; signal: string | null }): void {
    const why = exit.signal === null ? `status ${exit.code ?? 0}` : `signal ${exit.signal}`;
    const end = Math.min(this.grid.cols, x + cols);
    for (let i = Math.max(0, x); i < end; i++) this.grid.set(i, y, "", 1, PLAIN);
    drawText(this.grid, Math.max(0, x), y, `Pane is dead (${why})`, { ...PLAIN, attr: ATTR.dim }, end);
  }

  /** Whole-pane looks: DECSCNM's reversed colours, and the dimming of what is out of reach. */
  private restyle(scene: Scene, leaf: ViewLeaf, x: number, y: number): void {
    const reverse = scene.mirrors.get(leaf.pane)?.modes.reverse;
    const dimmed = scene.dimmed(leaf.pane);
    for (let i = Math.max(0, x); i < Math.min(this.grid.cols, x + leaf.cols); i++) {
      const s = (y * this.grid.cols + i) * STYLE_WORDS + 3;
      if (reverse) this.grid.styles[s]! ^= ATTR.inverse;
      if (dimmed) this.grid.styles[s]! |= ATTR.dim;
    }
  }

  private blitRow(from: Grid, row: number, x: number, y: number, cols: number, scene: Scene, column = 0): void {
    const { grid } = this;
    if (y < 0 || y >= scene.rows) return;
    const skip = Math.max(0, -x);
    const count = Math.min(cols - skip, grid.cols - x - skip);
    if (count <= 0) return;
    const a = row * from.cols + column + skip;
    const b = y * grid.cols + x + skip;
    grid.copy(from, a, b, count);
    this.mendEdges(b, count);
  }

  /** A wide character cut in half at the edge of what was drawn becomes a blank. */
  private mendEdges(start: number, count: number): void {
    const { grid } = this;
    if (grid.widths[start] === 0) grid.widths[start] = 1;
    const last = start + count - 1;
    if (grid.widths[last] === 2) {
      grid.widths[last] = 1;
      grid.codes[last] = 0;
    }
  }

  private drawLayer({ grid, x, y }: Layer): void {
    const from = Math.max(0, -x);
    const count = Math.min(grid.cols, this.grid.cols - x) - from;
    if (count <= 0) return;
    for (let row = Math.max(0, -y); row < grid.rows && y + row < this.grid.rows; row++) {
      this.cutWide(x, x + grid.cols, y + row);
      this.grid.copy(grid, row * grid.cols + from, (y + row) * this.grid.cols + x + from, count);
      this.mendSpan(x, x + grid.cols, y + row);
    }
  }

  /** Blanks the halves, beside a span that is about to be drawn over, of wide characters that it covers half of. */
  private cutWide(from: number, to: number, y: number): void {
    const { cols, rows, widths } = this.grid;
    if (y < 0 || y >= rows) return;
    const row = y * cols;
    if (from > 0 && from < cols && widths[row + from] === 0) this.grid.set(from - 1, y, "", 1, PLAIN);
    if (to > 0 && to < cols && widths[row + to] === 0) this.grid.set(to, y, "", 1, PLAIN);
  }

  /** Mends what a span, drawn just now, shows of wide characters that the screen's edges cut. */
  private mendSpan(from: number, to: number, y: number): void {
    const { cols, rows } = this.grid;
    const start = Math.max(0, from);
    const count = Math.min(cols, to) - start;
    if (y >= 0 && y < rows && count > 0) this.mendEdges(y * cols + start, count);
  }

  private cursorOf(scene: Scene, offset: { x: number; y: number }): PaintCursor {
    const modal = scene.layers.findLast((l) => l.modal);
    if (modal) {
      const [x, y] = [modal.x + (modal.cursor?.x ?? 0), modal.y + (modal.cursor?.y ?? 0)];
      const inside = x >= 0 && x < scene.cols && y >= 0 && y < scene.rows;
      return modal.cursor && inside ? { x, y, visible: true, shape: 0 } : { x: 0, y: 0, visible: false, shape: 0 };
    }
    const { view } = scene;
    const leaf = view?.leaves.find((l) => l.pane === view.focus.pane);
    const mirror = leaf && scene.mirrors.get(leaf.pane);
    if (!leaf || !mirror) return { x: 0, y: 0, visible: false, shape: 0 };
    const replaced = scene.replaced.get(leaf.pane);
    const at = replaced?.cursor ?? mirror.shownCursor;
    const crop = replaced ? { x: 0, y: 0 } : cropOf(scene, leaf);
    const [column, row] = [at.x - crop.x, at.y - crop.y];
    const x = leaf.x + column - offset.x;
    const y = leaf.y + row - offset.y;
    const inside = x >= 0 && x < scene.cols && y >= 0 && y < scene.height && column < leaf.cols && row < leaf.rows;
    const visible = inside && (replaced !== undefined || mirror.cursor.visible);
    return { x, y: y + scene.top, visible, shape: replaced ? 0 : mirror.cursor.shape };
  }
}

/** Writes text into a row of a grid, clipped at `end`. @returns the column after it. */
export function drawText(grid: Grid, x: number, y: number, text: string, style: Style, end = grid.cols): number {
  for (const segment of graphemes(text)) {
    const width = Bun.stringWidth(segment);
    if (width === 0) continue;
    if (x + width > end) break;
    grid.set(x, y, segment, width, style);
    if (width === 2) grid.set(x + 1, y, "", 0, style);
    x += width;
  }
  return x;
}
