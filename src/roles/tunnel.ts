/** The tunnel's role: a process that holds one SSH connection, with what the executable adds to it. */
import { selfArgv } from "../base/executable.ts";
import { runTunnel } from "../tunnel/tunnel-process.ts";
import { openSsh } from "../tunnel/ssh/open.ts";
import { selfCommand } from "./self.ts";

export function tunnelProcess(): Promise<number> {
  const self = selfArgv();
  return runTunnel({ openSsh, askpass: selfCommand("--role=askpass"), ...(self.length === 1 && { executable: self[0] }) });
}
