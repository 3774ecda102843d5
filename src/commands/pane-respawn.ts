/** `pane respawn`: starts a program in a pane whose program has ended. */
import { PANE, SPAWN, spawnOptions } from "./arguments.ts";
import { serverCommand } from "./command.ts";

export const paneRespawn = serverCommand({
  name: "pane respawn",
  summary: "Start a program anew in a pane",
  group: "pane",
  effect: "destroy",
  args: {
    target: PANE,
    kill: { type: "boolean", short: "k", help: "end the program that still runs in it" },
    dir: SPAWN.dir,
    env: SPAWN.env,
    command: { ...SPAWN.command, help: "program and its arguments; default: what ran there before" },
  },
  tmux: ["respawn-pane", "respawn-window"],
  result: { "panes[].id": "integer: its id" },
  check: (args) => void spawnOptions(args),
  async run(ctx, args) {
    const { id } = ctx.find.pane(args.target);
    await ctx.panes.respawn(id, { ...spawnOptions(args), kill: args.kill });
    return { panes: [{ id }] };
  },
});
