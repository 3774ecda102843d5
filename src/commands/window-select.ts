/** `window select`: goes to a window. */
import { serverCommand } from "./command.ts";

export const windowSelect = serverCommand({
  name: "window select",
  summary: "Show a window",
  details: "A script moves nobody's focus: it sets what is shown to those who attach later.",
  group: "window",
  effect: "write",
  view: true,
  args: {
    target: {
      type: "target", positional: true, required: true, value: "TARGET", complete: "target",
      help: "window: SESSION/WINDOW, or /WINDOW of the current session",
    },
  },
  tmux: ["select-window"],
  mcp: {
    name: "select_window",
    description: "Makes a window the one that whoever attaches next sees first. Nobody's view changes now.",
  },
  result: { "windows[].id": "integer: its id", "windows[].index": "integer: its number in the session" },
  run(ctx, args) {
    const { id, index } = ctx.find.window(args.target);
    ctx.windows.select(id);
    return { windows: [{ id, index }] };
  },
});
