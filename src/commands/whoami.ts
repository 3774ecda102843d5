/** `whoami`: where the caller runs, and what it may do. */
import { serverCommand } from "./command.ts";
import type { WhoAmI } from "./caller-context.ts";
import { cell, formatTable } from "./text-table.ts";

interface Me extends Omit<WhoAmI, "server"> {
  serverId: string;
  /** Names of sessions that are the caller's own; for agents only. */
  owns?: string[];
  servers?: string[];
  allow?: string[];
  deny?: string[];
}

export const whoami = serverCommand({
  name: "whoami",
  summary: "Show where you are, and what agents may do here",
  group: "agent",
  effect: "read",
  agents: "any",
  args: {},
  mcp: {
    name: "whoami",
    description: `Where you run (server, session, window, pane) and what you may do: the sessions that are yours to
change, the other servers that you may use, and what the configuration allows or denies.`,
  },
  result: {
    "me[].kind": "string: person, script or agent",
    "me[].serverId": "string: identity of this server",
    "me[].host": "string: name of its machine",
    "me[].session": "integer or null: session in which the caller runs",
    "me[].window": "integer or null: its window",
    "me[].pane": "integer or null: its pane; as a target %ID",
    "me[].target": "string or null: its pane as SESSION/WINDOW.PANE",
    "me[].owns": "array of strings: for agents, the sessions that they may change",
    "me[].servers": "array of strings: for agents, other servers that they may use; * is all of them",
    "me[].allow": "array of strings: for agents, what they may do elsewhere as well",
    "me[].deny": "array of strings: for agents, what they may not do",
  },
  run(ctx): { me: Me[] } {
    const { server: serverId, ...me } = ctx.whoami();
    if (ctx.caller.kind !== "agent") return { me: [{ serverId, ...me }] };
    const { allow, deny, servers } = ctx.rights;
    const owns = ctx.find.sessions().filter(({ id }) => ctx.rights.owns(id)).map(({ name }) => name);
    return { me: [{ serverId, ...me, owns, servers: [...servers], allow: [...allow], deny: [...deny] }] };
  },
  render: (result: { me: (Me & { server?: string })[] }, style) => result.me.map((me) => formatTable([
    ...(style.several ? [["name", cell(me.server ?? "")]] : []),
    ["kind", cell(me.kind)],
    ["server", cell(`${me.host} (${me.serverId})`)],
    ["pane", me.pane === null ? "none of this server" : `${cell(me.target ?? "")} (%${me.pane})`],
  ])).join("\n\n"),
});
