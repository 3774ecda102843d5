/** `window ls`: the windows of one session or of all. */
import { serverCommand } from "./command.ts";
import { cell, listTable } from "./text-table.ts";

interface ListedWindow {
  id: number;
  target: string;
  name: string;
  active: boolean;
  zoomed: boolean;
  cols: number;
  rows: number;
  panes: number;
}

export const windowLs = serverCommand({
  name: "window ls",
  summary: "List windows",
  group: "window",
  effect: "read",
  agents: "any",
  args: {
    target: { type: "target", positional: true, value: "TARGET", complete: "session", help: "session; default: all of them" },
  },
  mcp: { name: "list_windows", everywhere: true, description: "Lists the windows of a session, or of all sessions." },
  result: {
    "windows[].id": "integer: id, never reused",
    "windows[].target": "string: it as SESSION/INDEX",
    "windows[].name": "string: name",
    "windows[].active": "boolean: shown to who attaches next",
    "windows[].zoomed": "boolean: one pane fills it",
    "windows[].cols": "integer: width in cells",
    "windows[].rows": "integer: height in cells",
    "windows[].panes": "integer: number of panes",
  },
  run(ctx, args): { windows: ListedWindow[] } {
    const only = args.target === undefined ? undefined : ctx.find.session(args.target).id;
    const sessions = ctx.find.sessions().filter(({ id }) => only === undefined || id === only);
    return { windows: sessions.flatMap((session) => session.windows.map(
      ({ id, index, name, active, zoomed, cols, rows, panes }) => (
        { id, target: `${session.name}/${index}`, name, active, zoomed, cols, rows, panes: panes.length }
      ),
    )) };
  },
  render: (result: { windows: ListedWindow[] }, style) => listTable(result.windows, style.several, (window) => [
    `${cell(window.target)}${window.active ? "*" : ""}`, cell(window.name), `${window.cols}x${window.rows}`, cell(window.panes),
  ]),
});
