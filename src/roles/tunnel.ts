/** The tunnel's role: a process that holds one SSH connection, with what the executable adds to it. */
import { runTunnel } from "../tunnel/tunnel-process.ts";
import { openSsh } from "../tunnel/ssh/open.ts";
import { selfCommand } from "./self.ts";

export function tunnelProcess(): Promise<number> {
  return runTunnel({ openSsh, askpass: selfCommand("--role=askpass") });
}
