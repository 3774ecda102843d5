/**
 * The life of panes: their programs are started, replaced and ended here, and what held on to a pane that went lets go.
 */
import { asFugueError, FugueError } from "../base/errors.ts";
import type { Daemon } from "./daemon.ts";
import { rectsOf, type Rect } from "./model/layout.ts";
import type { PaneState } from "./model/state.ts";
import { launchRequest } from "./panes/launch.ts";
import type { Pane, PaneRestore } from "./panes/pane.ts";

const SIGHUP = 1;
const SIGCONT = 18;
const SIGKILL = 9;
/** A program that ignores the hangup is killed after this long. */
const HANGUP_PATIENCE_MS = 2000;

export class PaneLife {
  constructor(private readonly daemon: Daemon) {}

  /** Starts the program of a pane that the model has. If that fails the pane is removed again. @throws FugueError. */
  async spawn(state: PaneState): Promise<Pane> {
    try {
      return await this.start(state);
    } catch (error) {
      this.spawnFailed(state);
      throw asFugueError(error);
    }
  }

  /**
   * @param command in place of the pane's own
   * @param restore what it goes on from
   */
  async start(state: PaneState, command?: string[], restore?: PaneRestore): Promise<Pane> {
    const place = { paths: this.daemon.paths, settings: this.daemon.settings(), env: this.daemon.env, agentFolders: this.daemon.agents.folders };
    const request = launchRequest(place, this.daemon.model.sessionOf(state.id), state, this.rectOf(state.id), command);
    // the pane is in the journal before its program runs, so that a crash in between adopts it
    this.daemon.journal();
    const pid = await this.daemon.keeper.spawn(state.id, request);
    if (this.daemon.model.panes.get(state.id) !== state) {
      // it was closed while it was being started
      this.daemon.keeper.kill(state.id, SIGKILL);
      this.daemon.keeper.close(state.id);
      throw new FugueError("noTarget", `pane %${state.id} was closed`);
    }
    const pane = this.daemon.makePane(state.id, pid, request, restore);
    this.daemon.panes.set(state.id, pane);
    // a program that prints nothing has a name all the same
    this.daemon.programs.output(pane);
    this.daemon.schedule();
    return pane;
  }

  /** A pane whose program could not be started goes again; who looked at its session is told. */
  private spawnFailed(state: PaneState): void {
    if (!this.daemon.model.panes.has(state.id)) return;
    if (state.agent?.isolated) this.daemon.agents.folders.remove(state.id);
    const { session } = this.daemon.model.removePane(state.id);
    if (session) this.daemon.sessionEnded(session.id, session.name);
  }

  private rectOf(pane: number): Rect {
    const window = this.daemon.model.window(this.daemon.model.pane(pane).window);
    if (window.zoomed === pane) return { pane, x: 0, y: 0, cols: window.cols, rows: window.rows };
    return rectsOf(window.tree).find((r) => r.pane === pane)!;
  }

  /** Ends a pane's program and takes it off the layout. */
  kill(id: number): void {
    const pane = this.daemon.panes.get(id);
    const running = pane !== undefined && !pane.exit;
    // while the keeper still knows it
    if (running) for (const signal of [SIGHUP, SIGCONT]) pane.kill(signal);
    this.drop(id, false);
    if (!running) return;
    const { pid } = pane;
    this.daemon.clock.after(HANGUP_PATIENCE_MS, () => {
      try {
        process.kill(-pid, SIGKILL);
      } catch {
        // it ended in time
      }
    });
  }

  /** Takes a pane away from everything that holds it. @param ended its program ended by itself */
  drop(id: number, ended: boolean): void {
    const pane = this.daemon.panes.get(id);
    this.daemon.panes.delete(id);
    if (pane) {
      this.daemon.loop.remove(pane);
      this.daemon.programs.remove(pane);
      this.daemon.agents.remove(pane, true);
      this.daemon.changedPanes.delete(pane);
      this.daemon.waits.paneGone(pane);
      this.daemon.runs.paneGone(pane);
      this.daemon.effects.paneGone(pane);
      pane.close();
    }
    this.daemon.disk.paneGone(id, ended);
    const { window, session } = this.daemon.model.removePane(id);
    if (window && !session && this.daemon.settings().renumberWindows) this.daemon.model.renumber(window.session);
    if (session) this.daemon.sessionEnded(session.id, session.name, pane?.exit?.code ?? undefined);
  }

  /** Replaces the program of a pane. */
  async respawn(id: number, options: { command?: string[]; cwd?: string; env?: Record<string, string> }): Promise<void> {
    const state = this.daemon.model.pane(id);
    const old = this.daemon.panes.get(id);
    if (old) {
      this.daemon.panes.delete(id);
      this.daemon.loop.remove(old);
      this.daemon.programs.remove(old);
      this.daemon.agents.remove(old, false);
      this.daemon.effects.paneGone(old);
      // who waits for something of the old program waits in vain
      this.daemon.waits.paneGone(old, "has another program now");
      this.daemon.runs.paneGone(old, "has another program now");
      if (!old.exit) old.kill(SIGKILL);
      old.close();
      old.forget();
    }
    state.exit = undefined;
    state.kept = undefined;
    if (options.command?.length) state.command = options.command;
    if (options.cwd) state.cwd = options.cwd;
    if (options.env) state.env = { ...state.env, ...options.env };
    try {
      await this.start(state);
    } catch (error) {
      await this.startDead(state, asFugueError(error).message);
      throw asFugueError(error);
    }
  }

  /** A pane whose program could not be started again stays, dead, and says why. @param restore what it shows above that */
  async startDead(state: PaneState, why: string, restore?: PaneRestore): Promise<void> {
    state.kept = true;
    try {
      await this.start(state, ["/bin/sh", "-c", 'printf "%s\\n" "$0"; exit 127', why], restore);
    } catch {
      this.spawnFailed(state);
    }
  }
}
