/** `buffer paste`: sends a paste buffer to a pane. */
import { PANE } from "./arguments.ts";
import { serverCommand } from "./command.ts";
import { pastedText } from "./send.ts";

export const bufferPaste = serverCommand({
  name: "buffer paste",
  summary: "Paste a buffer into a pane",
  group: "buffer",
  effect: "write",
  args: {
    target: PANE,
    name: { type: "string", short: "b", value: "NAME", complete: "buffer", help: "buffer; default: the newest" },
    delete: { type: "boolean", short: "d", help: "forget the buffer afterwards" },
  },
  tmux: ["paste-buffer"],
  result: {
    "panes[].id": "integer: id of the pane",
    "panes[].cursor": "string: position in its output before, for wait --since",
  },
  async run(ctx, args) {
    const { id } = ctx.find.pane(args.target);
    const { name, text } = ctx.buffers.get(args.name);
    const cursor = await ctx.panes.send(id, pastedText(text));
    if (args.delete) ctx.buffers.delete(name);
    return { panes: [{ id, cursor }] };
  },
});
