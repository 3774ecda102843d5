/** `split`: a new pane beside another one. */
import { FugueError } from "../base/errors.ts";
import { DETACHED, PANE, paneSize, PRESET, SIDES, sideOf, SIZE, SPAWN, spawnOptions } from "./arguments.ts";
import { serverCommand } from "./command.ts";
import { splitOn } from "./split-on.ts";

export const split = serverCommand({
  name: "split",
  summary: "Divide a pane and start a program in the new one",
  group: "pane",
  effect: "write",
  args: {
    target: PANE,
    ...SIDES,
    size: SIZE,
    whole: { type: "boolean", help: "divide the whole window instead of the pane" },
    name: {
      type: "string", short: "n", value: "NAME", help: "name of the new pane; default: the title that its program sets",
    },
    on: { type: "string", value: "SERVER", help: "start the program on this server, in its session 'linked', and show it here" },
    detached: DETACHED,
    preset: PRESET,
    ...SPAWN,
  },
  tmux: ["split-window"],
  mcp: {
    name: "split_pane", args: ["target", "right", "left", "up", "down", "size", "whole", "name", "preset", "dir", "env", "command"],
    description: `Divides a pane and starts the command, an agent (preset), or a shell, in the new one. Below it, unless a side
is given.`,
  },
  result: { "panes[].id": "integer: id of the new pane", "panes[].target": "string: it as SESSION/WINDOW.PANE" },
  check(args) {
    sideOf(args);
    if (args.size !== undefined) paneSize(args.size);
    spawnOptions(args);
  },
  across: (servers, args) => splitOn(servers, args),
  async run(ctx, args) {
    if (args.on !== undefined) throw new FugueError("usage", "a server can't reach another one", "say --on to fugue itself");
    const { id } = await ctx.panes.split(ctx.find.pane(args.target).id, {
      ...spawnOptions(args),
      name: args.name,
      side: sideOf(args),
      size: args.size === undefined ? undefined : paneSize(args.size),
      whole: args.whole,
      ...(args.detached && { select: false }),
    });
    return { panes: [{ id, target: ctx.find.label(id) }] };
  },
});
