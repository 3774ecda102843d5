/** `discover`: servers of the local network that announce themselves. */
import { cliCommand } from "./command.ts";
import { jsonDocument } from "./json.ts";
import { cell, formatTable } from "./text-table.ts";

const DEFAULT_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 60_000;

export const discover = cliCommand({
  name: "discover",
  summary: "Look for servers in the local network",
  details: `Finds servers that announce themselves (fugue serve --advertise), by multicast DNS. Anybody in the network can
answer, and nothing of an answer is believed: to use a server, run fugue server invite on its machine, and the line that it
prints here.`,
  group: "server",
  effect: "read",
  args: { wait: { type: "duration", value: "TIME", help: "how long to listen for answers; default: 2s, at most 60s" } },
  result: {
    "found[].name": "string: what the server calls itself",
    "found[].addresses": "array of strings: where it can be reached",
  },
  async run(ctx, args) {
    const servers = await ctx.discover(Math.min(args.wait ?? DEFAULT_WAIT_MS, LONGEST_WAIT_MS));
    const found = servers.map(({ name, addresses, port }) => (
      { name, addresses: addresses.map((host) => `tls://${host.includes(":") ? `[${host}]` : host}:${port}`) }
    ));
    if (ctx.json) return ctx.stdout(jsonDocument({ found }));
    if (found.length === 0) return ctx.note("info", "nobody answered; servers are silent unless they run with --advertise");
    ctx.stdout(`${formatTable(found.map(({ name, addresses }) => [cell(name), cell(addresses[0] ?? "")]))}\n`);
    await ctx.note("info", "none of them is trusted: to use one, run there: fugue server invite");
  },
});
