/** `ls`: what sessions there are. */
import { formatDuration } from "../base/duration.ts";
import type { RenderStyle } from "./command.ts";
import { serverCommand } from "./command.ts";
import type { PaneInfo, SessionInfo, WindowInfo } from "./context.ts";
import { paneCells } from "./pane-cells.ts";
import { paneFields } from "./pane-fields.ts";
import { parseTarget } from "./target.ts";
import { cell, count, formatTable, listTable } from "./text-table.ts";

/** A session as listed; `server` is set by the client that asked several. */
type Listed = SessionInfo & { server?: string };

export const ls = serverCommand({
  name: "ls",
  summary: "List sessions",
  details: `With --all-servers the servers are asked side by side, none of them longer than 5 s; those that don't answer are
named on standard error, and the exit status is 0 if any did. --cached prints what the terminal view or a list of all
servers saw last.`,
  group: "session",
  effect: "read",
  agents: "any",
  args: {
    target: { type: "target", positional: true, value: "TARGET", complete: "session", help: "only this session" },
    tree: { type: "boolean", help: "show windows and panes as well" },
    cached: { type: "boolean", help: "what was seen last, at once and without asking any server" },
  },
  tmux: ["list-sessions", "list-windows", "list-panes", "has-session"],
  mcp: {
    name: "list_sessions", everywhere: true, args: ["target", "tree"],
    description: `Lists sessions with their windows and panes: names, ids, programs, folders, sizes, tags. Without a
server all servers answer, and those that don't are under errors.`,
  },
  result: {
    "sessions[].id": "integer: id, never reused",
    "sessions[].name": "string: name, unique on its server",
    "sessions[].createdAt": "integer: milliseconds since 1970",
    "sessions[].usedAt": "integer: when it was used last, milliseconds since 1970",
    "sessions[].attached": "integer: clients that show it",
    "sessions[].tags": "array of strings: its tags",
    "sessions[].cwd": "string: folder it was started in",
    "sessions[].windows[].id": "integer: id, never reused",
    "sessions[].windows[].index": "integer: its number in the session, as in SESSION/INDEX",
    "sessions[].windows[].name": "string: name",
    "sessions[].windows[].active": "boolean: shown to who attaches next",
    "sessions[].windows[].zoomed": "boolean: one pane fills it",
    "sessions[].windows[].bell": "boolean: a bell rang and nobody looked since",
    "sessions[].windows[].activity": "boolean: something was printed and nobody looked since",
    "sessions[].windows[].cols": "integer: width in cells",
    "sessions[].windows[].rows": "integer: height in cells",
    ...paneFields("sessions[].windows[].panes[]"),
  },
  known(sessions, args): { sessions: SessionInfo[] } | undefined {
    if (!args.cached) return undefined;
    const name = args.target === undefined ? undefined : parseTarget(args.target).session;
    return { sessions: sessions.filter((session) => name === undefined || session.name === name) };
  },
  run(ctx, args): { sessions: SessionInfo[] } {
    if (args.target === undefined) return { sessions: ctx.find.sessions() };
    return { sessions: [ctx.find.sessionInfo(ctx.find.session(args.target).id)] };
  },
  render(result: { sessions: Listed[] }, style, args) {
    // servers in the order in which they were asked, the sessions of each by age
    const servers = [...new Set(result.sessions.map(({ server }) => server))];
    const sessions = servers.flatMap((server) => result.sessions
      .filter((session) => session.server === server).sort((a, b) => a.createdAt - b.createdAt || a.id - b.id));
    return args.tree ? sessions.map((session) => treeOf(session, style)).join("\n") : tableOf(sessions, style);
  },
});

function tableOf(sessions: readonly Listed[], style: RenderStyle): string {
  return listTable(sessions, style.several, (session) => [
    cell(session.name),
    cell(session.windows.length),
    cell(session.attached),
    formatDuration(Math.max(0, style.now - session.createdAt)),
    cell(session.tags.join(",")),
  ], ["NAME", "WINDOWS", "ATTACHED", "AGE", "TAGS"]);
}

function treeOf(session: Listed, style: RenderStyle): string {
  const age = formatDuration(Math.max(0, style.now - session.createdAt));
  const attached = session.attached > 0 ? ", attached" : "";
  const tags = session.tags.length > 0 ? ` [${cell(session.tags.join(","))}]` : "";
  const name = style.several ? `${cell(session.server ?? "")}:${cell(session.name)}` : cell(session.name);
  const head = `${name}: ${count(session.windows.length, "window")}, ${age}${attached}${tags}`;
  return [head, ...session.windows.map(windowTree)].join("\n");
}

function windowTree(window: WindowInfo): string {
  const { active, zoomed, bell, activity } = window;
  const marks = [active && "*", zoomed && "Z", bell && "!", activity && "#"].filter(Boolean).join("");
  const head = `  ${window.index}: ${cell(window.name)}${marks} ${window.cols}x${window.rows}`;
  const rows = window.panes.map(paneRow);
  return `${head}\n${formatTable(rows).split("\n").map((line) => `    ${line}`).join("\n")}`;
}

function paneRow(pane: PaneInfo): string[] {
  return [`${pane.index}${pane.active ? "*" : ""}`, `%${pane.id}`, `${pane.cols}x${pane.rows}`, ...paneCells(pane)];
}
