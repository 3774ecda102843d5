/** Lists of sessions as servers send them, as many as are wished for. */
import type { SessionInfo } from "../../src/commands/context.ts";
import type { ServerSessions } from "../../src/client/ui/session-rows.ts";

const WINDOW = { active: true, zoomed: false, bell: false, activity: false, cols: 80, rows: 24 };
const PANE = { index: 0, title: "", program: "bash", pid: 1, cwd: "/home/ann", cols: 80, rows: 24, active: true, command: [], cursor: "", exit: null };

/** Each session has two windows of one pane. */
export function sessionLists(servers: number, sessions: number): ServerSessions[] {
  return Array.from({ length: servers }, (_, server) => ({
    server: `server${server}`, mark: "●", state: "connected",
    sessions: Array.from({ length: sessions }, (_, n): SessionInfo => ({
      id: n + 1, name: `work-${server}-${n}`, createdAt: 0, usedAt: 0, attached: 0, tags: [], cwd: "/home/ann",
      windows: [0, 1].map((index) => ({ ...WINDOW, id: n * 2 + index, index, name: "edit", panes: [{ ...PANE, id: n * 2 + index }] })),
    })),
  }));
}
