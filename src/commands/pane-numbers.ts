/** `pane-numbers`: the numbers of the panes, large, on top of them. */
import { tuiCommand } from "./command.ts";

export const paneNumbers = tuiCommand({
  name: "pane-numbers",
  summary: "Show the numbers of the panes",
  group: "client",
  effect: "read",
  args: {},
  tmux: ["display-panes"],
  run: (ctx) => ctx.showPaneNumbers(),
});
