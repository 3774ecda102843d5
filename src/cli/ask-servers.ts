/** Runs one command on several servers side by side: what each of them answered, and what the exit status says of that. */
import { asFugueError, EXIT, FugueError } from "../base/errors.ts";
import type { ServerCommand } from "../commands/command.ts";
import type { CallOptions, CliContext } from "../commands/context.ts";
import type { ArgValues } from "../commands/values.ts";
import { jsonError } from "../commands/json.ts";
import { errorLine, mergeResult, writeResult, type MergedResult } from "./output.ts";
import type { Part } from "./route.ts";

/** A list waits no longer than this for a server that does not answer. */
export const LIST_LIMIT_MS = 5_000;

/** What came of one part. */
interface Answer {
  readonly part: Part;
  readonly result?: unknown;
  readonly error?: FugueError;
}

/**
 * Asks, writes what came back, and says on standard error where it failed.
 * @param values of the whole command line, for the text
 * @param all `--all-servers` was given: of a list, a part is enough
 * @returns the exit status
 * @throws FugueError what the only one that was asked says
 */
export async function askServers(
  ctx: CliContext, command: ServerCommand, parts: readonly Part[], values: ArgValues, all: boolean,
): Promise<number> {
  const several = parts.length > 1;
  const answers = several ? await askAll(ctx, command, parts, values.any === true) : [await askOne(ctx, command, parts[0]!)];
  const errors = answers.flatMap(({ part, error }) => (error ? [{ part, error }] : []));
  const merged: MergedResult = {};
  for (const { part, result } of answers) mergeResult(merged, result, part.server);
  if (errors.length === 0) checkTagged(command, values, merged);
  const documented = errors.map(({ part, error }) => jsonError(error, part.server, part.target));
  const status = writeResult(ctx, command, merged, values, documented, several);
  if (errors.length === 0) return status;
  const some = errors.length < answers.length;
  // who asked for a list of all knows that some may be away; where one was enough, one has answered
  if (some && (values.any === true || (all && command.effect === "read" && !command.waits))) return status;
  return statusOf(errors.map(({ error }) => error), some && command.effect === "read" && !command.waits);
}

async function askOne(ctx: CliContext, command: ServerCommand, part: Part): Promise<Answer> {
  return { part, result: await ctx.call(command.name, part.values, { server: part.server }) };
}

/** @param first one answer is enough: the others are given up then, and say nothing */
async function askAll(ctx: CliContext, command: ServerCommand, parts: readonly Part[], first: boolean): Promise<Answer[]> {
  const limit = command.effect === "read" && !command.waits ? LIST_LIMIT_MS : undefined;
  const enough = new AbortController();
  const ask = async (part: Part): Promise<Answer | undefined> => {
    const options: CallOptions = { server: part.server, limit, quiet: true, signal: enough.signal };
    try {
      const result = await ctx.call(command.name, part.values, options);
      if (enough.signal.aborted) return undefined;
      if (first && holdsSomething(result)) enough.abort();
      return { part, result };
    } catch (thrown) {
      if (enough.signal.aborted) return undefined;
      const error = asFugueError(thrown);
      // at once: others may take long
      ctx.stderr(`fugue: ${part.target ?? part.server}: ${errorLine(error)}\n`);
      return { part, error };
    }
  };
  return (await Promise.all(parts.map(ask))).filter((answer) => answer !== undefined);
}

function holdsSomething(result: unknown): boolean {
  return Object.values(result ?? {}).some((items) => Array.isArray(items) && items.length > 0);
}

/** @throws FugueError `noTarget` if nothing anywhere has the tag */
function checkTagged(command: ServerCommand, values: ArgValues, merged: MergedResult): void {
  const tag = Object.entries(command.args).find(([, arg]) => arg.tagged);
  const wanted = tag && values[tag[0]];
  if (wanted === undefined || holdsSomething(merged)) return;
  throw new FugueError("noTarget", `no session has the tag '${String(wanted)}'`, "see the tags with: fugue ls -a");
}

/** The status of errors: their own if they agree. @param partial something was answered, which a status of its own would hide */
function statusOf(errors: readonly FugueError[], partial: boolean): number {
  const statuses = new Set(errors.map(({ exitStatus }) => exitStatus));
  const [only] = statuses;
  return partial || statuses.size > 1 ? EXIT.failed : only!;
}
