/** `buffer save`: writes a paste buffer to a file of the machine where the command is given. */
import { writeFileSync } from "node:fs";
import { FugueError, systemCode } from "../base/errors.ts";
import type { ShownBuffers } from "./buffer-show.ts";
import { cliCommand, tuiCommand } from "./command.ts";
import { jsonDocument } from "./json.ts";
import { cell } from "./text-table.ts";

const ENTRY = {
  name: "buffer save",
  summary: "Write a paste buffer to a file",
  group: "buffer",
  effect: "write",
  args: {
    file: {
      type: "file", positional: true, required: true, value: "FILE", help: "file to write; - is standard output",
    },
    name: { type: "string", short: "b", value: "NAME", complete: "buffer", help: "buffer; default: the newest" },
    append: { type: "boolean", short: "a", help: "add to the file instead of replacing it" },
  },
  tmux: ["save-buffer"],
  result: { "buffers[].name": "string: its name", "buffers[].file": "string: file that was written" },
} as const;

function write(path: string, text: string, append: boolean): void {
  try {
    // what was copied may be a secret
    writeFileSync(path, text, { flag: append ? "a" : "w", mode: 0o600 });
  } catch (error) {
    throw new FugueError(
      "system", `can't write ${cell(path)}: ${systemCode(error) ?? "failed"}`, "name another file", error,
    );
  }
}

export const bufferSave = cliCommand({
  ...ENTRY,
  async run(ctx, args) {
    const { buffers } = (await ctx.call("buffer show", { name: args.name })) as ShownBuffers;
    const { name, text } = buffers[0]!;
    if (args.file === "-") return ctx.stdout(text);
    write(args.file, text, args.append);
    if (ctx.json) ctx.stdout(jsonDocument({ buffers: [{ server: ctx.selected[0], name, file: args.file }] }));
  },
});

export const bufferSaveInTui = tuiCommand({
  ...ENTRY,
  async run(ctx, args) {
    const { buffers } = (await ctx.call("buffer show", { name: args.name })) as ShownBuffers;
    write(args.file, buffers[0]!.text, args.append);
    ctx.message(`buffer '${cell(buffers[0]!.name)}' is in ${cell(args.file)}`);
  },
});
