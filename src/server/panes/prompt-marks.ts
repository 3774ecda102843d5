/**
 * Where a pane's shell said that a prompt, or the output of a command, begins (OSC 133, marks A and C): numbers of
 * logical lines, for copy mode to jump to.
 */
import { ByteReader, ByteWriter } from "../../base/bytes.ts";
import { MOST_MARKS } from "../../protocol/limits.ts";

export class PromptMarks {
  /** Lines on which prompts begin, in ascending order. */
  readonly prompts: number[] = [];
  /** The same for outputs of commands. */
  readonly outputs: number[] = [];

  /** Notes a mark, of most the newest; marks of lines below are of text that has been cleared meanwhile, and go. */
  mark(kind: "prompt" | "output", line: number): void {
    for (const list of [this.prompts, this.outputs]) while (list.length > 0 && list.at(-1)! > line) list.pop();
    const list = kind === "prompt" ? this.prompts : this.outputs;
    if (list.at(-1) !== line) list.push(line);
    if (list.length > MOST_MARKS) list.shift();
  }

  /** Forgets the marks of lines before this one. */
  dropBefore(line: number): void {
    for (const list of [this.prompts, this.outputs]) {
      const at = list.findIndex((each) => each >= line);
      list.splice(0, at < 0 ? list.length : at);
    }
  }

  /** Both lists, each a count and the distances from mark to mark. */
  encode(): Uint8Array {
    const out = new ByteWriter();
    for (const list of [this.prompts, this.outputs]) {
      out.varint(list.length);
      list.forEach((line, i) => out.varint(line - (list[i - 1] ?? 0)));
    }
    return out.copy();
  }

  /** Takes over what `encode` gave. @throws FugueError `protocol` on malformed bytes */
  decode(bytes: Uint8Array): void {
    const input = new ByteReader(bytes);
    for (const list of [this.prompts, this.outputs]) {
      list.length = 0;
      let line = 0;
      for (let n = Math.min(MOST_MARKS, input.varint()); n > 0; n--) list.push((line += input.varint()));
    }
  }
}
