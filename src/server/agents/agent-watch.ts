/**
 * Watches the agents in panes. A pane without one costs nothing; one that prints is looked at ten times a second at
 * most. A change of state is told once: to the clients, to those who wait, and to the user's own command.
 */
import { join } from "node:path";
import { AGENT_MARKS, rolledUp, type AgentState } from "../../base/agent-state.ts";
import { selfArgv } from "../../base/executable.ts";
import { FugueError } from "../../base/errors.ts";
import { printable } from "../../base/names.ts";
import { isAlive } from "../../base/process-alive.ts";
import { LiveSight } from "../../agents/live-text.ts";
import { AgentTracker, type AgentEvidence, type AgentProcess, type AgentReport, type AgentStatus, type Moment } from "../../agents/tracker.ts";
import type { AgentRules } from "../../agents/rules.ts";
import { AgentFolders } from "../../harness/isolation.ts";
import type { Daemon } from "../daemon.ts";
import type { Pane } from "../panes/pane.ts";
import { foregroundOf, type Foreground } from "../panes/program.ts";
import { findAgent, isInside } from "./agent-process.ts";
import { LookQueue } from "./look-queue.ts";

/** From output to a look at it. */
const LOOK_MS = 100;
/** What is drawn behind a synchronized update is waited for this often. */
const MOST_HELD_LOOKS = 5;
const LONGEST_TEXT = 600;

interface Watched {
  readonly tracker: AgentTracker;
  held: number;
  told: AgentState;
  /** Revision of the tracker that was told. */
  revision: number;
  /** What was in front when it was looked at last, with the rules of then. */
  front?: { readonly group: number; readonly argv: string; readonly rules: readonly AgentRules[] };
}

/** A change of an agent's state. */
export interface AgentChange {
  readonly pane: Pane;
  readonly status: AgentStatus | undefined;
  readonly state: AgentState;
  readonly before: AgentState;
}

export class AgentWatch {
  /** Configuration folders of isolated agents. */
  readonly folders: AgentFolders;
  private readonly watched = new Map<Pane, Watched>();
  private readonly looks: LookQueue<Pane>;

  /**
   * @param rules   what is known of agents at the moment
   * @param changed called once for each change of state
   * @param seen    called at each look; returns in how many milliseconds another one is wanted
   */
  constructor(
    private readonly daemon: Daemon, private readonly rules: () => readonly AgentRules[], private readonly changed: (change: AgentChange) => void,
    private readonly seen: (pane: Pane, tracker: AgentTracker) => number | undefined,
  ) {
    this.folders = new AgentFolders(join(daemon.paths.state, "agents"), selfArgv());
    this.looks = new LookQueue(daemon.clock, (pane) => this.refresh(pane));
  }

  private get moment(): Moment {
    const { clock } = this.daemon;
    return { now: clock.now(), wall: clock.wall() };
  }

  private watch(pane: Pane): Watched {
    let watched = this.watched.get(pane);
    if (!watched) {
      const { agent, agentSeen } = this.daemon.model.panes.get(pane.id) ?? {};
      watched = { tracker: new AgentTracker(agent?.session, agentSeen), held: 0, told: "none", revision: 0 };
      watched.tracker.lookedAt(this.isLookedAt(pane), this.moment);
      this.watched.set(pane, watched);
    }
    return watched;
  }

  /** What is in front of a pane was looked at. */
  front(pane: Pane, front: Foreground): void {
    const known = this.watched.get(pane);
    const before = known?.tracker.running;
    const rules = this.rules();
    const argv = front.argv.join("\0");
    // an agent that leads its group is nothing that could change behind our back
    if (before?.pid === front.group && known?.front?.group === front.group && known.front.argv === argv && known.front.rules === rules) return;
    const found = findAgent(front, rules) ?? this.reporter(pane, before);
    if (!found && !before) return;
    // an agent that is known by what it reports has no program that could be recognised
    if (!found && before && !before.rules && isAlive(before.pid)) return;
    const watched = this.watch(pane);
    watched.front = { group: front.group, argv, rules };
    const { running } = watched.tracker;
    watched.tracker.front(found, before !== undefined && !found && isAlive(before.pid), this.moment);
    // one that the daemon before told of is not told once more
    if (found && !running && watched.told === "none") {
      watched.told = this.earlierState(pane, found);
      // but somebody may have begun to wait for it since this daemon began
      this.daemon.waits.agent(pane);
    }
    if (found) this.looks.after(pane, 0);
    this.tell(pane, watched);
  }

  /** The state that was told of this process before the daemon started. */
  private earlierState(pane: Pane, { pid }: AgentProcess): AgentState {
    const seen = this.daemon.model.panes.get(pane.id)?.agentSeen;
    return seen?.pid === pid ? seen.state : "none";
  }

  /** An agent without rules that reported its state to the daemon before, and still runs. */
  private reporter(pane: Pane, before: AgentProcess | undefined): AgentProcess | undefined {
    const seen = this.daemon.model.panes.get(pane.id)?.agentSeen;
    if (before || this.watched.has(pane) || !seen?.reports || !isAlive(seen.pid)) return undefined;
    return { agent: seen.agent, rules: undefined, pid: seen.pid, evidence: `${seen.agent} (process ${seen.pid}) reported its state` };
  }

  /** The rules changed: they hold for what runs already. */
  rulesChanged(): void {
    for (const [pane, { tracker }] of this.watched) if (tracker.running) this.find(pane);
  }

  /** Looks at what is in front of a pane, without waiting until it is time to. */
  find(pane: Pane): void {
    this.front(pane, foregroundOf(pane.pid));
  }

  /** The pane printed something. */
  output(pane: Pane): void {
    if (this.watched.get(pane)?.tracker.running) this.looks.after(pane, LOOK_MS);
  }

  private look(pane: Pane, watched: Watched): void {
    const { emulator } = pane;
    if (emulator.synchronized && watched.held++ < MOST_HELD_LOOKS) return this.looks.after(pane, LOOK_MS / 2);
    watched.held = 0;
    const at = this.moment;
    watched.tracker.look(new LiveSight(emulator), pane.activeAt, at);
    const again = watched.tracker.lookAgainAt;
    if (again !== undefined) this.looks.after(pane, Math.max(1, again - at.now));
    const wanted = this.seen(pane, watched.tracker);
    if (wanted !== undefined) this.looks.after(pane, wanted);
    this.tell(pane, watched);
  }

  /**
   * An agent, or any tool in the pane, says what it does. What an agent says that another one started in the same pane is
   * not about the pane's own: that is left out.
   * @param agent  its name, if it has no rules
   * @param caller process that reports, if it runs in this pane
   */
  report(pane: Pane, report: AgentReport, agent: string | undefined, caller?: number): void {
    const watched = this.watch(pane);
    const { tracker } = watched;
    if (!tracker.running) {
      const front = foregroundOf(pane.pid);
      const found = findAgent(front, this.rules());
      const name = printable(agent ?? front.name ?? "agent", 32);
      // the reporting command itself is no agent: then it is whatever the pane was started with
      const pid = front.name === "fugue" ? pane.pid : front.group;
      tracker.front(found ?? { agent: name, rules: undefined, pid, evidence: `${name} (process ${pid}) reports its state` }, false, this.moment);
    }
    const { running } = tracker;
    if (running?.rules && caller !== undefined && isInside(caller, running.pid, this.rules())) return;
    tracker.report({ ...report, ...(report.question !== undefined && { question: printable(report.question, LONGEST_TEXT) }) }, this.moment);
    this.looks.after(pane, LOOK_MS);
    this.tell(pane, watched);
  }

  /** What people look at may have changed. */
  looked(): void {
    for (const [pane, watched] of this.watched) {
      watched.tracker.lookedAt(this.isLookedAt(pane), this.moment);
      this.tell(pane, watched);
    }
  }

  /** Whether some person has the pane before them. */
  isLookedAt(pane: Pane): boolean {
    const window = this.daemon.windowOf(pane.id);
    return window !== undefined && (window.zoomed ?? pane.id) === pane.id && this.daemon.isShown(window.id);
  }

  /** The program of a pane that stays has ended. */
  ended(pane: Pane): void {
    const watched = this.watched.get(pane);
    if (!watched) return;
    watched.tracker.front(undefined, false, this.moment);
    this.tell(pane, watched);
  }

  /** @param closes the pane itself goes, not only its program */
  remove(pane: Pane, closes: boolean): void {
    const watched = this.watched.get(pane);
    if (closes && this.daemon.model.panes.get(pane.id)?.agent?.isolated) this.folders.remove(pane.id);
    this.looks.remove(pane);
    this.watched.delete(pane);
    if (watched && watched.told !== "none") this.changed({ pane, status: undefined, state: "none", before: watched.told });
  }

  dispose(): void {
    this.looks.dispose();
    this.watched.clear();
  }

  /** Keeps what brings a conversation back, in the journal. */
  private keep(pane: Pane, { turns, session, running }: AgentTracker): void {
    const state = this.daemon.model.panes.get(pane.id);
    const kept = state?.agent;
    if (!state || !running || (session === undefined && !kept)) return;
    const other = session !== undefined && kept?.session !== session;
    const talked = turns > 0 || (kept?.talked === true && !other);
    if (!other && talked === (kept?.talked ?? false)) return;
    state.agent = { ...kept, agent: kept?.agent ?? running.agent, ...(session !== undefined && { session }), talked };
    this.daemon.model.touch();
  }

  private tell(pane: Pane, watched: Watched): void {
    const { tracker } = watched;
    if (tracker.revision === watched.revision) return;
    watched.revision = tracker.revision;
    const { status } = tracker;
    this.keep(pane, tracker);
    this.daemon.scheduleSoon();
    const state = status?.state ?? "none";
    const before = watched.told;
    if (state === before) return;
    watched.told = state;
    this.remember(pane, tracker, status);
    this.changed({ pane, status, state, before });
  }

  /** Keeps the state in the journal: the next daemon goes on from it, and tells nothing twice. */
  private remember(pane: Pane, { running, turns }: AgentTracker, status: AgentStatus | undefined): void {
    const kept = this.daemon.model.panes.get(pane.id);
    if (!kept) return;
    kept.agentSeen = running && status
      ? { agent: running.agent, pid: running.pid, state: status.state, since: status.since, turned: turns > 0, ...(!running.rules && { reports: true }) }
      : undefined;
    this.daemon.model.touch();
  }

  // What others ask

  /** The agent of a pane; undefined: it has none. */
  status(id: number): AgentStatus | undefined {
    const pane = this.daemon.panes.get(id);
    return pane && this.watched.get(pane)?.tracker.status;
  }

  /** @throws FugueError `failed` if the pane has no agent in front. */
  tracker(pane: Pane): AgentTracker {
    const tracker = this.watched.get(pane)?.tracker;
    if (!tracker?.running) throw new FugueError("failed", `no agent runs in %${pane.id}`, "see: fugue agents, fugue agent explain");
    return tracker;
  }

  /** The agent that is in front of a pane, if there is one. */
  running(pane: Pane): AgentTracker | undefined {
    const tracker = this.watched.get(pane)?.tracker;
    return tracker?.running ? tracker : undefined;
  }

  /** Looks at a pane now, if it has an agent. */
  refresh(pane: Pane): void {
    const watched = this.watched.get(pane);
    if (watched) this.look(pane, watched);
  }

  evidence(pane: Pane): AgentEvidence[] {
    this.refresh(pane);
    const watched = this.watched.get(pane);
    return (watched?.tracker ?? new AgentTracker()).evidence(this.moment);
  }

  /** The state that a group of panes shows; `none` without agents. */
  rolledUp(panes: Iterable<number>): AgentState {
    return rolledUp([...panes].map((id) => this.status(id)?.state ?? "none"));
  }

  /** Panes whose agents wait for a person: those that ask first, and of these the one that has waited longest. */
  waiting(): number[] {
    const list = [...this.watched].filter(([, { tracker }]) => tracker.waits);
    const rank = (state: AgentState | undefined) => (state === "blocked" ? 0 : 1);
    return list.sort(([a, x], [b, y]) => rank(x.tracker.status?.state) - rank(y.tracker.status?.state)
      || (x.tracker.status?.since ?? 0) - (y.tracker.status?.since ?? 0) || a.id - b.id).map(([pane]) => pane.id);
  }

  /** Whether the agent of a pane waits for a person who has not looked since. */
  waits(id: number): boolean {
    const pane = this.daemon.panes.get(id);
    return (pane && this.watched.get(pane)?.tracker.waits) ?? false;
  }

  /** How many agents are in each state, of all panes. */
  counts(): Partial<Record<AgentState, number>> {
    const counts: Partial<Record<AgentState, number>> = {};
    for (const { tracker } of this.watched.values()) {
      const state = tracker.status?.state;
      if (state && AGENT_MARKS[state] !== "") counts[state] = (counts[state] ?? 0) + 1;
    }
    return counts;
  }
}
