/** `tunnel up` and `tunnel restart`: tunnels before anybody needs them, or once more. */
import { cliCommand } from "./command.ts";
import type { CliContext } from "./context.ts";
import { jsonDocument } from "./json.ts";
import { cell } from "./text-table.ts";
import { TUNNEL_RESULT } from "./tunnel-ls.ts";
import type { TunnelInfo } from "./tunnel-context.ts";
import { checkNames, forEachTunnel, TUNNEL_ARGS } from "./tunnel-names.ts";

export const tunnelUp = cliCommand({
  name: "tunnel up",
  summary: "Start tunnels, or find those that run",
  details: `Waits until the server behind it answers. Passwords, codes and unknown host keys are asked for at this terminal.
Whatever needs a server starts its tunnel by itself: this command is for doing it before.`,
  group: "server",
  effect: "write",
  args: TUNNEL_ARGS,
  result: TUNNEL_RESULT,
  check: checkNames,
  run: async (ctx, args) => raise(ctx, args.all ? await ctx.tunnels.servers() : args.name, (name) => ctx.tunnels.up(name)),
});

export const tunnelRestart = cliCommand({
  name: "tunnel restart",
  summary: "End tunnels and start them again",
  details: `With the settings that the configuration has now. A tunnel that does not answer is ended by force. Its clients
come back by themselves.`,
  group: "server",
  effect: "write",
  args: TUNNEL_ARGS,
  result: TUNNEL_RESULT,
  check: checkNames,
  run: async (ctx, args) => raise(ctx, args.all ? await running(ctx) : args.name, (name) => ctx.tunnels.restart(name)),
});

/** Servers with a tunnel on this machine. */
export async function running(ctx: CliContext): Promise<string[]> {
  return (await ctx.tunnels.list()).filter(({ host }) => host === null).map(({ server }) => server);
}

async function raise(ctx: CliContext, names: readonly string[], start: (name: string) => Promise<TunnelInfo>): Promise<number> {
  const tunnels: TunnelInfo[] = [];
  const status = await forEachTunnel(ctx, names, async (name) => {
    const tunnel = await start(name);
    tunnels.push(tunnel);
    if (!ctx.json) await ctx.note("success", cell(`${name}: ready, through ${tunnel.target}`, 200));
  });
  if (ctx.json) ctx.stdout(jsonDocument({ tunnels }));
  return status;
}
