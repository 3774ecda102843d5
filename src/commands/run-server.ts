/** The one way to run a command in the daemon: it exists, the caller may, its arguments are what they should be. */
import { asFugueError, FugueError } from "../base/errors.ts";
import { printable } from "../base/names.ts";
import type { Command, ServerCommand } from "./command.ts";
import type { Caller, ServerContext } from "./context.ts";
import { lookup } from "./registry.ts";
import { checkValues, type ArgValues } from "./values.ts";

/** Whether a caller may give a command: who may only watch can read, and a person can look around. */
export function mayRun(caller: Caller, command: Command): boolean {
  if (!caller.readOnly || command.effect === "read") return true;
  return command.view === true && caller.kind === "person";
}

/**
 * Runs a command that a client sent.
 * @param raw arguments as they came; nothing about them is believed
 * @returns its result, null if it has none
 * @throws FugueError `usage` for an unknown command or bad arguments, `refused`, and what the command throws
 */
export async function runServerCommand(
  ctx: ServerContext, name: string, raw: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const command = lookup(name, "server") as ServerCommand | undefined;
  if (!command) {
    throw new FugueError(
      "usage", `this server has no command '${printable(name, 60)}'`, "is it older than the client? see: fugue status",
    );
  }
  if (!mayRun(ctx.caller, command)) throw new FugueError(
    "refused", "this client is read-only", "attach without --read-only",
  );
  const values = checkValues(command, raw);
  if (ctx.caller.kind !== "agent") return (await command.run(ctx, values as never)) ?? null;
  return runForAgent(ctx, command, values);
}

/** The same for an agent: it may do less, and what it did is written down. */
async function runForAgent(ctx: ServerContext, command: ServerCommand, values: ArgValues): Promise<unknown> {
  const { checkAgent, targetsOf } = await import("./agent-rights.ts");
  const targets = targetsOf(ctx, command, values);
  const note = (outcome: string) => {
    if (command.effect === "read" && outcome !== "refused") return;
    ctx.audit({ command: command.name, targets: targets.map(({ label }) => label), outcome });
  };
  try {
    checkAgent(ctx, command, targets);
    const result = (await command.run(ctx, values as never)) ?? null;
    note("done");
    return result;
  } catch (error) {
    note(asFugueError(error).code);
    throw error;
  }
}
