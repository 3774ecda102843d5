/** The MCP server's connections: one to each server, opened when it is first needed, and again when it broke. */
import { systemClock } from "../base/clock.ts";
import { asFugueError, FugueError } from "../base/errors.ts";
import { RELEASE } from "../base/release.ts";
import { Connection } from "../client/connection/connection.ts";
import { explainForeign } from "../client/connection/foreign-port.ts";
import type { ClientHello } from "../protocol/messages.ts";
import type { CallOptions, ServerCalls } from "../mcp/server-calls.ts";
import { callingPane, newClientId } from "./client-identity.ts";
import type { ShellLink } from "./shell-host.ts";

const LOCAL = "local";

/** What `whoami` says of us. */
interface Me {
  serverId: string;
  session: number | null;
  servers: string[];
}

/** Commands for the tools of one agent. */
export class McpServers implements ServerCalls {
  readonly own = LOCAL;
  private readonly connections = new Map<string, Promise<Connection>>();
  private readonly live = new Set<string>();

  /** Where this agent runs, for other servers. */
  private origin: ClientHello["origin"];

  constructor(private readonly shell: ShellLink) {}

  connected(): readonly string[] {
    return [...this.live];
  }

  servers(): readonly string[] {
    return this.shell.servers();
  }

  async call(
    server: string = this.own, command: string, args: Record<string, unknown>, options: CallOptions = {},
  ): Promise<unknown> {
    const { signal, timeout } = options;
    const limits = timeout === undefined ? [] : [AbortSignal.timeout(timeout)];
    const over = AbortSignal.any([...(signal ? [signal] : []), ...limits]);
    const given = new Promise<never>((_, reject) => {
      const end = () => reject(
        signal?.aborted ? new FugueError("interrupted", "cancelled") : new FugueError("timeout", `'${server}' does not answer`),
      );
      if (over.aborted) end();
      over.addEventListener("abort", end, { once: true });
    });
    given.catch(() => {});
    if (server !== this.own) await Promise.race([this.checkAllowed(server, over), given]);
    const connection = await Promise.race([this.connection(server, options.start ?? false), given]);
    return (await connection.command(command, args, over)).result;
  }

  /** The own daemon decides whether its agents may use another server. @throws FugueError `refused` */
  private async checkAllowed(server: string, signal: AbortSignal): Promise<void> {
    const own = await this.connection(this.own, true);
    const { me: [me] } = (await own.command("whoami", {}, signal)).result as { me: Me[] };
    if (!me!.servers.includes(server) && !me!.servers.includes("*")) {
      throw new FugueError("refused", `agents here may not use the server '${server}'`, `its user can allow it: fugue mcp allow ${server}`);
    }
    this.origin = { server: me!.serverId, session: me!.session ?? 0 };
  }

  private connection(server: string, start: boolean): Promise<Connection> {
    const there = this.connections.get(server);
    if (there) return there;
    const opening = this.open(server, start).catch((error: unknown) => {
      this.connections.delete(server);
      throw asFugueError(error);
    });
    this.connections.set(server, opening);
    return opening;
  }

  private async open(server: string, start: boolean): Promise<Connection> {
    const { env, book } = this.shell;
    book.check(server);
    // nobody can be asked: an agent has no terminal
    const { duplex, credentials, foreign } = await book.dialer(server, start)();
    const hello = {
      // numbers begin anew with each connection, so each is a client of its own
      client: newClientId(), kind: "mcp" as const, name: "fugue mcp", pid: process.pid, release: RELEASE,
      ...(server === LOCAL ? { pane: callingPane(env) } : { origin: this.origin }),
    };
    const gone = () => {
      this.connections.delete(server);
      this.live.delete(server);
    };
    const connection = await Connection.open(duplex, hello, { closed: gone }, credentials).catch((error) => {
      throw explainForeign(error, foreign);
    });
    this.live.add(server);
    return connection;
  }

  /** Closes every connection. */
  async end(): Promise<void> {
    const open = [...this.connections.values()];
    this.connections.clear();
    for (const connection of open) await connection.then((one) => one.end(), () => {});
  }
}

/** Serves the agent that started this process. @returns the exit status */
export async function runMcp(shell: ShellLink): Promise<number> {
  const { serveMcp } = await import("../mcp/mcp-server.ts");
  const servers = new McpServers(shell);
  await serveMcp({
    servers, clock: systemClock, cwd: process.cwd(), stdin: process.stdin, stdout: process.stdout,
  });
  await servers.end();
  return 0;
}
