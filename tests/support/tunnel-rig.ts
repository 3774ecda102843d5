/** A tunnel in this process, a far machine that is a folder, and a far daemon that greets and repeats what it hears. */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/base/clock.ts";
import { LogRoot } from "../../src/base/log.ts";
import { ensureHome, type Paths } from "../../src/base/paths.ts";
import { seededRandom } from "../../src/base/random.ts";
import type { ServerProfile } from "../../src/config/servers.ts";
import type { SocketDuplex } from "../../src/transport/socket.ts";
import { connectUnix, listenUnix } from "../../src/transport/unix.ts";
import { ControlClient } from "../../src/tunnel/control-client.ts";
import { sshTarget } from "../../src/tunnel/profile-sum.ts";
import { tunnelFiles, type TunnelFiles } from "../../src/tunnel/registry.ts";
import { SshMemory } from "../../src/tunnel/ssh/memory.ts";
import { Tunnel } from "../../src/tunnel/tunnel.ts";
import { DuplexLog } from "./duplex-log.ts";
import { fakeFar, fakeOpenSsh, type FakeConnection, type FakeFar } from "./fake-ssh.ts";
import { tempHome, type TempFolder } from "./temp-folder.ts";
import { waitUntil } from "./wait-until.ts";

/** A profile for `ssh://ann@far`. */
export function sshProfile(changes: Partial<ServerProfile> = {}): ServerProfile {
  return {
    name: "far", addr: { kind: "ssh", user: "ann", host: "far" }, sshTunnel: false, sshBackend: "auto",
    tunnelPersist: true, tunnelTimeout: 4000, default: false, ...changes,
  };
}

/** A daemon that says `hello N` to its Nth client and then repeats what it is told. */
export class GreetingDaemon {
  readonly accepted: SocketDuplex[] = [];
  private listener: { dispose(): void } | undefined;

  constructor(readonly path: string) {}

  async start(): Promise<void> {
    this.listener = await listenUnix(this.path, (duplex) => {
      this.accepted.push(duplex);
      duplex.write(new TextEncoder().encode(`hello ${this.accepted.length}\n`));
      duplex.listen({ data: (bytes) => duplex.write(bytes), close() {} });
    });
  }

  stop(): void {
    for (const duplex of this.accepted) duplex.close(true);
    this.listener?.dispose();
    this.listener = undefined;
  }
}

export class TunnelRig {
  readonly folder: TempFolder & { readonly paths: Paths } = tempHome();
  readonly paths = this.folder.paths;
  readonly far: FakeFar;
  readonly daemon: GreetingDaemon;
  readonly files: TunnelFiles;
  readonly logged: string[] = [];
  /** Where the agent was for each login. */
  readonly agents: (string | undefined)[] = [];
  ended = 0;
  tunnel!: Tunnel;
  private readonly logs: DuplexLog[] = [];

  constructor(readonly profile = sshProfile(), private readonly options: { ephemeral?: boolean } = {}) {
    ensureHome(this.paths);
    this.files = tunnelFiles(this.paths, profile.name);
    this.daemon = new GreetingDaemon(join(this.folder.path, "far.sock"));
    this.far = fakeFar({ PATH: "/usr/bin:/bin", SHELL: "/bin/sh", HOME: this.folder.path });
    // a login shell reads it last: only there is fugue in the PATH
    writeFileSync(join(this.folder.path, ".profile"), `PATH="${join(this.folder.path, "own")}:$PATH"\n`);
    this.fugue(`case "$1" in proxy) echo "$4 {\\"socket\\":\\"${this.daemon.path}\\",\\"release\\":\\"1\\"}";; *) exit 3;; esac`);
  }

  /** The far machine's fugue as a script of sh; undefined removes it. */
  fugue(script: string | undefined): void {
    const folder = join(this.folder.path, "own");
    mkdirSync(folder, { recursive: true });
    const path = join(folder, "fugue");
    if (script === undefined) return rmSync(path);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  }

  async start(): Promise<void> {
    await this.daemon.start();
    const open = fakeOpenSsh(this.far);
    const memory = new SshMemory();
    this.tunnel = new Tunnel({
      profile: this.profile, ephemeral: this.options.ephemeral ?? false, port: true, files: this.files,
      clock: systemClock, random: seededRandom(1),
      log: new LogRoot(systemClock, (line) => void this.logged.push(line)).scope("tunnel"),
      openSsh: (prompter, signal, agent) => {
        this.agents.push(agent);
        return open(sshTarget(this.profile), {
          prompter, clock: systemClock, env: {}, timeoutMs: 1000, folder: this.paths.tunnels, memory, signal,
        });
      },
      ended: () => void this.ended++,
    });
    await this.tunnel.listen();
  }

  /** Opens the tunnel as a client does. */
  async ready(prompter?: Parameters<ControlClient["open"]>[0]["prompter"], agent?: string): Promise<void> {
    const control = await ControlClient.connect(this.files.control, systemClock);
    try {
      await control.open({ clock: systemClock, timeoutMs: 4000, ...(prompter && { prompter }), ...(agent !== undefined && { agent }) });
    } finally {
      control.close();
    }
  }

  /** A client of the data socket. */
  async client(): Promise<DuplexLog> {
    const log = new DuplexLog(await connectUnix(this.files.data));
    this.logs.push(log);
    return log;
  }

  /** A client that has been greeted. */
  async greeted(): Promise<DuplexLog> {
    const client = await this.client();
    await waitUntil("a greeting", () => client.text.includes("hello"), () => [client.state, this.logged]);
    return client;
  }

  /** The newest connection to the far machine. */
  get connection(): FakeConnection {
    return this.far.opened.at(-1)!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.tunnel.dispose();
    for (const log of this.logs) log.duplex.close(true);
    this.daemon.stop();
    await waitUntil("clients to close", () => this.logs.every(({ closes }) => closes > 0));
    this.folder[Symbol.dispose]();
  }
}
