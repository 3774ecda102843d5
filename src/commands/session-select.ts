/** `session select`: shows another session to the caller, or to another client. */
import { serverCommand } from "./command.ts";
import { parseTarget } from "./target.ts";

export const sessionSelect = serverCommand({
  name: "session select",
  summary: "Show another session to a client",
  group: "session",
  effect: "write",
  view: true,
  args: {
    target: {
      type: "target", positional: true, required: true, value: "TARGET", complete: "target",
      help: "session, window or pane to show",
    },
    client: { type: "integer", value: "ID", complete: "client", help: "client to show it to; default: the caller" },
  },
  tmux: ["switch-client"],
  result: { "sessions[].id": "integer: id of the session", "sessions[].name": "string: its name" },
  run(ctx, args) {
    const session = ctx.find.session(args.target);
    ctx.clients.switchTo(session.id, args.client);
    if (args.client === undefined && args.target !== undefined) {
      const { window, pane, paneId } = parseTarget(args.target);
      if (pane !== undefined || paneId !== undefined) ctx.panes.select(ctx.find.pane(args.target).id);
      else if (window !== undefined) ctx.windows.select(ctx.find.window(args.target).id);
    }
    return { sessions: [{ id: session.id, name: session.name }] };
  },
});
