/** What the outer terminal sends: keys, mouse and pastes for the router; answers to what was asked of the terminal. */
import type { Clock, Timer } from "../../base/clock.ts";
import type { InputEvent } from "../../protocol/input.ts";
import { InputDecoder } from "../input/decoder.ts";

/** The terminal's default colours, 0xRRGGBB, as far as it told them. */
export interface TerminalColors {
  readonly foreground?: number;
  readonly background?: number;
}

export interface TerminalInputHandlers {
  event(event: InputEvent): void;
  /** The terminal told its colours. */
  colors(): void;
  /** It has answered the last of the questions. */
  answered(): void;
  /** Whether it understands synchronized updates. */
  synchronized(on: boolean): void;
  /** Milliseconds after which a lone Esc is the key. */
  escapeTime(): number;
}

/** Asks for default colours, synchronized updates, and at last for what every terminal answers. */
export const TERMINAL_QUERIES = "\x1b]10;?\x1b\\\x1b]11;?\x1b\\\x1b[?2026$p\x1b[c";

export class TerminalInput {
  colors: TerminalColors | undefined;
  private readonly decoder = new InputDecoder();
  private escapeTimer: Timer | undefined;

  constructor(private readonly clock: Clock, private readonly handlers: TerminalInputHandlers) {}

  receive(bytes: Uint8Array): void {
    this.escapeTimer?.cancel();
    this.escapeTimer = undefined;
    for (const event of this.decoder.push(bytes)) this.handlers.event(event);
    this.takeReplies();
    this.waitForEscape();
  }

  /** A lone Esc, or the beginning of a sequence that never ends, is decided after the escape time. */
  private waitForEscape(): void {
    if (!this.decoder.pendingEscape) return;
    this.escapeTimer = this.clock.after(Math.max(1, this.handlers.escapeTime()), () => {
      for (const event of this.decoder.flush()) this.handlers.event(event);
      this.waitForEscape();
    });
  }

  private takeReplies(): void {
    let colors: TerminalColors | undefined;
    for (const reply of this.decoder.takeReplies()) {
      if (reply.kind === "color" && (reply.target === "foreground" || reply.target === "background")) {
        colors = { ...colors, [reply.target]: (reply.red << 16) | (reply.green << 8) | reply.blue };
      }
      if (reply.kind === "da1") this.handlers.answered();
      if (reply.kind === "decrpm" && reply.mode === 2026) this.handlers.synchronized(reply.state === 1 || reply.state === 2);
    }
    if (!colors) return;
    this.colors = { ...this.colors, ...colors };
    this.handlers.colors();
  }

  dispose(): void {
    this.escapeTimer?.cancel();
  }
}
