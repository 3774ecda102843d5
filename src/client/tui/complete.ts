/** Completion at the `:` prompt: names of commands, then options and live targets of the one that stands there. */
import { commandAt, commandsAt } from "../../commands/registry.ts";
import { optionArgs } from "../../commands/parse.ts";
import type { View } from "../../protocol/messages.ts";
import type { Completion } from "../ui/completion.ts";

/** Says what can stand at the cursor of a command line. */
export function completeCommandLine(text: string, cursor: number, view: View | undefined): Completion {
  const before = text.slice(0, cursor);
  const start = before.lastIndexOf(";") + 1;
  const lead = before.slice(start).match(/^\s*/)![0].length;
  const line = before.slice(start + lead);
  const from = before.length - (line.match(/\S*$/)?.[0].length ?? 0);
  const word = before.slice(from);
  const words = line.split(/\s+/).filter(Boolean);
  const two = commandAt(words.slice(0, 2).join(" "), "prompt");
  const found = two ?? commandAt(words[0] ?? "", "prompt");
  const used = two && words.length > 1 ? 2 : 1;
  if (!found || (words.length <= used && !/\s$/.test(line))) {
    const names = commandsAt("prompt").filter((c) => c.name.startsWith(line)).map((c) => ({ text: c.name, help: c.summary }));
    return { from: start + lead, candidates: names };
  }
  if (word.startsWith("-")) {
    const options = optionArgs(found).map(([name, arg]) => ({ text: `--${name}`, help: arg.help }));
    return { from, candidates: options.filter((o) => o.text.startsWith(word)) };
  }
  return { from, candidates: targets(view).filter((t) => t.startsWith(word)) };
}

function targets(view: View | undefined): string[] {
  if (!view) return [];
  const windows = view.windows.map((w) => `${view.session.name}/${w.index}`);
  return [...view.sessions.map((s) => s.name), ...windows, ...view.panes.map((p) => `%${p.id}`)];
}
