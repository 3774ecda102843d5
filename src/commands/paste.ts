/** `paste`: a buffer goes to the pane in focus, as a paste of this client. */
import { tuiCommand } from "./command.ts";

export const paste = tuiCommand({
  name: "paste",
  summary: "Paste a buffer into the pane in focus",
  group: "client",
  effect: "write",
  args: { buffer: {
    type: "string", positional: true, value: "NAME", complete: "buffer", help: "buffer; default: the newest",
  } },
  tmux: ["paste-buffer"],
  run: (ctx, args) => ctx.paste(args.buffer),
});
