/** `kill`: ends a session, window or pane, whichever the target names. */
import { serverCommand } from "./command.ts";
import { parseTarget } from "./target.ts";

/** What `kill` and `rename` can be about. */
export type Level = "session" | "window" | "pane";

/** What a target names: its last part says. */
export function levelOf(target: string | undefined): Level {
  if (target === undefined) return "pane";
  const { paneId, pane, window, session } = parseTarget(target);
  if (paneId !== undefined || pane !== undefined) return "pane";
  if (window !== undefined) return "window";
  return session !== undefined ? "session" : "pane";
}

export const kill = serverCommand({
  name: "kill",
  summary: "End a session, window or pane with its programs",
  details: "SESSION ends a session, SESSION/WINDOW a window, SESSION/WINDOW.PANE or %ID a pane. Nothing is asked.",
  group: "session",
  effect: "destroy",
  args: {
    target: {
      type: "target", positional: true, required: true, value: "TARGET", complete: "target", help: "what to end",
    },
  },
  mcp: {
    name: "kill",
    description: `Ends a session (SESSION), a window (SESSION/WINDOW) or a pane (SESSION/WINDOW.PANE or %ID) with all
that runs in it. This can't be undone.`,
  },
  result: {
    "killed[].kind": "string: session, window or pane",
    "killed[].id": "integer: its id",
  },
  run(ctx, args): { killed: { kind: Level; id: number }[] } {
    const kind = levelOf(args.target);
    const id = ctx.find[kind](args.target).id;
    if (kind === "session") ctx.sessions.kill(id);
    else if (kind === "window") ctx.windows.kill(id);
    else ctx.panes.kill(id);
    return { killed: [{ kind, id }] };
  },
});
