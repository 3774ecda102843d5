/**
 * What a daemon takes over when it starts: the model and the panes that the keeper holds, or, from a keeper that holds
 * nothing, what was saved on disk by the life before a reboot or a stop.
 */
import type { KeptPane } from "../keeper/protocol.ts";
import { asFugueError } from "../base/errors.ts";
import { resumeCommand } from "../harness/launch.ts";
import { COMMAND_CLIENT } from "../protocol/limits.ts";
import type { Daemon } from "./daemon.ts";
import type { ModelState, PaneState } from "./model/state.ts";
import type { Pane, PaneRestore } from "./panes/pane.ts";
import { foregroundProgram } from "./panes/program.ts";
import { screenOf } from "./saved-panes.ts";

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

export class Adoption {
  private readonly lost: string[] = [];

  constructor(private readonly daemon: Daemon) {}

  /** @returns what was restored from disk; undefined: nothing had to be */
  async run(): Promise<RestoreReport | undefined> {
    const { daemon } = this;
    const { blobs } = daemon.keeper;
    daemon.buffers.load(blobs.get("buffers"));
    daemon.ledger.load(blobs.get("commands"));
    daemon.exits.load(blobs.get("exits"));
    for (const { inputs } of daemon.welcome.panes) {
      for (const [client, sequence] of inputs) if (client === COMMAND_CLIENT) daemon.sequence = Math.max(daemon.sequence, sequence);
    }
    const journal = blobs.get("model");
    if (journal) this.importModel(new TextDecoder().decode(journal));
    else if (daemon.welcome.panes.length === 0) this.loadSaved();
    const panes = daemon.welcome.panes.map((kept) => ({ kept, fetched: daemon.keeper.fetchCheckpoint(kept.pane) }));
    for (const { kept, fetched } of panes) this.takeOver(kept, await fetched);
    const alive = new Set(daemon.welcome.panes.map((p) => p.pane));
    const { model } = daemon;
    for (const { id, pending, link } of [...model.panes.values()]) if (!alive.has(id) && !pending && !link) model.removePane(id);
    daemon.disk.sweep(new Set(model.panes.keys()));
    daemon.agents.folders.sweep(new Set(model.panes.keys()));
    return this.startPending();
  }

  private importModel(text: string): boolean {
    try {
      this.daemon.model.import(JSON.parse(text));
      return true;
    } catch (error) {
      this.daemon.log.error("the journal is unreadable: panes are adopted anew", { error: String(error) });
      return false;
    }
  }

  // Panes that run

  private takeOver(kept: KeptPane, checkpoint: { position: number; bytes: Uint8Array }): void {
    const { daemon } = this;
    if (!daemon.model.panes.has(kept.pane)) this.adoptStranger(kept.pane, kept.cols, kept.rows);
    const state = daemon.model.panes.get(kept.pane);
    const ended = kept.exit && checkpoint.position >= kept.end ? kept.exit : undefined;
    const restore: PaneRestore = { checkpoint: checkpoint.bytes, position: checkpoint.position, effect: kept.effect, exit: ended };
    // the daemon before died between the start of the program and its first checkpoint
    if (state?.pending && checkpoint.bytes.length === 0) Object.assign(restore, this.earlierLife(state));
    if (state) state.pending = undefined;
    const pane = this.restorePane(kept, restore);
    // a silent pane would otherwise have no name until it prints something
    pane.program = foregroundProgram(kept.pid) ?? "";
    daemon.panes.set(kept.pane, pane);
    // its agent is found without waiting for output
    daemon.programs.output(pane);
  }

  /** A pane from its checkpoint; from an unreadable one, an empty screen that goes on from its position. */
  private restorePane(kept: KeptPane, restore: PaneRestore): Pane {
    // without a checkpoint the log is replayed from the size that the terminal had at its beginning
    const begun = { cols: kept.startCols ?? kept.cols, rows: kept.startRows ?? kept.rows };
    const size = restore.checkpoint.length > 0 && restore.note === undefined ? kept : begun;
    try {
      return this.daemon.makePane(kept.pane, kept.pid, size, restore);
    } catch (error) {
      this.daemon.log.error("a checkpoint is unreadable", { pane: kept.pane, error: String(error) });
      const position = restore.note === undefined ? restore.position : 0;
      return this.daemon.makePane(kept.pane, kept.pid, kept, { ...restore, checkpoint: new Uint8Array(), position, note: undefined });
    }
  }

  private adoptStranger(pane: number, cols: number, rows: number): void {
    const { model, clock } = this.daemon;
    const state = model.export();
    state.next.pane = Math.max(state.next.pane, pane + 1);
    const before = state.next.pane;
    state.next.pane = pane;
    model.import(state);
    model.newSession({ cols, rows, now: clock.wall(), name: `adopted-${pane}` }, { command: [], cwd: "/", env: {} });
    model.import({ ...model.export(), next: { ...model.export().next, pane: Math.max(before, pane + 1) } });
  }

  // Panes of an earlier life

  private loadSaved(): void {
    const { disk, model, settings } = this.daemon;
    const text = disk.loadModel();
    if (text === undefined || !this.importModel(text)) {
      // sessions are lost, but not what their panes showed
      if (settings().restore !== "off" && disk.damaged.length > 0) {
        for (const pane of disk.savedPanes()) this.adoptStranger(pane, 80, 24);
      }
    }
    for (const path of disk.damaged) this.note(`${path} was damaged and is kept aside`);
    const state = model.export();
    model.import({ ...withoutRefused(state, settings().restore), panes: state.panes.map(pendingAgain) });
  }

  private note(line: string): void {
    if (this.lost.length < MOST_LOST) this.lost.push(line);
    this.daemon.log.warn("not restored", { what: line });
  }

  /** What a pane that is started again begins with. */
  private earlierLife(state: PaneState): Pick<PaneRestore, "checkpoint" | "position" | "note"> | undefined {
    const saved = this.daemon.disk.loadScreen(state.id);
    const ended = this.endedProgram(state, saved?.facts.program ?? "");
    const note = `restored ${timeText(this.daemon.clock.wall())}${ended === undefined ? "" : `; ${ended} had ended`}`;
    state.cwd = saved?.facts.cwd || state.cwd;
    if (ended !== undefined) this.note(`${ended} in ${this.label(state)}`);
    return saved && saved.checkpoint.length > 0 ? { checkpoint: saved.checkpoint, position: saved.position, note } : undefined;
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
    const policy = model.sessionOf(state.id).restore ?? settings().restore;
    // an agent that a preset started goes on with its conversation
    return resumeCommand(state.agent) ?? (policy === "command" ? state.command : []);
  }

  /** Starts the programs of panes of an earlier life, those that will be looked at first before the others. */
  private async startPending(): Promise<RestoreReport | undefined> {
    const { model, clock, log } = this.daemon;
    const pending = [...model.panes.values()].filter((pane) => pane.pending);
    if (pending.length === 0 && this.lost.length === 0) return undefined;
    const rank = ({ window, id }: PaneState) => {
      const { session, active } = model.window(window);
      const { usedAt, active: shown } = model.session(session);
      return [usedAt, shown === window ? 1 : 0, active === id ? 1 : 0] as const;
    };
    pending.sort((a, b) => rank(b)[0] - rank(a)[0] || rank(b)[1] - rank(a)[1] || rank(b)[2] - rank(a)[2]);
    for (const state of pending) await this.startAgain(state);
    const report = { at: clock.wall(), sessions: model.sessions.size, panes: pending.length, lost: this.lost };
    log.info("restored", { sessions: report.sessions, panes: report.panes, lost: report.lost.length });
    return report;
  }

  private async startAgain(state: PaneState): Promise<void> {
    const { daemon } = this;
    const life = this.earlierLife(state);
    const command = this.commandOf(state);
    try {
      await daemon.life.start(state, command, life && { ...life, effect: 0 });
    } catch (error) {
      await this.startWithout(state, command, asFugueError(error).message, life !== undefined);
    }
    // only now: a daemon that takes over in between has to know that the screen is still to come
    state.pending = undefined;
    const screen = screenOf(daemon, state.id);
    if (screen) daemon.disk.saveNow(state.id, screen);
  }

  /** Starts a pane once more without its screen, should that be what is wrong; else it stays dead and says why. */
  private async startWithout(state: PaneState, command: string[], why: string, hadScreen: boolean): Promise<void> {
    this.note(`${this.label(state)}: ${why}`);
    try {
      if (!hadScreen) throw new Error(why);
      await this.daemon.life.start(state, command);
    } catch {
      await this.daemon.life.startDead(state, why);
    }
  }
}

function pendingAgain(pane: PaneState): PaneState {
  if (pane.link) return pane;
  return { ...pane, pending: true, exit: undefined, kept: undefined };
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
