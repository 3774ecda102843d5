/** `tunnel stop`: ends tunnels. */
import { FugueError } from "../base/errors.ts";
import { cliCommand } from "./command.ts";
import { jsonDocument } from "./json.ts";
import { cell } from "./text-table.ts";
import { checkNames, forEachTunnel, TUNNEL_ARGS } from "./tunnel-names.ts";
import { running } from "./tunnel-up.ts";

export const tunnelStop = cliCommand({
  name: "tunnel stop",
  summary: "End tunnels",
  details: "The servers behind them, with all sessions, go on. Clients that still use a tunnel start it again.",
  group: "server",
  effect: "write",
  args: TUNNEL_ARGS,
  result: { "stopped[].server": "string: server whose tunnel was ended" },
  check: checkNames,
  async run(ctx, args) {
    const stopped: { server: string }[] = [];
    const status = await forEachTunnel(ctx, args.all ? await running(ctx) : args.name, async (name) => {
      const ended = await ctx.tunnels.stop(name);
      // one of all may have come to its own end just now
      if (!ended && args.all) return;
      if (!ended) throw new FugueError("noTarget", `there is no tunnel to '${cell(name, 80)}'`, "see: fugue tunnel ls");
      stopped.push({ server: name });
      if (!ctx.json) await ctx.note("success", cell(`${name}: stopped`, 200));
    });
    if (ctx.json) ctx.stdout(jsonDocument({ stopped }));
    return status;
  },
});
