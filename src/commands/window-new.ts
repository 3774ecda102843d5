/** `window new`: a window with one pane. */
import { DETACHED, PRESET, SESSION, SPAWN, spawnOptions } from "./arguments.ts";
import { serverCommand } from "./command.ts";

export const windowNew = serverCommand({
  name: "window new",
  summary: "Create a window",
  group: "window",
  effect: "write",
  args: {
    target: { ...SESSION, help: "session to add it to; default: the current one" },
    name: { type: "string", short: "n", value: "NAME", help: "its name; default: that of its program" },
    index: { type: "integer", value: "N", help: "its number; default: the lowest free one" },
    detached: DETACHED,
    preset: PRESET,
    ...SPAWN,
  },
  tmux: ["new-window"],
  mcp: {
    name: "create_window", args: ["target", "name", "index", "preset", "dir", "env", "command"],
    description: "Creates a window with one pane in a session, in which the command runs, or a shell.",
  },
  result: {
    "windows[].id": "integer: id of the window",
    "windows[].index": "integer: its number in the session",
    "windows[].pane": "integer: id of its pane",
  },
  check: (args) => void spawnOptions(args),
  async run(ctx, args) {
    const session = ctx.find.session(args.target);
    const options = {
      ...spawnOptions(args), name: args.name, index: args.index, ...(args.detached && { select: false }),
    };
    const { window, pane } = await ctx.windows.create(session.id, options);
    return { windows: [{ id: window.id, index: window.index, pane: pane.id }] };
  },
});
