/** The model's data: plain, serialisable, ids never reused. Operations are in model.ts and its neighbours. */
import type { AgentState } from "../../base/agent-state.ts";
import type { PaneLink } from "../../protocol/messages.ts";
import type { Node } from "./layout.ts";

/** What must outlive the daemon of a pane's agent. `agent` is the harness it was started by, or what it calls itself. */
export interface PaneAgentState {
  agent: string;
  /** Id of its conversation. */
  session?: string;
  /** A turn was begun: there is a conversation to go on with. */
  talked?: boolean;
  /** Command line of the preset without what is said of a conversation: what a resumed one begins with. */
  argv?: string[];
  /** It has a configuration folder of its own below the state folder. */
  isolated?: boolean;
}

/** The agent that was last seen in front of a pane, for the next daemon. */
export interface SeenAgent {
  agent: string;
  pid: number;
  state: AgentState;
  since: number;
  /** It had begun a turn. */
  turned: boolean;
  /** It has no rules: it is known by what it reports. */
  reports?: boolean;
}

export interface PaneState {
  id: number;
  window: number;
  /** Set by the user: shown instead of what the program calls itself. */
  name?: string;
  /** What was started; empty: the shell. */
  command: string[];
  cwd: string;
  env: Record<string, string>;
  createdAt: number;
  /** Set once its program has ended and the pane is kept. */
  exit?: { code: number | null; signal: string | null };
  /** Of an earlier life: its program is still to be started. */
  pending?: boolean;
  /** Stays when its program ends, whatever the options say. */
  kept?: boolean;
  /** The agent it was started for, or that told of itself. */
  agent?: PaneAgentState;
  agentSeen?: SeenAgent;
  /** Input of the person is not passed on (select-pane -d). */
  locked?: boolean;
  /** The preset that it was started with. */
  preset?: string;
  /** A program made it by the sideband: generations from a pane that a person made. */
  spawnDepth?: number;
  /** Ids of what its agent has asked for in its own words: none of it is done again. */
  spokenIds?: string[];
  /** Lines of history; absent: as the options say. */
  historyLines?: number;
  /** What of it runs again after a reboot; absent: as its session says, or the options. */
  restore?: "off" | "shell" | "command";
  /** Nothing that it shows is kept on the disk. */
  unsaved?: boolean;
  /** Notes of scripts and agents. */
  meta?: Record<string, string>;
  /** It is no pane of ours, but shows one of another server. Nothing runs here for it. */
  link?: PaneLink;
}

export interface WindowState {
  id: number;
  session: number;
  index: number;
  name: string;
  /** The user gave the name: it does not follow the program. */
  named: boolean;
  tree: Node;
  cols: number;
  rows: number;
  /** Pane that a client new to this window begins in. */
  active: number;
  /** Panes, most recently focused first. */
  recent: number[];
  /** Pane shown alone over the whole window. */
  zoomed?: number;
  bell?: boolean;
  activity?: boolean;
  synchronized?: boolean;
  /** Named layout applied last: `next-layout` goes on from it. */
  layout?: string;
}

export interface SessionState {
  id: number;
  name: string;
  /** Window ids, ordered by their index. */
  windows: number[];
  active: number;
  recent: number[];
  tags: string[];
  env: Record<string, string>;
  cwd: string;
  createdAt: number;
  /** When a person last attached or typed. */
  usedAt: number;
  /** Sessions from which it was made, nearest first, as `SERVERID/SESSION`: they may do anything with it. */
  owners?: string[];
  /** Notes of scripts and agents. */
  meta?: Record<string, string>;
  /** What of it runs again after a reboot; undefined: as the options say. */
  restore?: "off" | "shell" | "command";
  /** Nothing that its panes show is kept on the disk. */
  unsaved?: boolean;
}

export interface ModelState {
  version: 1;
  next: { session: number; window: number; pane: number };
  sessions: SessionState[];
  windows: WindowState[];
  panes: PaneState[];
  marked?: number;
}
