/**
 * The state of the agent in one pane, from all that is known of it. The agent's own reports come first, then title,
 * progress and screen; of two pieces of evidence that contradict each other the newer one holds, and a report that the
 * screen has contradicted for a while no longer does: agents don't report everything. Pure: time is handed in.
 */
import type { AgentState, ReportedState } from "../base/agent-state.ts";
import { judge, type AgentRules, type Question, type RuleState, type Sight, type Verdict } from "./rules.ts";

/** A turn that ends must look so for this long: agents draw their dialogs in several steps. */
const HOLD_MS = 150;
/** A report that the screen contradicts holds for this long. */
const REPORT_MS = 3000;
/** The version is looked for this often, and no faster than this. */
const VERSION_LOOKS = 12;
const VERSION_MS = 500;

/** The agent that runs in a pane: by its process, or by what it said itself. */
export interface AgentProcess {
  readonly agent: string;
  readonly rules: AgentRules | undefined;
  readonly pid: number;
  /** How it was recognised, for people. */
  readonly evidence: string;
}

/** What an agent said of itself. */
export interface AgentReport {
  readonly state?: ReportedState;
  readonly question?: string;
  readonly session?: string;
}

/** What is told of a pane's agent. */
export interface AgentStatus {
  readonly agent: string;
  readonly version?: string;
  readonly state: AgentState;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly question?: Question;
  /** Id of its conversation. */
  readonly session?: string;
}

/** One piece of evidence, for `agent explain`. */
export interface AgentEvidence {
  readonly kind: "report" | "title" | "progress" | "process" | "screen";
  readonly says: string;
  readonly decided: boolean;
}

/** A moment: `now` of the monotonic clock, `wall` of the calendar. */
export interface Moment {
  readonly now: number;
  readonly wall: number;
}

/** What is known of an agent from before the daemon started. */
export interface EarlierAgent {
  readonly pid: number;
  readonly state: AgentState;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** A turn had begun. */
  readonly turned: boolean;
}

interface Seen {
  state: RuleState;
  since: number;
  rule: string;
  question?: Question;
}

interface Reported {
  state: ReportedState;
  at: number;
  question?: string;
}

export class AgentTracker {
  private process: AgentProcess | undefined;
  private seen: Seen | undefined;
  private candidate: Seen | undefined;
  private reported: Reported | undefined;
  /** Id of the conversation, and the process whose it is. */
  session: string | undefined;
  private sessionPid: number | undefined;
  private version: string | undefined;
  private versionLooks = 0;
  private versionAt = -Infinity;
  private state: AgentState = "none";
  private since = 0;
  private looked = true;
  private decidedBy: "report" | "screen" | "process" = "process";
  private last: Pick<Sight, "title" | "progress"> | undefined;
  private again: number | undefined;
  /** Turns that were begun since the agent started: a prompt that was taken begins one. */
  turns = 0;
  /** Times that the agent itself reported the beginning of a turn. */
  reportedTurns = 0;
  /** Counts the changes of what `status` tells. */
  revision = 0;

  /**
   * @param session id of the conversation, where it is known beforehand
   * @param earlier the agent that the daemon before saw in the pane
   */
  constructor(session?: string, private readonly earlier?: EarlierAgent) {
    this.session = session;
    this.sessionPid = earlier?.pid;
  }

  get status(): AgentStatus | undefined {
    if (this.state === "none") return undefined;
    const question = this.state === "blocked" ? this.question() : undefined;
    return {
      agent: this.process?.agent ?? this.gone ?? "agent", state: this.state, since: this.since,
      ...(this.version !== undefined && { version: this.version }), ...(question && { question }),
      ...(this.session !== undefined && { session: this.session }),
    };
  }

  private gone: string | undefined;

  /** What is in front of the pane: an agent, or none. */
  get running(): AgentProcess | undefined {
    return this.process;
  }

  get rules(): AgentRules | undefined {
    return this.process?.rules;
  }

  /** Whether a person is waited for who has not looked since. */
  get waits(): boolean {
    return this.state === "blocked" || this.state === "done" || (this.state === "error" && !this.looked);
  }

  /** Milliseconds of the clock at which to look again, although nothing changed. */
  get lookAgainAt(): number | undefined {
    return this.again;
  }

  /** Another process came to the front. @param alive the agent that was there still runs, out of sight (Ctrl-Z) */
  front(process: AgentProcess | undefined, alive: boolean, at: Moment): void {
    const before = this.process;
    this.process = process;
    // the same one, whose rules may have been read again
    if (process?.pid === before?.pid && process?.agent === before?.agent) return;
    this.revision++;
    this.seen = this.candidate = this.reported = this.last = undefined;
    this.turns = 0;
    if (process) {
      if (this.sessionPid !== undefined && this.sessionPid !== process.pid) this.session = undefined;
      this.sessionPid = process.pid;
      if (process.agent !== this.gone) this.version = undefined;
      this.versionLooks = 0;
      this.gone = undefined;
      this.decidedBy = "process";
      if (!this.goOn(process)) this.become("working", at, true);
    } else if (before) {
      this.gone = before.agent;
      this.become(alive ? "none" : "exited", at);
    }
  }

  /** Takes up what the daemon before knew of this very process. */
  private goOn({ pid }: AgentProcess): boolean {
    const { earlier } = this;
    if (earlier?.pid !== pid || this.state !== "none") return false;
    this.state = earlier.state;
    this.since = earlier.since;
    this.turns = earlier.turned ? 1 : 0;
    return true;
  }

  /** The agent said something of itself. */
  report({ state, question, session }: AgentReport, at: Moment): void {
    if (session !== undefined && session !== this.session) {
      this.session = session;
      this.sessionPid = this.process?.pid;
      this.revision++;
      // another conversation (/clear, /resume) has had no turn yet
      if (state === undefined) this.turns = 0;
    }
    if (state === undefined) return;
    if (state === "working" && this.reported?.state !== "working") {
      this.reportedTurns++;
      // one that is taken for working because it has only just been started begins its first turn unseen
      if (this.state === "working" && this.turns === 0) this.turns = 1;
    }
    if (question !== this.reported?.question) this.revision++;
    this.reported = { state, at: at.now, ...(question !== undefined && { question }) };
    this.candidate = undefined;
    this.decide(at);
  }

  /** A person looks at the pane, or no longer does. */
  lookedAt(looked: boolean, at: Moment): void {
    if (!looked) return void (this.looked = false);
    this.looked = true;
    if (this.state !== "done" && this.state !== "exited") return;
    this.revision++;
    this.state = this.state === "done" ? "idle" : "none";
    this.since = at.wall;
  }

  /** The terminal as it is now. @param active when the program printed last, by the same clock */
  look(sight: Sight, active: number, at: Moment): void {
    const { process } = this;
    this.again = undefined;
    if (!process) return;
    this.last = { title: sight.title, progress: sight.progress };
    this.findVersion(sight, at);
    const verdict = process.rules && (judge(process.rules, sight) ?? this.byActivity(process.rules, active, at));
    if (verdict) this.see(verdict, at);
    this.decide(at);
  }

  private byActivity({ quietMs }: AgentRules, active: number, { now }: Moment): Verdict | undefined {
    if (quietMs === undefined) return undefined;
    if (now - active >= quietMs) return { state: "idle", rule: "quiet" };
    this.lookAgain(active + quietMs);
    return { state: "working", rule: "prints" };
  }

  private see({ state, rule, question }: Verdict, { now }: Moment): void {
    const { seen } = this;
    // a turn that failed is over only when another one begins, whatever hides its message
    if (seen?.state === "error" && state === "idle") return;
    if (seen?.state === state) {
      this.candidate = undefined;
      seen.rule = rule;
      if (question && !sameQuestion(question, seen.question)) {
        seen.question = question;
        this.revision++;
      }
      return;
    }
    const since = this.candidate?.state === state ? this.candidate.since : now;
    const next = { state, since, rule, ...(question && { question }) };
    const busy = seen?.state === "working" || seen?.state === "blocked";
    const ends = state === "idle" || state === "error";
    if (busy && ends && now - since < HOLD_MS) {
      this.candidate = next;
      this.lookAgain(since + HOLD_MS);
    } else {
      this.candidate = undefined;
      this.seen = next;
      this.revision++;
    }
  }

  private lookAgain(at: number): void {
    this.again = Math.min(this.again ?? Infinity, at);
  }

  /** Weighs reports and what is seen. */
  private decide(at: Moment): void {
    const { reported, seen } = this;
    if (!this.process) return;
    if (reported?.state === "exited") return this.become("exited", at);
    if (reported && !this.overruled(reported, seen, at)) {
      this.decidedBy = "report";
      // of a turn that ended the screen knows whether it failed
      this.become(reported.state === "idle" && seen?.state === "error" ? "error" : reported.state, at);
    } else if (seen) {
      this.decidedBy = "screen";
      this.become(seen.state, at);
    } else if (!this.process.rules) this.become("idle", at);
  }

  private overruled(reported: Reported, seen: Seen | undefined, { now }: Moment): boolean {
    if (!seen || seen.state === reported.state) return false;
    if (seen.since > reported.at) return true;
    if (now - reported.at >= REPORT_MS) return true;
    this.lookAgain(reported.at + REPORT_MS);
    return false;
  }

  private become(raw: AgentState, at: Moment, starts = false): void {
    const before = this.state;
    let state = raw;
    if (raw === "idle") {
      const ended = (before === "working" || before === "blocked") && this.turns > 0;
      if (before === "done" || (ended && !this.looked)) state = "done";
    }
    if (raw === "exited" && this.looked) state = "none";
    if (state === before && !starts) return;
    if (state === "working" && !starts && before !== "blocked") this.turns++;
    if (state === "blocked" && before !== "working") this.turns++;
    this.state = state;
    this.since = at.wall;
    this.revision++;
  }

  private question(): Question | undefined {
    if (this.seen?.state === "blocked" && this.seen.question) return this.seen.question;
    return this.reported?.state === "blocked" && this.reported.question !== undefined ? { text: this.reported.question, answers: [] } : undefined;
  }

  private findVersion(sight: Sight, { now }: Moment): void {
    const matcher = this.process?.rules?.version;
    if (!matcher || this.version !== undefined || this.versionLooks >= VERSION_LOOKS || now - this.versionAt < VERSION_MS) return;
    this.versionLooks++;
    this.versionAt = now;
    for (const row of sight.rows) {
      if (row === "" || matcher.probe(row, 0) < 0) continue;
      for (const { start, end } of matcher.matches(row)) this.version ??= /\d+(\.\d+)+/.exec(row.slice(start, end))?.[0];
    }
    if (this.version !== undefined) this.revision++;
  }

  /** All evidence, in the order in which it counts. */
  evidence({ now }: Moment): AgentEvidence[] {
    const { process, reported, seen, last } = this;
    const list: AgentEvidence[] = [];
    const ago = (at: number) => `${((now - at) / 1000).toFixed(1)} s ago`;
    if (reported) list.push({ kind: "report", says: `${reported.state}, ${ago(reported.at)}`, decided: this.decidedBy === "report" });
    list.push({ kind: "process", says: process?.evidence ?? "no agent is in front of this pane", decided: this.decidedBy === "process" });
    if (!process) return list;
    if (last) list.push({ kind: "title", says: last.title === "" ? "none" : last.title, decided: false });
    if (last && last.progress !== "none") list.push({ kind: "progress", says: last.progress, decided: false });
    const rule = seen ? `rule '${seen.rule}' says ${seen.state}, since ${ago(seen.since)}` : process.rules ? "no rule applies" : "there are no rules for this agent";
    list.push({ kind: "screen", says: rule, decided: this.decidedBy === "screen" });
    return list;
  }
}

function sameQuestion(a: Question, b: Question | undefined): boolean {
  return a.text === b?.text && a.answers.length === b.answers.length && a.answers.every((answer, i) => answer === b.answers[i]);
}
