/** The keeper's role: starts the keeper with the command that starts its daemon. */
import { asFugueError, EXIT } from "../base/errors.ts";
import { runKeeper } from "../keeper/main.ts";
import { selfCommand } from "./self.ts";

export function keeperRole(onReady: () => void = () => {}): Promise<number> {
  return runKeeper(selfCommand("--role=daemon"), onReady);
}

/** The same in a process of its own: what goes wrong at the start is said to whoever started it. */
export async function keeperProcess(): Promise<number> {
  try {
    return await keeperRole();
  } catch (error) {
    process.stderr.write(`${asFugueError(error).message}\n`);
    return EXIT.failed;
  }
}
