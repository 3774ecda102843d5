/** `tree`: sessions, windows and panes to choose from. */
import { tuiCommand } from "./command.ts";

export const tree = tuiCommand({
  name: "tree",
  summary: "Choose from sessions, windows and panes",
  group: "client",
  effect: "read",
  args: { windows: { type: "boolean", short: "w", help: "show windows at once" } },
  tmux: ["choose-tree"],
  run: (ctx, args) => ctx.openTree({ windows: args.windows }),
});
