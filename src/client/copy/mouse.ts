/** The mouse in copy mode: dragging selects, two clicks take a word, three a line, the wheel scrolls. */
import type { Clock, Timer } from "../../base/clock.ts";
import { MOD } from "../../base/keys.ts";
import type { MouseInput } from "../../protocol/input.ts";
import type { Spot } from "./position.ts";
import type { CopyState } from "./state.ts";

/** Clicks this close together belong together; a copy by clicks waits this long for another click (tmux: 300 ms). */
const CLICK_MS = 300;
/** Time between two lines while a drag is held at the edge (tmux: 50 ms). */
const EDGE_SCROLL_MS = 50;
const LEFT = 0;
const WHEEL_UP = 4;
const WHEEL_DOWN = 5;

export interface MouseOptions {
  readonly clock: Clock;
  /** Lines per notch of the wheel. */
  readonly wheelLines: number;
  /** Letting go of a selection copies it and leaves copy mode. */
  readonly copyOnRelease: boolean;
}

/** What the mouse asks of copy mode. */
export interface MouseHost {
  /** Runs a command of copy mode. */
  command(name: string, count?: number): void;
  /** Something changed outside of an input event. */
  changed(): void;
}

interface Press {
  readonly x: number;
  readonly y: number;
  readonly at: Spot;
  readonly alt: boolean;
}

export class CopyMouse {
  private clicks = 0;
  private clickedAt = Number.NEGATIVE_INFINITY;
  private press: Press | undefined;
  private isDragging = false;
  private pointer = { x: 0, y: 0 };
  private edge: Timer | undefined;
  private copying: Timer | undefined;

  constructor(
    private readonly state: CopyState,
    private readonly options: MouseOptions,
    private readonly host: MouseHost,
  ) {}

  stop(): void {
    this.edge?.cancel();
    this.copying?.cancel();
    this.edge = this.copying = undefined;
  }

  /** A key was pressed: clicks are not going to copy any more. */
  interrupt(): void {
    this.copying?.cancel();
    this.copying = undefined;
  }

  input(event: MouseInput): void {
    const { action, button } = event;
    if (action === "press" && button === WHEEL_UP) this.host.command("scroll-up", this.options.wheelLines);
    else if (action === "press" && button === WHEEL_DOWN) this.host.command("scroll-down", this.options.wheelLines);
    else if (action === "press" && button === LEFT) this.pressed(event);
    else if (action === "move" && button === LEFT) this.dragged(event);
    else if (action === "release" && this.press) this.released();
  }

  private pressed({ x, y, mods }: MouseInput): void {
    this.stop();
    const now = this.options.clock.now();
    const isAgain = now - this.clickedAt <= CLICK_MS && x === this.pointer.x && y === this.pointer.y;
    this.clicks = isAgain ? (this.clicks % 3) + 1 : 1;
    this.clickedAt = now;
    this.pointer = { x, y };
    this.isDragging = false;
    this.press = { x, y, at: this.spotAt(x, y), alt: (mods & MOD.alt) !== 0 };
    if (this.clicks === 1) return;
    this.state.moveTo(this.press.at);
    this.host.command(this.clicks === 2 ? "select-word" : "select-line");
  }

  private dragged({ x, y }: MouseInput): void {
    if (!this.press) return;
    if (!this.isDragging && x === this.press.x && y === this.press.y) return;
    if (!this.isDragging && this.clicks === 1) this.beginDrag(this.press);
    this.isDragging = true;
    this.pointer = { x, y };
    this.follow();
    if (this.edgeDirection() === 0) {
      this.edge?.cancel();
      this.edge = undefined;
    } else this.edge ??= this.scrollLater();
  }

  private beginDrag({ at, alt }: Press): void {
    const { state } = this;
    state.moveTo(at);
    state.rectangle = alt;
    state.selection = { by: "char", anchor: state.cursor };
  }

  /** Takes the cursor to where the pointer is. */
  private follow(): void {
    const { state, pointer } = this;
    const rows = state.view.rows();
    const y = Math.max(0, Math.min(rows.length - 1, pointer.y));
    state.moveToColumn(rows[y]!, Math.max(0, Math.min(state.layout.cols - 1, pointer.x)));
  }

  private spotAt(x: number, y: number): Spot {
    const { view, layout } = this.state;
    const rows = view.rows();
    const ref = rows[Math.max(0, Math.min(rows.length - 1, y))]!;
    return { line: ref.line, cell: layout.cellAt(ref, x), over: 0 };
  }

  /** -1 at the top edge, 1 at the bottom one, 0 between. */
  private edgeDirection(): -1 | 0 | 1 {
    if (this.pointer.y <= 0) return -1;
    return this.pointer.y >= this.state.view.height - 1 ? 1 : 0;
  }

  private scrollLater(): Timer {
    return this.options.clock.after(EDGE_SCROLL_MS, () => {
      this.edge = undefined;
      const direction = this.edgeDirection();
      if (!this.isDragging || direction === 0 || this.state.view.scroll(direction) === 0) return;
      this.follow();
      this.edge = this.scrollLater();
      this.host.changed();
    });
  }

  private released(): void {
    const { press, isDragging, clicks } = this;
    this.stop();
    this.press = undefined;
    this.isDragging = false;
    if (isDragging) {
      this.clicks = 0;
      this.host.command(this.options.copyOnRelease ? "copy-pipe-and-cancel" : "stop-selection");
    } else if (clicks === 1) {
      this.state.selection = undefined;
      this.state.moveTo(press!.at);
    } else if (this.options.copyOnRelease) {
      this.copying = this.options.clock.after(CLICK_MS, () => {
        this.host.command("copy-pipe-and-cancel");
        this.host.changed();
      });
    } else this.host.command("stop-selection");
  }
}
