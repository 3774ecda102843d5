/** `window swap`: two windows change places. */
import { FugueError } from "../base/errors.ts";
import { WINDOW } from "./arguments.ts";
import { serverCommand } from "./command.ts";
import type { ServerContext, WindowRef } from "./context.ts";
import { exactlyOne } from "./values.ts";

export const windowSwap = serverCommand({
  name: "window swap",
  summary: "Exchange the places of two windows",
  group: "window",
  effect: "write",
  args: {
    target: WINDOW,
    with: { type: "target", value: "TARGET", complete: "target", help: "the other window" },
    next: { type: "boolean", help: "with the window after it" },
    previous: { type: "boolean", help: "with the window before it" },
  },
  tmux: ["swap-window"],
  result: { "windows[].id": "integer: its id", "windows[].index": "integer: its new number" },
  check: (args) => exactlyOne(args, "with", "next", "previous"),
  run(ctx, args) {
    const window = ctx.find.window(args.target);
    const other = args.next || args.previous ? beside(ctx, window, args.next ? 1 : -1) : ctx.find.window(args.with);
    if (other.id === window.id) throw new FugueError("failed", "there is no other window");
    ctx.windows.move(window.id, other.session, other.index, true);
    return { windows: [window.id, other.id].map((id) => ({ id, index: ctx.find.windowById(id).index })) };
  },
});

/** The window before (-1) or after (1) one, around the ends. */
function beside(ctx: ServerContext, window: WindowRef, step: 1 | -1): WindowRef {
  const { windows } = ctx.find.sessionById(window.session);
  return ctx.find.windowById(windows[(windows.indexOf(window.id) + step + windows.length) % windows.length]!);
}
