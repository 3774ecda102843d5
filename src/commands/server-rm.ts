/** `server rm`: takes a server out of the configuration. */
import { cliCommand } from "./command.ts";
import { jsonDocument } from "./json.ts";

export const serverRm = cliCommand({
  name: "server rm",
  summary: "Remove a server from the configuration, and what is stored of it",
  details: "The server itself goes on. A tunnel to it ends with: fugue tunnel stop NAME.",
  group: "server",
  effect: "destroy",
  args: { name: { type: "string", positional: true, required: true, value: "NAME", complete: "server", help: "name of the server" } },
  result: { "servers[].name": "string: name of what was removed" },
  async run(ctx, { name }) {
    await ctx.serverAdmin.remove(name);
    if (ctx.json) ctx.stdout(jsonDocument({ servers: [{ name }] }));
  },
});
