/** `window rotate`: every pane of a window moves on by one place. */
import { WINDOW } from "./arguments.ts";
import { serverCommand } from "./command.ts";

export const windowRotate = serverCommand({
  name: "window rotate",
  summary: "Move every pane of a window to the place of the one before it",
  group: "window",
  effect: "write",
  args: {
    target: WINDOW,
    down: { type: "boolean", help: "to the place of the one after it" },
  },
  tmux: ["rotate-window"],
  run(ctx, args) {
    ctx.windows.rotate(ctx.find.window(args.target).id, args.down);
  },
});
