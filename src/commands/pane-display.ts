/** `pane display`: what is known about a pane. */
import { PANE } from "./arguments.ts";
import { serverCommand } from "./command.ts";
import type { PaneInfo } from "./context.ts";
import { cell, formatTable } from "./text-table.ts";

type Shown = PaneInfo & { target: string };

export const paneDisplay = serverCommand({
  name: "pane display",
  summary: "Show what is known about a pane",
  group: "pane",
  effect: "read",
  args: { target: PANE },
  tmux: ["display-message"],
  mcp: { name: "describe_pane", description: "What is known about one pane: program, folder, size, title, exit." },
  result: {
    "panes[].id": "integer: id, never reused",
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
  run(ctx, args): { panes: Shown[] } {
    const { id } = ctx.find.pane(args.target);
    return { panes: [{ ...ctx.find.paneInfo(id), target: ctx.find.label(id) }] };
  },
  render(result: { panes: Shown[] }) {
    return formatTable(result.panes.flatMap((pane) => [
      ["pane", `${cell(pane.target)} (%${pane.id})`],
      ["title", cell(pane.title)],
      ["program", `${cell(pane.program)} (${pane.pid})`],
      ["folder", cell(pane.cwd)],
      ["size", `${pane.cols}x${pane.rows}`],
      ...(pane.exit ? [["ended", pane.exit.signal ? cell(pane.exit.signal) : String(pane.exit.code)]] : []),
    ]));
  },
});
