/** Runs one command on several servers side by side: what each of them answered, and what the exit status says of that. */
import { asFugueError, EXIT, FugueError } from "../base/errors.ts";
import type { ServerCommand } from "../commands/command.ts";
import type { CliContext } from "../commands/context.ts";
import { jsonError } from "../commands/json.ts";
import { cell } from "../commands/text-table.ts";
import type { ArgValues } from "../commands/values.ts";
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
  const answers = several ? await new Round(ctx, command, values.any === true, all).ask(parts) : [await askOne(ctx, command, parts[0]!)];
  const errors = answers.flatMap(({ part, error }) => (error ? [{ part, error }] : []));
  const merged: MergedResult = {};
  for (const { part, result } of answers) mergeResult(merged, result, part.server);
  if (errors.length === 0) checkTagged(command, values, merged);
  const documented = errors.map(({ part, error }) => jsonError(error, part.server, part.target));
  const status = writeResult(ctx, command, merged, values, documented, several);
  if (errors.length === 0) return status;
  const some = errors.length < answers.length;
  // who asked for a list of all knows that some may be away; where one was enough, one has answered
  if (some && (values.any === true || (all && isList(command)))) return status;
  return statusOf(errors.map(({ error }) => error), some && isList(command));
}

function isList(command: ServerCommand): boolean {
  return command.effect === "read" && !command.waits;
}

async function askOne(ctx: CliContext, command: ServerCommand, part: Part): Promise<Answer> {
  return { part, result: await ctx.call(command.name, part.values, { server: part.server, reads: command.effect === "read" }) };
}

/** One command asked of several servers at the same time. */
class Round {
  private readonly enough = new AbortController();
  /** Names by the identity of the server behind them, in the order in which they were reached. */
  private readonly reached = new Map<string, string[]>();

  /**
   * @param first one answer is enough: the others are given up then, and say nothing
   * @param once a server with two names is asked under one of them
   */
  constructor(private readonly ctx: CliContext, private readonly command: ServerCommand, private readonly first: boolean, private readonly once: boolean) {}

  async ask(parts: readonly Part[]): Promise<Answer[]> {
    const answers = (await Promise.all(parts.map((part) => this.askPart(part)))).filter((answer) => answer !== undefined);
    if (!this.once) return answers;
    const answered = answers.filter(({ error }) => error === undefined).map(({ part }) => part.server);
    return answers.filter(({ part, error }) => error !== undefined || this.isFirstName(part.server, answered));
  }

  private async askPart(part: Part): Promise<Answer | undefined> {
    const { ctx, command, enough } = this;
    try {
      const result = await ctx.call(command.name, part.values, {
        server: part.server, limit: isList(command) ? LIST_LIMIT_MS : undefined, quiet: true, signal: enough.signal,
        reads: command.effect === "read", ...(this.once && { admit: (identity: string) => this.admit(part.server, identity) }),
      });
      if (enough.signal.aborted) return undefined;
      if (this.first && holdsSomething(result)) enough.abort();
      return { part, result };
    } catch (thrown) {
      if (enough.signal.aborted) return undefined;
      const error = asFugueError(thrown);
      // at once: others may take long
      ctx.stderr(`fugue: ${part.target ?? part.server}: ${errorLine(error)}\n`);
      return { part, error };
    }
  }

  /** Of two names for one server, what acts goes to the one that was reached first; lists are sorted out afterwards. */
  private admit(server: string, identity: string): boolean {
    const names = this.reached.get(identity) ?? [];
    if (!names.includes(server)) this.reached.set(identity, [...names, server]);
    if (names.length === 0 || names.includes(server) || isList(this.command)) return true;
    return false;
  }

  /** Whether an answer counts: it is not that of a server which another name has shown. */
  private isFirstName(server: string, answered: readonly string[]): boolean {
    const names = [...this.reached.values()].find((one) => one.includes(server)) ?? [server];
    const shown = isList(this.command) ? answered.find((one) => names.includes(one))! : names[0]!;
    if (server === shown) return true;
    this.ctx.stderr(`fugue: ${cell(server)}: is the same server as ${cell(shown)}\n`);
    return false;
  }
}

function holdsSomething(result: unknown): boolean {
  return Object.values(result ?? {}).some((items) => Array.isArray(items) && items.length > 0);
}

/** @throws FugueError `noTarget` if nothing anywhere has the tag */
function checkTagged(command: ServerCommand, values: ArgValues, merged: MergedResult): void {
  const tag = Object.entries(command.args).find(([, arg]) => arg.tagged);
  const wanted = tag && values[tag[0]];
  if (wanted === undefined || holdsSomething(merged)) return;
  throw new FugueError("noTarget", `no session has the tag '${cell(String(wanted), 60)}'`, "see the tags with: fugue ls -a");
}

/** The status of errors: their own if they agree. @param partial something was answered, which a status of its own would hide */
function statusOf(errors: readonly FugueError[], partial: boolean): number {
  const statuses = new Set(errors.map(({ exitStatus }) => exitStatus));
  const [only] = statuses;
  return partial || statuses.size > 1 ? EXIT.failed : only!;
}
