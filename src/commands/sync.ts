/** `sync`: what is typed in one pane of a window goes to all of them. */
import { targetOption } from "./arguments.ts";
import { serverCommand } from "./command.ts";

export const sync = serverCommand({
  name: "sync",
  summary: "Send what is typed in a window to all of its panes",
  group: "window",
  effect: "write",
  args: {
    state: {
      type: "choice", positional: true, choices: ["on", "off", "toggle"], value: "on|off|toggle",
      help: "default: toggle",
    },
    target: targetOption("window; default: the current one"),
  },
  tmux: ["set-window-option"],
  result: { "windows[].id": "integer: its id", "windows[].synchronized": "boolean: whether it is on now" },
  run(ctx, args): { windows: { id: number; synchronized: boolean }[] } {
    const { id } = ctx.find.window(args.target);
    const on = args.state === undefined || args.state === "toggle" ? "toggle" : args.state === "on";
    return { windows: [{ id, synchronized: ctx.windows.synchronize(id, on) }] };
  },
  render: (result: { windows: { synchronized: boolean }[] }) =>
    `synchronised input is ${result.windows[0]?.synchronized ? "on" : "off"}`,
});
