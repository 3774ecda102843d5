/** `copy-mode`: scrolls, searches and selects in a pane. */
import { tuiCommand } from "./command.ts";

export const copyMode = tuiCommand({
  name: "copy-mode",
  summary: "Enter copy mode",
  group: "client",
  effect: "read",
  args: {
    up: { type: "boolean", short: "u", help: "scroll up by a page at once" },
    mouse: { type: "boolean", short: "M", help: "begin a selection where the mouse is" },
  },
  tmux: ["copy-mode"],
  run: (ctx, args) => ctx.enterCopyMode({ up: args.up, mouse: args.mouse }),
});
