/** `pane break`: a pane gets a window of its own. */
import { DETACHED, PANE, windowPlace } from "./arguments.ts";
import { serverCommand } from "./command.ts";

export const paneBreak = serverCommand({
  name: "pane break",
  summary: "Move a pane to a window of its own",
  group: "pane",
  effect: "write",
  args: {
    target: PANE,
    name: { type: "string", short: "n", value: "NAME", help: "name of the window" },
    to: {
      type: "string", value: "PLACE",
      help: "INDEX, SESSION or SESSION/INDEX; default: the lowest free number of its session",
    },
    detached: DETACHED,
  },
  tmux: ["break-pane"],
  result: {
    "windows[].id": "integer: id of the window", "windows[].index": "integer: its number",
    "windows[].pane": "integer: id of the pane",
  },
  check(args) {
    if (args.to !== undefined) windowPlace(args.to);
  },
  run(ctx, args) {
    const { id: pane } = ctx.find.pane(args.target);
    const { session, index } = args.to === undefined ? {} : windowPlace(args.to);
    const window = ctx.panes.break(pane, {
      session: session === undefined ? undefined : ctx.find.session(session).id,
      index,
      name: args.name,
      ...(args.detached && { select: false }),
    });
    return { windows: [{ id: window.id, index: window.index, pane }] };
  },
});
