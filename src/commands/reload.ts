/** `reload`: reads the configuration again. */
import { tuiCommand } from "./command.ts";

export const reload = tuiCommand({
  name: "reload",
  summary: "Read the configuration again",
  group: "client",
  effect: "read",
  args: {},
  tmux: ["source-file"],
  run: (ctx) => ctx.reloadConfig(),
});
