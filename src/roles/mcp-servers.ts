/** The role of an MCP server: the servers that it can reach, and the agent that it speaks to. */
import { statSync } from "node:fs";
import { systemClock } from "../base/clock.ts";
import { systemRandom } from "../base/random.ts";
import { RELEASE } from "../base/release.ts";
import { configPath } from "../config/location.ts";
import type { TieParts } from "../mcp/server-ties.ts";
import type { Dialer } from "../transport/dialer.ts";
import { callingPane, newClientId } from "./client-identity.ts";
import { LOCAL } from "./server-book.ts";
import type { ShellLink } from "./shell-host.ts";

/** The servers of the configuration, as it is when they are asked for. */
function partsOf({ env, book }: ShellLink): TieParts {
  let readAt: number | undefined;
  const dialers = new Map<string, { profile: unknown; dial: Dialer }>();
  const names = (): readonly string[] => {
    const changed = statSync(configPath(env), { throwIfNoEntry: false })?.mtimeMs;
    if (changed === readAt) return book.names();
    readAt = changed;
    return book.reload();
  };
  return {
    clock: systemClock, random: systemRandom, own: LOCAL, names,
    dialer(name, start) {
      names();
      book.check(name);
      if (book.isLocal(name)) return book.dialer(name, start);
      // a dialer remembers its tunnel
      const profile = book.profile(name);
      const known = dialers.get(name);
      if (known && known.profile === profile) return known.dial;
      const dial = book.dialer(name, start);
      dialers.set(name, { profile, dial });
      return dial;
    },
    identity: (origin) => ({
      client: newClientId(), kind: "mcp", name: "fugue mcp", pid: process.pid, release: RELEASE,
      // the number of a pane means something to its own server only
      ...(origin ? { origin } : book.isOwnPane(LOCAL) && { pane: callingPane(env) }),
    }),
  };
}

/** Serves the agent that started this process. @returns the exit status */
export async function runMcp(shell: ShellLink): Promise<number> {
  const [{ serveMcp }, { ServerTies }, { loadServers }] = await Promise.all([
    import("../mcp/mcp-server.ts"), import("../mcp/server-ties.ts"), import("../config/servers-file.ts"),
  ]);
  // a configuration may come while the agent runs
  shell.book.loadServers ??= loadServers;
  const servers = new ServerTies(partsOf(shell));
  await serveMcp({
    servers, clock: systemClock, cwd: process.cwd(), stdin: process.stdin, stdout: process.stdout,
  });
  servers.end();
  return 0;
}
