/** What commands ask and tell of the agents in panes: interfaces only, implemented by the daemon. */
import type { AgentState, ReportedState } from "../base/agent-state.ts";

/** The agent in a pane. */
export interface PaneAgent {
  /** `claude`, `codex`: the name of its rules, or what it calls itself. */
  agent: string;
  version?: string;
  state: AgentState;
  /** When it came into this state, milliseconds since the epoch. */
  since: number;
  /** A person is waited for who has not looked since. */
  waits: boolean;
  /** What it asks, on one line, while it is blocked. */
  question?: string;
  /** The answers that it offers, by number from 1. */
  answers?: string[];
  /** Id of its conversation. */
  session?: string;
  /** Preset that it was started with. */
  preset?: string;
}

/** How a prompt is given to what runs in a pane. */
export interface PromptOptions {
  /** Answers the question of a blocked agent by its number instead. */
  answer?: number;
  /** While the agent works, wait until it does no longer, instead of refusing. */
  queue?: boolean;
  /** Go on until the turn that the prompt begins is seen: then a wait for its end can follow. */
  follow?: boolean;
  /** Milliseconds for the whole; default 30 s. */
  timeoutMs?: number;
}

/** How it is known that a prompt was taken. */
export interface PromptResult {
  pane: number;
  /**
   * `state`: the agent began to work; `report`: it said so; `input`: its input is empty again; `output`: the program went on;
   * `none`: it is in the terminal, and whether the program reads it can't be told.
   */
  proof: "state" | "report" | "input" | "output" | "none";
  /** What it was typed into, where no agent runs. */
  program?: string;
  /** The agent's state now. */
  state?: AgentState;
}

/** Which evidence decided the state of a pane's agent. */
export interface AgentExplanation {
  pane: number;
  agent?: PaneAgent;
  evidence: { kind: string; says: string; decided: boolean }[];
  /** Mistakes in the user's rule files. */
  problems: string[];
}

/** A preset of the configuration. Never what its environment holds. */
export interface PresetInfo {
  name: string;
  harness: string | null;
  command: string[];
  model: string | null;
  dir: string | null;
  tags: string[];
  isolated: boolean;
  problem: string | null;
}

/** Something that a program in a pane asks for, and that a person has to allow. */
export interface ProgramRequest {
  id: number;
  pane: number;
  /** Name of the session in which it is. */
  session: string;
  /** What would be done, as a whole, in plain text. */
  text: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** Agents in panes. */
export interface Agents {
  /** Panes with an agent. */
  list(): { pane: number; agent: PaneAgent }[];
  of(pane: number): PaneAgent | undefined;
  report(pane: number, report: { state?: ReportedState; question?: string; session?: string; agent?: string }): void;
  explain(pane: number): AgentExplanation;
  /** What `SpawnOptions.preset` can name. */
  presets(): PresetInfo[];
  /** The next pane, after the one the caller is in, whose agent waits for a person. */
  next(): number | undefined;
  /** What programs ask for, oldest first. */
  requests(): ProgramRequest[];
  /** Allows or refuses it. @throws FugueError `noTarget`; `refused` to agents, and to the pane that asks */
  answer(request: number, yes: boolean): Promise<void>;
  /** Submits a prompt, or answers a question. @throws FugueError `refused`, `timeout`, `failed` */
  prompt(pane: number, text: string | undefined, options: PromptOptions): Promise<PromptResult>;
}
