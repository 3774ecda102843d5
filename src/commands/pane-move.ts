/** `pane move` and `pane join`: a pane goes beside another one, of any window. */
import { FugueError } from "../base/errors.ts";
import { PANE, paneSize, SIDES, sideOf, SIZE } from "./arguments.ts";
import { serverCommand } from "./command.ts";
import type { ServerContext } from "./context.ts";

const RESULT = {
  "panes[].id": "integer: its id", "panes[].target": "string: its new place as SESSION/WINDOW.PANE",
} as const;

interface Place {
  right: boolean;
  left: boolean;
  up: boolean;
  down: boolean;
  size?: string;
}

function checkPlace(args: Place): void {
  sideOf(args);
  if (args.size !== undefined) paneSize(args.size);
}

function put(ctx: ServerContext, id: number, beside: number, args: Place) {
  ctx.panes.join(id, beside, { side: sideOf(args), size: args.size === undefined ? undefined : paneSize(args.size) });
  return { panes: [{ id, target: ctx.find.label(id) }] };
}

export const paneMove = serverCommand({
  name: "pane move",
  summary: "Move a pane beside another one",
  group: "pane",
  effect: "write",
  args: {
    target: PANE,
    to: {
      type: "target", required: true, value: "TARGET", complete: "target", help: "pane to put it beside, of any window",
    },
    ...SIDES,
    size: SIZE,
  },
  tmux: ["move-pane"],
  result: RESULT,
  check: checkPlace,
  run: (ctx, args) => put(ctx, ctx.find.pane(args.target).id, ctx.find.pane(args.to).id, args),
});

export const paneJoin = serverCommand({
  name: "pane join",
  summary: "Fetch a pane of another window and put it beside this one",
  details: "Without --from it is the marked pane.",
  group: "pane",
  effect: "write",
  args: {
    target: PANE,
    from: { type: "target", value: "TARGET", complete: "target", help: "pane to fetch; default: the marked one" },
    ...SIDES,
    size: SIZE,
  },
  tmux: ["join-pane"],
  result: RESULT,
  check: checkPlace,
  run(ctx, args) {
    const from = args.from === undefined ? ctx.panes.marked : ctx.find.pane(args.from).id;
    if (from === undefined) throw new FugueError(
      "noTarget", "no pane is marked", "name one with --from, or mark it with: fugue pane mark",
    );
    return put(ctx, from, ctx.find.pane(args.target).id, args);
  },
});
