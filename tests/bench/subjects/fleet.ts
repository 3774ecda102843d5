/**
 * Fifty servers on this machine: forty that live, ten of them behind a real sshd, and ten that are dead in ten ways. And
 * the near machine, whose configuration knows them all.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server as NetServer, type Socket } from "node:net";
import { join } from "node:path";
import { encodeMessage } from "../../../src/protocol/codec.ts";
import { processesOf } from "../../support/e2e-processes.ts";
import { SlowLink } from "../../support/slow-link.ts";
import { SlowProxy } from "../../support/slow-proxy.ts";
import { freePort, SSH_USER, sshHome, startSshd, type SshHome, type TestSshd } from "../../support/sshd.ts";
import { newServer, type Context } from "../support/bench.ts";
import { giveWay, killHard, runBeside, type Command } from "../support/processes.ts";
import { FugueSubject } from "./fugue.ts";
import type { Server } from "./subject.ts";

/** Servers that are started at a time. */
const STARTS = 3;
const SLOW_BYTES_PER_SECOND = 1000;

/** How a server is written into the configuration: its name, and its lines. */
interface Entry {
  readonly name: string;
  readonly lines: readonly string[];
}

/** A daemon of the fleet. */
export interface Ship {
  readonly name: string;
  readonly home: string;
  readonly port: number;
  /** Its secret, as its own user has it. */
  readonly token: string;
}

export interface FleetSize {
  readonly live: number;
  /** Of them: how many are reached through tunnels. */
  readonly tunnels: number;
  readonly sessions: number;
}

export class Fleet {
  readonly ships: Ship[] = [];
  readonly near: Server;
  private readonly executable: string;
  private entries: Entry[] = [];
  private dead: Entry[] = [];
  /** Carries the tunnels. */
  private sshd: TestSshd | undefined;

  private constructor(readonly context: Context, readonly size: FleetSize, private readonly ssh: SshHome) {
    const subject = context.subjects.find((each): each is FugueSubject => each instanceof FugueSubject)!;
    this.executable = subject.executable;
    // at last, whatever is left
    context.cleanup.own(this, () => this.end());
    this.near = newServer(context, subject);
  }

  static async start(context: Context, size: FleetSize): Promise<Fleet> {
    const ssh = sshHome();
    context.cleanup.own(ssh, () => ssh[Symbol.dispose]());
    const fleet = new Fleet(context, size, ssh);
    await fleet.launch();
    await fleet.list();
    return fleet;
  }

  /** Names in the configuration's order, dead ones last; `local` comes before them. */
  get names(): string[] {
    return [...this.entries, ...this.dead].map(({ name }) => name);
  }

  private async launch(): Promise<void> {
    // one more is stopped, one more is slow
    const names = [...Array.from({ length: this.size.live }, (_, n) => `m${n}`), "slow", "stopped"];
    const next = async () => {
      for (let name = names.shift(); name !== undefined; name = names.shift()) this.ships.push(await this.launchShip(name));
    };
    await Promise.all(Array.from({ length: STARTS }, next));
    this.ships.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  }

  private async launchShip(name: string): Promise<Ship> {
    const home = join(this.context.folder, `f-${name}`);
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const port = await freePort();
    const command = this.there({ home }, "serve", "--detach", "--listen", `tcp://127.0.0.1:${port}`);
    await runBeside(command);
    const sessions = Array.from({ length: name === "stopped" || name === "slow" ? 1 : this.size.sessions }, (_, n) => `work${n}`);
    for (const session of sessions) await runBeside(this.there({ home }, "new", "-d", "--size=80x24", session, "--", "sh"));
    return { name, home, port, token: join(home, "h", "token") };
  }

  /** A command on the machine of a daemon. */
  there({ home }: Pick<Ship, "home">, ...args: string[]): Command {
    const env = { ...this.near.env, HOME: home, FUGUE_HOME: join(home, "h"), XDG_CONFIG_HOME: join(home, "config"), TMPDIR: home };
    return { argv: [this.executable, ...args], env, cwd: home };
  }

  /** A command of the near machine. */
  here(...args: string[]): Command {
    return this.near.command(this.executable, ...args);
  }

  ship(name: string): Ship {
    return this.ships.find((ship) => ship.name === name)!;
  }

  /** Fills the configuration: the first ships through tunnels, the others by tcp, and the dead. */
  private async list(): Promise<void> {
    const sshd = await startSshd(this.ssh);
    this.sshd = sshd;
    this.context.cleanup.own(sshd, () => sshd[Symbol.asyncDispose]());
    const live = this.ships.filter(({ name }) => name.startsWith("m"));
    for (const [n, ship] of live.entries()) {
      if (n >= this.size.tunnels) this.entries.push(byTcp(ship.name, ship.port, ship.token));
      else this.entries.push(byTunnel(ship, await freePort(), sshd.port, this.ssh));
    }
    this.dead = await this.deadOnes(live[0]!);
    this.configure();
  }

  /** Writes the near machine's configuration. @param delayMs every live server behind a line that delays each way by this much */
  configure(delayMs = 0): void {
    const link = delayMs > 0 ? new SlowLink({ delayMs }) : undefined;
    const entries = link ? this.ships.filter(({ name }) => name.startsWith("m")).map(({ name, port, token }) => byTcp(name, this.proxy(link, port), token)) : this.entries;
    const text = [...entries, ...this.dead].flatMap(({ name, lines }) => [`[servers.${name}]`, ...lines, ""]).join("\n");
    writeFileSync(join(this.near.env.XDG_CONFIG_HOME!, "fugue", "config.toml"), `${text}\n`, { mode: 0o600 });
  }

  private proxy(link: SlowLink, port: number): number {
    const proxy = new SlowProxy(link, port);
    this.context.cleanup.own(proxy, () => proxy.stop());
    return proxy.port;
  }

  private async deadOnes(living: Ship): Promise<Entry[]> {
    const { ssh, context } = this;
    const wrong = join(context.folder, "wrong-secret");
    writeFileSync(wrong, `${"ab".repeat(32)}\n`, { mode: 0o600 });
    const stranger = await startSshd(ssh, { known: false });
    context.cleanup.own(stranger, () => stranger[Symbol.asyncDispose]());
    const other = await startSshd(ssh);
    context.cleanup.own(other, () => other[Symbol.asyncDispose]());
    // its key is in known_hosts, and it shows another one
    await other.restart({ newHostKey: true });
    const locked = await startSshd(ssh, { authorizedKeys: [], config: ["PasswordAuthentication yes"] });
    context.cleanup.own(locked, () => locked[Symbol.asyncDispose]());
    const slow = this.ship("slow");
    const stopped = this.ship("stopped");
    const lines = (port: number) => [`addr = "ssh://${SSH_USER}@127.0.0.1:${port}"`, `ssh_config = "${ssh.config}"`];
    return [
      byTcp("refusing", await freePort(), living.token),
      byTcp("blackhole", await this.listen(() => {}), living.token),
      { name: "unknownhost", lines: lines(stranger.port) },
      { name: "changedkey", lines: lines(other.port) },
      { name: "password", lines: lines(locked.port) },
      byTcp("wrongsecret", living.port, wrong),
      byTcp("oldversion", await this.listen((socket) => socket.write(encodeMessage("serverHello", { magic: "fugue", min: 90, max: 99, nonce: new Uint8Array(32) }))), living.token),
      byTcp("garbage", await this.listen((socket) => socket.write(Buffer.alloc(4096, 0xa7))), living.token),
      byTcp("slow", this.proxy(new SlowLink({ rate: SLOW_BYTES_PER_SECOND }), slow.port), slow.token),
      byTcp("stopped", stopped.port, stopped.token),
    ];
  }

  /** A listener of the bench's own. */
  private async listen(accept: (socket: Socket) => void): Promise<number> {
    const sockets = new Set<Socket>();
    const server: NetServer = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => sockets.delete(socket));
      socket.resume();
      accept(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.context.cleanup.own(server, () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return (server.address() as { port: number }).port;
  }

  /** Sends a signal to a ship's daemon. */
  signal(name: string, signal: "SIGSTOP" | "SIGCONT"): void {
    const { home } = this.ship(name);
    for (const { pid, command } of processesOf(`${home}/`)) if (command.endsWith("--role=daemon")) process.kill(pid, signal);
  }

  /** From now on the ships, what runs on them and their sshd get what the near machine leaves of the processors. */
  standBack(): void {
    const ships = processesOf(join(this.context.folder, "f-")).map(({ pid }) => pid);
    for (const pid of [...ships, this.sshd!.pid, ...this.sshd!.connections()]) giveWay(pid);
  }

  async stopTunnels(): Promise<void> {
    await runBeside(this.here("tunnel", "stop", "--all"));
  }

  private async end(): Promise<void> {
    for (const name of ["stopped", "m1"]) if (this.ship(name)) this.signal(name, "SIGCONT");
    // keepers last: they start their daemons again
    const left = processesOf(`${this.context.folder}/`).filter(({ pid }) => pid !== process.pid);
    const isKeeper = ({ command }: { command: string }) => command.endsWith("--role=keeper");
    for (const { pid } of [...left.filter(isKeeper), ...left.filter((each) => !isKeeper(each))]) await killHard(pid);
    for (const { pid } of processesOf(`${this.context.folder}/`)) if (pid !== process.pid) await killHard(pid);
  }
}

function byTcp(name: string, port: number, token: string): Entry {
  return { name, lines: [`addr = "tcp://127.0.0.1:${port}"`, `secret_file = "${token}"`] };
}

function byTunnel({ name, port, token }: Ship, local: number, sshPort: number, ssh: SshHome): Entry {
  return {
    name, lines: [
      `addr = "tcp://127.0.0.1:${local}"`, `ssh_host = "${SSH_USER}@127.0.0.1"`, `ssh_port = ${sshPort}`, "ssh_tunnel = true",
      `remote_addr = "tcp://127.0.0.1:${port}"`, `secret_file = "${token}"`, `ssh_config = "${ssh.config}"`,
    ],
  };
}
