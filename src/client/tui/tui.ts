/**
 * The TUI: one terminal, its servers, one screen. Keys go to the overlay on top, else to copy mode, else through
 * the key tables, else to the focused pane.
 */
import type { Clock, Timer } from "../../base/clock.ts";
import { asFugueError, type FugueError } from "../../base/errors.ts";
import { printable } from "../../base/names.ts";
import type { Config } from "../../config/config.ts";
import { formatText } from "../../config/format-evaluation.ts";
import type { InputEvent } from "../../protocol/input.ts";
import { LARGEST_INPUT_TEXT } from "../../protocol/limits.ts";
import type { Attach, Frame, ServerEvent, View, Watched } from "../../protocol/messages.ts";
import type { Prompter } from "../../transport/dialer.ts";
import { formatValues } from "../compositor/status-line.ts";
import { InputDecoder } from "../input/decoder.ts";
import { abilitiesOf } from "../tty/abilities.ts";
import type { OuterTerminal } from "../tty/terminal.ts";
import type { Overlay } from "../ui/overlay.ts";
import { Actions } from "./actions.ts";
import { agentNotice } from "./agent-notices.ts";
import { CopyModes } from "./copy-modes.ts";
import { KeyRouter } from "./key-router.ts";
import { Keymap } from "./keymap.ts";
import { MouseRouter } from "./mouse-router.ts";
import { Screen, type LinkedPane } from "./screen.ts";
import { linkMessage, serverMarks } from "./server-marks.ts";
import type { ServerLink } from "../connection/server-link.ts";
import { PaneRoutes } from "./pane-routes.ts";
import type { SessionCache } from "./session-lists.ts";
import type { AttachRequest, ServerEvents, Servers } from "./servers.ts";

const MOST_MESSAGES = 500;
/** A server on this machine has greeted, and has our hello, after this long. */
const PREPARE_MS = 1;

/** How a TUI ended. */
export interface TuiEnd {
  status: number;
  /** Printed after the terminal was restored. */
  message?: string;
  error?: FugueError;
}

/** Which session to show, and how. */
export interface TuiStart {
  target?: string;
  create?: Attach["create"];
  readOnly?: boolean;
  detachOthers?: boolean;
}

export class Tui implements ServerEvents {
  readonly screen: Screen;
  readonly copyModes: CopyModes;
  readonly actions: Actions;
  readonly routes: PaneRoutes;
  keymap: Keymap;
  readonly messages: { at: number; text: string }[] = [];
  private readonly decoder = new InputDecoder();
  private readonly keys: KeyRouter;
  readonly mouse: MouseRouter;
  private focusedPane = 0;
  private message: { text: string; error: boolean } | undefined;
  private messageTimer: Timer | undefined;
  private escapeTimer: Timer | undefined;
  private statusTimer: Timer | undefined;
  private ticking: Timer | undefined;
  private finished = false;
  private title = "";
  private colors: { foreground?: number; background?: number } | undefined;
  private end!: (end: TuiEnd) => void;
  /** How it ended; may be settled before `run` is called. */
  private readonly ended = new Promise<TuiEnd>((resolve) => (this.end = resolve));

  constructor(
    readonly terminal: OuterTerminal,
    readonly servers: Servers,
    readonly clock: Clock,
    public config: Config,
    readonly env: Record<string, string | undefined>,
    private readonly start: TuiStart = {},
    readonly cache?: SessionCache,
  ) {
    servers.events = this;
    this.routes = new PaneRoutes(() => servers.all(), () => servers.front);
    this.screen = new Screen(terminal, clock, abilitiesOf(env, config.options.trueColor), {
      options: () => this.config.options,
      status: () => this.statusState(),
      dimmed: (pane) => !this.routes.routeOf(pane)?.link.connected,
      about: (pane) => this.linkedTitle(pane),
    });
    this.keymap = new Keymap(config.keys);
    this.copyModes = new CopyModes(this);
    this.actions = new Actions(this);
    this.mouse = new MouseRouter(this);
    this.keys = new KeyRouter(this);
  }

  get focus(): { window: number; pane: number } {
    return { window: this.screen.view?.focus.window ?? 0, pane: this.focusedPane };
  }

  get view(): View | undefined {
    return this.screen.view;
  }

  /** The server whose session is shown. */
  get link(): ServerLink {
    return this.servers.front;
  }

  private statusState() {
    const { link } = this;
    return {
      prefix: this.keys.inPrefix, copyMode: this.copyModes.active(this.focusedPane), host: link.host, link: link.state,
      server: this.servers.several ? link.name : "", servers: this.servers.several ? serverMarks(this.servers) : "",
      message: this.copyModes.prompt(this.focusedPane) ?? this.message ?? linkMessage(link),
    };
  }

  /** What to attach to at the server in front; after a reconnect, where the client was. */
  readonly attachRequest: AttachRequest = () => {
    const { view, start, terminal } = this;
    return {
      ...(view ? { target: `%${view.focus.pane}`, session: view.session.name } : start),
      // sockets and displays of this machine mean nothing on another one
      env: this.link.name === "local" ? chosenEnvironment(this.env, this.config.options.updateEnvironment) : {},
      cols: terminal.cols, rows: this.screen.height, readOnly: start.readOnly,
    };
  };

  /** Connects to the server in front and shows its session. @throws FugueError */
  open(prompter?: Prompter): Promise<void> {
    // what takes long the first time (the time zone, the formats) is done while the server answers
    this.clock.after(PREPARE_MS, () => !this.view && this.screen.prepare());
    return this.servers.openFront(this.attachRequest, prompter);
  }

  /** Shows a session of a server, whichever is in front now. @throws FugueError; then nothing has changed */
  async showOn(server: string, target: string | undefined): Promise<void> {
    const { terminal } = this;
    const { view } = this.screen;
    this.screen.view = undefined;
    try {
      await this.holding(() => this.servers.switchTo(server, () => ({ ...this.attachRequest(), ...(!this.view && { target, create: undefined }), cols: terminal.cols })));
    } catch (error) {
      this.screen.view = view;
      if (!view) this.actions.openTree({});
      throw error;
    } finally {
      this.screen.redraw();
    }
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

  /** Several servers and no session named: the tree is the first screen. */
  chooseServer(): void {
    this.link.start();
    this.actions.openTree({});
  }

  finish(end: TuiEnd): void {
    this.finished = true;
    this.screen.started = false;
    this.servers.end();
    for (const timer of [this.messageTimer, this.escapeTimer, this.statusTimer, this.ticking]) timer?.cancel();
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

  /** The session in front as this client shows it, from its server. */
  viewed(view: View): void {
    this.screen.setView(view);
    this.routes.update(view);
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

  frame(frame: Frame, bytes: number, link: ServerLink): void {
    const leaves = this.routes.leavesOf(link, frame.pane);
    if (link === this.link && !this.routes.targetOf(frame.pane)) leaves.push(frame.pane);
    this.screen.applyFrame(frame, bytes, leaves, link);
  }

  watched(watched: Watched, link: ServerLink): void {
    this.routes.tell(link, watched);
    this.screen.changed();
  }

  /** A link pane's title says whose it is. */
  private linkedTitle(leaf: number): LinkedPane | undefined {
    const target = this.routes.targetOf(leaf);
    if (!target) return undefined;
    const link = this.routes.routeOf(leaf)?.link;
    const known = this.routes.knownOf(leaf);
    const state = !link ? "away" : known?.gone ? "gone" : "shown";
    return { server: link?.name ?? target.name, pane: target.pane, title: known?.title ?? "", program: known?.program ?? "", cwd: known?.cwd, state };
  }

  linkChanged(link: ServerLink): void {
    if (link.connected) this.routes.update(this.view);
    this.actions.serversChanged(link.connected ? link : undefined);
    this.screen.changed();
    this.screen.paintSoon();
    // the age of the last contact goes on
    if (!this.link.connected && !this.ticking) {
      this.ticking = this.clock.after(1000, () => {
        this.ticking = undefined;
        if (!this.finished) this.linkChanged(this.link);
      });
    }
  }

  failed(error: FugueError, link: ServerLink): void {
    if (!this.servers.several) return this.finish({ status: error.exitStatus, error });
    if (link === this.link) this.fail(error);
  }

  refused(reason: string): void {
    this.say(reason, true);
  }

  event(event: ServerEvent, link: ServerLink): void {
    if (event.kind === "sessions") return this.actions.serversChanged(link);
    if (link !== this.link && !["bell", "notification", "agent"].includes(event.kind)) return;
    switch (event.kind) {
      case "bell":
        if (this.config.options.visualBell !== "off") this.say(this.bellText(event.pane, event.window));
        if (this.config.options.visualBell !== "on" && this.terminal.pending === 0) this.terminal.write("\x07");
        return;
      case "clipboard":
        return this.copyModes.fromProgram(event.text);
      case "notification":
        return this.say(event.title ? `${event.title}: ${event.body}` : event.body);
      case "agent":
        return this.agentChanged(event);
      case "message":
        return this.say(event.text, event.level === "error");
      case "detached":
        return this.finish({ status: 0, message: `[detached: ${printable(event.reason)}]` });
      case "exited":
        return this.servers.several ? this.leaveSession(event.session) : this.finish({ status: 0, message: "[exited]" });
    }
  }

  private agentChanged(event: ServerEvent & { kind: "agent" }): void {
    const notice = agentNotice(event, this.config.options);
    if (!notice) return;
    if (notice.message !== undefined) this.say(notice.message);
    // what the terminal does not take at once comes too late to be a notification
    if (notice.bytes !== "" && this.terminal.pending === 0) this.terminal.write(notice.bytes);
  }

  private bellText(pane: number, window: number | undefined): string {
    if (window === undefined || this.view?.panes.some(({ id }) => id === pane)) return "bell in this window";
    return `bell in window ${window}`;
  }

  /** The session that was shown has ended, but there are other servers: what is there is shown. */
  private leaveSession(session: string): void {
    this.screen.view = undefined;
    this.link.leave();
    this.screen.redraw();
    this.say(`session ${session} has ended`);
    this.actions.openTree({});
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

  /** Takes the message off the status line. */
  clearMessage(): void {
    if (!this.message) return;
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
    for (const event of this.decoder.push(bytes)) this.keys.take(event);
    this.takeReplies();
    this.waitForEscape();
  }

  /** A lone Esc, or the beginning of a sequence that never ends, is decided after the escape time. */
  private waitForEscape(): void {
    if (!this.decoder.pendingEscape) return;
    this.escapeTimer = this.clock.after(Math.max(1, this.config.options.escapeTime), () => {
      for (const event of this.decoder.flush()) this.keys.take(event);
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

  forwardFocus(event: InputEvent & { kind: "focus" }): void {
    const mirror = this.screen.mirrors.get(this.focusedPane);
    if (this.config.options.focusEvents && mirror?.modes.focusEvents) this.send(this.focusedPane, event);
  }

  /** Types into the focused pane, or into its copy mode. */
  toPane(event: InputEvent): void {
    if (this.copyModes.input(this.focusedPane, event)) return this.screen.paintSoon();
    if (!this.send(this.focusedPane, event)) this.say("the server does not take input: what you type is dropped", true);
  }

  /** Sends input to the pane behind a leaf, and to all others of the window if input is synchronised. @returns false if it was dropped */
  send(leaf: number, event: InputEvent): boolean {
    const route = this.routes.routeOf(leaf);
    const taken = route?.link.input(route.pane, event) ?? false;
    if (this.synchronizeLinks && this.view?.synchronized && event.kind !== "mouse" && event.kind !== "focus") this.sendToOthers(leaf, event);
    return taken;
  }

  /** Whether synchronised input also goes to panes of other servers; switched on by the person at this client only. */
  synchronizeLinks = false;

  /** The server in front sends to its own panes by itself, if one of them was typed into. */
  private sendToOthers(leaf: number, event: InputEvent): void {
    const isLink = this.routes.targetOf(leaf) !== undefined;
    for (const { id } of this.view!.panes) {
      if (id === leaf || (!isLink && !this.routes.targetOf(id))) continue;
      const route = this.routes.routeOf(id);
      route?.link.input(route.pane, event);
      // one of its own panes is enough: the server passes it on to the others
      if (isLink && !this.routes.targetOf(id)) return;
    }
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
      const reply = await this.link.command(name, args);
      if (reply.focus) this.focusedPane = reply.focus.pane;
      return reply.result;
    });
  }

  /** Keeps typed input back until the work is done: it decides where the input goes. */
  holding<T>(work: () => Promise<T>): Promise<T> {
    return this.keys.holding(work);
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
    // with no session behind it, the tree is all there is: who leaves it without a choice leaves the view
    if (!this.view && this.screen.overlays.length === 0) this.clock.after(0, () => this.endIfEmpty());
  }

  private endIfEmpty(): void {
    const isEmpty = !this.view && this.screen.overlays.length === 0 && !this.keys.waiting;
    if (isEmpty && !this.finished) this.finish({ status: 0 });
  }

  fail(thrown: unknown): void {
    const error = asFugueError(thrown);
    this.say(error.hint ? `${error.message} (${error.hint})` : error.message, true);
  }
}

/** Those of the named variables that are set. */
function chosenEnvironment(env: Record<string, string | undefined>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
