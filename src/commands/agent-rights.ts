/**
 * What agents may do. By default they read on their own server, and change only their own session tree: the session in
 * which they run, and what it made. The configuration allows more or denies some of it.
 */
import { FugueError } from "../base/errors.ts";
import { cell } from "./text-table.ts";
import type { Command } from "./command.ts";
import type { ServerContext } from "./context.ts";
import { levelOf } from "./kill.ts";
import { panesTagged } from "./tagged.ts";
import { isReplaced, type ArgValues } from "./values.ts";

/** Something that a command is about. */
export interface CommandTarget {
  /** For people and the audit log. */
  readonly label: string;
  /** Undefined if there is no such thing: the command will say so. */
  readonly session: number | undefined;
}

/** Everything that the targets of a command name; those left out stand for the caller's own place. */
export function targetsOf(ctx: ServerContext, command: Command, values: ArgValues): CommandTarget[] {
  return Object.entries(command.args).flatMap(([name, arg]) => {
    const value = values[name];
    if (arg.tagged && typeof value === "string") return panesTagged(ctx.find, value).map(({ id }) => targetOf(ctx, `%${id}`));
    if (arg.type !== "target" || (value === undefined && isReplaced(arg, values))) return [];
    if (Array.isArray(value) && value.length > 0) return value.map((text: string) => targetOf(ctx, text === "." ? undefined : text));
    if (Array.isArray(value)) return isReplaced(arg, values) ? [] : [targetOf(ctx, undefined)];
    return [targetOf(ctx, value as string | undefined)];
  });
}

function targetOf(ctx: ServerContext, text: string | undefined): CommandTarget {
  try {
    const pane = ctx.find.pane(text);
    const session = ctx.find.session(text);
    const whole = text !== undefined && levelOf(text) === "session";
    return { label: whole ? session.name : ctx.find.label(pane.id), session: session.id };
  } catch {
    return { label: cell(text ?? "", 100), session: undefined };
  }
}

/** @throws FugueError `refused` if the configuration or the defaults forbid it */
export function checkAgent(ctx: ServerContext, command: Command, targets: readonly CommandTarget[]): void {
  const { rights } = ctx;
  if (command.mcp === undefined && command.agents === undefined) throw refused(`agents can't use '${command.name}'`, "it is for people and scripts");
  if (rights.deny.some((rule) => matches(rule, command))) {
    throw refused(`agents may not use '${command.name}' here`, "the configuration denies it: [mcp] deny");
  }
  if (command.agents === "any" || rights.allow.some((rule) => matches(rule, command))) return;
  const elsewhere = targets.find(({ session }) => session !== undefined && !rights.owns(session));
  if (command.effect === "read" && !rights.foreign) return;
  if (elsewhere) {
    throw refused(
      `'${command.name}' is not allowed on '${elsewhere.label}': it belongs to others`,
      "agents change only their own session and what they made, unless [mcp] allow says more",
    );
  }
  if (rights.foreign && targets.length === 0) {
    throw refused(`agents of other servers can't use '${command.name}' here`, "unless [mcp] allow says so on this machine");
  }
}

/** Whether a rule of the configuration names this command. */
function matches(rule: string, command: Command): boolean {
  if (rule === command.effect) return true;
  const names = [command.name, ...toolNames(command)];
  if (rule.endsWith("*")) return names.some((name) => name.startsWith(rule.slice(0, -1)));
  return names.includes(rule);
}

function toolNames({ mcp }: Command): string[] {
  if (mcp === undefined || mcp === true) return [];
  return Array.isArray(mcp) ? mcp.map(({ name }) => name) : [(mcp as { name: string }).name];
}

function refused(message: string, hint: string): FugueError {
  return new FugueError("refused", message, hint);
}
