/** Another machine for end-to-end tests: a real sshd of the test's own, behind which a fugue with a home of its own lives. */
import { chmodSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { E2eHome } from "./e2e-home.ts";
import { executable } from "./e2e-executable.ts";
import { isAlive, kill } from "./e2e-processes.ts";
import { SSH_USER, sshHome, startSshd, type SshdOptions, type SshHome, type TestSshd } from "./sshd.ts";

export interface FarOptions extends SshdOptions {
  /** There is no fugue in the PATH over there. */
  readonly bare?: boolean;
}

/** An sshd behind which the fugue of a home lives. */
export function startFarSshd(far: E2eHome, ssh: SshHome, options: FarOptions = {}): Promise<TestSshd> {
  // it plays the login shell: its PATH has fugue, and its start files print something
  const shell = far.write("shell", [
    "#!/bin/sh", "echo 'Welcome to the far machine'", "printf 'no end of line'",
    ...(options.bare ? [] : [`PATH="${join(far.home, "programs")}:$PATH"`]),
    `export FUGUE_HOME="${far.paths.home}" HOME="${far.home}" PS1='far$ '`,
    '[ "$1" = -lc ] && shift && exec /bin/sh -c "$@"', 'exec /bin/sh "$@"', "",
  ].join("\n"), 0o755);
  far.write("programs/.keep", "");
  symlinkSync(executable(), join(far.home, "programs", "fugue"));
  chmodSync(far.mark, 0o755);
  return startSshd(ssh, { ...options, config: [...(options.config ?? []), `SetEnv HOME=${far.home} SHELL=${shell} FUGUE_HOME=${far.paths.home}`] });
}

/** The near machine with a far one in its configuration, as the server `far`. Use it with `await using`. */
export class TwoMachines {
  private constructor(
    readonly near: E2eHome, readonly far: E2eHome, readonly ssh: SshHome, readonly sshd: TestSshd,
  ) {}

  /** @param fields lines of `[servers.far]` besides addr; `{ssh}` in an addr of its own stands for the target */
  static async start(options: FarOptions = {}, fields: readonly string[] = []): Promise<TwoMachines> {
    const far = new E2eHome();
    const ssh = sshHome();
    const sshd = await startFarSshd(far, ssh, options);
    const near = new E2eHome();
    const machines = new TwoMachines(near, far, ssh, sshd);
    machines.configure([`addr = "ssh://${SSH_USER}@127.0.0.1:${sshd.port}"`, ...fields]);
    return machines;
  }

  /** Writes `[servers.far]` of the near machine. */
  configure(fields: readonly string[]): void {
    this.near.configure(["[servers.far]", ...fields, `ssh_config = "${this.ssh.config}"`, ""].join("\n"));
  }

  /** Pids of tunnels of the near machine. */
  tunnels(): number[] {
    return this.near.processes().filter(({ command }) => command.includes("--role=tunnel")).map(({ pid }) => pid);
  }

  /** What `tunnel ls` says of the far machine's tunnel. */
  async tunnel(): Promise<{ state: string; pid: number; clients: number; reconnects: number; lastError: string | null; endpoints: string[] }> {
    return (await this.near.json("tunnel", "ls")).tunnels.find(({ server }: { server: string }) => server === "far");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.near.cli(["tunnel", "stop", "--all"]);
      for (const pid of this.tunnels().filter(isAlive)) kill(pid);
      await this.near[Symbol.asyncDispose]();
    } finally {
      try {
        await this.far[Symbol.asyncDispose]();
      } finally {
        await this.sshd[Symbol.asyncDispose]();
        this.ssh[Symbol.dispose]();
      }
    }
  }
}

/** Every way of speaking SSH. */
export const BACKENDS = ["ssh2", "openssh"] as const;
