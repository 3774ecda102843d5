/** Tunnel processes of one home, started as the executable does it, to a far machine that is this one. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/base/clock.ts";
import type { Paths } from "../../src/base/paths.ts";
import type { DialOptions } from "../../src/tunnel/dial.ts";
import { ControlClient } from "../../src/tunnel/control-client.ts";
import type { TunnelStatus } from "../../src/tunnel/control-messages.ts";
import { listTunnels, tunnelFiles } from "../../src/tunnel/registry.ts";
import { stopTunnel, type TunnelHost } from "../../src/tunnel/start.ts";
import { isAlive, kill, processesOf } from "./e2e-processes.ts";
import { tempHome, type TempFolder } from "./temp-folder.ts";
import { GreetingDaemon } from "./tunnel-rig.ts";
import { waitUntil } from "./wait-until.ts";

const ROLE = join(import.meta.dir, "tunnel-role.ts");
/** A secret as `fugue server secret` prints it. */
export const SECRET = "5e".repeat(32);

export class TunnelMachine {
  readonly folder: TempFolder & { readonly paths: Paths } = tempHome();
  readonly paths = this.folder.paths;
  readonly daemon = new GreetingDaemon(join(this.folder.path, "far.sock"));
  readonly env: Record<string, string>;

  constructor(env: Record<string, string> = {}) {
    const own = join(this.folder.path, "own");
    mkdirSync(own);
    writeFileSync(join(this.folder.path, ".profile"), `PATH="${own}:$PATH"\n`);
    writeFileSync(join(own, "fugue"), `#!/bin/sh
case "$1 $2" in
  "proxy --where") echo "$4 {\\"socket\\":\\"${this.daemon.path}\\",\\"release\\":\\"1\\"}";;
  "server secret") echo ${SECRET};;
  *) exit 1;;
esac
`);
    chmodSync(join(own, "fugue"), 0o755);
    const far = { PATH: "/usr/bin:/bin", HOME: this.folder.path, SHELL: "/bin/sh" };
    this.env = { PATH: process.env.PATH ?? "", HOME: this.folder.path, FUGUE_HOME: this.paths.home, FAKE_FAR: JSON.stringify(far), ...env };
  }

  get options(): DialOptions & TunnelHost {
    return { paths: this.paths, env: this.env, clock: systemClock, self: (...args) => [process.execPath, ROLE, ...args] };
  }

  /** Pids of tunnel processes of this home. */
  processes(): number[] {
    return processesOf(this.folder.path).filter(({ command }) => command.includes("--role=tunnel")).map(({ pid }) => pid);
  }

  async status(name = "far"): Promise<TunnelStatus> {
    const control = await ControlClient.connect(tunnelFiles(this.paths, name).control, systemClock);
    try {
      return await control.status();
    } finally {
      control.close();
    }
  }

  logs(): string {
    try {
      return readdirSync(this.paths.logs).map((name) => readFileSync(join(this.paths.logs, name), "utf8")).join("\n");
    } catch {
      return "";
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { record } of listTunnels(this.paths)) await stopTunnel(this.options, record.name);
    this.daemon.stop();
    let left = this.processes();
    const hanging = left.filter(isAlive);
    for (const pid of hanging) kill(pid);
    await waitUntil("processes to end", () => (left = left.filter(isAlive)).length === 0);
    this.folder[Symbol.dispose]();
    if (hanging.length > 0) throw new Error(`tunnel processes were left: ${hanging.join(", ")}`);
  }
}
