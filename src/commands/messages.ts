/** `messages`: what was said in the status line. */
import { tuiCommand } from "./command.ts";

export const messages = tuiCommand({
  name: "messages",
  summary: "Show the messages of late",
  group: "client",
  effect: "read",
  args: {},
  tmux: ["show-messages"],
  run: (ctx) => ctx.showMessages(),
});
