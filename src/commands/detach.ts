/** `detach` in the daemon: sends clients away from their terminals; sessions go on. */
import { FugueError } from "../base/errors.ts";
import { serverCommand } from "./command.ts";
import type { ClientInfo, ServerContext } from "./context.ts";
import { atMostOne } from "./values.ts";

/** What a detached client tells its person, by who did it. */
const REASONS = { person: "detached", script: "detached by a command", agent: "detached by an agent" } as const;

export const detach = serverCommand({
  name: "detach",
  summary: "Detach a client from its terminal",
  details: `Without options it is the caller's own client; in a shell the one that was used last among those that show
the session of this pane. Sessions and programs go on.`,
  group: "client",
  effect: "write",
  view: true,
  args: {
    client: { type: "integer", value: "ID", complete: "client", help: "this client (see: fugue clients)" },
    others: { type: "boolean", short: "a", help: "all clients but the caller's own" },
  },
  tmux: ["detach-client"],
  result: {
    "clients[].id": "integer: id of a client that was detached", "clients[].session": "string: the session it showed",
  },
  check: (args) => atMostOne(args, "client", "others"),
  run(ctx, args) {
    const leaving = chosen(ctx, args);
    // a person that may only watch can leave, but not send others away
    if (ctx.caller.readOnly && leaving.some(({ id }) => id !== ctx.caller.client)) {
      throw new FugueError("refused", "this client is read-only");
    }
    const reason = REASONS[ctx.caller.kind];
    for (const { id } of leaving) ctx.clients.detach(id, reason);
    return { clients: leaving.map(({ id, session }) => ({ id, session })) };
  },
});

function chosen(ctx: ServerContext, args: { client?: number; others: boolean }): ClientInfo[] {
  const all = ctx.clients.list();
  const own = ctx.caller.client;
  if (args.others) return all.filter(({ id }) => id !== own);
  if (args.client !== undefined) {
    const found = all.find(({ id }) => id === args.client);
    if (!found) throw new FugueError("noTarget", `no client ${args.client}`, "list them with: fugue clients");
    return [found];
  }
  if (own !== undefined) return all.filter(({ id }) => id === own);
  const { name } = ctx.find.session();
  const watching = all.filter(({ session }) => session === name).sort((a, b) => b.activeAt - a.activeAt);
  if (watching.length === 0) throw new FugueError(
    "noTarget", `no client shows session '${name}'`, "list them with: fugue clients",
  );
  return [watching[0]!];
}
