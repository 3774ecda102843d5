/**
 * Another machine: a real sshd of OpenSSH behind a slow link, with a fugue and a tmux of its own over there, and the near
 * machine's home, whose fugue knows it as the server `far`.
 */
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { processesOf, type ProcessInfo } from "../../support/e2e-processes.ts";
import { SSH_USER, sshHome, startSshd, type SshHome, type TestSshd } from "../../support/sshd.ts";
import { SlowLink, type LinkOptions } from "../../support/slow-link.ts";
import { SlowProxy } from "../../support/slow-proxy.ts";
import { newServer, type Context } from "../support/bench.ts";
import { killHard, run, runBeside, type Command } from "../support/processes.ts";
import { FugueSubject } from "./fugue.ts";
import type { Server, ServerOptions } from "./subject.ts";
import { TmuxSubject } from "./tmux.ts";

let machines = 0;

export class FarMachine {
  /** Of everything between the machines: ssh, and what has ports of its own. */
  readonly link: SlowLink;
  readonly proxy: SlowProxy;
  readonly fugue: Server;
  readonly tmux: Server;
  /** Home of the near machine: what has it in its environment belongs to it. */
  readonly home: string;
  readonly env: Record<string, string>;

  private fields: readonly string[] = [];

  private constructor(
    readonly context: Context, private readonly executable: string, readonly ssh: SshHome, sshd: TestSshd,
    servers: { fugue: Server; tmux: Server }, link: SlowLink, number: number,
  ) {
    this.link = link;
    this.fugue = servers.fugue;
    this.tmux = servers.tmux;
    this.proxy = new SlowProxy(link, sshd.port);
    writeFileSync(ssh.knownHosts, `${sshd.knownHostsLine.replace(`:${sshd.port} `, `:${this.proxy.port} `)}\n`, { flag: "a" });
    ssh.configure(`Host far\n  HostName 127.0.0.1\n  Port ${this.proxy.port}\n  LogLevel ERROR\n`);
    this.home = join(context.folder, `n${number}`);
    this.env = { ...servers.fugue.env, HOME: this.home, FUGUE_HOME: join(this.home, "f"), XDG_CONFIG_HOME: join(this.home, "config"), TMPDIR: this.home };
    this.configure([`addr = "ssh://${SSH_USER}@far"`]);
  }

  /** Starts one; its servers start with their first session. */
  static async start(context: Context, options: LinkOptions = {}, server: ServerOptions = {}): Promise<FarMachine> {
    const number = ++machines;
    const { executable } = context.subjects.find((subject): subject is FugueSubject => subject instanceof FugueSubject)!;
    // at last whatever is left: a login that was cut off may have started another server meanwhile
    const own = { folder: "" };
    context.cleanup.own(own, () => endAll(own.folder));
    const ssh = sshHome();
    context.cleanup.own(ssh, () => ssh[Symbol.dispose]());
    const fugue = newServer(context, new FugueSubject(executable), server);
    own.folder = fugue.folder;
    const tmux = newServer(context, new TmuxSubject(), server);
    const shell = loginShell(fugue, executable);
    const sshd = await startSshd(ssh, { config: [`SetEnv SHELL=${shell} FUGUE_HOME=${fugue.env.FUGUE_HOME} HOME=${fugue.folder}`] });
    context.cleanup.own(sshd, () => sshd[Symbol.asyncDispose]());
    const machine = new FarMachine(context, executable, ssh, sshd, { fugue, tmux }, new SlowLink(options), number);
    context.cleanup.own(machine, () => machine.end());
    return machine;
  }

  /** Writes `[servers.far]`. */
  configure(fields: readonly string[]): void {
    this.fields = fields;
    this.writeConfig(false);
  }

  /** Whether views that are opened from now on show keys before their echo; at first not: what is measured is the way. */
  writeConfig(guesses: boolean): void {
    const folder = join(this.home, "config", "fugue");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, "config.toml"), [
      "[options]", `predict = "${guesses ? "auto" : "off"}"`, "[servers.far]", ...this.fields, `ssh_config = "${this.ssh.config}"`, "",
    ].join("\n"));
  }

  /** A command of the near machine. */
  near(...argv: string[]): Command {
    return { argv, env: this.env, cwd: this.home };
  }

  /** A command of the near machine's fugue, for the far server. */
  say(...args: string[]): Command {
    return this.near(this.executable, "-s", "far", ...args);
  }

  /** A tunnel that is up, its spare stream ready. */
  async raiseTunnel(): Promise<void> {
    await runBeside(this.near(this.executable, "tunnel", "up", "far"));
  }

  async stopTunnel(): Promise<void> {
    await runBeside(this.near(this.executable, "tunnel", "stop", "--all"));
  }

  /** Runs a command of the far machine's fugue, over there. */
  there(...args: string[]): string {
    return run({ argv: [this.executable, ...args], env: this.fugue.env, cwd: this.fugue.folder });
  }

  /** The same of the far tmux. */
  tmuxThere(...args: string[]): string {
    const { argv, env, cwd } = this.tmux.attachCommand("");
    return run({ argv: [...argv.slice(0, argv.indexOf("attach-session")), ...args], env, cwd });
  }

  /** A command line on the far machine, with a terminal or without. */
  login(line: string, tty: boolean): Command {
    return this.near("ssh", "-e", "none", "-F", this.ssh.config, ...(tty ? ["-t"] : ["-T"]), "far", line);
  }

  /** What runs on the near machine. */
  processes(): ProcessInfo[] {
    return processesOf(this.home);
  }

  private async end(): Promise<void> {
    this.link.restore();
    try {
      await this.stopTunnel();
    } catch {
      // what is left is ended below
    }
    await endAll(this.home);
    this.proxy.stop();
  }
}

/** Ends everything that has a folder in its environment. */
async function endAll(folder: string): Promise<void> {
  for (const { pid } of processesOf(`${folder}/`)) await killHard(pid);
}

/** A login shell that has fugue in its PATH, as sshd's sessions see it. */
function loginShell(server: Server, executable: string): string {
  const bin = join(server.folder, "bin");
  mkdirSync(bin);
  symlinkSync(executable, join(bin, "fugue"));
  const shell = join(server.folder, "shell");
  const settings = Object.entries({ ...server.env, PATH: `${bin}:${server.env.PATH}` }).map(([name, value]) => `export ${name}='${value}'`);
  writeFileSync(shell, ["#!/bin/sh", ...settings, '[ "$1" = -lc ] && shift && exec /bin/sh -c "$@"', 'exec /bin/sh "$@"', ""].join("\n"));
  chmodSync(shell, 0o755);
  return shell;
}
