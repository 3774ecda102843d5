/** `window kill`: ends a window, or all others of its session. */
import { WINDOW } from "./arguments.ts";
import { serverCommand } from "./command.ts";

export const windowKill = serverCommand({
  name: "window kill",
  summary: "End a window with its programs",
  group: "window",
  effect: "destroy",
  args: {
    target: WINDOW,
    others: { type: "boolean", short: "a", help: "end all windows of its session but this one" },
  },
  tmux: ["kill-window"],
  result: { "windows[].id": "integer: id of a window that was ended" },
  run(ctx, args) {
    const window = ctx.find.window(args.target);
    const others = ctx.find.sessionById(window.session).windows.filter((id) => id !== window.id);
    const ended = args.others ? others : [window.id];
    for (const id of ended) ctx.windows.kill(id);
    return { windows: ended.map((id) => ({ id })) };
  },
});
