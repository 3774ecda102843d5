/** `info`: what is known about the pane in focus. */
import { tuiCommand } from "./command.ts";

export const info = tuiCommand({
  name: "info",
  summary: "Show what is known about the pane in focus",
  group: "client",
  effect: "read",
  args: {},
  tmux: ["display-message"],
  run: (ctx) => ctx.showInfo(),
});
