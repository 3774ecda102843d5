/** `suspend`: gives the terminal back to the shell until it calls. */
import { tuiCommand } from "./command.ts";

export const suspend = tuiCommand({
  name: "suspend",
  summary: "Suspend this client",
  group: "client",
  effect: "read",
  args: {},
  tmux: ["suspend-client"],
  run: (ctx) => ctx.suspend(),
});
