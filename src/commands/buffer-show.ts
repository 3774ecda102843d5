/** `buffer show`: the text of a paste buffer. */
import { serverCommand } from "./command.ts";
import { cell, printableLines } from "./text-table.ts";

/** A paste buffer with its text. */
export interface ShownBuffers {
  buffers: { name: string; text: string; server?: string }[];
}

export const bufferShow = serverCommand({
  name: "buffer show",
  summary: "Print a paste buffer",
  group: "buffer",
  effect: "read",
  args: {
    name: { type: "string", positional: true, value: "NAME", complete: "buffer", help: "buffer; default: the newest" },
  },
  tmux: ["show-buffer"],
  mcp: { name: "read_buffer", description: "The text of a paste buffer; without a name of the newest." },
  result: { "buffers[].name": "string: its name", "buffers[].text": "string: all of it" },
  exact: true,
  run: (ctx, args): ShownBuffers => ({ buffers: [ctx.buffers.get(args.name)] }),
  render(result: ShownBuffers, style) {
    const shown = (text: string) => (style.raw ? text : printableLines(text));
    if (!style.several) return shown(result.buffers[0]?.text ?? "");
    return result.buffers.map(({ server, name, text }) => `== ${cell(`${server}: ${name}`)}\n${shown(text).replace(/\n?$/, "\n")}`).join("");
  },
});
