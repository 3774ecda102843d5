/** `pane display`: what is known about a pane. */
import { PANE } from "./arguments.ts";
import { serverCommand } from "./command.ts";
import type { PaneInfo } from "./context.ts";
import { linkText } from "./pane-cells.ts";
import { PANE_RESULT } from "./pane-fields.ts";
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
  result: PANE_RESULT,
  run(ctx, args): { panes: Shown[] } {
    const { id } = ctx.find.pane(args.target);
    return { panes: [{ ...ctx.find.paneInfo(id), target: ctx.find.label(id) }] };
  },
  render(result: { panes: Shown[] }) {
    return formatTable(result.panes.flatMap((pane) => [
      ["pane", `${cell(pane.target)} (%${pane.id})`],
      ...(pane.link ? [["shows", linkText(pane)!]] : programRows(pane)),
      ["size", `${pane.cols}x${pane.rows}`],
      ...(pane.exit ? [["ended", pane.exit.signal ? cell(pane.exit.signal) : String(pane.exit.code)]] : []),
    ]));
  },
});

function programRows(pane: PaneInfo): string[][] {
  return [["title", cell(pane.title)], ["program", `${cell(pane.program)} (${pane.pid})`], ["folder", cell(pane.cwd)]];
}
