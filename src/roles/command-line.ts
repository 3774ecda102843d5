/** The command line's role. */
import { EXIT } from "../base/errors.ts";
import { runCli } from "../cli/run.ts";
import { ShellHost } from "./shell-host.ts";

/** @returns the exit status. */
export function commandLine(argv: string[]): Promise<number> {
  process.on("SIGINT", () => process.exit(EXIT.interrupted));
  return runCli(argv, new ShellHost(process.env));
}
