/** `clock`: the time, large. */
import { tuiCommand } from "./command.ts";

export const clock = tuiCommand({
  name: "clock",
  summary: "Show a clock",
  group: "client",
  effect: "read",
  args: {},
  tmux: ["clock-mode"],
  run: (ctx) => ctx.showClock(),
});
