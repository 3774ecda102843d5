/**
 * What one client still has to be sent. Frames are made at the moment they may leave, never before: a slow client gets
 * fewer and newer pictures. The pane being typed in goes first; a pane gets at most 60 pictures a
 * second, and some more while it answers a key.
 */
import type { Clock, Timer } from "../../base/clock.ts";
import type { Frame, FrameCursor, FrameModes } from "../../protocol/messages.ts";
import { ScreenShadow } from "../../terminal/frame.ts";
import type { TerminalModes } from "../../terminal/modes.ts";
import type { Pane } from "../panes/pane.ts";
import { Flight } from "./flight.ts";

const FRAME_MS = 1000 / 60;
/** A pane that was typed in so lately answers: when all that it printed is parsed, the picture need not wait as long. */
const ANSWER_MS = 100;
const ANSWER_FRAME_MS = 4;
/** Rows of one message. */
const MESSAGE_BYTES = 16 * 1024;

interface Watched {
  pane: Pane;
  shadow: ScreenShadow;
  dirty: boolean;
  sentAt: number;
  cursor: string;
  modes: string;
  echoed: number;
  tty: string;
}

export class Outbox {
  private readonly watched = new Map<number, Watched>();
  private readonly flight = new Flight();
  private timer: Timer | undefined;
  /** When the timer ends. */
  private due = Infinity;

  /**
   * @param client client id, for the input sequences that frames report
   * @param send   sends a frame; returns its size on the wire in bytes
   */
  constructor(private readonly client: number, private readonly clock: Clock, private readonly send: (frame: Frame) => number) {}

  /** Sets which panes the client shows; what it keeps showing is not sent again. */
  watch(panes: Pane[]): void {
    const wanted = new Set(panes.map((p) => p.id));
    for (const id of this.watched.keys()) if (!wanted.has(id)) this.watched.delete(id);
    for (const pane of panes) {
      const known = this.watched.get(pane.id);
      if (known?.pane === pane) continue;
      this.watched.set(pane.id, {
        pane, shadow: new ScreenShadow(), dirty: true, sentAt: -Infinity, cursor: "", modes: "", echoed: 0, tty: "",
      });
    }
    this.flush();
  }

  shows(pane: Pane): boolean {
    return this.watched.has(pane.id);
  }

  /** A pane changed. Call `flush` at the end of the slice. */
  mark(pane: Pane): void {
    const watched = this.watched.get(pane.id);
    if (!watched) return;
    watched.dirty = true;
    pane.frameDue = true;
  }

  /** The pane is about to go: its last picture leaves now, whenever the one before did. */
  showLast(pane: Pane): void {
    const watched = this.watched.get(pane.id);
    if (watched && !this.flight.full) this.sendPane(watched, this.clock.now());
  }

  /** The client has painted this many bytes of frames. */
  acknowledge(bytes: number): void {
    this.flight.acknowledge(bytes, this.clock.now());
    this.flush();
  }

  /** Sends what may be sent now, and comes back when more may. */
  flush(): void {
    const now = this.clock.now();
    let next = Infinity;
    const order = [...this.watched.values()].filter((w) => w.dirty).sort((a, b) => b.pane.typedAt - a.pane.typedAt);
    for (const watched of order) {
      if (this.flight.full) return;
      const wait = watched.sentAt + frameTime(watched.pane, now) - now;
      if (wait > 0) next = Math.min(next, wait);
      else this.sendPane(watched, now);
    }
    if (now + next >= this.due) return;
    this.timer?.cancel();
    this.due = now + next;
    this.timer = this.clock.after(next, () => {
      this.due = Infinity;
      this.flush();
    });
  }

  private sendPane(watched: Watched, now: number): void {
    const { pane, shadow } = watched;
    const image = pane.picture();
    const { input, echoed } = pane.inputOf(this.client);
    const cursor = image.cursor;
    const modes = image.modes;
    const cursorText = JSON.stringify(cursor);
    const modesText = JSON.stringify(modes);
    // asked for those who type: nobody else guesses what will be echoed
    const tty = input > 0 ? pane.ttyFlags.read() : undefined;
    const ttyText = tty ? JSON.stringify(tty) : watched.tty;
    let sent = false;
    for (;;) {
      const diff = shadow.diff(image, MESSAGE_BYTES);
      const last = diff === undefined || diff.complete;
      if (!diff && cursorText === watched.cursor && modesText === watched.modes && echoed === watched.echoed && ttyText === watched.tty) break;
      const frame: Frame = { pane: pane.id, cols: image.cols, rows: image.rows, lines: diff?.lines ?? [], input, echoed };
      if (diff?.full) frame.full = true;
      if (diff?.scroll) frame.scroll = diff.scroll;
      if (last) {
        if (cursorText !== watched.cursor) frame.cursor = frameCursor(cursor, modes);
        if (modesText !== watched.modes || diff?.full) frame.modes = frameModes(modes);
        watched.cursor = cursorText;
        watched.modes = modesText;
        watched.echoed = echoed;
        if (tty && ttyText !== watched.tty) frame.tty = { ...tty };
        watched.tty = ttyText;
      } else frame.more = true;
      this.flight.add(this.send(frame), now);
      sent = true;
      if (last) break;
      // the rest follows when the client has painted some of it
      if (this.flight.full) {
        watched.sentAt = now;
        return;
      }
    }
    // a picture held back by a synchronized update is still owed
    watched.dirty = pane.holding;
    pane.frameDue = pane.holding;
    if (sent) watched.sentAt = now;
  }

  dispose(): void {
    this.timer?.cancel();
    this.watched.clear();
  }
}

/** Milliseconds between two pictures of a pane. */
function frameTime({ typedAt, drained }: Pane, now: number): number {
  return drained && now - typedAt < ANSWER_MS ? ANSWER_FRAME_MS : FRAME_MS;
}

function frameCursor(cursor: { x: number; y: number }, modes: TerminalModes): FrameCursor {
  return { x: cursor.x, y: cursor.y, visible: modes.cursorVisible, shape: modes.cursorShape };
}

function frameModes(modes: TerminalModes): FrameModes {
  return {
    mouse: modes.mouseTracking !== "none",
    motion: modes.mouseTracking === "any",
    alternate: modes.alternateScreen,
    bracketedPaste: modes.bracketedPaste,
    focusEvents: modes.focusEvents,
    reverse: modes.reverseVideo,
    kitty: modes.kittyFlags,
  };
}
