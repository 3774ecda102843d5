/** The command line's role. */
import { runCli } from "../cli/run.ts";
import { ShellContext } from "./cli-context.ts";

/** @returns the exit status. */
export async function commandLine(argv: string[]): Promise<number> {
  process.on("SIGINT", () => process.exit(130));
  return runCli(argv, ({ json, color }) => new ShellContext(process.env, json, color));
}
