/** `info`: what is known about the pane in focus, or a text made of it. */
import { tuiCommand } from "./command.ts";

export const info = tuiCommand({
  name: "info",
  summary: "Show what is known about the pane in focus",
  group: "client",
  effect: "read",
  args: {
    format: {
      type: "string", positional: true, value: "FORMAT",
      help: "a text with variables as in the status line: #S, #{pane_current_path}",
    },
  },
  tmux: ["display-message"],
  run: (ctx, args) => ctx.showInfo(args.format),
});
