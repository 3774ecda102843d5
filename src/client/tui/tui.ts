/**
 * The TUI: one terminal, its servers, one screen. Keys go to the overlay on top, else to copy mode, else through
 * the key tables, else to the focused pane.
 */
import type { Clock, Timer } from "../../base/clock.ts";
import { asFugueError, type FugueError } from "../../base/errors.ts";
import { printable } from "../../base/names.ts";
import type { Config } from "../../config/config.ts";
import { formatText } from "../../config/format-evaluation.ts";
import type { Format } from "../../config/format.ts";
import type { Frame, ServerEvent, View, Watched } from "../../protocol/messages.ts";
import type { Prompter } from "../../transport/dialer.ts";
import { formatValues } from "../compositor/status-line.ts";
import { abilitiesOf } from "../tty/abilities.ts";
import type { OuterTerminal } from "../tty/terminal.ts";
import type { Overlay } from "../ui/overlay.ts";
import { Actions } from "./actions.ts";
import { agentNotice } from "./agent-notices.ts";
import { CopyModes } from "./copy-modes.ts";
import { Front, type TuiStart } from "./front.ts";
import { KeyRouter } from "./key-router.ts";
import { Keymap } from "./keymap.ts";
import { MessageLine } from "./message-line.ts";
import { MouseRouter } from "./mouse-router.ts";
import { Screen, type LinkedPane } from "./screen.ts";
import { linkMessage, linkSilence, serverMarks } from "./server-marks.ts";
import type { ServerLink } from "../connection/server-link.ts";
import { showNextFocus } from "./next-focus.ts";
import { PaneRoutes, type PaneRoute } from "./pane-routes.ts";
import type { SessionCache } from "./session-lists.ts";
import type { ServerEvents, Servers } from "./servers.ts";
import { TERMINAL_QUERIES, TerminalInput } from "./terminal-input.ts";
import { ServerAgents } from "./server-agents.ts";
import { Predictions } from "./predictions.ts";
import { ProgramRequests } from "./program-requests.ts";
import { Typing } from "./typing.ts";

/** A server on this machine has greeted, and has our hello, after this long. */
const PREPARE_MS = 1;

/** How a TUI ended. */
export interface TuiEnd {
  status: number;
  /** Printed after the terminal was restored. */
  message?: string;
  error?: FugueError;
}

/** What a program in a linked pane may do at this terminal. */
const FROM_LINKS: ReadonlySet<string> = new Set(["bell", "notification", "clipboard"]);

export class Tui implements ServerEvents {
  readonly screen: Screen;
  readonly copyModes: CopyModes;
  readonly actions: Actions;
  readonly routes: PaneRoutes;
  private bound: Keymap | undefined;
  readonly messages: MessageLine;
  readonly typing: Typing;
  readonly predictions: Predictions;
  readonly agents: ServerAgents;
  private readonly requests: ProgramRequests;
  readonly front: Front;
  private readonly input: TerminalInput;
  readonly keys: KeyRouter;
  readonly mouse: MouseRouter;
  private focusedPane = 0;
  private statusTimer: Timer | undefined;
  private ticking: Timer | undefined;
  private pulse: Timer | undefined;
  private finished = false;
  /** Servers of which it was said that they are another one's. */
  private readonly twins = new WeakSet<ServerLink>();
  private title = "";
  private end!: (end: TuiEnd) => void;
  /** How it ended; may be settled before `run` is called. */
  private readonly ended = new Promise<TuiEnd>((resolve) => (this.end = resolve));

  constructor(
    readonly terminal: OuterTerminal,
    readonly servers: Servers,
    readonly clock: Clock,
    public config: Config,
    readonly env: Record<string, string | undefined>,
    start: TuiStart = {},
    readonly cache?: SessionCache,
  ) {
    servers.events = this;
    this.routes = new PaneRoutes(() => servers.all(), () => servers.front);
    this.screen = new Screen(terminal, clock, abilitiesOf(env, config.options.trueColor), {
      options: () => this.config.options,
      status: () => this.statusState(),
      dimmed: (pane) => !this.routes.routeOf(pane)?.link.connected,
      about: (pane) => this.linkedTitle(pane),
      routeOf: (leaf) => this.routes.routeOf(leaf),
    });
    this.messages = new MessageLine(clock, () => this.config.options.displayTime, () => this.screen.paintSoon());
    this.input = new TerminalInput(clock, {
      event: (event) => this.keys.take(event), colors: () => this.showsServer(),
      answered: () => this.terminal.answered(), synchronized: (on) => this.screen.setSynchronized(on), escapeTime: () => this.config.options.escapeTime,
    });
    this.typing = new Typing(this);
    this.predictions = new Predictions(this);
    this.agents = new ServerAgents(this);
    this.requests = new ProgramRequests(this);
    this.front = new Front(this, start);
    this.copyModes = new CopyModes(this);
    this.actions = new Actions(this);
    this.mouse = new MouseRouter(this);
    this.keys = new KeyRouter(this);
  }

  get focus(): { window: number; pane: number } {
    return { window: this.screen.view?.focus.window ?? 0, pane: this.focusedPane };
  }

  /** What keys run; made for the first of them. */
  get keymap(): Keymap {
    return (this.bound ??= new Keymap(this.config.keys));
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
      agents: this.agents.counts(),
      message: this.copyModes.prompt(this.focusedPane) ?? this.messages.current ?? this.awayMessage(),
    };
  }

  /** What is to be said of the server in front, or of the one behind the focused link, if it does not answer. */
  private awayMessage() {
    const focused = this.routes.routeOf(this.focusedPane)?.link;
    return linkMessage(this.link, this.keys.heldEvents) ?? (focused && focused !== this.link ? linkMessage(focused) : undefined);
  }

  /** Connects to the server in front and shows its session. @throws FugueError */
  open(prompter?: Prompter): Promise<void> {
    // what takes long the first time (the time zone, the formats) is done while the server answers
    this.clock.after(PREPARE_MS, () => !this.view && this.screen.prepare());
    return this.servers.openFront(this.front.request, prompter);
  }

  /** Runs until the session ends, the client is detached, or the terminal goes. */
  run(): Promise<TuiEnd> {
    if (this.finished) return this.ended;
    this.terminal.start({
      data: (bytes) => this.input.receive(bytes),
      resized: () => this.resized(),
      gone: () => this.finish({ status: 0 }),
    });
    this.screen.started = true;
    this.terminal.setMouse(this.config.options.mouse);
    this.terminal.setExtendedKeys(this.config.options.extendedKeys !== "off");
    this.terminal.ask(TERMINAL_QUERIES);
    this.scheduleStatus();
    this.screen.paint();
    void this.actions.load();
    return this.ended;
  }

  /** Several servers and no session named: the tree is the first screen. */
  async chooseServer(): Promise<void> {
    // the tree first: dialling takes time of the processor that it needs
    await this.actions.openTree({});
    void this.link.start();
  }

  finish(end: TuiEnd): void {
    this.finished = true;
    this.screen.started = false;
    this.servers.end();
    for (const timer of [this.statusTimer, this.ticking, this.pulse]) timer?.cancel();
    this.actions.dispose();
    this.messages.dispose();
    this.requests.dispose();
    this.predictions.dispose();
    this.input.dispose();
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
  viewed(view: View, link: ServerLink): void {
    if (link !== this.link) return this.front.aside(view, link);
    this.screen.setView(view);
    this.routes.update(view);
    this.focusedPane = view.focus.pane;
    this.screen.mirrors.keepOnly((server, pane) => this.wants(server, pane));
    this.copyModes.follow(view, link);
    this.actions.viewChanged();
    this.updateTitle();
  }

  /** Whether a pane of a server is shown, or will be. */
  private wants(link: ServerLink, pane: number): boolean {
    return this.front.wants(link, pane) || this.routes.watches(link, pane);
  }

  /** Has one more pane sent, or none: pictures of the one before are forgotten. */
  watchPreview(route: PaneRoute | undefined): void {
    this.routes.preview(route);
    this.screen.mirrors.keepOnly((server, pane) => this.wants(server, pane));
  }

  /** Tells the server in front how large this terminal is, and its colours. */
  showsServer(): void {
    this.link.resize(this.terminal.cols, this.screen.height, this.input.colors);
  }

  /** A format with what is shown now put in. */
  textOf(format: Format): string {
    const state = { ...this.statusState(), options: this.config.options, view: this.view, wall: this.clock.wall() };
    return printable(formatText(format, formatValues(state), state.wall));
  }

  private updateTitle(): void {
    const { options } = this.config;
    if (!options.setTitles) return;
    const title = this.textOf(options.setTitlesString);
    if (title !== this.title) this.terminal.write(`\x1b]2;${(this.title = title)}\x1b\\`);
  }

  settled(): void {
    this.terminal.setMotion(this.screen.mirrorOf(this.focusedPane)?.modes.motion ?? false);
    this.screen.paint();
  }

  frame(frame: Frame, bytes: number, link: ServerLink): void {
    this.screen.applyFrame(frame, bytes, link, this.wants(link, frame.pane));
    this.predictions.framed(frame, link);
    this.actions.framed(link, frame.pane);
  }

  watched(watched: Watched, link: ServerLink): void {
    this.routes.tell(link, watched);
    this.agents.tell(link, watched);
    this.screen.changed();
  }

  /** A link pane's title says whose it is. */
  private linkedTitle(leaf: number): LinkedPane | undefined {
    const target = this.routes.targetOf(leaf);
    if (!target) return undefined;
    const link = this.routes.routeOf(leaf)?.link;
    const known = this.routes.knownOf(leaf);
    const state = !link ? "away" : known?.gone ? "gone" : "shown";
    return { server: link?.name ?? target.name, pane: target.pane, title: known?.title ?? "", program: known?.program ?? "", cwd: known?.cwd, agent: known?.agent, silence: link && linkSilence(link), state };
  }

  linkChanged(link: ServerLink): void {
    this.routes.update(this.view);
    if (link.connected && link === this.link) this.showsServer();
    this.reportTwin(link);
    this.actions.serversChanged(link.connected ? link : undefined);
    this.showStates();
  }

  /** The hearts of all servers beat together: what they tell is shown once. */
  lifeChanged(): void {
    if (this.finished || this.pulse) return;
    this.pulse = this.clock.after(0, () => {
      this.pulse = undefined;
      this.actions.serversChanged();
      this.showStates();
    });
  }

  private showStates(): void {
    this.screen.changed();
    this.screen.paintSoon();
    // the age of the last contact goes on
    const isAway = this.awayMessage() !== undefined || [...this.routes.servers()].some((server) => !server.connected);
    if (isAway && !this.ticking) {
      this.ticking = this.clock.after(1000, () => {
        this.ticking = undefined;
        this.lifeChanged();
      });
    }
  }

  /** Says once that two names are those of one server. */
  private reportTwin(link: ServerLink): void {
    const twin = link.connected ? this.servers.twinOf(link) : undefined;
    if (!twin || this.twins.has(link)) return;
    this.twins.add(link);
    this.say(`${link.name} is the same server as ${twin.name}: it is shown once`, true);
  }

  removed(link: ServerLink): void {
    this.routes.forget(link);
    this.routes.update(this.view);
    this.screen.mirrors.keepOnly((server, pane) => this.wants(server, pane));
    this.actions.serverRemoved(link);
    this.screen.changed();
    this.screen.paintSoon();
  }

  failed(error: FugueError, link: ServerLink): void {
    if (!this.servers.several) return this.finish({ status: error.exitStatus, error });
    if (link === this.link) this.fail(error);
  }

  acknowledged(pane: number, sequence: number, link: ServerLink): void {
    this.predictions.acknowledged(pane, sequence, link);
  }

  refused(reason: string): void {
    this.say(reason, true);
  }

  event(event: ServerEvent, link: ServerLink): void {
    if (event.kind === "sessions") return this.actions.serversChanged(link);
    const isLinked = "pane" in event && this.routes.leafOf(link, event.pane) !== undefined;
    if (link !== this.link && event.kind !== "agent" && !(isLinked && FROM_LINKS.has(event.kind))) return;
    switch (event.kind) {
      case "bell":
        if (this.config.options.visualBell !== "off") this.say(isLinked ? `bell in a pane of ${link.name}` : this.bellText(event.pane, event.window));
        if (this.config.options.visualBell !== "on" && this.terminal.pending === 0) this.terminal.write("\x07");
        return;
      case "clipboard":
        return this.copyModes.fromProgram(event.text);
      case "notification":
        return this.say(event.title ? `${event.title}: ${event.body}` : event.body);
      case "agent":
        return this.agentChanged(event, link);
      case "request":
        return this.requests.take(event, link);
      case "message":
        return this.say(event.text, event.level === "error");
      case "detached":
        return this.finish({ status: 0, message: `[detached: ${printable(event.reason)}]` });
      case "exited":
        return this.servers.several ? this.front.ended(event.session) : this.finish({ status: 0, message: "[exited]" });
    }
  }

  private agentChanged(event: ServerEvent & { kind: "agent" }, link: ServerLink): void {
    const notice = agentNotice(event, this.config.options, this.servers.several ? link.name : undefined);
    if (!notice) return;
    if (notice.message !== undefined) this.say(notice.message);
    // what the terminal does not take at once comes too late to be a notification
    if (notice.bytes !== "" && this.terminal.pending === 0) this.terminal.write(notice.bytes);
  }

  private bellText(pane: number, window: number | undefined): string {
    if (window === undefined || this.view?.panes.some(({ id }) => id === pane)) return "bell in this window";
    return `bell in window ${window}`;
  }

  /** Shows a message on the status line for a while. */
  say(text: string, error = false): void {
    this.messages.say(text, error);
  }

  // From the terminal

  private resized(): void {
    this.screen.changed();
    this.showsServer();
    this.copyModes.resized();
    this.screen.redraw();
  }

  /** The settings changed (or are to be read again). */
  setConfig(config: Config): void {
    this.config = config;
    this.bound = undefined;
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
      const undo = name === "pane select" && this.link.connected ? showNextFocus(this.screen, args) : undefined;
      try {
        const { link } = this;
        const reply = await link.command(name, args);
        if (reply.focus && link === this.link) this.focusedPane = reply.focus.pane;
        return reply.result;
      } catch (error) {
        undo?.();
        throw error;
      }
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
