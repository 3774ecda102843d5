/**
 * What a daemon takes over when it starts: the model and the panes that the keeper holds, or, from a keeper that holds
 * nothing, what was saved on disk by the life before a reboot or a stop.
 */
import { sleep } from "../base/clock.ts";
import type { KeptPane } from "../keeper/protocol.ts";
import { asFugueError } from "../base/errors.ts";
import { resumeCommand } from "../harness/launch.ts";
import { COMMAND_CLIENT } from "../protocol/limits.ts";
import type { Daemon } from "./daemon.ts";
import type { ValueName } from "./persistence/state-folder.ts";
import type { ModelState, PaneState } from "./model/state.ts";
import type { Pane, PaneRestore } from "./panes/pane.ts";
import { foregroundProgram } from "./panes/program.ts";
import { mayKeep, screenOf } from "./saved-panes.ts";

/** What came back from disk, and what could not. */
export interface RestoreReport {
  /** Milliseconds since 1970. */
  at: number;
  sessions: number;
  panes: number;
  /** Programs that were not started again, and files that could not be read; one line each. */
  lost: string[];
}

const MOST_LOST = 200;
/** Clients that were there come back within moments: what they look at is taken over before anything else is done. */
const COME_BACK_MS = 200;
/** After so much work clients have their turn. */
const SLICE_MS = 4;

export class Adoption {
  private readonly lost: string[] = [];
  /** Panes that run and are still to be taken over. */
  private readonly kept: Map<number, KeptPane>;
  private sliceEnd: number;
  /** Settled once somebody sees panes again. */
  private readonly looked = Promise.withResolvers<void>();
  /** Messages as they were kept. */
  messages: Uint8Array | undefined;

  constructor(private readonly daemon: Daemon) {
    this.kept = new Map(daemon.welcome.panes.map((kept) => [kept.pane, kept]));
    this.sliceEnd = daemon.clock.now() + SLICE_MS;
  }

  /** The keeper holds nothing: what there was before a stop or a reboot comes back from the disk. */
  get anew(): boolean {
    const { welcome, keeper } = this.daemon;
    return welcome.panes.length === 0 && !keeper.blobs.has("model");
  }

  /** Takes over everything but the panes: clients can be served from then on. */
  begin(): void {
    const { daemon } = this;
    const { model, keeper } = daemon;
    const { blobs } = keeper;
    // programs wait rather than take the time that the start needs; what they print meanwhile is only more to catch up with
    for (const pane of this.kept.keys()) keeper.hold(pane);
    const valueOf = (name: ValueName) => (this.anew ? daemon.disk.folder.loadValue(name) : blobs.get(name));
    daemon.buffers.load(valueOf("buffers"), this.anew);
    this.messages = valueOf("messages");
    daemon.ledger.load(blobs);
    daemon.exits.load(blobs.get("exits"));
    for (const { inputs } of this.kept.values()) {
      for (const [client, sequence] of inputs) if (client === COMMAND_CLIENT) daemon.sequence = Math.max(daemon.sequence, sequence);
    }
    const journal = blobs.get("model");
    if (journal) this.importJournal(new TextDecoder().decode(journal));
    else if (this.anew) this.loadSaved();
    for (const { pane, cols, rows } of this.kept.values()) if (!model.panes.has(pane)) this.adoptStranger(pane, cols, rows);
    for (const { id, pending, link } of [...model.panes.values()]) if (!this.kept.has(id) && !pending && !link) model.removePane(id);
  }

  /**
   * Takes over the panes that run, those that will be looked at first before the others; then those of an earlier life
   * begin to be started.
   * @returns what was restored from disk; undefined: nothing had to be
   */
  async finish(): Promise<RestoreReport | undefined> {
    const { daemon } = this;
    const running = [...daemon.model.panes.values()].filter(({ id }) => this.kept.has(id));
    if (running.length > 0) {
      const clientsAreBack = Promise.race([this.looked.promise, sleep(daemon.clock, COME_BACK_MS)]);
      await daemon.restoring.run(this.byUse(running), clientsAreBack);
    }
    this.sweep();
    return this.startPending();
  }

  /** Removes the files of panes that are no more. */
  private sweep(): void {
    const { disk, agents, model } = this.daemon;
    disk.folder.sweep(new Set(model.panes.keys()));
    agents.folders.sweep(new Set(model.panes.keys()));
  }

  /** Takes over those of some panes that run, before all others. Resolves when that is done: somebody sees them. */
  async takeOverShown(panes: readonly number[]): Promise<void> {
    await Promise.all(panes.filter((id) => this.kept.has(id)).map((id) => this.daemon.restoring.ensure(id)));
    this.looked.resolve();
  }

  /** Makes a pane of the model one that works: takes its program over, or starts it again. */
  async bring(id: number): Promise<void> {
    const kept = this.kept.get(id);
    if (!kept) return this.startAgain(id);
    const checkpoint = await this.daemon.keeper.fetchCheckpoint(id);
    await this.breathe();
    this.kept.delete(id);
    this.takeOver(kept, checkpoint);
    this.daemon.schedule();
  }

  /** What the keeper sends comes without a pause: only a timer lets others in between. */
  private async breathe(): Promise<void> {
    const { clock } = this.daemon;
    if (clock.now() < this.sliceEnd) return;
    await sleep(clock, 1);
    this.sliceEnd = clock.now() + SLICE_MS;
  }

  private importJournal(text: string): void {
    try {
      this.daemon.model.import(JSON.parse(text));
    } catch (error) {
      this.daemon.log.error("the journal is unreadable: panes are adopted anew", { error: String(error) });
    }
  }

  // Panes that run

  private takeOver(kept: KeptPane, checkpoint: { position: number; bytes: Uint8Array }): void {
    const { daemon } = this;
    const state = daemon.model.panes.get(kept.pane);
    const ended = kept.exit && checkpoint.position >= kept.end ? kept.exit : undefined;
    const restore: PaneRestore = { checkpoint: checkpoint.bytes, position: checkpoint.position, effect: kept.effect, exit: ended };
    // the daemon before died between the start of the program and its first checkpoint
    if (state?.pending && checkpoint.bytes.length === 0) Object.assign(restore, this.earlierLife(state));
    if (state?.pending) {
      state.pending = undefined;
      daemon.model.touch();
    }
    // without a checkpoint the log is replayed from the size that the terminal had at its beginning
    const begun = { cols: kept.startCols ?? kept.cols, rows: kept.startRows ?? kept.rows };
    const pane = daemon.makePane(kept.pane, kept.pid, restore.checkpoint.length > 0 && restore.note === undefined ? kept : begun, restore);
    this.noteUnreadable(pane, restore);
    // a silent pane would otherwise have no name until it prints something
    pane.program = foregroundProgram(kept.pid) ?? "";
    daemon.panes.set(kept.pane, pane);
    // its agent is found without waiting for output
    daemon.programs.output(pane);
  }

  /** What can't be read of a pane is kept for people. */
  private noteUnreadable(pane: Pane, { checkpoint }: PaneRestore): void {
    if (pane.unreadable === undefined) return;
    this.daemon.log.error("a checkpoint is unreadable", { pane: pane.id, error: String(pane.unreadable) });
    if (mayKeep(this.daemon, pane.id)) this.daemon.disk.folder.keepCheckpoint(pane.id, checkpoint, pane.unreadable);
  }

  private adoptStranger(pane: number, cols: number, rows: number): void {
    const { model, clock } = this.daemon;
    const name = `adopted-${pane}`;
    const isTaken = [...model.sessions.values()].some((session) => session.name === name);
    model.newSession({ cols, rows, now: clock.wall(), name: isTaken ? undefined : name }, { id: pane, command: [], cwd: "/", env: {} });
  }

  // Panes of an earlier life

  private loadSaved(): void {
    const { disk, model, settings } = this.daemon;
    const loaded = disk.folder.loadModel((text) => model.import(JSON.parse(text)));
    // sessions are lost, but not what their panes showed
    if (!loaded && settings().restore !== "off" && disk.folder.unreadable.length > 0) {
      for (const pane of disk.folder.savedPanes()) this.adoptStranger(pane, 80, 24);
    }
    const state = model.export();
    const sessionOf = ({ window }: PaneState) => model.sessions.get(model.windows.get(window)?.session ?? 0);
    const panes = state.panes.filter((pane) => pane.restore !== "off" || sessionOf(pane)?.restore !== undefined).map(pendingAgain);
    model.import({ ...withoutRefused(state, settings().restore), panes });
  }

  private noteDamage(): void {
    for (const line of this.daemon.disk.folder.unreadable.splice(0)) this.note(line);
  }

  private note(line: string): void {
    if (this.lost.length < MOST_LOST) this.lost.push(line);
    this.daemon.log.warn("not restored", { what: line });
  }

  /** What a pane that is started again begins with. */
  private earlierLife(state: PaneState): Pick<PaneRestore, "checkpoint" | "position" | "note"> {
    const saved = this.daemon.disk.folder.loadScreen(state.id);
    const ended = this.endedProgram(state, saved?.facts.program ?? "");
    const note = `restored ${timeText(this.daemon.clock.wall())}${ended === undefined ? "" : `; ${ended} had ended`}`;
    state.cwd = saved?.facts.cwd || state.cwd;
    if (ended !== undefined) this.note(`${ended} in ${this.label(state)}`);
    // without its screen a pane still has its history, all that there is of it
    return { checkpoint: saved?.checkpoint ?? new Uint8Array(), position: saved?.position ?? Infinity, note };
  }

  /** Name of the program that ran and does not run again; undefined: it was the shell, or is started again. */
  private endedProgram(state: PaneState, program: string): string | undefined {
    if (this.commandOf(state).length > 0) return undefined;
    const isShell = state.command.length === 0 && /^(|-?(ba|da|z|fi|k|c|tc|a)?sh|nu|xonsh|elvish)$/.test(program);
    return isShell ? undefined : program || state.command[0];
  }

  private label(state: PaneState): string {
    const window = this.daemon.model.window(state.window);
    return `${this.daemon.model.session(window.session).name}/${window.index} (%${state.id})`;
  }

  /** What is started in a pane again; empty: a shell. */
  private commandOf(state: PaneState): string[] {
    const { model, settings } = this.daemon;
    const own = model.sessionOf(state.id).restore ?? state.restore;
    const policy = own ?? settings().restore;
    // its preset, or who made the session, wants no more than a shell
    if (own === "shell" && state.restore === "shell") return [];
    // an agent that a preset started goes on with its conversation
    return resumeCommand(state.agent) ?? (policy === "command" ? state.command : []);
  }

  /** Starts the programs of panes of an earlier life. */
  private startPending(): RestoreReport | undefined {
    const { daemon } = this;
    const { model, clock, log } = daemon;
    const pending = [...model.panes.values()].filter((pane) => pane.pending);
    if (pending.length === 0 && this.lost.length === 0 && daemon.disk.folder.unreadable.length === 0) return undefined;
    // what can't be read or started is added to it later
    this.noteDamage();
    const report = { at: clock.wall(), sessions: model.sessions.size, panes: pending.length, lost: this.lost };
    const started = () => log.info("restored", { sessions: report.sessions, panes: report.panes, lost: report.lost.length });
    void daemon.restoring.run(this.byUse(pending)).then(started);
    return report;
  }

  /** Ids of panes, those that somebody looked at last before the others. */
  private byUse(panes: PaneState[]): number[] {
    const { model } = this.daemon;
    const rank = ({ window, id }: PaneState) => {
      const { session, active } = model.window(window);
      const { usedAt, active: shown } = model.session(session);
      return [usedAt, shown === window ? 1 : 0, active === id ? 1 : 0] as const;
    };
    const ranked = panes.map((pane) => ({ id: pane.id, rank: rank(pane) }));
    ranked.sort(({ rank: a }, { rank: b }) => b[0] - a[0] || b[1] - a[1] || b[2] - a[2]);
    return ranked.map(({ id }) => id);
  }

  /** Starts a pane of an earlier life again. Never rejects. */
  private async startAgain(id: number): Promise<void> {
    try {
      const state = this.daemon.model.panes.get(id);
      // it may have been closed, or started by a command
      if (state?.pending && !this.daemon.panes.has(id)) await this.startPane(state);
    } catch (error) {
      this.daemon.log.error("a pane was not started again", { pane: id, error: String(error) });
    }
  }

  private async startPane(state: PaneState): Promise<void> {
    const { daemon } = this;
    const restore = { ...this.earlierLife(state), effect: 0 };
    try {
      await daemon.life.start(state, this.commandOf(state), restore);
    } catch (error) {
      const why = asFugueError(error).message;
      this.note(`${this.label(state)}: ${why}`);
      await daemon.life.startDead(state, why, restore);
    }
    // only now: a daemon that takes over in between has to know that the screen is still to come
    state.pending = undefined;
    const pane = daemon.panes.get(state.id);
    this.noteDamage();
    if (pane) this.noteUnreadable(pane, restore);
    const screen = screenOf(daemon, state.id);
    if (screen) daemon.disk.saveNow(state.id, screen);
  }
}

function pendingAgain(pane: PaneState): PaneState {
  if (pane.link) return pane;
  return { ...pane, pending: true, exit: undefined, kept: undefined, agentSeen: undefined };
}

/** Without the sessions that are not to come back. Windows and panes without a session are dropped by the model. */
function withoutRefused(state: ModelState, policy: "off" | "shell" | "command"): ModelState {
  return { ...state, sessions: state.sessions.filter((session) => (session.restore ?? policy) !== "off") };
}

/** `2026-11-21 12:30`, in the zone of this machine. */
function timeText(wall: number): string {
  const date = new Date(wall);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
