/** Replays a recording of an agent through emulator and tracker, as the server does it, and compares with the truth. */
import { builtinRules } from "../../src/agents/builtin-rules.ts";
import { LiveSight } from "../../src/agents/live-text.ts";
import { AgentTracker, type AgentStatus } from "../../src/agents/tracker.ts";
import type { Recording, TrueState } from "./agent-recording.ts";
import { silentEmulator } from "./cells.ts";

/** From output to a look, as in the server. */
export const LOOK_MS = 100;
/** A real agent on a busy machine shows a new state on its screen within this time. */
const SHOWN_MS = 1500;

export interface Transition {
  readonly at: number;
  readonly state: TrueState;
  /** As it was at the end of this state. */
  status: AgentStatus;
  readonly rows: readonly string[];
}

/** The transitions that were detected. `done` counts as idle. */
export function replay({ head, events }: Recording): Transition[] {
  const emulator = silentEmulator(head.cols, head.rows);
  const rules = builtinRules().find(({ agent }) => agent === head.agent)!;
  const tracker = new AgentTracker();
  const found: Transition[] = [];
  let due: number | undefined;
  let active = 0;
  const look = (now: number) => {
    const at = { now, wall: now };
    const sight = new LiveSight(emulator);
    tracker.look(sight, active, at);
    const { state } = tracker.status!;
    const shown = (state === "done" ? "idle" : state) as TrueState;
    const last = found.at(-1);
    if (shown === last?.state) last.status = tracker.status!;
    else found.push({ at: now, state: shown, status: tracker.status!, rows: sight.rows });
    due = tracker.lookAgainAt;
  };
  tracker.front({ agent: head.agent, rules, pid: 1, evidence: "recording" }, false, { now: 0, wall: 0 });
  tracker.lookedAt(false, { now: 0, wall: 0 });
  look(events[0]?.at ?? 0);
  for (const event of events) {
    while (due !== undefined && due <= event.at) look(due);
    if (event.kind !== "output") continue;
    active = event.at;
    emulator.parse(Buffer.from(event.text, "latin1"));
    due = Math.min(due ?? Infinity, event.at + LOOK_MS);
  }
  // what was shown last is looked at as well
  for (const end = (events.at(-1)?.at ?? 0) + SHOWN_MS; due !== undefined && due <= end; ) look(due);
  emulator.dispose();
  return found;
}

export interface Score {
  readonly transitions: number;
  readonly missed: { readonly at: number; readonly state: TrueState; readonly why: string }[];
  readonly wrong: Transition[];
  /** Milliseconds from what was done to what was detected; the agent's own time to show it is part of it. */
  readonly delays: number[];
}

/** Compares what was detected with what was true: each true state is met once, in its time, by the next detection. */
export function score(recording: Recording, found: readonly Transition[]): Score {
  const truth = recording.events.filter((event) => event.kind === "state");
  const missed: Score["missed"] = [];
  const delays: number[] = [];
  const used = new Set<Transition>();
  for (const [i, { at, state, why }] of truth.entries()) {
    const before = truth[i - 1];
    if (before?.state === state) continue;
    // a slow agent asks its API some time after it was told to, and shows it no earlier
    const next = truth.findIndex((each, n) => n > i && each.state !== state);
    const until = truth[next < 0 ? truth.length - 1 : next - 1]!.at;
    const end = Math.min(until + SHOWN_MS, truth[next]?.at ?? Infinity);
    // an agent may show the end of a turn a moment before the mock hears of it
    // whether an agent is ready is seen by the recorder some time after it is shown
    const begin = at - (why === "ready" ? 1000 : 50);
    const match = found.find((each) => !used.has(each) && each.state === state && each.at >= begin && each.at <= end + 100);
    if (match) {
      used.add(match);
      if (match.at >= at) delays.push(match.at - at);
    } else missed.push({ at, state, why });
  }
  // an agent that takes a refusal in works for that moment
  const refused = truth.filter(({ why }) => why === "answered no");
  const takesIn = ({ at, state }: Transition) => state === "working" && refused.some((no) => at >= no.at && at <= no.at + SHOWN_MS);
  return { transitions: used.size + missed.length, missed, wrong: found.filter((each) => !used.has(each) && !takesIn(each)), delays };
}
