/** `buffer ls`: what was copied. */
import { formatDuration } from "../base/duration.ts";
import { serverCommand } from "./command.ts";
import type { BufferInfo } from "./context.ts";
import { cell, listTable } from "./text-table.ts";

export const bufferLs = serverCommand({
  name: "buffer ls",
  summary: "List the paste buffers, newest first",
  group: "buffer",
  effect: "read",
  args: {},
  tmux: ["list-buffers"],
  mcp: { name: "list_buffers", description: "Lists the paste buffers of a server, newest first." },
  result: {
    "buffers[].name": "string: its name",
    "buffers[].bytes": "integer: size as UTF-8",
    "buffers[].createdAt": "integer: milliseconds since 1970",
    "buffers[].sample": "string: how it begins, control characters made visible",
  },
  run(ctx): { buffers: BufferInfo[] } {
    return { buffers: ctx.buffers.list() };
  },
  render(result: { buffers: BufferInfo[] }, style) {
    return listTable(result.buffers, style.several, (buffer) => [
      cell(buffer.name),
      cell(buffer.bytes),
      formatDuration(Math.max(0, style.now - buffer.createdAt)),
      cell(buffer.sample, 60),
    ], ["NAME", "BYTES", "AGE", "TEXT"], [1]);
  },
});
