/**
 * The daemon's hub: model, panes, clients and keeper, and the rules that bind them. Model changes are turned into pane
 * sizes, views for clients and a journal for the keeper, once per turn of the event loop.
 */
import { join } from "node:path";
import { builtinRules } from "../agents/builtin-rules.ts";
import { sleep, type Clock, type Timer } from "../base/clock.ts";
import { fileSink, LogRoot, type Logger } from "../base/log.ts";
import type { Paths } from "../base/paths.ts";
import type { ListenAddress } from "../config/listen.ts";
import type { KeeperWelcome, PaneExit, UpgradeState } from "../keeper/protocol.ts";
import type { TerminalEffect } from "../terminal/effects.ts";
import type { ClientConnection } from "./connections/client-connection.ts";
import { panesOf, rectsOf } from "./model/layout.ts";
import { Model } from "./model/model.ts";
import type { WindowState } from "./model/state.ts";
import { AgentChanges } from "./agents/agent-changes.ts";
import { AgentWatch } from "./agents/agent-watch.ts";
import type { RuleSource } from "./agents/rule-folder.ts";
import { Prompts } from "./agents/prompts.ts";
import { Sideband } from "./agents/sideband.ts";
import { SpokenRequests } from "./agents/spoken-requests.ts";
import { Mailroom } from "./operations/mailroom.ts";
import { Buffers } from "./operations/buffers.ts";
import { CommandLedger } from "./operations/command-ledger.ts";
import { CommandsUnderWay } from "./operations/commands-under-way.ts";
import { Runs } from "./operations/runs.ts";
import { Effects } from "./operations/effects.ts";
import { Exits } from "./operations/exits.ts";
import { NoticeBoard } from "./notice-board.ts";
import { Adoption, type RestoreReport } from "./adoption.ts";
import { Restoring } from "./restoring.ts";
import { PaneLife } from "./pane-life.ts";
import { DiskState } from "./persistence/disk-state.ts";
import type { ValueName } from "./persistence/state-folder.ts";
import { mayKeep, screenOf, tellSaving } from "./saved-panes.ts";
import type { KeeperLink } from "./panes/keeper-link.ts";
import { StableLinks } from "./panes/stable-links.ts";
import { Pane, type PaneRestore } from "./panes/pane.ts";
import { ParseLoop } from "./panes/parse-loop.ts";
import { ProgramWatch } from "./panes/program-watch.ts";
import { Waits } from "./operations/waits.ts";
import type { ServerSettings } from "./settings.ts";
import { ServerTrust } from "./trust.ts";

/** Checkpoints taken in one turn of the event loop: a few milliseconds. */
const CHECKPOINTS_A_TURN = 4;
/** Titles that turn ten times a second in fifty panes must not make a view each. */
const SOON_MS = 40;

export class Daemon {
  readonly model: Model;
  /** Starts, replaces and ends panes' programs. */
  readonly life = new PaneLife(this);
  readonly panes = new Map<number, Pane>();
  readonly clients = new Set<ClientConnection>();
  readonly buffers: Buffers;
  readonly waits: Waits;
  readonly runs: Runs;
  /** Which commands were carried out, and what was answered. */
  readonly ledger: CommandLedger;
  readonly underWay: CommandsUnderWay;
  readonly agents: AgentWatch;
  readonly prompts: Prompts;
  readonly sideband: Sideband;
  readonly spoken: SpokenRequests;
  /** How programs ended whose panes are gone. */
  readonly exits: Exits;
  readonly startedAt: number;
  /** Where it listens, its own socket first; and where it should and can't. */
  listening: readonly ListenAddress[] = [];
  notListening: readonly { readonly address: string; readonly problem: string }[] = [];
  readonly trust: ServerTrust;
  /** What agents did: a log of its own. */
  readonly audit: Logger;
  /** Who is told what happens. */
  readonly notices = new NoticeBoard(this);
  readonly disk: DiskState;
  private readonly links: StableLinks;
  /** What came back from disk when this daemon started. */
  restored: RestoreReport | undefined;
  /** Panes of an earlier life that are still to be started. */
  readonly restoring: Restoring;
  readonly mail: Mailroom;
  readonly effects: Effects;
  readonly loop: ParseLoop;
  readonly programs: ProgramWatch;
  readonly changedPanes = new Set<Pane>();
  private sessionsSoon: Timer | undefined;
  private syncing = false;
  private readonly adoption: Adoption;
  private adopting = false;
  /** All panes that run have been taken over: commands, which may ask for any of them, wait for that. */
  adopted: Promise<void> = Promise.resolve();

  constructor(
    readonly paths: Paths,
    readonly clock: Clock,
    readonly log: Logger,
    readonly keeper: KeeperLink,
    readonly welcome: KeeperWelcome,
    readonly settings: () => ServerSettings,
    readonly env: Record<string, string | undefined>,
    readonly serverId: string,
    readonly rules: RuleSource = { rules: builtinRules(), problems: [] },
  ) {
    this.startedAt = clock.wall();
    this.trust = new ServerTrust(paths, clock, log);
    this.audit = new LogRoot(clock, fileSink(join(paths.logs, "audit.log"))).scope("audit");
    this.links = new StableLinks(join(paths.state, "links"), log);
    this.disk = new DiskState(
      paths.state, clock, log, keeper, () => ({ off: settings().restore === "off", ...settings().save }),
      (pane) => screenOf(this, pane), (reason) => tellSaving(this, reason),
    );
    this.model = new Model(settings().baseIndex, settings().synchronized);
    this.buffers = new Buffers(clock, (bytes) => this.keepValue("buffers", bytes));
    this.ledger = new CommandLedger(() => clock.wall(), (key, bytes) => keeper.putBlob(key, bytes), () => keeper.flushed());
    this.underWay = new CommandsUnderWay(clock);
    this.exits = new Exits((bytes) => keeper.putBlob("exits", bytes));
    this.adoption = new Adoption(this);
    this.restoring = new Restoring((pane) => this.adoption.bring(pane));
    this.waits = new Waits(this);
    this.runs = new Runs(this);
    this.mail = new Mailroom(this.model, (bytes) => this.keepValue("messages", bytes), () => keeper.flushed(), clock, log);
    this.sideband = new Sideband(this);
    this.spoken = new SpokenRequests(this);
    this.effects = new Effects(this);
    this.loop = new ParseLoop(clock, () => this.sliceEnded());
    const changes = new AgentChanges(this);
    this.agents = new AgentWatch(this, () => this.rules.rules, (change) => changes.handle(change), (pane, tracker) => this.spoken.look(pane, tracker));
    this.rules.changed = () => this.agents.rulesChanged();
    this.prompts = new Prompts(this);
    this.programs = new ProgramWatch(clock, (pane) => this.programChanged(pane), (pane, front) => this.agents.front(pane, front));
    this.model.changed.on(() => {
      this.journalDue = true;
      this.sessionsChanged();
      this.schedule();
    });
  }

  /** Terminal views list sessions, also of servers of which they show none: they are told to look again. */
  sessionsChanged(): void {
    this.sessionsSoon ??= this.clock.after(SOON_MS, () => {
      this.sessionsSoon = undefined;
      for (const client of this.clients) if (client.wantsSessions) client.event({ kind: "sessions" });
    });
  }

  // Start: what the keeper holds

  /**
   * Takes over what the keeper holds, or what was saved for this start. Clients can be served as soon as this returns.
   * @returns resolves when all panes that run have been taken over
   */
  adopt(): Promise<void> {
    this.adopting = true;
    if (this.settings().restore === "off") this.disk.forgetModel();
    const { adoption } = this;
    adoption.begin();
    this.links.sweep(new Set(this.model.sessions.keys()));
    this.mail.load(adoption.messages, adoption.anew);
    this.adopting = false;
    this.schedule();
    return (this.adopted = adoption.finish().then((report) => {
      this.restored = report;
    }));
  }

  /** Keeps paste buffers or messages with the keeper, and on the disk for the next start. */
  private keepValue(name: ValueName, bytes: Uint8Array): void {
    this.keeper.putBlob(name, bytes);
    // what was copied is what panes showed
    if (name === "messages" || this.settings().persistHistory) this.disk.valueChanged(name, bytes);
  }

  makePane(id: number, pid: number, size: { cols: number; rows: number }, restore?: PaneRestore): Pane {
    const settings = this.settings();
    const pane = new Pane(id, pid, size, this.keeper, this.clock, {
      changed: (pane) => this.paneChanged(pane),
      holdExpired: (pane) => {
        this.paneChanged(pane);
        this.sliceEnded();
      },
      effect: (pane, effect) => this.paneEffect(pane, effect),
      exited: (pane, exit) => this.paneExited(pane, exit),
      inputDone: (pane, client, sequence, refused) => this.inputDone(pane, client, sequence, refused),
    }, (pane) => this.loop.add(pane), { lines: this.model.panes.get(id)?.historyLines ?? settings.historyLines, bytes: settings.historyBytes }, this.disk.history(id, () => mayKeep(this, id)), restore);
    pane.setColors(this.colors);
    return pane;
  }

  // Sessions and input

  /** Last sequence of input that commands type. */
  sequence = 0;

  /** Sequence for input that commands type: above every one that came before, also before a restart or on another clock. */
  nextSequence(): number {
    return (this.sequence = Math.max(this.sequence + 1, Math.floor(this.clock.wall() * 1000)));
  }

  /** Ends everything: programs, clients, this daemon, the keeper. */
  stop(): void {
    this.log.info("stop asked for");
    void this.disk.freezeOrGiveUp(true).then(() => this.keeper.stop());
  }

  /**
   * Hands over to a daemon of another build.
   * @param keeper the keeper is to be of that build as well; then a daemon of that build follows in any case
   */
  upgrade(executable: string, keeper: boolean): Promise<UpgradeState> {
    this.log.info("upgrade asked for", { executable, keeper });
    this.journal();
    const trying = keeper ? this.keeper.replaceKeeper(executable, this.clock) : this.keeper.startBuild(executable, this.clock);
    void this.takeCheckpoints();
    return trying;
  }

  /** While another build loads: what it takes over is as new as can be, so that it has little to replay. */
  private async takeCheckpoints(): Promise<void> {
    let taken = 0;
    for (const pane of [...this.panes.values()].filter((each) => !each.isCovered)) {
      // who types meanwhile must not feel it
      if (taken++ % CHECKPOINTS_A_TURN === 0) await sleep(this.clock, 1);
      pane.takeCheckpoint();
    }
  }

  /** A client attached: later panes of the session get its variables, and links of earlier ones lead to it. */
  follow(session: number, env: Record<string, string>): void {
    this.model.updateEnvironment(session, this.links.follow(session, env));
  }

  /** A session is gone. @param status of its last program, unless it ended without one (its panes were moved) */
  sessionEnded(id: number, name: string, status?: number): void {
    this.links.remove(id);
    for (const client of [...this.clients]) if (client.focus.session === id) client.sessionEnded(name, status);
  }

  private colors: { foreground?: number; background?: number } = {};

  /** A client told the colours of its terminal: programs that ask get those of the client that told last. */
  setColors(colors: { foreground?: number; background?: number }): void {
    this.colors = colors;
    for (const pane of this.panes.values()) pane.setColors(colors);
  }

  /** A person typed into a pane: floods in others are parsed in shorter slices for a while. */
  typed(pane: Pane): void {
    this.loop.typed(pane);
  }

  // What panes tell

  private paneChanged(pane: Pane): void {
    this.changedPanes.add(pane);
    this.disk.touched(pane.id);
  }

  private sliceEnded(): void {
    if (this.changedPanes.size === 0) return;
    // pictures first: an echo waits for nothing else
    for (const pane of this.changedPanes) for (const client of this.clients) client.outbox.mark(pane);
    for (const client of this.clients) client.outbox.flush();
    for (const pane of this.changedPanes) {
      this.programs.output(pane);
      this.agents.output(pane);
      this.noteActivity(pane);
      this.waits.output(pane);
    }
    this.changedPanes.clear();
  }

  private noteActivity(pane: Pane): void {
    const window = this.windowOf(pane.id);
    if (!window || window.activity || !this.settings().monitorActivity || this.isShown(window.id)) return;
    window.activity = true;
    this.schedule();
  }

  /** Whether some client looks at this window. */
  isShown(window: number): boolean {
    for (const client of this.clients) if (client.attached && client.focus.valid && client.focus.window === window) return true;
    return false;
  }

  /** The client that was used last of those that may type and look at this window. */
  writerAt(window: number): ClientConnection | undefined {
    let latest: ClientConnection | undefined;
    for (const client of this.clients) {
      const looks = client.attached && !client.readOnly && client.focus.valid && client.focus.window === window;
      if (looks && !(latest && latest.activeAt >= client.activeAt)) latest = client;
    }
    return latest;
  }

  /** A client looks at this window no more: it takes the size of one that still does. */
  windowLeft(window: number): void {
    const heir = this.writerAt(window);
    if (heir) this.model.resizeWindow(window, heir.cols, heir.rows);
  }

  windowOf(pane: number): WindowState | undefined {
    const state = this.model.panes.get(pane);
    return state && this.model.windows.get(state.window);
  }

  private paneEffect(pane: Pane, effect: TerminalEffect): void {
    if (this.model.panes.has(pane.id)) this.effects.handle(pane, effect);
  }

  private paneExited(pane: Pane, exit: PaneExit): void {
    const window = this.windowOf(pane.id);
    this.exits.note(pane.id, exit, window && this.model.sessions.get(window.session)?.name);
    this.notices.exited(pane.id, exit);
    this.waits.exited(pane, exit);
    this.runs.exited(pane, exit);
    const state = this.model.panes.get(pane.id);
    if (!state) return;
    const { remainOnExit } = this.settings();
    if (state.kept || remainOnExit === "on" || (remainOnExit === "failed" && exit.code !== 0)) {
      state.exit = exit;
      this.agents.ended(pane);
      this.model.touch();
      return;
    }
    // a client must still be shown the last output: frames leave before the view without the pane does
    for (const client of this.clients) client.outbox.showLast(pane);
    this.life.drop(pane.id, true);
  }

  private inputDone(pane: Pane, client: number, sequence: number, refused?: string): void {
    // an answer to the program: nobody's input, and no connection's that has not said who it is
    if (client === 0) return;
    this.waits.written(pane, client, sequence, refused);
    for (const connection of this.clients) if (connection.id === client) connection.inputDone(pane.id, sequence, refused);
  }

  private programChanged(pane: Pane): void {
    const window = this.windowOf(pane.id);
    if (!window) return;
    if (this.settings().automaticRename && !window.named && window.active === pane.id && pane.program) {
      this.model.renameWindow(window.id, pane.program, false);
    }
    this.scheduleSoon();
  }

  // After changes of the model

  /** Asks for sizes, views and the journal to be brought up to date at the end of this turn. */
  schedule(): void {
    if (this.syncing || this.adopting) return;
    this.syncing = true;
    queueMicrotask(() => {
      this.syncing = false;
      this.applySizes();
      this.applyFocus();
      this.agents.looked();
      this.journal();
      for (const client of this.clients) client.sync();
      this.notices.compare();
    });
  }

  /** As `schedule`, but for what changes often and hurries nobody: titles, folders, progress. */
  scheduleSoon(): void {
    this.soon ??= this.clock.after(SOON_MS, () => {
      this.soon = undefined;
      this.schedule();
    });
  }

  /** A pane has the size of its place, unless a client claims another one for a link to it: of several the last that came. */
  private applySizes(): void {
    const claims = this.claims();
    for (const window of this.model.windows.values()) {
      for (const rect of rectsOf(window.tree)) {
        const zoomed = window.zoomed === rect.pane;
        const { cols, rows } = claims.get(rect.pane) ?? (zoomed ? window : rect);
        this.panes.get(rect.pane)?.wantSize(cols, rows);
      }
    }
  }

  /** Sizes that clients claim for links to our panes. */
  claims(): Map<number, { cols: number; rows: number }> {
    return new Map([...this.clients].flatMap((client) => client.claims.map((claim) => [claim.pane, claim])));
  }

  private focused = new Set<number>();

  /** Programs that asked for focus events hear of panes gaining or losing the last person that looks at them. */
  private applyFocus(): void {
    const now = new Set<number>();
    for (const client of this.clients) if (client.attached && client.focus.valid) now.add(client.focus.pane);
    for (const id of this.focused) if (!now.has(id)) this.panes.get(id)?.focusChanged(false);
    for (const id of now) if (!this.focused.has(id)) this.panes.get(id)?.focusChanged(true);
    this.focused = now;
  }

  private journaled = "";
  private journalDue = true;
  private soon: Timer | undefined;

  /** Hands the model to the keeper, if it has changed. */
  journal(): void {
    if (!this.journalDue) return;
    this.journalDue = false;
    const text = JSON.stringify(this.model.export());
    if (text === this.journaled) return;
    this.journaled = text;
    this.disk.modelChanged(text);
    try {
      this.keeper.putBlob("model", new TextEncoder().encode(text));
    } catch (error) {
      this.log.error("the journal is too large to be kept", { error: String(error) });
    }
  }

  /** Whether a pane is there soon: it waits to be taken over, or started again. */
  isToCome(pane: number): boolean {
    return this.restoring.waits(pane) && !this.panes.has(pane);
  }

  /** Resolves when the panes that are seen with this one, and that run, have been taken over. */
  takeOverWindow(pane: number): Promise<void> {
    const window = this.windowOf(pane);
    return this.adoption.takeOverShown(window ? panesOf(window.tree) : []);
  }

  /** Panes a client shows: those of its window, or the zoomed one. */
  shownPanes(windowId: number): Pane[] {
    const window = this.model.window(windowId);
    const ids = window.zoomed !== undefined ? [window.zoomed] : panesOf(window.tree);
    this.restoring.want(ids);
    return ids.map((id) => this.panes.get(id)).filter((pane) => pane !== undefined);
  }

  dispose(): void {
    this.disk.dispose();
    this.soon?.cancel();
    this.sessionsSoon?.cancel();
    this.loop.dispose();
    this.effects.dispose();
    this.sideband.dispose();
    this.programs.dispose();
    this.agents.dispose();
    this.mail.dispose();
    this.underWay.dispose();
  }
}
