/** `status`: the daemon, its keeper, and how much they hold. */
import { formatDuration } from "../base/duration.ts";
import { serverCommand } from "./command.ts";
import type { ServerStatus, UpgradeStatus } from "./server-status.ts";
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
    "status[].id": "string: identity of the server, random, for its lifetime",
    "status[].release": "string: release of the daemon",
    "status[].protocol": "integer: newest protocol that it speaks",
    "status[].home": "string: its folder",
    "status[].keeper.pid": "integer: process that owns the terminals",
    "status[].keeper.release": "string or null: release of the keeper",
    "status[].keeper.startedAt": "integer: milliseconds since 1970",
    "status[].keeper.restarts": "integer: how often it had to start a daemon again",
    "status[].keeper.lastExit": "string or null: how the daemon before ended",
    "status[].keeper.replaced": "object or null: how its last replacement in place went: executable, state (trying, done, failed), why",
    "status[].daemon.pid": "integer: process that answers",
    "status[].daemon.startedAt": "integer: milliseconds since 1970",
    "status[].upgrade": "object or null: how the last upgrade went: executable, state (trying, done, failed), why",
    "status[].saved.at": "integer: when the state was last written to disk, milliseconds since 1970; 0: not yet",
    "status[].saved.bytes": "integer: bytes of it",
    "status[].saved.failing": "string or null: why it can't be written",
    "status[].saved.restored": "object or null: what came back when the server started: at, sessions, panes, lost (list)",
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
      ...(style.several ? [["server", cell(one.server ?? "")]] : []),
      ["release", `${cell(one.release)} (protocol ${one.protocol})`],
      ["home", cell(one.home)],
      ["keeper", `pid ${one.keeper.pid}, ${one.keeper.release ? `release ${cell(one.keeper.release)}, ` : ""}up ${since(one.keeper.startedAt)}`],
      ...(one.keeper.replaced ? [["", `replaced in place, ${upgradeText(one.keeper.replaced)}`]] : []),
      ["daemon", `pid ${one.daemon.pid}, up ${since(one.daemon.startedAt)}, ${restarts(one.keeper)}`],
      ...(one.upgrade ? [["upgrade", upgradeText(one.upgrade)]] : []),
      ["saved", savedText(one.saved, since)],
      ...(one.saved.restored ? restoredRows(one.saved.restored) : []),
      ["holds", [count(one.sessions, "session"), count(one.windows, "window"), count(one.panes, "pane")].join(", ")],
      ["clients", cell(one.clients)],
      ...one.listening.map((address, i) => [i === 0 ? "listening" : "", cell(address)]),
      // a server of an earlier release says nothing of it
      ...(one.notListening ?? []).map(({ address, problem }) => ["can't listen", `${cell(address)}: ${cell(problem)}`]),
    ]));
    return blocks.join("\n\n");
  },
});

function upgradeText({ executable, state, why }: UpgradeStatus): string {
  return `${state}: ${cell(executable, 200)}${why === null ? "" : ` (${cell(why, 200)})`}`;
}

function savedText({ at, bytes, failing }: ServerStatus["saved"], since: (at: number) => string): string {
  const size = bytes < 10 * 1024 ? `${bytes} bytes` : bytes < 10 << 20 ? `${bytes >> 10} KiB` : `${bytes >> 20} MiB`;
  const last = at === 0 ? "nothing yet" : `${since(at)} ago, ${size}`;
  return failing === null ? last : `${last}; failing: ${cell(failing, 100)}`;
}

function restoredRows({ sessions, panes, lost }: NonNullable<ServerStatus["saved"]["restored"]>): string[][] {
  return [
    ["restored", `${count(sessions, "session")}, ${count(panes, "pane")}`],
    ...lost.map((line, i) => [i === 0 ? "not restored" : "", cell(line, 200)]),
  ];
}

function restarts(keeper: ServerStatus["keeper"]): string {
  if (keeper.restarts === 0) return "never restarted";
  const last = keeper.lastExit === null ? "" : ` (last: ${cell(keeper.lastExit, 80)})`;
  return `restarted ${count(keeper.restarts, "time")}${last}`;
}
