/** `rename`: names a session, window or pane, whichever the target names. */
import { serverCommand } from "./command.ts";
import { levelOf, type Level } from "./kill.ts";

export const rename = serverCommand({
  name: "rename",
  summary: "Name a session, window or pane",
  details: `SESSION names a session, SESSION/WINDOW a window, SESSION/WINDOW.PANE or %ID a pane. Names hold no blanks
and none of : / . % and don't begin with a dash.`,
  group: "session",
  effect: "write",
  args: {
    target: {
      type: "target", positional: true, required: true, value: "TARGET", complete: "target", help: "what to name",
    },
    name: { type: "string", positional: true, required: true, value: "NAME", help: "its new name" },
  },
  mcp: { name: "rename", description: "Names a session, window or pane, whichever the target names." },
  result: {
    "renamed[].kind": "string: session, window or pane",
    "renamed[].id": "integer: its id",
    "renamed[].name": "string: its new name",
  },
  run(ctx, args): { renamed: { kind: Level; id: number; name: string }[] } {
    const kind = levelOf(args.target);
    const id = ctx.find[kind](args.target).id;
    ctx[`${kind}s`].rename(id, args.name);
    return { renamed: [{ kind, id, name: args.name }] };
  },
});
