/** What `status` tells of a server. */

/** How a change to another build went, or goes. */
export interface UpgradeStatus {
  executable: string;
  state: "trying" | "done" | "failed";
  why: string | null;
}

/** The state of a server. */
export interface ServerStatus {
  /** Identity of the server, as links to its panes name it. */
  id: string;
  release: string;
  protocol: number;
  home: string;
  keeper: {
    pid: number;
    /** null: of before releases were told. */
    release: string | null;
    startedAt: number;
    restarts: number;
    lastExit: string | null;
    /** How its last replacement in place went, or goes. */
    replaced: UpgradeStatus | null;
  };
  /** How the last upgrade went, or goes. */
  upgrade: UpgradeStatus | null;
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
