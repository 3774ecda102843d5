/** `send-prefix`: the prefix key itself, for the program. */
import { tuiCommand } from "./command.ts";

export const sendPrefix = tuiCommand({
  name: "send-prefix",
  summary: "Send the prefix key to the program",
  group: "client",
  effect: "read",
  args: {},
  tmux: ["send-prefix"],
  run: (ctx) => ctx.sendPrefix(),
});
