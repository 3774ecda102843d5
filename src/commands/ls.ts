/** `ls`: what sessions there are. */
import { formatDuration } from "../base/duration.ts";
import type { RenderStyle } from "./command.ts";
import { serverCommand } from "./command.ts";
import type { PaneInfo, SessionInfo, WindowInfo } from "./context.ts";
import { cell, count, formatTable } from "./text-table.ts";

/** A session as listed; `server` is set by the client that asked several. */
type Listed = SessionInfo & { server?: string };

export const ls = serverCommand({
  name: "ls",
  summary: "List sessions",
  group: "session",
  effect: "read",
  agents: "any",
  args: {
    target: { type: "target", positional: true, value: "TARGET", complete: "session", help: "only this session" },
    tree: { type: "boolean", help: "show windows and panes as well" },
  },
  tmux: ["list-sessions", "list-windows", "list-panes", "has-session"],
  mcp: {
    name: "list_sessions", everywhere: true,
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
    "sessions[].windows[].panes[].id": "integer: id, never reused; as a target %ID",
    "sessions[].windows[].panes[].index": "integer: its number in the window",
    "sessions[].windows[].panes[].title": "string: title that its program set",
    "sessions[].windows[].panes[].program": "string: program in the foreground",
    "sessions[].windows[].panes[].pid": "integer: process id of what was started",
    "sessions[].windows[].panes[].cwd": "string: working folder",
    "sessions[].windows[].panes[].cols": "integer: width in cells",
    "sessions[].windows[].panes[].rows": "integer: height in cells",
    "sessions[].windows[].panes[].active": "boolean: the window's active pane",
    "sessions[].windows[].panes[].command": "array of strings: what was started; empty for the shell",
    "sessions[].windows[].panes[].cursor": "string: position in its output, for wait --since",
    "sessions[].windows[].panes[].exit": "object or null: {code, signal} once the program has ended",
    "sessions[].windows[].panes[].agent": "object: {agent, state, since, question, session} of the agent that runs in it, see agents",
  },
  run(ctx, args): { sessions: SessionInfo[] } {
    if (args.target === undefined) return { sessions: ctx.find.sessions() };
    return { sessions: [ctx.find.sessionInfo(ctx.find.session(args.target).id)] };
  },
  render(result: { sessions: Listed[] }, style, args) {
    const sessions = [...result.sessions].sort((a, b) => a.createdAt - b.createdAt || a.id - b.id);
    if (sessions.length === 0) return "";
    return args.tree ? sessions.map((session) => treeOf(session, style)).join("\n") : tableOf(sessions, style);
  },
});

function tableOf(sessions: readonly Listed[], style: RenderStyle): string {
  const several = new Set(sessions.map(({ server }) => server)).size > 1;
  const rows = sessions.map((session) => [
    ...(several ? [cell(session.server ?? "")] : []),
    cell(session.name),
    cell(session.windows.length),
    cell(session.attached),
    formatDuration(Math.max(0, style.now - session.createdAt)),
    cell(session.tags.join(",")),
  ]);
  return formatTable([[...(several ? ["SERVER"] : []), "NAME", "WINDOWS", "ATTACHED", "AGE", "TAGS"], ...rows]);
}

function treeOf(session: Listed, style: RenderStyle): string {
  const age = formatDuration(Math.max(0, style.now - session.createdAt));
  const attached = session.attached > 0 ? ", attached" : "";
  const tags = session.tags.length > 0 ? ` [${cell(session.tags.join(","))}]` : "";
  const head = `${cell(session.name)}: ${count(session.windows.length, "window")}, ${age}${attached}${tags}`;
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
  const program = pane.exit ? `${cell(pane.program, 40)} (${ending(pane.exit)})` : cell(pane.program, 40);
  return [
    `${pane.index}${pane.active ? "*" : ""}`, `%${pane.id}`, `${pane.cols}x${pane.rows}`, program, cell(pane.cwd, 60),
    cell(pane.title, 60),
  ];
}

function ending(exit: { code: number | null; signal: string | null }): string {
  return exit.signal !== null ? `ended by ${cell(exit.signal)}` : `ended with ${exit.code ?? "unknown status"}`;
}
