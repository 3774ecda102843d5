/** An agent as a caller: which sessions are its own, which rules are for it, and its line in the audit log. */
import type { AgentRights, AuditEntry } from "../../commands/caller-context.ts";
import type { LogFacts } from "../../base/log.ts";
import type { ClientConnection } from "../connections/client-connection.ts";
import type { Daemon } from "../daemon.ts";
import { readGrants } from "../../config/mcp-grants.ts";

/** Generations of sessions that are remembered. */
const MOST_OWNERS = 16;

/** The session in which a caller runs, as `SERVERID/SESSION` with 0 for none: what it makes is owned by that. */
function originOf(daemon: Daemon, { hello }: ClientConnection): string {
  if (hello?.origin) return `${hello.origin.server}/${hello.origin.session}`;
  const pane = hello?.pane === undefined ? undefined : daemon.model.panes.get(hello.pane);
  return `${daemon.serverId}/${pane ? daemon.model.sessionOf(pane.id).id : 0}`;
}

/** Owners of a session that this caller makes: its own session, and those from which that was made. */
export function ownersFor(daemon: Daemon, connection: ClientConnection): string[] | undefined {
  if (connection.hello?.pane === undefined && connection.hello?.kind !== "mcp") return undefined;
  const origin = originOf(daemon, connection);
  const own = origin.startsWith(`${daemon.serverId}/`) ? daemon.model.sessions.get(Number(origin.split("/")[1])) : undefined;
  return [origin, ...(own?.owners ?? [])].slice(0, MOST_OWNERS);
}

/** What an agent may do. */
export function rightsOf(daemon: Daemon, connection: ClientConnection): AgentRights {
  const { hello } = connection;
  const origin = originOf(daemon, connection);
  const pane = hello?.pane === undefined ? undefined : daemon.model.panes.get(hello.pane);
  const rules = daemon.settings().mcpRules(pane?.preset);
  return {
    foreign: hello?.origin !== undefined && hello.origin.server !== daemon.serverId,
    allow: rules.allow, deny: rules.deny,
    get servers() {
      return [...new Set([...rules.servers, ...readGrants(daemon.paths)])];
    },
    owns(id) {
      if (`${daemon.serverId}/${id}` === origin) return true;
      return daemon.model.sessions.get(id)?.owners?.includes(origin) ?? false;
    },
  };
}

/** Writes down what an agent did. */
export function audit(daemon: Daemon, { hello }: ClientConnection, { command, targets, outcome }: AuditEntry): void {
  const pane = hello?.pane === undefined ? undefined : daemon.model.panes.get(hello.pane);
  const where: LogFacts = hello?.origin
    ? { server: hello.origin.server, session: `$${hello.origin.session}` }
    : { session: pane ? daemon.model.sessionOf(pane.id).name : undefined, pane: pane && `%${pane.id}` };
  daemon.audit.info(command, { ...where, agent: hello?.name, pid: hello?.pid, targets: targets.join(" "), outcome });
}
