/** `pane swap`: two panes change places. */
import { FugueError } from "../base/errors.ts";
import { PANE } from "./arguments.ts";
import { serverCommand } from "./command.ts";
import type { ServerContext } from "./context.ts";
import { atMostOne } from "./values.ts";

export const paneSwap = serverCommand({
  name: "pane swap",
  summary: "Exchange the places of two panes",
  details: "Without options it is the marked pane that it changes places with.",
  group: "pane",
  effect: "write",
  args: {
    target: PANE,
    with: { type: "target", value: "TARGET", complete: "target", help: "the other pane, of any window" },
    up: { type: "boolean", help: "with the pane before it" },
    down: { type: "boolean", help: "with the pane after it" },
  },
  tmux: ["swap-pane"],
  result: { "panes[].id": "integer: its id", "panes[].target": "string: its new place as SESSION/WINDOW.PANE" },
  check: (args) => atMostOne(args, "with", "up", "down"),
  run(ctx, args) {
    const { id } = ctx.find.pane(args.target);
    const other = otherPane(ctx, id, args);
    ctx.panes.swap(id, other);
    return { panes: [id, other].map((pane) => ({ id: pane, target: ctx.find.label(pane) })) };
  },
});

function otherPane(ctx: ServerContext, id: number, args: { with?: string; up: boolean; down: boolean }): number {
  if (args.with !== undefined) return ctx.find.pane(args.with).id;
  const found = args.up || args.down ? ctx.panes.neighbour(id, args.down ? "next" : "previous")?.id : ctx.panes.marked;
  if (found !== undefined) return found;
  if (args.up || args.down) throw new FugueError("failed", "the window has no other pane");
  throw new FugueError("noTarget", "no pane is marked", "name one with --with, or mark it with: fugue pane mark");
}
