/** The keeper's role: starts the keeper with the command that starts its daemon. */
import { asFugueError, EXIT } from "../base/errors.ts";
import { runKeeper } from "../keeper/main.ts";
import { keeperErrand, type Inheritance } from "../keeper/replacement.ts";
import { selfCommand } from "./self.ts";

export function keeperRole(onReady: () => void = () => {}, inheritance?: Inheritance): Promise<number> {
  return runKeeper(selfCommand("--role=daemon"), onReady, inheritance);
}

/** The same in a process of its own: what goes wrong at the start is said to whoever started it. */
export async function keeperProcess(): Promise<number> {
  try {
    const { status, inheritance } = keeperErrand(process.argv.slice(3));
    return status ?? (await keeperRole(undefined, inheritance));
  } catch (error) {
    process.stderr.write(`${asFugueError(error).message}\n`);
    return EXIT.failed;
  }
}
