/** `serve`: runs the server. */
import { FugueError } from "../base/errors.ts";
import { cliCommand } from "./command.ts";
import { cell } from "./text-table.ts";

export const serve = cliCommand({
  name: "serve",
  summary: "Run a server",
  details: `It listens on its own socket in any case, and on every --listen address besides. Without --detach it runs
until it is stopped (fugue stop, or SIGTERM). Most people never need this command: new and the terminal view start a
server.`,
  group: "server",
  effect: "write",
  own: true,
  args: {
    listen: { type: "string", repeat: true, value: "ADDRESS", help: "address to listen on as well: unix://PATH" },
    detach: { type: "boolean", short: "d", help: "go to the background once it answers" },
  },
  tmux: ["start-server"],
  async run(ctx, args) {
    const { parseAddress, formatAddress } = await import("../config/address.ts");
    const listen = args.listen.map((text) => {
      const address = parseAddress(text, ctx.env.HOME);
      if (address.kind !== "ssh") return formatAddress(address);
      throw new FugueError(
        "usage", `a server can't listen on ${cell(text, 80)}`, "ssh reaches its own socket: nothing has to listen",
      );
    });
    const status = await ctx.serve({ detach: args.detach, listen });
    if (args.detach && status === 0 && !ctx.json) await ctx.note("success", "the server is running");
    return status;
  },
});
