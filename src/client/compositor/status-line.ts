/** The status line: session, windows, title and clock, as the user's formats say; and where each window lies, for clicks. */
import { AGENT_MARKS, isAgentState, type AgentState } from "../../base/agent-state.ts";
import type { Format } from "../../config/format.ts";
import { evaluateFormat } from "../../config/format-evaluation.ts";
import type { FormatValues } from "../../config/format-variables.ts";
import type { Options } from "../../config/options.ts";
import { applyStyle, type StyleSpec } from "../../config/style.ts";
import type { View, ViewWindow } from "../../protocol/messages.ts";
import { Grid, PLAIN, type Style } from "../../terminal/grid.ts";
import { drawText } from "./compositor.ts";

export interface StatusState {
  view: View | undefined;
  options: Options;
  /** Milliseconds since the epoch, for the clock. */
  wall: number;
  prefix: boolean;
  copyMode: boolean;
  host: string;
  /** `connected`, `reconnecting` or `offline`. */
  link: string;
  /** Name of the server in front; empty where there is only one. */
  server?: string;
  /** A mark for the state of each server; empty where there is only one. */
  servers?: string;
  /** How many agents are in each state, on all servers that answer; absent: as the view says. */
  agents?: Partial<Record<AgentState, number>>;
  /** Shown instead of the line. */
  message?: { text: string; error: boolean };
}

/** Columns of the line that select a window. */
export interface WindowSpan {
  window: number;
  from: number;
  to: number;
}

export interface StatusLine {
  grid: Grid;
  spans: WindowSpan[];
}

function resolve(spec: StyleSpec, below: Style): Style {
  return { ...PLAIN, ...applyStyle(below, spec) };
}

/** `*` current, `-` last, `!` bell, `#` activity, `Z` zoomed. */
export function windowFlags(window: ViewWindow, current: boolean): string {
  return (current ? "*" : window.last ? "-" : "") + (window.activity ? "#" : "") + (window.bell ? "!" : "") + (window.zoomed ? "Z" : "");
}

/** What formats may show: of the session and the focused pane, or of one window. */
export function formatValues(state: StatusState, window?: ViewWindow): FormatValues {
  const { view } = state;
  const shown = window ?? view?.windows.find((w) => w.id === view.focus.window);
  const current = shown !== undefined && shown.id === view?.focus.window;
  const pane = current ? view?.panes.find((p) => p.id === view.focus.pane) : undefined;
  const leaf = pane && view?.leaves.find((l) => l.pane === pane.id);
  return {
    link: state.link, host: state.host, host_short: state.host.split(".")[0], session: view?.session.name,
    server: state.server, servers: state.servers,
    session_windows: view?.windows.length, window: shown?.name, window_index: shown?.index, window_id: shown?.id,
    window_flags: shown && windowFlags(shown, current), window_panes: shown?.panes, window_active: current,
    window_last: shown?.last ?? false, window_bell: shown?.bell ?? false, window_activity: shown?.activity ?? false,
    zoomed: shown?.zoomed ?? false, title: pane?.title, pane_index: pane?.index, pane_id: pane && `%${pane.id}`, pane_active: true,
    pane_width: leaf?.cols, pane_height: leaf?.rows, pane_dead: pane?.exit !== undefined, pane_status: pane?.exit?.code ?? undefined,
    pane_mode: state.copyMode, synchronized: view?.synchronized ?? false, command: pane?.program, path: pane?.cwd, prefix: state.prefix,
    agent: pane?.agent?.state, agent_mark: markOf(pane?.agent?.state), agent_name: pane?.agent?.agent,
    window_agent: shown?.agent, window_agent_mark: pressing(shown?.agent), agents: agentCounts(state.agents ?? view?.agents ?? {}),
  };
}

/** The mark of a state; none for those that only a newer daemon knows. */
function markOf(state: string | undefined): string {
  return isAgentState(state) ? AGENT_MARKS[state] : "";
}

/** An agent that only waits for its next prompt is nothing to point at. */
function pressing(state: string | undefined): string {
  return state === "idle" || state === "exited" ? "" : markOf(state);
}

/** `?1 +2 ~3`: those who wait first; agents that are idle are left out. */
function agentCounts(counts: Partial<Record<AgentState, number>>): string {
  return (["blocked", "error", "done", "working"] as const).flatMap((state) => (counts[state] ? [`${AGENT_MARKS[state]}${counts[state]}`] : [])).join(" ");
}

/** Draws the line, `cols` wide. */
export function drawStatusLine(state: StatusState, cols: number): StatusLine {
  const { options, view } = state;
  const grid = new Grid(cols, 1);
  const base = resolve(options.statusStyle, PLAIN);
  fill(grid, 0, cols, base);
  if (state.message) {
    const style = resolve(options.messageStyle, PLAIN);
    fill(grid, 0, cols, style);
    drawText(grid, 0, 0, state.message.text, style);
    return { grid, spans: [] };
  }
  const values = formatValues(state);
  const marks = state.servers ? `${state.servers} ` : "";
  const right = measure(options.statusRight, values, state.wall) + Bun.stringWidth(marks);
  const rightAt = Math.max(0, cols - right);
  let x = drawRuns(grid, 0, options.statusLeft, values, base, cols, state.wall);
  const spans: WindowSpan[] = [];
  for (const window of view?.windows ?? []) {
    const current = window.id === view!.focus.window;
    const format = current ? options.windowStatusCurrentFormat : options.windowStatusFormat;
    const style = windowStyle(options, window, current, base);
    const end = Math.max(x, Math.min(cols, rightAt - 1));
    const from = x;
    x = drawRuns(grid, x, format, formatValues(state, window), style, end, state.wall);
    if (x > from) spans.push({ window: window.id, from, to: x });
    x = Math.min(cols, x + 1);
  }
  if (rightAt >= x) drawRuns(grid, drawText(grid, rightAt, 0, marks, base), options.statusRight, values, base, cols, state.wall);
  return { grid, spans };
}

/** The line in a pane's border, as `pane-border-format` says; columns that it does not use are empty. */
export function drawPaneStatus(state: StatusState, pane: number, cols: number): Grid {
  const { options, view } = state;
  const grid = new Grid(cols, 1);
  const shown = view?.panes.find((p) => p.id === pane);
  if (!view || !shown) return grid;
  const active = pane === view.focus.pane;
  const values = {
    ...formatValues({ ...state, view: { ...view, focus: { ...view.focus, pane } } }), pane_active: active,
  };
  const style = resolve(active ? options.paneActiveBorderStyle : options.paneBorderStyle, PLAIN);
  let x = 0;
  for (const run of evaluateFormat(options.paneBorderFormat, values, state.wall)) {
    // a blank that was asked for is a blank, not the line behind it
    x = drawText(grid, x, 0, run.text, resolve(run.style, style), cols);
  }
  return grid;
}

function windowStyle(options: Options, window: ViewWindow, current: boolean, base: Style): Style {
  if (current) return resolve(options.windowStatusCurrentStyle, base);
  if (window.bell) return resolve(options.windowStatusBellStyle, base);
  return window.activity ? resolve(options.windowStatusActivityStyle, base) : base;
}

function fill(grid: Grid, from: number, to: number, style: Style): void {
  for (let x = from; x < to; x++) grid.set(x, 0, "", 1, style);
}

function drawRuns(grid: Grid, x: number, format: Format, values: FormatValues, base: Style, end: number, wall: number): number {
  for (const run of evaluateFormat(format, values, wall)) x = drawText(grid, x, 0, run.text, resolve(run.style, base), end);
  return x;
}

function measure(format: Format, values: FormatValues, wall: number): number {
  return evaluateFormat(format, values, wall).reduce((n, run) => n + Bun.stringWidth(run.text), 0);
}
