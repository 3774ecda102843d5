/** The states of an agent in a pane, the marks that show them, and which one counts for a window with several. */

/**
 * `none`: no agent. `idle`: waits for a prompt. `working`. `blocked`: a permission, a question or a plan waits for a
 * person. `done`: finished, and nobody has looked since. `error`: the turn failed. `exited`: the agent has ended.
 */
export const AGENT_STATES = ["none", "idle", "working", "blocked", "done", "error", "exited"] as const;

export type AgentState = (typeof AGENT_STATES)[number];

/** States that a tool may report of itself. */
export const REPORTED_STATES = ["idle", "working", "blocked", "error", "exited"] as const;

export type ReportedState = (typeof REPORTED_STATES)[number];

/** What waits for a person comes first. */
const URGENCY: readonly AgentState[] = ["blocked", "error", "done", "working", "idle", "exited", "none"];

/** One plain character for each state. */
export const AGENT_MARKS: Readonly<Record<AgentState, string>> = {
  none: "", idle: ".", working: "~", blocked: "?", done: "+", error: "x", exited: "-",
};

/** Whether a value is the name of a state. */
export function isAgentState(value: unknown): value is AgentState {
  return (AGENT_STATES as readonly unknown[]).includes(value);
}

/** The state that a window, session or server shows for those of its panes. */
export function rolledUp(states: Iterable<AgentState>): AgentState {
  let most: AgentState = "none";
  for (const state of states) if (URGENCY.indexOf(state) < URGENCY.indexOf(most)) most = state;
  return most;
}

/** Whether a person is waited for: what `agent next` goes to. */
export function waitsForPerson(state: AgentState): boolean {
  return state === "blocked" || state === "error" || state === "done";
}

/** Whether `state` is what was waited for. `idle` is met by `done` too: the difference is only who looked. */
export function meetsState(state: AgentState, wanted: AgentState): boolean {
  return state === wanted || (wanted === "idle" && state === "done");
}
