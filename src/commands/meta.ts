/** `meta`: a small store of keys and values on a session or pane, for scripts and agents. */
import { FugueError } from "../base/errors.ts";
import { printable } from "../base/names.ts";
import { serverCommand } from "./command.ts";
import { levelOf } from "./kill.ts";
import { cell } from "./text-table.ts";

const MOST_KEYS = 64;
const LARGEST_VALUE = 4096;

interface Entry {
  key: string;
  value: string;
}

/** `KEY=VALUE` words. @throws FugueError `usage`, `tooLarge` */
function entriesOf(words: readonly string[]): Record<string, string> {
  const entries: Record<string, string> = {};
  for (const word of words) {
    const match = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63})=([^\0]*)$/s.exec(word);
    if (!match) throw new FugueError(
      "usage", `--set takes KEY=VALUE, not '${printable(word, 60)}'`, "a key is made of letters, digits, '.', '_' and '-'",
    );
    if (match[2]!.length > LARGEST_VALUE) throw new FugueError("tooLarge", `a value has at most ${LARGEST_VALUE} characters`);
    entries[match[1]!] = match[2]!;
  }
  return entries;
}

export const meta = serverCommand({
  name: "meta",
  summary: "Change or show notes that scripts keep on a session or pane",
  details: `SESSION names a session, everything else a pane. The notes go with it. Up to 64 keys, of up to 4096
characters each.`,
  group: "script",
  effect: "write",
  args: {
    target: { type: "target", positional: true, required: true, value: "TARGET", complete: "target", help: "session or pane" },
    set: { type: "string", repeat: true, value: "KEY=VALUE", help: "put a value under a key" },
    remove: { type: "string", repeat: true, value: "KEY", help: "forget a key" },
  },
  mcp: {
    name: "metadata",
    description: `A small store of keys and values on a session (SESSION) or pane (%ID): sets and removes keys, and gives
what is there then. Use it to note what a pane is for.`,
  },
  result: { "entries[].key": "string: key", "entries[].value": "string: value" },
  check: (args) => void entriesOf(args.set),
  run(ctx, args): { entries: Entry[] } {
    const kind = levelOf(args.target) === "session" ? "session" : "pane";
    const { id } = ctx.find[kind](args.target);
    const now: Record<string, string> = { ...ctx.labels.metadata(kind, id), ...entriesOf(args.set) };
    for (const key of args.remove) delete now[key];
    if (Object.keys(now).length > MOST_KEYS) throw new FugueError("tooLarge", `at most ${MOST_KEYS} keys are kept`);
    if (args.set.length + args.remove.length > 0) ctx.labels.setMetadata(kind, id, now);
    return { entries: Object.entries(now).map(([key, value]) => ({ key, value })) };
  },
  render: (result: { entries: Entry[] }) => result.entries.map(({ key, value }) => `${cell(key)}=${cell(value, 4096)}`).join("\n"),
});
