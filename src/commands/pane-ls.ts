/** `pane ls`: the panes of one session or of all. */
import { serverCommand } from "./command.ts";
import type { PaneInfo } from "./context.ts";
import { cell, formatTable } from "./text-table.ts";

type ListedPane = PaneInfo & { target: string };

export const paneLs = serverCommand({
  name: "pane ls",
  summary: "List panes",
  group: "pane",
  effect: "read",
  agents: "any",
  args: {
    target: {
      type: "target", positional: true, value: "TARGET", complete: "target", help: "session or window; default: all panes",
    },
  },
  mcp: {
    name: "list_panes", everywhere: true,
    description: "Lists the panes of a session or window (SESSION/WINDOW), or all panes, with program, folder and title.",
  },
  result: {
    "panes[].id": "integer: id, never reused; as a target %ID",
    "panes[].target": "string: it as SESSION/WINDOW.PANE",
    "panes[].index": "integer: its number in the window",
    "panes[].title": "string: title that its program set",
    "panes[].program": "string: program in the foreground",
    "panes[].pid": "integer: process id of what was started",
    "panes[].cwd": "string: working folder",
    "panes[].cols": "integer: width in cells",
    "panes[].rows": "integer: height in cells",
    "panes[].active": "boolean: the window's active pane",
    "panes[].command": "array of strings: what was started; empty for the shell",
    "panes[].cursor": "string: position in its output, for wait --since",
    "panes[].exit": "object or null: {code, signal} once the program has ended",
  },
  run(ctx, args): { panes: ListedPane[] } {
    const session = args.target === undefined ? undefined : ctx.find.session(args.target).id;
    const window = args.target?.includes("/") || args.target?.startsWith("%") ? ctx.find.window(args.target).id : undefined;
    const panes = ctx.find.sessions().filter(({ id }) => session === undefined || id === session).flatMap(
      ({ windows }) => windows.filter(({ id }) => window === undefined || id === window).flatMap((one) => one.panes),
    );
    return { panes: panes.map((pane) => ({ ...pane, target: ctx.find.label(pane.id) })) };
  },
  render: (result: { panes: ListedPane[] }) => formatTable(result.panes.map((pane) => [
    `${cell(pane.target)}${pane.active ? "*" : ""}`, `%${pane.id}`, cell(pane.program, 40), cell(pane.cwd, 60), cell(pane.title, 60),
  ])),
});
