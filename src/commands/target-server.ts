/** Which server the targets of a command name, and the targets as that server knows them. Pure. */
import { FugueError } from "../base/errors.ts";
import type { Command } from "./command.ts";
import { splitTarget } from "./target.ts";
import type { ArgValues } from "./values.ts";

/** A command's values with the server taken out of their targets. */
export interface ServerTargets {
  /** Every server that is named, each once. */
  readonly servers: readonly string[];
  /** There are targets that name none. */
  readonly hasOthers: boolean;
  readonly values: ArgValues;
}

/** @throws FugueError `usage` for a malformed target */
export function serverTargets({ args }: Pick<Command, "args">, values: ArgValues): ServerTargets {
  const local: ArgValues = { ...values };
  const servers = new Set<string | undefined>();
  const strip = (text: string): string => {
    const { server, local } = splitTarget(text);
    servers.add(server);
    return local!;
  };
  for (const [name, arg] of Object.entries(args)) {
    if (arg.type !== "target") continue;
    const value = values[name];
    if (typeof value === "string") local[name] = strip(value);
    else if (Array.isArray(value)) local[name] = value.map((item) => strip(item as string));
  }
  return { servers: [...servers].filter((server) => server !== undefined), hasOthers: servers.has(undefined), values: local };
}

/**
 * The one server that the targets name, if they name any.
 * @throws FugueError `usage` if they are those of several
 */
export function targetServer({ servers, hasOthers }: ServerTargets): string | undefined {
  if (servers.length > 1 || (servers.length > 0 && hasOthers)) {
    throw new FugueError("usage", "the targets are those of several servers", "a command runs on one server at a time");
  }
  return servers[0];
}
