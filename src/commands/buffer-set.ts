/** `buffer set`: makes or replaces a paste buffer. */
import { FugueError } from "../base/errors.ts";
import { serverCommand } from "./command.ts";

export const bufferSet = serverCommand({
  name: "buffer set",
  summary: "Put a text into a paste buffer",
  group: "buffer",
  effect: "write",
  args: {
    text: {
      type: "string", positional: true, stdin: true, value: "TEXT", help: "the text; - reads it from standard input",
    },
    name: {
      type: "string", short: "b", value: "NAME", complete: "buffer", help: "buffer to replace; default: a new one",
    },
    file: { type: "file", contents: true, value: "FILE", help: "take the text of this file" },
  },
  tmux: ["set-buffer", "load-buffer"],
  mcp: {
    name: "set_buffer", args: ["text", "name"], required: ["text"],
    description: "Puts a text into a paste buffer, from which a person can paste it.",
  },
  result: { "buffers[].name": "string: its name" },
  check(args) {
    if ((args.text === undefined) === (args.file === undefined)) {
      throw new FugueError("usage", "'buffer set' needs TEXT or --file", "- reads the text from standard input");
    }
  },
  run(ctx, args) {
    return { buffers: [{ name: ctx.buffers.set(args.text ?? args.file!, args.name) }] };
  },
});
