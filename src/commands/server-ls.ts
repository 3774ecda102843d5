/** `server ls` and `server show`: the servers of the configuration. */
import { cliCommand } from "./command.ts";
import { jsonDocument } from "./json.ts";
import { cell, formatTable } from "./text-table.ts";

export const SERVER_RESULT = {
  "servers[].name": "string: its name here",
  "servers[].address": "string: where it is",
  "servers[].via": "string: how it is reached: unix, tcp, tls, ssh or tunnel",
  "servers[].default": "boolean: meant when none is named",
  "servers[].trusted": "boolean: a secret or certificate of it is stored here",
  "servers[].fields": "object: what the file says of it",
} as const;

export const serverLs = cliCommand({
  name: "server ls",
  summary: "List the servers of the configuration",
  group: "server",
  effect: "read",
  args: {},
  result: SERVER_RESULT,
  async run(ctx) {
    const servers = await ctx.serverAdmin.list();
    if (ctx.json) return ctx.stdout(jsonDocument({ servers }));
    if (servers.length === 0) return ctx.stderr("no servers; add one with: fugue server add NAME ADDRESS\n");
    const rows = servers.map((s) => [cell(`${s.name}${s.default ? "*" : ""}`), s.via, cell(s.address)]);
    ctx.stdout(`${formatTable([["NAME", "VIA", "ADDRESS"], ...rows])}\n`);
  },
});

export const serverShow = cliCommand({
  name: "server show",
  summary: "Show what the configuration says of a server",
  group: "server",
  effect: "read",
  args: { name: { type: "string", positional: true, required: true, value: "NAME", complete: "server", help: "name of the server" } },
  result: SERVER_RESULT,
  async run(ctx, { name }) {
    const servers = await ctx.serverAdmin.list();
    const found = servers.find((server) => server.name === name);
    if (!found) throw ctx.unknownServer(name);
    if (ctx.json) return ctx.stdout(jsonDocument({ servers: [found] }));
    const rows = Object.entries(found.fields).map(([key, value]) => [key, cell(String(value), 200)]);
    ctx.stdout(`${formatTable([["name", cell(found.name)], ["via", found.via], ...rows, ["trusted", found.trusted ? "yes" : "no"]])}\n`);
  },
});
