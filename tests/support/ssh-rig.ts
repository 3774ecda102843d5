/** Opening SSH connections in tests: options with real time and a folder of the test's own. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/base/clock.ts";
import type { SshConnection, SshOptions, SshTarget } from "../../src/tunnel/ssh/connection.ts";
import { openSsh } from "../../src/tunnel/ssh/open.ts";
import type { SshHome, TestSshd } from "./sshd.ts";

const root = join(import.meta.dir, "../..");

/** Options for a home. `timeoutMs` is 20 s: machines that test are slow. */
export function sshOptions(home: SshHome, more: Partial<SshOptions> = {}): SshOptions {
  const folder = join(home.path, "s");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    clock: systemClock, env: home.env, timeoutMs: 20_000, folder,
    askpass: [process.execPath, join(root, "src/main.ts"), "--role=askpass"], ...more,
  };
}

export function sshTarget(home: SshHome, sshd: { host: string; port: number }, more: Partial<SshTarget> = {}): SshTarget {
  return { host: sshd.host, port: sshd.port, config: home.config, backend: "ssh2", ...more };
}

/** Opens a connection, closed by `using`. */
export async function connect(
  home: SshHome, sshd: { host: string; port: number } | TestSshd, target: Partial<SshTarget> = {}, options: Partial<SshOptions> = {},
): Promise<SshConnection & { [Symbol.dispose](): void }> {
  const connection = await openSsh(sshTarget(home, sshd, target), sshOptions(home, options));
  return Object.assign(connection, { [Symbol.dispose]: () => connection.close() });
}
