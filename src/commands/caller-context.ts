/** Who the caller of a command is, what it may do as an agent, and what it notes on sessions and panes. */
import type { Caller } from "./context.ts";

/** What an agent may do besides reading: decided by the daemon it speaks to. */
export interface AgentRights {
  /** It runs on another server: it may do nothing but with what it made, and what every agent may. */
  readonly foreign: boolean;
  /** Rules of the configuration: what it may do in sessions of others, and what it may not do at all. */
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  /** Other servers that it may use; `*` is all of them. */
  readonly servers: readonly string[];
  /** Whether a session is in its tree: its own, or one that it made, or one that those made. */
  owns(session: number): boolean;
}

/** What an agent did, for the audit log. No payload: only what it was about. */
export interface AuditEntry {
  readonly command: string;
  /** Panes, windows, sessions as `SESSION/WINDOW.PANE`, or as they were written if there are none such. */
  readonly targets: readonly string[];
  /** `done`, or the code of the error. */
  readonly outcome: string;
}

/** What is noted on sessions and panes. */
export interface Labels {
  setTags(session: number, tags: readonly string[]): void;
  /** Variables that later panes of a session get. */
  environment(session: number): Readonly<Record<string, string>>;
  setEnvironment(session: number, set: Readonly<Record<string, string>>, unset: readonly string[]): void;
  metadata(kind: "session" | "pane", id: number): Readonly<Record<string, string>>;
  /** Replaces all of it. */
  setMetadata(kind: "session" | "pane", id: number, entries: Readonly<Record<string, string>>): void;
}

/** Who asks, and where it is. */
export interface WhoAmI {
  kind: Caller["kind"];
  /** Identity of the server. */
  server: string;
  host: string;
  pane: number | null;
  window: number | null;
  session: number | null;
  /** SESSION/WINDOW.PANE of its pane. */
  target: string | null;
}
