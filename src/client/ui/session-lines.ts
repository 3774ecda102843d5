/** What a row of the session tree says. */
import { AGENT_MARKS, isAgentState, rolledUp, type AgentState } from "../../base/agent-state.ts";
import { formatDuration } from "../../base/duration.ts";
import type { PaneInfo, SessionInfo, WindowInfo } from "../../commands/context.ts";
import { linkText } from "../../commands/pane-cells.ts";
import type { PanelLine, PanelTheme, Span } from "./panel-line.ts";
import type { TreeRow } from "./session-rows.ts";

export interface TreeLineContext {
  readonly theme: PanelTheme;
  /** Milliseconds since the epoch, for ages. */
  readonly now: number;
  /** The row stands for what the user has before them. */
  readonly isCurrent: boolean;
}

/** The line of a row: indented, with a mark that shows whether it is folded. */
export function treeLine(row: TreeRow, context: TreeLineContext): PanelLine {
  const { theme } = context;
  const fold = row.foldable ? (row.open ? "▾ " : "▸ ") : "  ";
  const start: Span = { text: "  ".repeat(row.depth) + fold, look: theme.dim };
  const { session, window, pane } = row.target;
  if (pane && window) return { left: [start, ...paneSpans(pane, theme)] };
  if (window) {
    const size = { text: `${window.cols}x${window.rows}`, look: theme.dim };
    return { left: [start, ...windowSpans(window, theme)], right: [size] };
  }
  if (session) return { left: [start, ...sessionSpans(session, context, row.open)], right: sessionEnd(session, context) };
  return serverLine(row, start, theme);
}

/** Colours of servers, out of the 256; the same name has the same one everywhere. */
const SERVER_COLORS = [39, 208, 113, 170, 220, 80, 203, 147, 150, 215, 110, 183];

/** The steady colour of a server. */
export function serverColor(name: string): number {
  let hash = 0;
  for (const char of name) hash = (hash * 31 + char.codePointAt(0)!) >>> 0;
  return SERVER_COLORS[hash % SERVER_COLORS.length]!;
}

const STATE_LOOKS: Readonly<Record<string, number>> = { connected: 2, connecting: 3, reconnecting: 3, failed: 1 };

function serverLine(row: TreeRow, start: Span, theme: PanelTheme): PanelLine {
  const { server, about } = row.target;
  const left: Span[] = [start];
  if (about?.mark) left.push({ text: `${about.mark} `, look: { fg: STATE_LOOKS[about.state ?? ""] ?? 8 } });
  left.push({ text: server, look: { ...theme.title, fg: serverColor(server) } });
  if (about) left.push(...stateSpans(stateOf(about.sessions), theme));
  const isAway = about?.state !== undefined && about.state !== "connected";
  if (about?.reason && (isAway || about.sessions.length === 0)) left.push({ text: `  ${about.reason}`, look: theme.warning });
  else if (isAway) left.push({ text: `  ${about.state}`, look: theme.dim });
  if (isAway && about.sessions.length > 0) left.push({ text: "  (as last seen)", look: theme.dim });
  const right = about?.roundTrip === undefined ? undefined : [{ text: `${about.roundTrip.toFixed(about.roundTrip < 10 ? 1 : 0)} ms`, look: theme.dim }];
  return { left, right };
}

function sessionSpans(session: SessionInfo, { theme, isCurrent }: TreeLineContext, isOpen: boolean): Span[] {
  const count = session.windows.length;
  const spans: Span[] = [
    { text: session.name, look: isCurrent ? { ...theme.title, ...theme.accent } : theme.title },
    { text: `  ${count} ${count === 1 ? "window" : "windows"}`, look: theme.dim },
  ];
  if (session.windows.some((window) => window.bell)) spans.push({ text: " !", look: theme.warning });
  if (session.windows.some((window) => window.activity)) spans.push({ text: " #", look: theme.accent });
  spans.push(...agentSpans(session.windows.flatMap((window) => window.panes), theme));
  for (const tag of session.tags) spans.push({ text: ` #${tag}`, look: theme.accent });
  // its windows say more
  if (isOpen) return spans;
  const window = session.windows.find(({ active }) => active) ?? session.windows[0];
  const pane = window?.panes.find(({ active }) => active) ?? window?.panes[0];
  if (pane) spans.push({ text: `  ${sayPane(pane)}`, look: theme.dim });
  return spans;
}

function sessionEnd(session: SessionInfo, { theme, now }: TreeLineContext): Span[] {
  const age = formatDuration(Math.max(0, now - session.createdAt));
  const spans: Span[] = [{ text: age.padStart(4), look: theme.dim }];
  if (session.attached > 0) spans.unshift({ text: `attached ${session.attached} `, look: theme.accent });
  return spans;
}

function windowSpans(window: WindowInfo, theme: PanelTheme): Span[] {
  const spans: Span[] = [{ text: `${window.index}: ${window.name}` }];
  const flags = `${window.active ? "*" : ""}${window.zoomed ? "Z" : ""}`;
  if (flags !== "") spans.push({ text: flags, look: theme.accent });
  if (window.bell) spans.push({ text: "!", look: theme.warning });
  if (window.activity) spans.push({ text: "#", look: theme.accent });
  spans.push(...agentSpans(window.panes, theme));
  const only = window.panes.length === 1 ? window.panes[0] : undefined;
  const said = only ? sayPane(only) : `${window.panes.length} panes`;
  spans.push({ text: `  ${said}`, look: theme.dim });
  return spans;
}

function paneSpans(pane: PaneInfo, theme: PanelTheme): Span[] {
  const spans: Span[] = [{ text: `${pane.index}: ${pane.program}` }];
  if (pane.active) spans.push({ text: "*", look: theme.accent });
  spans.push(...agentSpans([pane], theme));
  spans.push({ text: `  ${describePane(pane)}`, look: theme.dim });
  return spans;
}

/** The most pressing state of the agents in these panes: `? blocked`. */
function agentSpans(panes: readonly PaneInfo[], theme: PanelTheme): Span[] {
  return stateSpans(stateOfPanes(panes), theme);
}

function stateOfPanes(panes: readonly PaneInfo[]): AgentState {
  return rolledUp(panes.map(({ agent }) => (isAgentState(agent?.state) ? agent.state : "none")));
}

/** States of whole servers, by their lists: a list is looked through once, not at each drawing. */
const states = new WeakMap<readonly SessionInfo[], AgentState>();

function stateOf(sessions: readonly SessionInfo[]): AgentState {
  let state = states.get(sessions);
  if (state === undefined) {
    state = rolledUp(sessions.flatMap(({ windows }) => windows.map(({ panes }) => stateOfPanes(panes))));
    states.set(sessions, state);
  }
  return state;
}

function stateSpans(state: AgentState, theme: PanelTheme): Span[] {
  if (state === "none") return [];
  return [{ text: ` ${AGENT_MARKS[state]} ${state}`, look: state === "blocked" || state === "error" ? theme.warning : theme.accent }];
}

/** Its program, and what is known of it. */
function sayPane(pane: PaneInfo): string {
  return `${pane.program} ${describePane(pane)}`.trimStart();
}

/** Title, folder, and how it ended. */
function describePane(pane: PaneInfo): string {
  const link = linkText(pane);
  if (link !== undefined) return link;
  const title = pane.title !== "" && pane.title !== pane.program ? `"${pane.title}" ` : "";
  const end = pane.exit ? ` (exited: ${pane.exit.signal ?? pane.exit.code ?? "unknown"})` : "";
  return `${title}${pane.cwd}${end}`;
}
