/** Which tunnels a command of the command line means: those it names, or all of them. */
import { asFugueError, FugueError } from "../base/errors.ts";
import type { CliContext } from "./context.ts";
import { cell } from "./text-table.ts";

/** How `up`, `stop` and `restart` say which tunnels they mean. */
export const TUNNEL_ARGS = {
  name: { type: "string", positional: true, repeat: true, value: "NAME", complete: "server", help: "server of the configuration" },
  all: { type: "boolean", help: "all of them" },
} as const;

/** @throws FugueError `usage` if neither names nor `--all` were given, or both */
export function checkNames({ name, all }: { name: string[]; all: boolean }): void {
  if (all && name.length > 0) throw new FugueError("usage", "--all and names don't go together", "give one of them");
  if (!all && name.length === 0) throw new FugueError("usage", "which tunnel?", "name its server, or give --all; see: fugue tunnel ls");
}

/**
 * Does something for each tunnel. With several of them one failure does not keep the others from their turn: it is said on
 * standard error. @returns the exit status: that of the last failure
 */
export async function forEachTunnel(ctx: CliContext, names: readonly string[], run: (name: string) => Promise<void>): Promise<number> {
  if (names.length === 1) {
    await run(names[0]!);
    return 0;
  }
  let status = 0;
  for (const name of names) {
    try {
      await run(name);
    } catch (thrown) {
      const error = asFugueError(thrown);
      status = error.exitStatus;
      await ctx.note("fail", cell(`${name}: ${error.message}${error.hint ? ` (${error.hint})` : ""}`, 400));
    }
  }
  return status;
}
