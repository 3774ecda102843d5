/** The keeper's role: starts the keeper with the command that starts its daemon. */
import { runKeeper } from "../keeper/main.ts";
import { selfCommand } from "./self.ts";

export function keeperRole(onReady: () => void = () => {}): Promise<number> {
  return runKeeper(selfCommand("--role=daemon"), onReady);
}
