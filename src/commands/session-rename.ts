/** `session rename`: names the current session, or another one. */
import { targetOption } from "./arguments.ts";
import { serverCommand } from "./command.ts";

export const sessionRename = serverCommand({
  name: "session rename",
  summary: "Name a session",
  group: "session",
  effect: "write",
  args: {
    name: { type: "string", positional: true, required: true, value: "NAME", help: "its new name" },
    target: targetOption("session; default: the current one"),
  },
  tmux: ["rename-session"],
  result: { "sessions[].id": "integer: its id", "sessions[].name": "string: its new name" },
  run(ctx, args) {
    const { id } = ctx.find.session(args.target);
    ctx.sessions.rename(id, args.name);
    return { sessions: [{ id, name: args.name }] };
  },
});
