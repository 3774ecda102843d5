/** Where a tool's call goes: the server that its arguments name, the one of each target, or all of them. */
import { asFugueError, FugueError } from "../base/errors.ts";
import { printable } from "../base/names.ts";
import { jsonError, type JsonError } from "../commands/json.ts";
import { formatTarget, parseTarget, unknownServer } from "../commands/target.ts";
import type { CallOptions, ServerCalls } from "./server-calls.ts";
import { commandValues, propertyName } from "./tool-schema.ts";
import type { Offer, ToolCall, ToolResult } from "./tools.ts";

/** A list for all servers waits no longer than this for one that does not answer. */
const LIST_PATIENCE_MS = 10_000;

/** One server's part of a call. */
interface Part {
  readonly server: string;
  readonly values: Record<string, unknown>;
}

/** Carries out a call of a tool that stands for a command. @throws FugueError */
export async function runOffer(offer: Offer, call: ToolCall): Promise<ToolResult> {
  const { tool, command } = offer;
  const parts = partsOf(offer, call);
  const result = parts === undefined ? await askAll(offer, call) : await askSome(offer, parts, call);
  if (!tool.plain || !command.render) return { structured: result };
  const style = { color: false, cols: 200, now: 0, raw: true };
  return { structured: result, text: command.render(result as never, style, callValues(offer, call, "/") as never) };
}

function callValues({ command, tool }: Offer, call: ToolCall, cwd: string | undefined): Record<string, unknown> {
  return commandValues(command, tool, call.args, cwd);
}

/** The parts of a call by server; undefined if all are asked. @throws FugueError `usage`, `noTarget` */
function partsOf(offer: Offer, call: ToolCall): Part[] | undefined {
  const { command, tool } = offer;
  const named = call.args.server as string | undefined;
  if (named !== undefined) checkServer(call.servers, named);
  const targets = Object.entries(command.args).flatMap(([name, arg]) => {
    const value = call.args[propertyName(tool, name)];
    if (arg.type !== "target" || value === undefined) return [];
    return [{ name, list: Array.isArray(value), texts: (Array.isArray(value) ? value : [value]) as string[] }];
  });
  const servers = new Map<string, Record<string, string | string[]>>();
  for (const { name, list, texts } of targets) {
    for (const text of texts) {
      const { server = named, ...target } = parseTarget(text);
      if (server !== undefined) checkServer(call.servers, server);
      if (named !== undefined && server !== named) {
        throw new FugueError("usage", `server '${named}' contradicts the target '${printable(text)}'`, "name the server once");
      }
      const own = servers.get(server ?? call.servers.own) ?? {};
      const plain = formatTarget(target);
      own[name] = list ? [...((own[name] as string[] | undefined) ?? []), plain] : plain;
      servers.set(server ?? call.servers.own, own);
    }
  }
  if (servers.size > 1 && targets.some(({ list }) => !list)) {
    throw new FugueError("usage", "the targets are those of several servers", "name one server for them");
  }
  if (servers.size === 0) {
    if (named === undefined && tool.everywhere) return undefined;
    servers.set(named ?? call.servers.own, {});
  }
  return [...servers].map(([server, values]) => {
    const cwd = server === call.servers.own ? call.cwd : undefined;
    return { server, values: { ...callValues(offer, call, cwd), ...values } };
  });
}

/** @throws FugueError `noTarget` with what there is */
export function checkServer(servers: ServerCalls, name: string): void {
  const known = servers.servers();
  if (known.includes(name)) return;
  throw unknownServer(name, known);
}

/** Asks every server at the same time; those that fail are listed. */
async function askAll(offer: Offer, call: ToolCall): Promise<Record<string, unknown>> {
  const parts = call.servers.servers().map((server) => ({ server, values: callValues(offer, call, undefined) }));
  return askParts(offer, parts, call, LIST_PATIENCE_MS);
}

/** Asks the servers of the targets. The error of an only one is that of the call. */
async function askSome(offer: Offer, parts: Part[], call: ToolCall): Promise<Record<string, unknown>> {
  const [only] = parts;
  if (parts.length > 1) {
    return call.args.any === true ? askFirst(offer, parts, call) : askParts(offer, parts, call, undefined);
  }
  const result = await ask(offer, only!, call, { signal: call.signal, start: offer.command.name === "new" });
  return merge(offer, [{ server: only!.server, result }], []);
}

async function askParts(
  offer: Offer, parts: readonly Part[], call: ToolCall, timeout: number | undefined,
): Promise<Record<string, unknown>> {
  const errors: JsonError[] = [];
  const results: { server: string; result: unknown }[] = [];
  const answers = await Promise.all(parts.map(async (part) => {
    try {
      return { server: part.server, result: await ask(offer, part, call, { signal: call.signal, timeout }) };
    } catch (error) {
      return { server: part.server, error: asFugueError(error) };
    }
  }));
  for (const answer of answers) {
    if (answer.error) errors.push(jsonError(answer.error, answer.server));
    else results.push(answer);
  }
  if (results.length === 0 && answers[0]?.error && answers.length === 1) throw answers[0].error;
  return merge(offer, results, errors);
}

/** The server that answers first wins, and the others are told to give up. */
async function askFirst(offer: Offer, parts: readonly Part[], call: ToolCall): Promise<Record<string, unknown>> {
  const others = new AbortController();
  const signal = AbortSignal.any([call.signal, others.signal]);
  try {
    return await Promise.any(parts.map(async (part) => {
      const result = await ask(offer, part, call, { signal });
      return merge(offer, [{ server: part.server, result }], []);
    }));
  } catch (error) {
    throw error instanceof AggregateError ? asFugueError(error.errors[0]) : error;
  } finally {
    others.abort();
  }
}

function ask({ command }: Offer, { server, values }: Part, call: ToolCall, options: CallOptions): Promise<unknown> {
  return call.servers.call(server, command.name, values, options);
}

/** Lists by noun, each item with its server. */
function merge(
  { command }: Offer, results: readonly { server: string; result: unknown }[], errors: readonly JsonError[],
): Record<string, unknown> {
  const merged: Record<string, unknown[]> = {};
  const noun = Object.keys(command.result ?? {})[0]?.split(/[[.]/, 1)[0];
  if (noun !== undefined) merged[noun] = [];
  for (const { server, result } of results) {
    for (const [name, items] of Object.entries((result ?? {}) as Record<string, unknown>)) {
      if (!Array.isArray(items)) continue;
      const marked = items.map((item) => (typeof item === "object" && item !== null ? { server, ...item } : item));
      merged[name] = [...(merged[name] ?? []), ...marked];
    }
  }
  return errors.length > 0 ? { ...merged, errors } : merged;
}
