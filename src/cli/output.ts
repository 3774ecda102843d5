/** What goes to standard output and standard error: results as text or JSON, errors as one line. */
import { systemClock } from "../base/clock.ts";
import { asFugueError, type FugueError } from "../base/errors.ts";
import { printable } from "../base/names.ts";
import type { Command, ServerCommand } from "../commands/command.ts";
import type { CliContext } from "../commands/context.ts";
import { jsonDocument, jsonError, type JsonError } from "../commands/json.ts";
import type { ArgValues } from "../commands/values.ts";

const DEFAULT_COLS = 80;
const LONGEST_MESSAGE = 1000;

/** Results of one or several servers in one: lists by noun, each item with its server's name in front. */
export type MergedResult = Record<string, unknown[]>;

/** The noun of a command's documents: `sessions` of `sessions[].id`. */
export function nounOf(command: Command): string | undefined {
  return Object.keys(command.result ?? {})[0]?.split(/[[.]/, 1)[0];
}

/** Adds the result of one server to what others gave. */
export function mergeResult(merged: MergedResult, result: unknown, server: string): void {
  if (typeof result !== "object" || result === null) return;
  for (const [noun, items] of Object.entries(result)) {
    if (!Array.isArray(items)) continue;
    merged[noun] = [
      ...(merged[noun] ?? []),
      ...items.map((item) => (typeof item === "object" && item !== null ? { server, ...item } : item)),
    ];
  }
}

/**
 * Writes the result of a server's command.
 * @param several it is of several servers or targets
 * @returns the exit status that the result asks for
 */
export function writeResult(
  ctx: CliContext, command: ServerCommand, merged: MergedResult, values: ArgValues, errors: readonly JsonError[],
  several = false,
): number {
  const noun = nounOf(command);
  const result: MergedResult = { ...(noun !== undefined && { [noun]: [] }), ...merged };
  if (ctx.json) ctx.stdout(jsonDocument(result, errors));
  else {
    const raw = ctx.terminal === undefined;
    const style = { color: ctx.color, cols: ctx.terminal?.cols ?? DEFAULT_COLS, now: systemClock.wall(), raw, several };
    const text = command.render?.(result as never, style, values as never) ?? "";
    const ended = text === "" || text.endsWith("\n") || (raw && command.exact) ? text : `${text}\n`;
    if (ended !== "") ctx.stdout(raw ? ended : harmless(ended));
  }
  return command.status?.(result as never, values as never) ?? 0;
}

/** The last guard of a terminal: of control characters only line ends, tabs and colours (SGR) pass. */
export function harmless(text: string): string {
  return text.replace(
    /\u001b\[[0-9;:]*m|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (found) => (found.length > 1 ? found : "\ufffd"),
  );
}

/** Writes an error: one line on stderr, and a document if one was asked for. @returns the exit status */
export function writeError(
  out: Pick<CliContext, "stdout" | "stderr" | "json">, thrown: unknown, server = "local", noun?: string,
): number {
  const error = asFugueError(thrown);
  if (out.json) out.stdout(jsonDocument(noun === undefined ? {} : { [noun]: [] }, [jsonError(error, server)]));
  out.stderr(`fugue: ${errorLine(error)}\n`);
  return error.exitStatus;
}

/** An error on one line: what is wrong, and in brackets what to do about it. */
export function errorLine(error: FugueError): string {
  const message = printable(error.message, LONGEST_MESSAGE);
  const hint = error.hint ?? (error.code === "internal" ? "that should not happen; see: fugue logs" : undefined);
  return hint === undefined ? message : `${message} (${printable(hint, LONGEST_MESSAGE)})`;
}
