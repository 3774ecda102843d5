/** Makes a saved state whole: what hangs together with nothing is dropped, and what named it names something else. */
import { panesOf, removePane, resizeNode, type Node } from "./layout.ts";
import type { ModelState, SessionState, WindowState } from "./state.ts";

/** A state in which every reference leads somewhere and no number will be given twice. The entries of `state` are reused. */
export function repairState(state: ModelState): ModelState {
  const known = new Map(state.panes.map((pane) => [pane.id, pane]));
  const windows = new Map<number, WindowState>();
  for (const window of state.windows) if (repairWindow(window, (pane) => known.get(pane)?.window === window.id)) windows.set(window.id, window);
  const sessions = state.sessions.filter((session) => repairSession(session, (window) => windows.get(window)?.session === session.id));
  const kept = new Set(sessions.flatMap((session) => session.windows));
  const panes = state.panes.filter((pane) => kept.has(pane.window) && windows.has(pane.window) && shows(windows.get(pane.window)!, pane.id));
  const above = (next: number, entries: { id: number }[]) => entries.reduce((n, { id }) => Math.max(n, id + 1), next);
  return {
    version: 1,
    next: { session: above(state.next.session, state.sessions), window: above(state.next.window, state.windows), pane: above(state.next.pane, state.panes) },
    sessions,
    windows: [...windows.values()].filter((window) => kept.has(window.id)),
    panes,
    marked: panes.some((pane) => pane.id === state.marked) ? state.marked : undefined,
  };
}

function shows(window: WindowState, pane: number): boolean {
  return panesOf(window.tree).includes(pane);
}

/** @returns false if no pane is left. */
function repairWindow(window: WindowState, isOwn: (pane: number) => boolean): boolean {
  let tree: Node | undefined = window.tree;
  for (const pane of panesOf(tree)) if (tree && !isOwn(pane)) tree = removePane(tree, pane);
  if (!tree) return false;
  if (tree !== window.tree) window.tree = resizeNode(tree, window.cols, window.rows);
  window.recent = window.recent.filter((pane) => shows(window, pane));
  if (!shows(window, window.active)) window.active = window.recent[0] ?? panesOf(tree)[0]!;
  if (window.zoomed !== undefined && !shows(window, window.zoomed)) window.zoomed = undefined;
  return true;
}

/** @returns false if no window is left. */
function repairSession(session: SessionState, isOwn: (window: number) => boolean): boolean {
  session.windows = session.windows.filter(isOwn);
  session.recent = session.recent.filter(isOwn);
  if (!session.windows.includes(session.active)) session.active = session.recent[0] ?? session.windows[0] ?? 0;
  return session.windows.length > 0;
}
