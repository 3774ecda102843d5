/** `tag`: words to find and group sessions by. */
import { FugueError } from "../base/errors.ts";
import { serverCommand } from "./command.ts";
import { checkTag } from "./new.ts";
import { cell, formatTable } from "./text-table.ts";

const MOST_TAGS = 64;

export const tag = serverCommand({
  name: "tag",
  summary: "Change or show the tags of a session",
  group: "session",
  effect: "write",
  args: {
    target: { type: "target", positional: true, required: true, value: "TARGET", complete: "session", help: "the session" },
    add: { type: "string", repeat: true, value: "TAG", help: "add this tag" },
    remove: { type: "string", repeat: true, value: "TAG", help: "take this tag away" },
  },
  mcp: { name: "tag_session", description: "Adds tags to a session and takes tags away; gives those that it has then." },
  result: {
    "sessions[].id": "integer: its id", "sessions[].name": "string: its name", "sessions[].tags": "array of strings: its tags now",
  },
  check(args) {
    [...args.add, ...args.remove].forEach(checkTag);
  },
  run(ctx, args): { sessions: { id: number; name: string; tags: string[] }[] } {
    const { id, name, tags } = ctx.find.session(args.target);
    const kept = [...new Set([...tags, ...args.add])].filter((one) => !args.remove.includes(one));
    if (kept.length > MOST_TAGS) throw new FugueError("tooLarge", `a session has at most ${MOST_TAGS} tags`);
    if (args.add.length + args.remove.length > 0) ctx.labels.setTags(id, kept);
    return { sessions: [{ id, name, tags: kept }] };
  },
  render: (result: { sessions: { name: string; tags: string[] }[] }) => formatTable(
    result.sessions.map(({ name, tags }) => [cell(name), cell(tags.join(","))]),
  ),
});
