/** `pane link`: what `link` asks the server of the window to do, once it knows the other server's identity. */
import { FugueError } from "../base/errors.ts";
import { PANE, paneSize, SIDES, sideOf, SIZE } from "./arguments.ts";
import { serverCommand } from "./command.ts";

export const paneLink = serverCommand({
  name: "pane link",
  summary: "Put a pane of another server beside a pane, by that server's identity",
  details: "Scripts and people write `fugue link SERVER:%PANE`, which finds the identity out.",
  group: "pane",
  effect: "write",
  args: {
    target: PANE,
    "server-id": { type: "string", required: true, value: "ID", help: "identity of the other server (status --json)" },
    pane: { type: "integer", required: true, value: "NUMBER", help: "number of the pane there" },
    name: { type: "string", value: "NAME", help: "what to call the server where it is not known" },
    ...SIDES,
    size: SIZE,
  },
  result: { "panes[].id": "integer: id of the link in this window", "panes[].target": "string: it as SESSION/WINDOW.PANE" },
  check(args) {
    sideOf(args);
    if (args.size !== undefined) paneSize(args.size);
    if (!/^[0-9a-f]{8,64}$/.test(args["server-id"])) throw new FugueError("usage", "this is no identity of a server", "see: fugue status --json");
    if (args.pane < 0) throw new FugueError("usage", "the number of a pane is 0 or more");
  },
  run(ctx, args) {
    const link = { server: args["server-id"], pane: args.pane, name: args.name ?? "" };
    const { id } = ctx.panes.link(ctx.find.pane(args.target).id, link, {
      side: sideOf(args), size: args.size === undefined ? undefined : paneSize(args.size),
    });
    return { panes: [{ id, target: ctx.find.label(id) }] };
  },
});
