/** `window move`: gives a window another number, or another session. */
import { FugueError } from "../base/errors.ts";
import { WINDOW, windowPlace } from "./arguments.ts";
import { serverCommand } from "./command.ts";
import { exactlyOne } from "./values.ts";

export const windowMove = serverCommand({
  name: "window move",
  summary: "Move a window to another number or session",
  group: "window",
  effect: "write",
  args: {
    target: WINDOW,
    to: { type: "string", value: "PLACE", help: "INDEX, SESSION or SESSION/INDEX" },
    swap: { type: "boolean", help: "change places with the window that is there" },
    renumber: { type: "boolean", help: "number all windows of the session anew, without gaps" },
  },
  tmux: ["move-window"],
  result: {
    "windows[].id": "integer: its id", "windows[].index": "integer: its new number",
    "windows[].session": "integer: id of its session",
  },
  check(args) {
    exactlyOne(args, "to", "renumber");
    if (args.to !== undefined) windowPlace(args.to);
    if (args.swap && args.renumber) throw new FugueError("usage", "--swap and --renumber don't go together");
  },
  run(ctx, args) {
    const window = ctx.find.window(args.target);
    if (args.to === undefined) ctx.windows.renumber(window.session);
    else {
      const { session, index } = windowPlace(args.to);
      const id = session === undefined ? window.session : ctx.find.session(session).id;
      ctx.windows.move(window.id, id, index, args.swap);
    }
    const moved = ctx.find.windowById(window.id);
    return { windows: [{ id: moved.id, index: moved.index, session: moved.session }] };
  },
});
