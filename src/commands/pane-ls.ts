/** `pane ls`: the panes of one session or of all. */
import { serverCommand } from "./command.ts";
import type { PaneInfo } from "./context.ts";
import { paneCells } from "./pane-cells.ts";
import { PANE_RESULT } from "./pane-fields.ts";
import { cell, listTable } from "./text-table.ts";

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
  result: PANE_RESULT,
  run(ctx, args): { panes: ListedPane[] } {
    const session = args.target === undefined ? undefined : ctx.find.session(args.target).id;
    const window = args.target?.includes("/") || args.target?.startsWith("%") ? ctx.find.window(args.target).id : undefined;
    const panes = ctx.find.sessions().filter(({ id }) => session === undefined || id === session).flatMap(
      ({ windows }) => windows.filter(({ id }) => window === undefined || id === window).flatMap((one) => one.panes),
    );
    return { panes: panes.map((pane) => ({ ...pane, target: ctx.find.label(pane.id) })) };
  },
  render: (result: { panes: ListedPane[] }, style) => listTable(result.panes, style.several, (pane) => [
    `${cell(pane.target)}${pane.active ? "*" : ""}`, `%${pane.id}`, ...paneCells(pane),
  ]),
});
