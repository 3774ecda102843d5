/**
 * A person's machines for the test of the whole: here, and three others behind real sshds (one behind a jump host, one with
 * a password, one with a key that only an agent holds), and a server that is dead.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { E2eHome } from "./e2e-home.ts";
import { isAlive, kill } from "./e2e-processes.ts";
import { startFarSshd } from "./far-machine.ts";
import { freePort, makeKey, PASSWORD_USER, SSH_USER, sshHome, startAgent, startSshd, type TestSshd } from "./sshd.ts";

export const PASSWORD = "open sesame";

/** Names of the far machines, as the configuration calls them. */
export const FAR = ["inner", "worded", "keyed"] as const;
export type FarName = (typeof FAR)[number];

export interface Far {
  readonly home: E2eHome;
  readonly sshd: TestSshd;
}

export class MachinePark {
  private constructor(readonly near: E2eHome, readonly far: Readonly<Record<FarName, Far>>, private readonly stack: AsyncDisposableStack) {}

  /** @param passwords the machine `worded` takes nothing but a password; else it takes the home's key */
  static async start(passwords: boolean): Promise<MachinePark> {
    await using stack = new AsyncDisposableStack();
    const ssh = stack.use(sshHome());
    const jump = stack.use(await startSshd(ssh));
    const agent = stack.use(await startAgent(ssh.path));
    const key = join(ssh.path, "held");
    const line = makeKey(key);
    agent.add(key);
    rmSync(key);
    const made = async (options: Parameters<typeof startFarSshd>[2]): Promise<Far> => {
      const home = stack.use(new E2eHome());
      return { home, sshd: stack.use(await startFarSshd(home, ssh, options)) };
    };
    const far = { inner: await made({}), worded: await made(passwords ? { password: PASSWORD } : {}), keyed: await made({ authorizedKeys: [line] }) };
    ssh.configure(`Host inner\n  HostName 127.0.0.1\n  Port ${far.inner.sshd.port}\n  ProxyJump ${SSH_USER}@127.0.0.1:${jump.port}`);
    const near = stack.use(new E2eHome({ env: { SSH_AUTH_SOCK: agent.socket } }));
    const server = (name: string, addr: string) => `[servers.${name}]\naddr = "ssh://${addr}"\nssh_config = "${ssh.config}"\n`;
    near.configure([
      server("inner", "inner"), server("worded", `${passwords ? PASSWORD_USER : SSH_USER}@127.0.0.1:${far.worded.sshd.port}`),
      server("keyed", `${SSH_USER}@127.0.0.1:${far.keyed.sshd.port}`), server("dead", `${SSH_USER}@127.0.0.1:${await freePort()}`),
    ].join("\n"));
    return new MachinePark(near, far, stack.move());
  }

  /** Pid of the tunnel to a server, as `tunnel ls` tells it. */
  readonly tunnelOf = async (server: FarName): Promise<number> => (
    (await this.near.json("tunnel", "ls")).tunnels.find((tunnel: { server: string }) => tunnel.server === server).pid
  );

  /** Everything of ours that runs on any of the machines. */
  processes(): string[] {
    return [this.near, ...FAR.map((name) => this.far[name].home)].flatMap((home) => home.processes()).map(({ pid, command }) => `${pid} ${command}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.near.cli(["tunnel", "stop", "--all"]);
    for (const { pid, command } of this.near.processes()) if (command.includes("--role=tunnel") && isAlive(pid)) kill(pid);
    await this.stack[Symbol.asyncDispose]();
  }
}
