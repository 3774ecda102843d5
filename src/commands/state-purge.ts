/** `state purge`: removes from the disk what panes showed. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { asFugueError } from "../base/errors.ts";
import { pathsFrom } from "../base/paths.ts";
import { SESSION } from "./arguments.ts";
import { cliCommand, serverCommand } from "./command.ts";
import { jsonDocument } from "./json.ts";
import { splitTarget } from "./target.ts";

const SUMMARY = "Remove from the disk what panes showed";
const DETAILS = `Screens and histories that are kept for the next start are removed, of one session or of all; also files
that were damaged and kept aside. Programs go on, and what they print from now on is kept again, unless persist-history
is off. When no server runs, everything that would come back at the next start is removed, sessions too.`;
const RESULT = { "purged[].panes": "integer: panes of which something was removed" } as const;
/** What is in the folder of state for the next start. */
const SAVED = ["model", "model.old", "buffers", "messages", "screens", "history", "damaged", "newer"];

export const statePurge = serverCommand({
  name: "state purge",
  summary: SUMMARY,
  details: DETAILS,
  group: "server",
  effect: "destroy",
  args: { target: { ...SESSION, help: "session; default: all" } },
  result: RESULT,
  run(ctx, args) {
    const session = args.target === undefined ? undefined : ctx.find.session(args.target).id;
    return { purged: [{ panes: ctx.purge(session) }] };
  },
});

export const statePurgeInShell = cliCommand({
  name: "state purge",
  summary: SUMMARY,
  details: DETAILS,
  group: "server",
  effect: "destroy",
  args: statePurge.args as { target: typeof SESSION },
  result: RESULT,
  async run(ctx, args) {
    let result: { purged: { panes: number }[] };
    try {
      const { server, local: target } = splitTarget(args.target);
      result = (await ctx.call("state purge", { target }, { server })) as typeof result;
    } catch (error) {
      if (asFugueError(error).code !== "noServer" || args.target !== undefined || ctx.selected[0] !== "local") throw error;
      const { state } = pathsFrom(ctx.env);
      for (const name of SAVED) rmSync(join(state, name), { recursive: true, force: true });
      result = { purged: [{ panes: 0 }] };
    }
    if (ctx.json) ctx.stdout(jsonDocument(result));
    return 0;
  },
});
