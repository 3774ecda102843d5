/** Opening an SSH connection: the configuration, the choice of who speaks SSH, and what to do if that one can't. */
import { FugueError } from "../../base/errors.ts";
import { readConfiguration, type SshConfiguration } from "./configuration.ts";
import type { SshConnection, SshOptions, SshTarget } from "./connection.ts";
import { NeedsOpenssh, NoCommonAlgorithm } from "./failures.ts";
import { checkTarget } from "./login.ts";
import { opensshReason } from "./needs-openssh.ts";
import { Patience } from "./patience.ts";

/**
 * Opens an authenticated connection. Nothing of it is left if it fails.
 * @throws FugueError that says which step failed and what to do: `usage` for names that may not be given to ssh, `noServer`
 * (unknown host, refused), `timeout`, `refused` (host key, login), `config`, `closed`, `interrupted`
 */
export async function openSsh(target: SshTarget, options: SshOptions): Promise<SshConnection> {
  checkTarget(target);
  const patience = new Patience(options.clock, options.timeoutMs, target.host, options.prompter, options.signal);
  try {
    patience.progress("resolving", target.host);
    const configuration = await readConfiguration(target, options.env, options.clock, options.timeoutMs);
    return await choose(target, configuration, options, patience);
  } finally {
    patience.dispose();
  }
}

async function choose(target: SshTarget, configuration: SshConfiguration, options: SshOptions, patience: Patience): Promise<SshConnection> {
  // ssh2 takes 23 ms to load: not in processes that never dial
  const ssh2 = async () => (await import("./ssh2-dial.ts")).dialSsh2(target, configuration, options, patience);
  const openssh = async () => (await import("./openssh-dial.ts")).dialOpenssh(target, configuration, options, patience);
  if (target.backend === "openssh") return openssh();
  if (target.backend === "ssh2") {
    if (configuration.proxyCommand !== undefined) throw new NeedsOpenssh(configuration.label, "its configuration has a ProxyCommand");
    return ssh2();
  }
  const reason = opensshReason(configuration, options.env) ?? (await hasLiveMaster(configuration, options) ? "a master connection is open" : undefined);
  if (reason !== undefined) {
    options.log?.info("openssh", { label: configuration.label, reason });
    return openssh();
  }
  try {
    return await ssh2();
  } catch (error) {
    if (!(error instanceof NeedsOpenssh) && !(error instanceof NoCommonAlgorithm)) throw error;
    if (Bun.which("ssh", { PATH: options.env.PATH ?? "" }) === null) throw error.cause instanceof FugueError ? error.cause : error;
    options.log?.info("openssh", { label: configuration.label, reason: error.message });
    return openssh();
  }
}

async function hasLiveMaster(configuration: SshConfiguration, options: SshOptions): Promise<boolean> {
  if (configuration.controlPath === undefined) return false;
  return (await import("./mux.ts")).isLiveMaster(configuration.controlPath, options.clock);
}
