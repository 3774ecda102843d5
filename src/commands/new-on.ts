/** `new --on A --on B`: a session on each server, all of them shown in one window of the first; or none at all. */
import { asFugueError, FugueError } from "../base/errors.ts";
import type { CliContext } from "./context.ts";
import { findFarPane } from "./far-pane.ts";
import type { NewResult } from "./new.ts";

export type MadeSession = NewResult["sessions"][number];

/**
 * Makes the sessions and the links between them. Where a part fails, the sessions that were made are ended again.
 * @param servers without repetitions, at least one; the first has the window
 * @param args of `new`
 * @throws FugueError which names the server that failed
 */
export async function newOnEach(ctx: CliContext, servers: readonly string[], args: object): Promise<Map<string, MadeSession>> {
  const made = new Map<string, MadeSession>();
  try {
    const ends = await Promise.allSettled(servers.map(async (server) => {
      const result = (await ctx.call("new", { ...args, detached: true }, { server, start: true }).catch(naming(server))) as NewResult;
      made.set(server, result.sessions[0]!);
    }));
    for (const end of ends) if (end.status === "rejected") throw end.reason;
    await linkAll(ctx, servers, made);
  } catch (error) {
    await Promise.all([...made].map(([server, { created, name }]) => (
      // what came of it is said by the first error
      created ? ctx.call("kill", { target: name }, { server }).catch(() => {}) : undefined
    )));
    throw error;
  }
  return made;
}

/** Puts the panes of the others into the window of the first. */
async function linkAll(ctx: CliContext, [first, ...others]: readonly string[], made: ReadonlyMap<string, MadeSession>): Promise<void> {
  const own = made.get(first!)!;
  for (const server of others) {
    const far = await findFarPane(`${server}:%${made.get(server)!.pane}`, (command, values) => ctx.call(command, values, { server })).catch(naming(server));
    await ctx.call("pane link", { ...far, target: `%${own.pane}` }, { server: first }).catch(naming(first!));
    // before the next one, so that there is room for it
    await ctx.call("layout", { target: own.name, name: "tiled" }, { server: first });
  }
}

/** Throws the error again, with the name of the server that it is of. */
function naming(server: string): (thrown: unknown) => never {
  return (thrown) => {
    const { code, message, hint } = asFugueError(thrown);
    throw new FugueError(code, `${server}: ${message}`, hint, thrown);
  };
}
