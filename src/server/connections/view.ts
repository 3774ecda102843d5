/** The attached session as one client shows it. Pure: from model, panes and focus to a message. */
import type { AgentState } from "../../base/agent-state.ts";
import { printable } from "../../base/names.ts";
import type { View, ViewPane, ViewWindow, WatchedPane } from "../../protocol/messages.ts";
import type { Daemon } from "../daemon.ts";
import type { ClientFocus } from "../model/focus.ts";
import { panesOf, rectsOf } from "../model/layout.ts";
import type { WindowState } from "../model/state.ts";

const LONGEST_TITLE = 256;

/** Everything of a view but its revision. */
export function buildView(daemon: Daemon, focus: ClientFocus, readOnly: boolean): Omit<View, "revision"> {
  const { model } = daemon;
  const session = model.session(focus.session);
  const window = model.window(focus.window);
  const pane = focus.pane;
  const rects = window.zoomed !== undefined
    ? [{ pane: window.zoomed, x: 0, y: 0, cols: window.cols, rows: window.rows }]
    : rectsOf(window.tree);
  const last = focus.lastWindow;
  const claims = daemon.claims();
  const counts = daemon.agents.counts();
  return {
    session: { id: session.id, name: session.name },
    windows: session.windows.map((id) => viewWindow(daemon, model.window(id), last)),
    focus: { window: window.id, pane },
    cols: Math.max(window.cols, window.zoomed === undefined ? window.tree.cols : 0),
    rows: Math.max(window.rows, window.zoomed === undefined ? window.tree.rows : 0),
    leaves: rects,
    panes: panesOf(window.tree).map((id, i) => ({
      ...viewPane(daemon, id, i + daemon.settings().paneBaseIndex), ...(claims.has(id) && { claimed: true }),
    })),
    readOnly: readOnly || undefined,
    synchronized: window.synchronized || undefined,
    sessions: [...model.sessions.values()].map(({ id, name, windows }) => ({
      id, name, ...shownAgent(daemon, windows.flatMap((w) => panesOf(model.window(w).tree))),
    })),
    ...(Object.keys(counts).length > 0 && { agents: counts }),
  };
}

/** The state that a window or session shows, if it has agents. */
function shownAgent(daemon: Daemon, panes: readonly number[]): { agent?: AgentState } {
  const agent = daemon.agents.rolledUp(panes);
  return agent === "none" ? {} : { agent };
}

function viewWindow(daemon: Daemon, window: WindowState, last: number | undefined): ViewWindow {
  return {
    id: window.id, index: window.index, name: printable(window.name, LONGEST_TITLE), panes: panesOf(window.tree).length,
    bell: window.bell, activity: window.activity, zoomed: window.zoomed !== undefined || undefined, last: window.id === last || undefined,
    ...shownAgent(daemon, panesOf(window.tree)),
  };
}

function viewPane(daemon: Daemon, id: number, index: number): ViewPane {
  const state = daemon.model.pane(id);
  const pane = daemon.panes.get(id);
  const progress = pane?.emulator.progress;
  const agent = daemon.agents.status(id);
  return {
    id, index, ...(state.link && { link: state.link }), title: printable(state.name ?? (pane?.emulator.title || pane?.program || ""), LONGEST_TITLE),
    program: printable(pane?.program ?? "", LONGEST_TITLE), cwd: pane?.emulator.cwd, exit: state.exit,
    progress: !progress || progress.state === "none" ? undefined : progress.state === "busy" ? -1 : progress.percent,
    ...(agent && { agent: { agent: agent.agent, state: agent.state, ...(agent.question && { question: agent.question.text }) } }),
  };
}

/** A pane as clients of other servers' windows show it; one that is gone says so. */
export function watchedPane(daemon: Daemon, id: number): WatchedPane {
  const pane = daemon.panes.get(id);
  if (!pane || !daemon.model.panes.has(id)) return { id, gone: true, title: "", program: "", cols: 1, rows: 1 };
  const { title, program, cwd, agent } = viewPane(daemon, id, 0);
  return { id, title, program, cwd, cols: pane.emulator.cols, rows: pane.emulator.rows, ...(agent && { agent }) };
}
