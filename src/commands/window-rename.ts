/** `window rename`: names a window. */
import { targetOption } from "./arguments.ts";
import { serverCommand } from "./command.ts";

export const windowRename = serverCommand({
  name: "window rename",
  summary: "Name a window",
  group: "window",
  effect: "write",
  args: {
    name: {
      type: "string", positional: true, required: true, value: "NAME",
      help: "its new name; it no longer follows the program",
    },
    target: targetOption("window; default: the current one"),
  },
  tmux: ["rename-window"],
  result: { "windows[].id": "integer: its id", "windows[].name": "string: its new name" },
  run(ctx, args) {
    const { id } = ctx.find.window(args.target);
    ctx.windows.rename(id, args.name);
    return { windows: [{ id, name: args.name }] };
  },
});
