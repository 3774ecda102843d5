/** `help`: the keys that are in force. */
import { tuiCommand } from "./command.ts";

export const help = tuiCommand({
  name: "help",
  summary: "Show the keys",
  group: "client",
  effect: "read",
  args: {},
  tmux: ["list-keys", "list-commands"],
  run: (ctx) => ctx.openHelp(),
});
