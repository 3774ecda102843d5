/** `serve`: runs the server. */
import { cliCommand } from "./command.ts";

export const serve = cliCommand({
  name: "serve",
  summary: "Run a server",
  details: `It listens on its own socket in any case, and on every --listen address besides: unix://PATH,
tcp://127.0.0.1:PORT (this machine only, for a forward of ssh) or tls://HOST:PORT. On tcp and tls clients must prove a
secret: see server invite. Addresses can also stand in the configuration, as listen = ["tls://0.0.0.0:9999"] below
[server]. Without --detach it runs until it is stopped (fugue stop, or SIGTERM). Most people never need this command:
new and the terminal view start a server, which stays when its last session has ended.`,
  group: "server",
  effect: "write",
  own: true,
  args: {
    listen: { type: "string", repeat: true, value: "ADDRESS", help: "address to listen on as well: tls://0.0.0.0:9999, tcp://127.0.0.1:9999, unix://PATH" },
    advertise: { type: "boolean", help: "tell the local network of the tls:// addresses, for: fugue discover" },
    detach: { type: "boolean", short: "d", help: "go to the background once it answers" },
  },
  tmux: ["start-server"],
  async run(ctx, args) {
    const { formatAddress } = await import("../config/address.ts");
    const { parseListenAddress } = await import("../config/listen.ts");
    const listen = args.listen.map((text) => formatAddress(parseListenAddress(text, ctx.env.HOME)));
    const status = await ctx.serve({ detach: args.detach, listen, advertise: args.advertise });
    if (args.detach && status === 0 && !ctx.json) await ctx.note("success", "the server is running");
    return status;
  },
});
