/** `buffer delete`: forgets a paste buffer. */
import { serverCommand } from "./command.ts";

export const bufferDelete = serverCommand({
  name: "buffer delete",
  summary: "Forget a paste buffer",
  group: "buffer",
  effect: "destroy",
  args: {
    name: { type: "string", positional: true, value: "NAME", complete: "buffer", help: "buffer; default: the newest" },
  },
  tmux: ["delete-buffer"],
  result: { "buffers[].name": "string: its name" },
  run(ctx, args) {
    const { name } = ctx.buffers.get(args.name);
    ctx.buffers.delete(name);
    return { buffers: [{ name }] };
  },
});
