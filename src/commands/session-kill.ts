/** `session kill`: ends the current session, or another one. */
import { SESSION } from "./arguments.ts";
import { serverCommand } from "./command.ts";

export const sessionKill = serverCommand({
  name: "session kill",
  summary: "End a session with its programs",
  group: "session",
  effect: "destroy",
  args: {
    target: SESSION,
    others: { type: "boolean", help: "end all sessions but this one" },
  },
  tmux: ["kill-session"],
  result: { "sessions[].id": "integer: id of a session that was ended", "sessions[].name": "string: its name" },
  run(ctx, args) {
    const { id } = ctx.find.session(args.target);
    const ended = ctx.find.sessions().filter((session) => (session.id === id) !== args.others);
    for (const session of ended) ctx.sessions.kill(session.id);
    return { sessions: ended.map(({ id, name }) => ({ id, name })) };
  },
});
