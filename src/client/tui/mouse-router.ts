/** Whose a mouse event is: an overlay's, the status line's, a border's, a program's, or copy mode's. */
import type { MouseInput } from "../../protocol/input.ts";
import type { ViewLeaf } from "../../protocol/messages.ts";
import { windowOffset } from "../compositor/compositor.ts";
import type { Overlay } from "../ui/overlay.ts";
import type { Tui } from "./tui.ts";

const LEFT = 0;
const WHEEL_UP = 4;
const WHEEL_DOWN = 5;
const CLICK_MS = 400;

interface BorderDrag {
  pane: number;
  horizontal: boolean;
  at: number;
}

export class MouseRouter {
  private border: BorderDrag | undefined;
  /** Pane in which a button went down: it gets the rest of the drag, wherever the pointer goes. */
  private captured: number | undefined;
  private lastPress = { at: -1e9, pane: 0, x: -1, y: -1, count: 0 };

  constructor(private readonly tui: Tui) {}

  route(event: MouseInput, overlay: Overlay | undefined): void {
    const { screen, terminal } = this.tui;
    if (overlay) {
      // what went down below it is over: its release may go to the overlay
      this.border = this.captured = undefined;
      const place = overlay.place(terminal.cols, terminal.rows);
      overlay.input({ ...event, x: event.x - place.x, y: event.y - place.y });
      return screen.paintSoon();
    }
    if (this.border) return this.dragBorder(event);
    if (event.y === screen.statusRow && this.captured === undefined) return this.statusLine(event);
    this.window(event);
  }

  private statusLine(event: MouseInput): void {
    const span = this.tui.screen.statusLine?.spans.find((s) => event.x >= s.from && event.x < s.to);
    if (event.action !== "press") return;
    if (event.button === WHEEL_UP) return void this.tui.actions.runLine("window previous");
    if (event.button === WHEEL_DOWN) return void this.tui.actions.runLine("window next");
    // the line may still show a window that has gone
    const { view } = this.tui;
    const window = event.button === LEFT ? view?.windows.find((w) => w.id === span?.window) : undefined;
    if (window) void this.tui.actions.runLine(`window select ${view!.session.name}/${window.index}`);
  }

  private window(event: MouseInput): void {
    const { view, screen, terminal } = this.tui;
    if (!view) return;
    const offset = windowOffset({ cols: terminal.cols, height: screen.height, view, mirrors: screen.shownMirrors() });
    const x = event.x + offset.x;
    const y = event.y - screen.top + offset.y;
    const captor = view.leaves.find((l) => l.pane === this.captured);
    // a pane that went while a button was down keeps nothing from the others
    if (!captor) this.captured = undefined;
    const leaf = captor ?? view.leaves.find((l) => inside(l, x, y));
    if (!leaf) return this.startBorder(event, x, y);
    this.pane(leaf, { ...event, x: x - leaf.x, y: y - leaf.y });
  }

  private pane(leaf: ViewLeaf, event: MouseInput): void {
    const { tui } = this;
    const isWheel = event.button >= WHEEL_UP && event.button <= 7;
    if (event.action === "press" && !isWheel) {
      this.captured = leaf.pane;
      if (leaf.pane !== tui.focus.pane) void tui.actions.runLine(`pane select %${leaf.pane}`);
    }
    if (event.action === "release") this.captured = undefined;
    const mirror = tui.screen.mirrorOf(leaf.pane);
    if (!mirror) return;
    const inCopy = tui.copyModes.active(leaf.pane);
    const clipped = { ...event, x: Math.max(0, Math.min(leaf.cols - 1, event.x)), y: Math.max(0, Math.min(leaf.rows - 1, event.y)) };
    if (!inCopy && (mirror.modes.mouse || (isWheel && mirror.modes.alternate))) {
      const crop = tui.screen.cropOf(leaf);
      tui.typing.send(leaf.pane, { ...clipped, x: clipped.x + crop.x, y: clipped.y + crop.y });
      return;
    }
    if (inCopy) return tui.copyModes.mouse(leaf.pane, event, { mouse: true });
    this.ownMouse(leaf, event, isWheel);
  }

  /** The program does not want the mouse: wheel and drags are ours. */
  private ownMouse(leaf: ViewLeaf, event: MouseInput, isWheel: boolean): void {
    const { tui } = this;
    if (isWheel) {
      if (event.button === WHEEL_UP) tui.copyModes.mouse(leaf.pane, event, { mouse: true });
      return;
    }
    if (event.action === "press" && event.button === LEFT) return this.press(leaf, event);
    const dragged = event.action === "move" && event.button === LEFT;
    if (!dragged || (event.x === this.lastPress.x && event.y === this.lastPress.y)) return;
    // the press that began the drag was not copy mode's yet
    void tui.copyModes.enter(leaf.pane, { mouse: true }, { ...event, action: "press", x: this.lastPress.x, y: this.lastPress.y });
    tui.copyModes.mouse(leaf.pane, event, { mouse: true });
  }

  /** Counts clicks: the second of a double click enters copy mode, which then sees both. */
  private press(leaf: ViewLeaf, event: MouseInput): void {
    const now = this.tui.clock.now();
    const same = now - this.lastPress.at < CLICK_MS && this.lastPress.pane === leaf.pane && this.lastPress.x === event.x && this.lastPress.y === event.y;
    this.lastPress = { at: now, pane: leaf.pane, x: event.x, y: event.y, count: same ? this.lastPress.count + 1 : 1 };
    if (this.lastPress.count < 2) return;
    void this.tui.copyModes.enter(leaf.pane, { mouse: true }, event);
    this.tui.copyModes.mouse(leaf.pane, { ...event, action: "release" }, { mouse: true });
    this.tui.copyModes.mouse(leaf.pane, event, { mouse: true });
  }

  private startBorder(event: MouseInput, x: number, y: number): void {
    if (event.action !== "press" || event.button !== LEFT) return;
    const leaves = this.tui.view!.leaves;
    const left = leaves.find((l) => x === l.x + l.cols && y >= l.y && y < l.y + l.rows);
    const above = leaves.find((l) => y === l.y + l.rows && x >= l.x && x < l.x + l.cols);
    if (left) this.border = { pane: left.pane, horizontal: true, at: event.x };
    else if (above) this.border = { pane: above.pane, horizontal: false, at: event.y };
  }

  private dragBorder(event: MouseInput): void {
    const drag = this.border!;
    if (event.action === "release") {
      this.border = undefined;
      return;
    }
    const to = drag.horizontal ? event.x : event.y;
    const by = to - drag.at;
    if (by === 0) return;
    drag.at = to;
    const direction = drag.horizontal ? (by > 0 ? "right" : "left") : by > 0 ? "down" : "up";
    void this.tui.actions.runLine(`pane resize %${drag.pane} --${direction} ${Math.abs(by)}`);
  }
}

function inside(leaf: ViewLeaf, x: number, y: number): boolean {
  return x >= leaf.x && x < leaf.x + leaf.cols && y >= leaf.y && y < leaf.y + leaf.rows;
}
