/** Whether a session can be shown where a command is given. */
import { FugueError } from "../base/errors.ts";
import { pathsFrom } from "../base/paths.ts";
import type { CliContext } from "./context.ts";

/** Refuses to show a session where it can't be shown. @throws FugueError `usage`, `refused` */
export function needTerminal(ctx: CliContext, server: string, instead: string): void {
  if (!ctx.isTty) throw new FugueError("usage", "there is no terminal to show the session on", instead);
  if (ctx.json) throw new FugueError("usage", "--json has no meaning for what is shown on the terminal", instead);
  if (isNested(ctx, server)) {
    throw new FugueError(
      "refused", "this shell runs inside fugue already", `${instead}, or unset FUGUE_PANE to nest on purpose`,
    );
  }
}

/** Whether the session would be shown in a pane of its own server. */
function isNested({ env }: CliContext, server: string): boolean {
  if (!env.FUGUE_PANE || env.FUGUE_ADDR || server !== "local") return false;
  return env.FUGUE_SOCKET === undefined || env.FUGUE_SOCKET === pathsFrom(env).socket;
}
