/**
 * The TUI: one terminal, one session link, one screen. Keys go to the overlay on top, else to copy mode, else through
 * the key tables, else to the focused pane.
 */
import type { Clock, Timer } from "../../base/clock.ts";
import { asFugueError, type FugueError } from "../../base/errors.ts";
import type { Key } from "../../base/keys.ts";
import { sameKey } from "../../base/keys.ts";
import { BoundedQueue } from "../../base/queue.ts";
import { printable } from "../../base/names.ts";
import type { Config } from "../../config/config.ts";
import { formatText } from "../../config/format-evaluation.ts";
import type { InputEvent } from "../../protocol/input.ts";
import { LARGEST_INPUT_TEXT } from "../../protocol/limits.ts";
import type { Reply, ServerEvent, View } from "../../protocol/messages.ts";
import { formatValues } from "../compositor/status-line.ts";
import { bindingKeys } from "../input/binding-keys.ts";
import { InputDecoder } from "../input/decoder.ts";
import { abilitiesOf } from "../tty/abilities.ts";
import type { OuterTerminal } from "../tty/terminal.ts";
import type { Overlay } from "../ui/overlay.ts";
import { Actions } from "./actions.ts";
import { CopyModes } from "./copy-modes.ts";
import { Keymap, type BoundCommand } from "./keymap.ts";
import { MouseRouter } from "./mouse-router.ts";
import { Screen } from "./screen.ts";
import type { SessionLink } from "./session-link.ts";

/** Input held back while a command that may move the focus is under way. */
const MOST_HELD_EVENTS = 4096;
const MOST_MESSAGES = 500;

/** How a TUI ended. */
export interface TuiEnd {
  status: number;
  /** Printed after the terminal was restored. */
  message?: string;
  error?: FugueError;
}

export class Tui {
  readonly screen: Screen;
  readonly copyModes: CopyModes;
  readonly actions: Actions;
  keymap: Keymap;
  readonly messages: { at: number; text: string }[] = [];
  private readonly decoder = new InputDecoder();
  private readonly mouse: MouseRouter;
  private readonly held = new BoundedQueue<InputEvent>(MOST_HELD_EVENTS);
  private commandsUnderWay = 0;
  private rest: InputEvent | undefined;
  private focusedPane = 0;
  private inPrefix = false;
  private repeatUntil = 0;
  private message: { text: string; error: boolean } | undefined;
  private messageTimer: Timer | undefined;
  private escapeTimer: Timer | undefined;
  private statusTimer: Timer | undefined;
  private finished = false;
  private title = "";
  private colors: { foreground?: number; background?: number } | undefined;
  private end!: (end: TuiEnd) => void;
  /** How it ended; may be settled before `run` is called. */
  private readonly ended = new Promise<TuiEnd>((resolve) => (this.end = resolve));

  constructor(
    readonly terminal: OuterTerminal,
    readonly link: SessionLink,
    readonly clock: Clock,
    public config: Config,
    readonly env: Record<string, string | undefined>,
  ) {
    this.screen = new Screen(terminal, clock, abilitiesOf(env, config.options.trueColor), {
      options: () => this.config.options,
      status: () => this.statusState(),
      dimmed: () => this.link.state !== "connected",
    }, (bytes) => link.acknowledgeFrames(bytes));
    this.keymap = new Keymap(config.keys);
    this.copyModes = new CopyModes(this);
    this.actions = new Actions(this);
    this.mouse = new MouseRouter(this);
  }

  get focus(): { window: number; pane: number } {
    return { window: this.screen.view?.focus.window ?? 0, pane: this.focusedPane };
  }

  get view(): View | undefined {
    return this.screen.view;
  }

  private statusState() {
    const lost = this.link.state !== "connected";
    const age = Math.floor((this.clock.now() - this.link.lostAt) / 1000);
    const waiting = this.link.waitingInputs;
    const linkMessage = lost && this.link.lostAt > 0
      ? { text: `reconnecting to the daemon, ${age} s${waiting > 0 ? `, ${waiting} inputs wait` : ""}`, error: true }
      : undefined;
    return {
      prefix: this.inPrefix, copyMode: this.copyModes.active(this.focusedPane), host: this.link.host,
      link: lost ? "reconnecting" : "connected", message: this.copyModes.prompt(this.focusedPane) ?? this.message ?? linkMessage,
    };
  }

  /** Runs until the session ends, the client is detached, or the terminal goes. */
  run(): Promise<TuiEnd> {
    if (this.finished) return this.ended;
    this.terminal.start({
      data: (bytes) => this.receive(bytes),
      resized: () => this.resized(),
      gone: () => this.finish({ status: 0 }),
    });
    this.screen.started = true;
    this.terminal.setMouse(this.config.options.mouse);
    this.terminal.setExtendedKeys(this.config.options.extendedKeys !== "off");
    this.terminal.write("\x1b]10;?\x1b\\\x1b]11;?\x1b\\\x1b[?2026$p\x1b[c");
    this.scheduleStatus();
    this.screen.paint();
    return this.ended;
  }

  finish(end: TuiEnd): void {
    this.finished = true;
    this.screen.started = false;
    this.link.end();
    for (const timer of [this.messageTimer, this.escapeTimer, this.statusTimer]) timer?.cancel();
    for (const overlay of this.screen.overlays) overlay.dispose();
    this.screen.dispose();
    this.terminal.restore();
    this.end(end);
  }

  private scheduleStatus(): void {
    const { statusInterval } = this.config.options;
    if (statusInterval > 0) {
      this.statusTimer = this.clock.after(Math.min(statusInterval, 1000 * 60), () => {
        this.screen.changed();
        this.screen.paint();
        this.scheduleStatus();
      });
    }
  }

  // From the daemon

  setView(view: View): void {
    this.screen.setView(view);
    this.focusedPane = view.focus.pane;
    this.copyModes.keepOnly(new Set(view.panes.map((p) => p.id)));
    this.actions.viewChanged();
    this.updateTitle();
  }

  private updateTitle(): void {
    const { options } = this.config;
    if (!options.setTitles) return;
    const state = { ...this.statusState(), options, view: this.view, wall: this.clock.wall() };
    const title = printable(formatText(options.setTitlesString, formatValues(state), state.wall));
    if (title !== this.title) this.terminal.write(`\x1b]2;${(this.title = title)}\x1b\\`);
  }

  settled(): void {
    this.terminal.setMotion(this.screen.mirrors.get(this.focusedPane)?.modes.motion ?? false);
    this.screen.paint();
  }

  linkChanged(): void {
    this.screen.changed();
    this.screen.paint();
    if (this.link.state !== "connected") {
      this.clock.after(1000, () => {
        if (this.link.state !== "connected") this.linkChanged();
      });
    }
  }

  event(event: ServerEvent): void {
    switch (event.kind) {
      case "bell":
        if (this.config.options.visualBell !== "off") this.say(this.bellText(event.pane, event.window));
        if (this.config.options.visualBell !== "on" && this.terminal.pending === 0) this.terminal.write("\x07");
        return;
      case "clipboard":
        return this.copyModes.fromProgram(event.text);
      case "notification":
        return this.say(event.title ? `${event.title}: ${event.body}` : event.body);
      case "message":
        return this.say(event.text, event.level === "error");
      case "detached":
        return this.finish({ status: 0, message: `[detached: ${printable(event.reason)}]` });
      case "exited":
        return this.finish({ status: 0, message: "[exited]" });
    }
  }

  private bellText(pane: number, window: number | undefined): string {
    if (window === undefined || this.view?.panes.some(({ id }) => id === pane)) return "bell in this window";
    return `bell in window ${window}`;
  }

  /** Shows a message on the status line for a while. */
  say(text: string, error = false): void {
    const clean = printable(text, 1000);
    this.messages.push({ at: this.clock.wall(), text: clean });
    if (this.messages.length > MOST_MESSAGES) this.messages.shift();
    this.message = { text: clean, error };
    this.messageTimer?.cancel();
    this.messageTimer = undefined;
    const { displayTime } = this.config.options;
    // an error should be readable: it stays longer
    const ms = error ? Math.max(displayTime, 3000) : displayTime;
    if (displayTime > 0) this.messageTimer = this.clock.after(ms, () => this.clearMessage());
    this.screen.paintSoon();
  }

  private clearMessage(): void {
    this.message = undefined;
    this.screen.paintSoon();
  }

  // From the terminal

  private resized(): void {
    this.screen.changed();
    this.link.resize(this.terminal.cols, this.screen.height, this.colors);
    this.copyModes.resized();
    this.screen.redraw();
  }

  private receive(bytes: Uint8Array): void {
    this.escapeTimer?.cancel();
    this.escapeTimer = undefined;
    for (const event of this.decoder.push(bytes)) this.take(event);
    this.takeReplies();
    this.waitForEscape();
  }

  /** A lone Esc, or the beginning of a sequence that never ends, is decided after the escape time. */
  private waitForEscape(): void {
    if (!this.decoder.pendingEscape) return;
    this.escapeTimer = this.clock.after(Math.max(1, this.config.options.escapeTime), () => {
      for (const event of this.decoder.flush()) this.take(event);
      this.waitForEscape();
    });
  }

  private takeReplies(): void {
    let colors: { foreground?: number; background?: number } | undefined;
    for (const reply of this.decoder.takeReplies()) {
      if (reply.kind === "color" && (reply.target === "foreground" || reply.target === "background")) {
        colors = { ...colors, [reply.target]: (reply.red << 16) | (reply.green << 8) | reply.blue };
      }
      if (reply.kind === "decrpm" && reply.mode === 2026) this.screen.setSynchronized(reply.state === 1 || reply.state === 2);
    }
    if (!colors) return;
    this.colors = { ...this.colors, ...colors };
    this.link.resize(this.terminal.cols, this.screen.height, this.colors);
  }

  private take(event: InputEvent): void {
    this.link.hurry();
    if (this.commandsUnderWay > 0 && event.kind !== "mouse" && event.kind !== "focus") {
      if (!this.held.push(event)) this.say("too much was typed ahead: some of it is dropped", true);
      return;
    }
    this.route(event);
  }

  private route(event: InputEvent): void {
    const overlay = this.screen.overlays.at(-1);
    if (event.kind === "mouse") return this.mouse.route(event, overlay);
    if (event.kind === "focus") return this.forwardFocus(event);
    if (this.message && event.kind !== "paste") this.clearMessage();
    if (overlay) return this.toOverlay(overlay, event);
    if (event.kind === "text") return this.routeText(event.text);
    if (event.kind === "key" && event.event !== 3) {
      const keys = bindingKeys(event);
      if (keys.some((key) => this.takeKey(key))) return;
    }
    this.toPane(event);
  }

  private toOverlay(overlay: Overlay, event: InputEvent): void {
    this.screen.paintSoon();
    if (event.kind !== "text") return overlay.input(event);
    let at = 0;
    for (const char of event.text) {
      overlay.input({ kind: "text", text: char });
      at += char.length;
      if (this.screen.overlays.at(-1) === overlay && this.commandsUnderWay === 0) continue;
      return at < event.text.length ? this.takeRest(event.text.slice(at)) : undefined;
    }
  }

  /** The rest of a text of which a character ran a command or closed an overlay: it comes before everything held. */
  private takeRest(text: string): void {
    if (this.commandsUnderWay > 0) this.rest = { kind: "text", text };
    else this.route({ kind: "text", text });
  }

  /** Text goes to the pane in one piece, except for the characters in it that could be bound. */
  private routeText(text: string): void {
    let from = 0;
    let at = 0;
    for (const char of text) {
      const key = { name: char, mods: 0 };
      at += char.length;
      if (!this.mayBeBound(key)) continue;
      if (at - char.length > from) this.toPane({ kind: "text", text: text.slice(from, at - char.length) });
      from = at - char.length;
      if (!this.takeKey(key)) continue;
      from = at;
      const isOurs = this.commandsUnderWay > 0 || this.screen.overlays.length > 0;
      if (isOurs && at < text.length) return this.takeRest(text.slice(at));
    }
    if (from < text.length) this.toPane({ kind: "text", text: text.slice(from) });
  }

  private mayBeBound(key: Key): boolean {
    const { prefix, prefix2 } = this.config.options;
    if (this.inPrefix || this.repeating()) return true;
    return key.name === prefix.name || key.name === prefix2?.name || this.keymap.inRoot(key) !== undefined;
  }

  private repeating(): boolean {
    return this.clock.now() < this.repeatUntil;
  }

  /** Whether a key was one of ours: the prefix, or bound. */
  private takeKey(key: Key): boolean {
    const { prefix, prefix2 } = this.config.options;
    if (this.inPrefix) {
      this.setPrefix(false);
      const bound = this.keymap.inPrefix(key);
      if (bound) this.runBound(bound);
      else if (sameKey(key, prefix)) this.actions.sendPrefix();
      return true;
    }
    if (this.repeating()) {
      const bound = this.keymap.inPrefix(key);
      if (bound?.repeat) {
        this.runBound(bound);
        return true;
      }
      this.repeatUntil = 0;
    }
    if (sameKey(key, prefix) || (prefix2 && sameKey(key, prefix2))) {
      this.setPrefix(true);
      return true;
    }
    const bound = this.keymap.inRoot(key);
    if (bound) this.runBound(bound);
    return bound !== undefined;
  }

  private setPrefix(on: boolean): void {
    this.inPrefix = on;
    this.screen.paintSoon();
  }

  private runBound(bound: BoundCommand): void {
    this.repeatUntil = bound.repeat ? this.clock.now() + this.config.options.repeatTime : 0;
    void this.actions.runLine(bound.command);
  }

  private forwardFocus(event: InputEvent & { kind: "focus" }): void {
    const mirror = this.screen.mirrors.get(this.focusedPane);
    if (this.config.options.focusEvents && mirror?.modes.focusEvents) this.link.input(this.focusedPane, event);
  }

  /** Types into the focused pane, or into its copy mode. */
  toPane(event: InputEvent): void {
    if (this.copyModes.input(this.focusedPane, event)) return this.screen.paintSoon();
    if (!this.link.input(this.focusedPane, event)) this.say("the daemon does not take input: what you type is dropped", true);
  }

  /** Pastes text into the focused pane, in pieces that fit a message. */
  paste(text: string): void {
    for (let at = 0; at < text.length; ) {
      let end = Math.min(text.length, at + LARGEST_INPUT_TEXT);
      // a pair of surrogates stays together
      if (end < text.length && text.charCodeAt(end - 1) >= 0xd800 && text.charCodeAt(end - 1) < 0xdc00) end--;
      this.toPane({ kind: "paste", text: text.slice(at, end), first: at === 0, more: end < text.length });
      at = end;
    }
  }

  /** The settings changed (or are to be read again). */
  setConfig(config: Config): void {
    this.config = config;
    this.keymap = new Keymap(config.keys);
    this.terminal.setMouse(config.options.mouse);
    this.terminal.setExtendedKeys(config.options.extendedKeys !== "off");
    this.resized();
  }

  /** Set by whoever watches the file: reads it again at once. */
  reload: () => void = () => this.say("no configuration file is watched", true);

  // Commands

  /** Runs a server command and holds typed input until the reply has named the focus. */
  async call(name: string, args: Record<string, unknown>): Promise<unknown> {
    return this.holding(async () => {
      const reply: Reply = await this.link.command(name, args);
      if (reply.focus) this.focusedPane = reply.focus.pane;
      return reply.result;
    });
  }

  /** Keeps typed input back until the work is done: it decides where the input goes. */
  async holding<T>(work: () => Promise<T>): Promise<T> {
    this.commandsUnderWay++;
    try {
      return await work();
    } finally {
      this.commandsUnderWay--;
      this.releaseHeld();
    }
  }

  private releaseHeld(): void {
    while (this.commandsUnderWay === 0) {
      const next = this.rest ?? this.held.shift();
      this.rest = undefined;
      if (!next) return;
      this.route(next);
    }
  }

  openOverlay(overlay: Overlay): void {
    this.screen.overlays.push(overlay);
    this.screen.changed();
    this.screen.paintSoon();
  }

  closeOverlay(overlay: Overlay): void {
    if (!this.screen.overlays.includes(overlay)) return;
    this.screen.overlays = this.screen.overlays.filter((o) => o !== overlay);
    overlay.dispose();
    this.screen.changed();
    this.screen.paintSoon();
  }

  fail(thrown: unknown): void {
    const error = asFugueError(thrown);
    this.say(error.hint ? `${error.message} (${error.hint})` : error.message, true);
  }
}
