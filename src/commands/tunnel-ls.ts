/** `tunnel ls`: the tunnels of this machine. */
import { formatDuration } from "../base/duration.ts";
import { systemClock } from "../base/clock.ts";
import { cliCommand } from "./command.ts";
import type { TunnelInfo } from "./tunnel-context.ts";
import { jsonDocument } from "./json.ts";
import { cell, formatTable } from "./text-table.ts";

/** The fields of a tunnel, for every command that shows some. */
export const TUNNEL_RESULT = {
  "tunnels[].server": "string: the server it leads to",
  "tunnels[].pid": "integer: its process",
  "tunnels[].release": "string: release of its process",
  "tunnels[].target": "string: login and machine behind it",
  "tunnels[].endpoints": "array of strings: addresses on this machine that lead through it",
  "tunnels[].state": "string: starting, ready, connecting, waiting (tries again by itself), stuck (somebody has to be asked) or silent",
  "tunnels[].since": "integer: when it came into this state, milliseconds since 1970",
  "tunnels[].clients": "integer: clients that use it now",
  "tunnels[].bytesIn": "integer: bytes that came through it",
  "tunnels[].bytesOut": "integer: bytes that went through it",
  "tunnels[].rttMs": "integer or null: round trip in milliseconds",
  "tunnels[].reconnects": "integer: how often its connection broke and came back",
  "tunnels[].lastError": "string or null: what went wrong last",
  "tunnels[].host": "string or null: the machine that it runs on, if it is another one with the same home",
} as const;

export const tunnelLs = cliCommand({
  name: "tunnel ls",
  summary: "List the tunnels to other machines",
  details: `A tunnel is a process of its own that holds one SSH connection for all clients of a server. It is started when
a server that needs one is named, and stays until it is stopped; tunnel_persist and tunnel_idle change that.`,
  group: "server",
  effect: "read",
  args: {},
  result: TUNNEL_RESULT,
  async run(ctx) {
    const tunnels = await ctx.tunnels.list();
    if (ctx.json) ctx.stdout(jsonDocument({ tunnels }));
    else if (tunnels.length > 0) ctx.stdout(`${tunnelTable(tunnels, systemClock.wall())}\n`);
  },
});

/** Tunnels for people. @param now milliseconds since the epoch */
export function tunnelTable(tunnels: readonly TunnelInfo[], now: number): string {
  const rows = tunnels.map((tunnel) => [
    cell(tunnel.server, 40),
    tunnel.host === null ? tunnel.state : `on ${cell(tunnel.host, 40)}`,
    formatDuration(Math.max(0, now - tunnel.since)),
    String(tunnel.clients),
    `${bytes(tunnel.bytesIn)}/${bytes(tunnel.bytesOut)}`,
    tunnel.rttMs === null ? "-" : `${tunnel.rttMs} ms`,
    String(tunnel.reconnects),
    cell(tunnel.endpoints.join(" "), 120),
    cell(tunnel.lastError ?? "", 120),
  ]);
  return formatTable([["SERVER", "STATE", "SINCE", "CLIENTS", "IN/OUT", "RTT", "RECONNECTS", "ENDPOINTS", "LAST ERROR"], ...rows], [3, 6]);
}

function bytes(n: number): string {
  for (const [unit, size] of [["G", 2 ** 30], ["M", 2 ** 20], ["K", 2 ** 10]] as const) {
    if (n >= size) return `${(n / size).toFixed(n < 10 * size ? 1 : 0)}${unit}`;
  }
  return String(n);
}
