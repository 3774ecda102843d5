/** `redraw`: draws everything anew. */
import { tuiCommand } from "./command.ts";

export const redraw = tuiCommand({
  name: "redraw",
  summary: "Draw the screen anew",
  group: "client",
  effect: "read",
  args: {},
  tmux: ["refresh-client"],
  run: (ctx) => ctx.redraw(),
});
