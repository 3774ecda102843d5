/** What `status` tells of a server. */

/** The state of a server. */
export interface ServerStatus {
  /** Identity of the server, as links to its panes name it. */
  id: string;
  release: string;
  protocol: number;
  home: string;
  keeper: { pid: number; startedAt: number; restarts: number; lastExit: string | null };
  /** How the last upgrade went, or goes. */
  upgrade: { executable: string; state: "trying" | "done" | "failed"; why: string | null } | null;
  /** What is kept on disk for the next start, and what came back from it. */
  saved: {
    at: number; bytes: number; failing: string | null;
    restored: { at: number; sessions: number; panes: number; lost: string[] } | null;
  };
  daemon: { pid: number; startedAt: number };
  sessions: number;
  windows: number;
  panes: number;
  clients: number;
  listening: string[];
  /** Addresses that it should listen on and can't, and why. */
  notListening: { address: string; problem: string }[];
}
