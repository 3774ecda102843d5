/** A pane of another server: which one a target means, and how a link names it. */
import { FugueError } from "../base/errors.ts";
import type { SessionInfo } from "./context.ts";
import type { StatusResult } from "./status.ts";
import { formatTarget, parseTarget } from "./target.ts";

/** Runs a command on the server in question. */
export type AskServer = (command: string, args: Record<string, unknown>) => Promise<unknown>;

/** What `pane link` needs to know. */
export interface FarPane {
  readonly "server-id": string;
  readonly pane: number;
  readonly name: string;
}

/**
 * Finds the pane that a target means on its server: of a session or window, the active one.
 * @throws FugueError `usage` without a server, `noTarget` as the server says
 */
export async function findFarPane(target: string, ask: AskServer): Promise<FarPane> {
  const { server, ...there } = parseTarget(target);
  if (server === undefined) throw new FugueError("usage", "a link is to a pane of another server", "write SERVER:%PANE or SERVER:SESSION");
  const [{ status }, { sessions }] = (await Promise.all([
    ask("status", {}), ask("ls", there.paneId === undefined ? { target: formatTarget(there) } : {}),
  ])) as [StatusResult, { sessions: SessionInfo[] }];
  const windows = sessions.flatMap((session) => session.windows);
  const panes = windows.flatMap(({ panes }) => panes);
  const window = windows.find(({ index, name }) => String(index) === there.window || name === there.window) ?? windows.find(({ active }) => active);
  const found = there.paneId !== undefined ? panes.find(({ id }) => id === there.paneId)
    : there.pane !== undefined ? window?.panes.find(({ index }) => index === there.pane)
    : window?.panes.find(({ active }) => active);
  if (!found) throw new FugueError("noTarget", `there is no pane ${target}`, `list them with: fugue ls ${server}: --tree`);
  // a link to a link would show a placeholder: what it leads to is meant
  if (found.link) return { "server-id": found.link.server, pane: found.link.pane, name: found.link.name };
  return { "server-id": status[0]!.id, pane: found.id, name: server };
}
