/** The clock over a pane (prefix t). Any key ends it. */
import type { Clock, Timer } from "../../base/clock.ts";
import type { InputEvent } from "../../protocol/input.ts";
import { Grid, PLAIN } from "../../terminal/grid.ts";
import { BIG_HEIGHT, bigWidth, drawBig } from "./big-digits.ts";
import { drawText } from "./cell-text.ts";
import type { Overlay, OverlayHost, OverlayRect } from "./overlay.ts";
import { answerOf } from "./virtual-keys.ts";

export interface ClockOptions {
  /** Where the pane lies on a screen of this size; undefined if it is not there any more. */
  area(cols: number, rows: number): OverlayRect | undefined;
  /** Colour word of a cell (the option clock-mode-colour). */
  readonly color: number;
  /** The option clock-mode-style. */
  readonly hours: "12" | "24";
}

const MINUTE_MS = 60_000;

export class ClockOverlay implements Overlay {
  private rect: OverlayRect = { x: 0, y: 0, cols: 1, rows: 1 };
  private timer: Timer | undefined;
  private isOver = false;

  constructor(
    private readonly host: OverlayHost, private readonly clock: Clock, private readonly options: ClockOptions,
  ) {
    this.wait();
  }

  /** Until the next minute begins. */
  private wait(): void {
    this.timer = this.clock.after(MINUTE_MS - (this.clock.wall() % MINUTE_MS), () => {
      this.wait();
      this.host.changed();
    });
  }

  place(cols: number, rows: number): OverlayRect {
    const area = this.options.area(cols, rows) ?? { x: 0, y: 0, cols, rows };
    this.rect = { ...area, cols: Math.max(1, area.cols), rows: Math.max(1, area.rows) };
    return this.rect;
  }

  draw(): Grid {
    const { cols, rows } = this.rect;
    const grid = new Grid(cols, rows);
    const text = timeText(new Date(this.clock.wall()), this.options.hours);
    const width = bigWidth(text);
    if (width <= cols && BIG_HEIGHT <= rows) {
      drawBig(grid, (cols - width) >> 1, (rows - BIG_HEIGHT) >> 1, text, this.options.color);
    } else {
      drawText(grid, Math.max(0, (cols - text.length) >> 1), rows >> 1, text, { ...PLAIN, fg: this.options.color });
    }
    return grid;
  }

  input(event: InputEvent): void {
    const isKey = event.kind === "paste" || answerOf(event) !== undefined;
    const isPress = event.kind === "mouse" && event.action === "press" && event.button <= 2;
    if ((isKey || isPress) && !this.isOver) this.host.close();
  }

  dispose(): void {
    this.isOver = true;
    this.timer?.cancel();
  }
}

function timeText(date: Date, hours: ClockOptions["hours"]): string {
  const hour = date.getHours();
  const minute = String(date.getMinutes()).padStart(2, "0");
  if (hours === "24") return `${String(hour).padStart(2, "0")}:${minute}`;
  return `${hour % 12 === 0 ? 12 : hour % 12}:${minute} ${hour < 12 ? "AM" : "PM"}`;
}
