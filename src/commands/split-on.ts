/** `split --on SERVER`: the program runs there, and its pane is shown here through a link. */
import { FugueError } from "../base/errors.ts";
import type { AcrossServers } from "./command.ts";
import { findFarPane } from "./far-pane.ts";
import type { NewResult } from "./new.ts";

/** Session of panes that were started to be shown elsewhere. */
const HOME_OF_LINKED = "linked";

interface SplitOn {
  on?: string;
  target?: string;
  right: boolean;
  left: boolean;
  up: boolean;
  down: boolean;
  size?: string;
  dir?: string;
  env: string[];
  preset?: string;
  name?: string;
  whole: boolean;
  command: string[];
}

/** @returns the result of `pane link`. @throws FugueError as one of the servers says; then nothing runs that nobody sees */
export async function splitOn(servers: AcrossServers, args: SplitOn): Promise<unknown> {
  const { on, target, right, left, up, down, size, dir, env, preset, name, whole, command } = args;
  if (whole) throw new FugueError("usage", "--whole and --on don't go together", "name the pane beside which it is put");
  const spawn = { ...(dir !== undefined && { dir }), ...(preset !== undefined && { preset }), env, command };
  const made = (await servers.call(on, "new", { ...spawn, name: HOME_OF_LINKED, attach: true, detached: true })) as NewResult;
  const { pane, created } = made.sessions[0]!;
  const there = created ? pane : await anotherWindow(servers, on!, spawn);
  try {
    if (name !== undefined) await servers.call(on, "pane rename", { target: `%${there}`, name });
    const far = await findFarPane(`${on}:%${there}`, (command, values) => servers.call(on, command, values));
    return await servers.call(undefined, "pane link", { ...far, ...(target !== undefined && { target }), right, left, up, down, ...(size !== undefined && { size }) });
  } catch (error) {
    await servers.call(on, "kill", { target: `%${there}` }).catch(() => {});
    throw error;
  }
}

async function anotherWindow(servers: AcrossServers, on: string, spawn: object): Promise<number> {
  const result = (await servers.call(on, "window new", { ...spawn, target: HOME_OF_LINKED, detached: true })) as { windows: { pane: number }[] };
  return result.windows[0]!.pane;
}
