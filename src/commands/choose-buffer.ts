/** `buffers`: paste buffers to choose from. */
import { tuiCommand } from "./command.ts";

export const chooseBuffer = tuiCommand({
  name: "buffers",
  summary: "Choose a paste buffer",
  group: "client",
  effect: "read",
  args: {},
  tmux: ["choose-buffer"],
  run: (ctx) => ctx.openBuffers(),
});
