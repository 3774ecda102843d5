/** `status`: the daemon, its keeper, and how much they hold. */
import { formatDuration } from "../base/duration.ts";
import { serverCommand } from "./command.ts";
import type { ServerStatus } from "./context.ts";
import { cell, count, formatTable } from "./text-table.ts";

/** What `status` answers. */
export interface StatusResult {
  status: (ServerStatus & { server?: string })[];
}

export const status = serverCommand({
  name: "status",
  summary: "Show the state of a server",
  group: "server",
  effect: "read",
  agents: "any",
  args: {},
  mcp: { name: "server_status", everywhere: true, description: "State of servers: release, processes, what they hold." },
  result: {
    "status[].release": "string: release of the daemon",
    "status[].protocol": "integer: newest protocol that it speaks",
    "status[].home": "string: its folder",
    "status[].keeper.pid": "integer: process that owns the terminals",
    "status[].keeper.startedAt": "integer: milliseconds since 1970",
    "status[].keeper.restarts": "integer: how often it had to start a daemon again",
    "status[].keeper.lastExit": "string or null: how the daemon before ended",
    "status[].daemon.pid": "integer: process that answers",
    "status[].daemon.startedAt": "integer: milliseconds since 1970",
    "status[].sessions": "integer: number of sessions",
    "status[].windows": "integer: number of windows",
    "status[].panes": "integer: number of panes",
    "status[].clients": "integer: number of clients that are attached",
    "status[].listening": "array of strings: addresses on which it listens",
    "status[].notListening[].address": "string: address on which it should listen and can't",
    "status[].notListening[].problem": "string: why not; it goes on trying",
  },
  run: (ctx): StatusResult => ({ status: [ctx.status()] }),
  render(result: StatusResult, style) {
    const since = (at: number) => formatDuration(Math.max(0, style.now - at));
    const blocks = result.status.map((one) => formatTable([
      ...(result.status.length > 1 ? [["server", cell(one.server ?? "")]] : []),
      ["release", `${cell(one.release)} (protocol ${one.protocol})`],
      ["home", cell(one.home)],
      ["keeper", `pid ${one.keeper.pid}, up ${since(one.keeper.startedAt)}`],
      ["daemon", `pid ${one.daemon.pid}, up ${since(one.daemon.startedAt)}, ${restarts(one.keeper)}`],
      ["holds", [count(one.sessions, "session"), count(one.windows, "window"), count(one.panes, "pane")].join(", ")],
      ["clients", cell(one.clients)],
      ...one.listening.map((address, i) => [i === 0 ? "listening" : "", cell(address)]),
      // a server of an earlier release says nothing of it
      ...(one.notListening ?? []).map(({ address, problem }) => ["can't listen", `${cell(address)}: ${cell(problem)}`]),
    ]));
    return blocks.join("\n\n");
  },
});

function restarts(keeper: ServerStatus["keeper"]): string {
  if (keeper.restarts === 0) return "never restarted";
  const last = keeper.lastExit === null ? "" : ` (last: ${cell(keeper.lastExit, 80)})`;
  return `restarted ${count(keeper.restarts, "time")}${last}`;
}
