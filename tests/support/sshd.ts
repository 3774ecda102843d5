/**
 * A private sshd of the system's OpenSSH on a loopback port, with host keys, configuration and authorized keys of its own,
 * for the user who runs the tests. Nothing of the real ~/.ssh is read or written. Tests that use it are `testWith(SSHD)`.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { tempFolder, type TempFolder } from "./temp-folder.ts";
import { waitUntil } from "./wait-until.ts";

/** Programs that tests with a real sshd need, for `testWith`. sshd is found in sbin too. */
export const SSHD: readonly string[] = ["ssh", "ssh-keygen", "ssh-agent", "ssh-add"];

/** Path of sshd, which must be absolute to start, or undefined. */
export function sshdPath(): string | undefined {
  return Bun.which("sshd") ?? ["/usr/sbin/sshd", "/usr/local/sbin/sshd"].find(existsSync);
}

/** Why tests with a real sshd are left out, for `testIf`; undefined if they are not. */
export function noSshd(): string | undefined {
  const missing = SSHD.filter((program) => Bun.which(program) === null);
  if (sshdPath() === undefined) missing.push("sshd");
  return missing.length === 0 ? undefined : `${missing.join(", ")} not installed (openssh-server, openssh-client)`;
}

function run(argv: readonly string[], env: Record<string, string | undefined> = process.env): string {
  const result = Bun.spawnSync([...argv], { env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  if (result.exitCode !== 0) throw new Error(`${argv.join(" ")}: ${result.stderr}${result.stdout}`);
  return result.stdout.toString();
}

/** The user who logs in: who runs the tests. */
export const SSH_USER = run(["id", "-un"]).trim();

/** Makes a key pair `path` and `path.pub`; `type` is as for `ssh-keygen -t`. @returns the public key's line */
export function makeKey(path: string, options: { type?: string; bits?: number; passphrase?: string } = {}): string {
  const bits = options.bits === undefined ? [] : ["-b", String(options.bits)];
  run(["ssh-keygen", "-q", "-t", options.type ?? "ed25519", ...bits, "-N", options.passphrase ?? "", "-C", "test", "-f", path]);
  return readFileSync(`${path}.pub`, "utf8").trim();
}

/** A home folder of a test's own: `~/.ssh` with a key, and an environment in which ssh sees nothing else. */
export interface SshHome extends TempFolder {
  readonly ssh: string;
  /** HOME, PATH, and nothing of the real agent. OpenSSH itself takes the home from passwd: see `config`. */
  readonly env: Record<string, string>;
  /** Path of a configuration that points all files to this home: `ssh -F config`, or `ssh_config = …`. */
  readonly config: string;
  readonly knownHosts: string;
  /** Path of the private key that sshds accept unless told otherwise. */
  readonly key: string;
  /** Adds lines at the beginning of the configuration, where they win. */
  configure(lines: string): void;
}

/** A new home. OpenSSH ignores HOME, so its `config` names every file; use it with `ssh -F`. */
export function sshHome(): SshHome {
  const folder = tempFolder();
  const ssh = join(folder.path, ".ssh");
  mkdirSync(ssh, { mode: 0o700 });
  const key = join(ssh, "id_ed25519");
  makeKey(key);
  const config = join(ssh, "config");
  const knownHosts = join(ssh, "known_hosts");
  writeFileSync(
    config,
    `Host *\n  IdentityFile ${key}\n  UserKnownHostsFile ${knownHosts}\n  GlobalKnownHostsFile /dev/null\n  User ${SSH_USER}\n`,
    { mode: 0o600 },
  );
  const env: Record<string, string> = { HOME: folder.path, USER: SSH_USER, PATH: process.env.PATH ?? "", LANG: "C.UTF-8" };
  return {
    ...folder, ssh, env, config, knownHosts, key,
    configure: (lines) => writeFileSync(config, `${lines}\n${readFileSync(config, "utf8")}`),
  };
}

/** An ssh-agent of the test's own. */
export interface TestAgent {
  readonly socket: string;
  /** Loads a private key that has no passphrase. */
  add(key: string): void;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startAgent(folder: string): Promise<TestAgent> {
  const socket = join(folder, "agent.sock");
  const agent = Bun.spawn(["ssh-agent", "-D", "-a", socket], { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  await waitUntil("the agent's socket", () => existsSync(socket), () => agent.exitCode);
  return {
    socket,
    add: (key) => void run(["ssh-add", "-q", key], { ...process.env, SSH_AUTH_SOCK: socket }),
    [Symbol.asyncDispose]: async () => {
      agent.kill("SIGKILL");
      await agent.exited;
    },
  };
}

/** How a test sshd differs from one that lets the home's key in and allows everything. */
export interface SshdOptions {
  /** Lines of sshd_config that win over the others: `AllowStreamLocalForwarding no`. */
  readonly config?: readonly string[];
  /** Lines of authorized_keys instead of the home's key. */
  readonly authorizedKeys?: readonly string[];
  /** Type of the host key: ed25519 by default. */
  readonly hostKey?: string;
  /** Adds the host key to the home's known_hosts: so by default. */
  readonly known?: boolean;
  /** Variables that sshd is started with besides those of the test. */
  readonly env?: Readonly<Record<string, string>>;
  /** Lets nobody in but PASSWORD_USER with this password. Wants what `noPasswords` asks for. */
  readonly password?: string;
}

/** Who logs in with a password: known to that sshd only, and of the same user id as who runs the tests. */
export const PASSWORD_USER = "fugue-password";

/** Why tests with a password are left out; undefined if they are not. The sshd gets a view of its own of /etc. */
export function noPasswords(): string | undefined {
  const reason = noSshd();
  if (reason !== undefined) return reason;
  if (process.getuid?.() !== 0) return "an sshd that takes passwords wants root";
  if (Bun.which("unshare") === null || Bun.which("openssl") === null) return "unshare, openssl not installed";
  return Bun.spawnSync(["unshare", "-m", "true"]).exitCode === 0 ? undefined : "no mount namespaces here";
}

/** Files of users and passwords with one more in them. @returns what sshd is started with, so that it sees them */
function withPassword(folder: string, password: string): string[] {
  const hash = run(["openssl", "passwd", "-6", password]).trim();
  const users = join(folder, "passwd");
  const shadow = join(folder, "shadow");
  writeFileSync(users, `${readFileSync("/etc/passwd", "utf8")}${PASSWORD_USER}:x:0:0::/root:/bin/sh\n`);
  writeFileSync(shadow, `${readFileSync("/etc/shadow", "utf8")}${PASSWORD_USER}:${hash}:19000:0:99999:7:::\n`, { mode: 0o600 });
  const script = 'mount --make-rprivate /; mount --bind "$1" /etc/passwd && mount --bind "$2" /etc/shadow && shift 2 && exec "$@"';
  return ["unshare", "-m", "sh", "-c", script, "sh", users, shadow];
}

export interface TestSshd {
  readonly port: number;
  /** 127.0.0.1 */
  readonly host: string;
  readonly pid: number;
  readonly folder: string;
  /** Path of the public host key. */
  readonly hostKey: string;
  /** `[127.0.0.1]:PORT TYPE BASE64`: a line for known_hosts. */
  readonly knownHostsLine: string;
  /** What it logged. */
  log(): string;
  /** Pids of its connections' processes. */
  connections(): number[];
  /** Sends a signal to the listener and all its connections: STOP, CONT, KILL, TERM. */
  signal(name: "SIGSTOP" | "SIGCONT" | "SIGKILL" | "SIGTERM"): void;
  /** Ends it and starts it again, on the same port or a new one that known_hosts knows too, with the same or a new host key. */
  restart(change?: { newHostKey?: boolean; newPort?: boolean }): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A port on the loopback that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address() as { port: number };
      server.close(() => resolve(address.port));
    });
  });
}

function descendants(pid: number): number[] {
  const found: number[] = [];
  for (const task of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${task}/stat`, "utf8");
      if (Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === pid) found.push(Number(task), ...descendants(Number(task)));
    } catch {
      // ended while we looked
    }
  }
  return found;
}

/** Connects and reads the first bytes that the listener sends: it is up when it says SSH. */
async function answers(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const done = (ok: boolean, socket?: { end(): unknown }) => {
    resolve(ok);
    socket?.end();
  };
  Bun.connect({
    hostname: "127.0.0.1", port,
    socket: { data: (socket, bytes) => done(bytes.toString().startsWith("SSH-"), socket), close: () => done(false), error: () => done(false) },
  }).catch(() => done(false));
  return promise;
}

function sshdConfig(folder: string, home: string, port: number, options: SshdOptions): string {
  return [
    ...(options.config ?? []),
    ...(options.password === undefined ? [] : [`AllowUsers ${PASSWORD_USER}`, "PasswordAuthentication yes", "PubkeyAuthentication no"]),
    // the start files of the real user's shell are slow, and may wait for each other; sshd takes the first SetEnv only
    `SetEnv HOME=${home}`,
    `Port ${port}`, "ListenAddress 127.0.0.1", `HostKey ${join(folder, "host_key")}`, `PidFile ${join(folder, "pid")}`,
    `AuthorizedKeysFile ${join(folder, "authorized_keys")}`, "PermitRootLogin yes", "StrictModes no", "UsePAM no",
    "PasswordAuthentication no", "KbdInteractiveAuthentication no", "MaxStartups 200", "MaxSessions 100", "UseDNS no",
    "PrintMotd no", "PrintLastLog no", "LogLevel VERBOSE", "AcceptEnv LANG",
    // a bash that sshd starts reads the real ~/.bashrc, unless it seems to be within another one
    "Subsystem sftp internal-sftp", "SetEnv SHLVL=2", "",
  ].join("\n");
}

/** Starts an sshd that lets in who holds the home's key. Use it with `await using`. */
export async function startSshd(home: SshHome, options: SshdOptions = {}): Promise<TestSshd> {
  const folder = tempFolder();
  let port = await freePort();
  const path = (name: string) => join(folder.path, name);
  const makeHostKey = () => makeKey(path("host_key"), { type: options.hostKey });
  makeHostKey();
  // sshd of Debian wants its empty folder, and refuses to start without
  if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  chmodSync(folder.path, 0o755);
  writeFileSync(path("authorized_keys"), `${(options.authorizedKeys ?? [readFileSync(`${home.key}.pub`, "utf8").trim()]).join("\n")}\n`);
  writeFileSync(path("config"), sshdConfig(folder.path, home.path, port, options));
  const within = options.password === undefined ? [] : withPassword(folder.path, options.password);
  let daemon = await launch(folder.path, port, within, options.env);
  const line = () => `[127.0.0.1]:${port} ${readFileSync(path("host_key.pub"), "utf8").split(" ").slice(0, 2).join(" ")}`;
  if (options.known !== false) writeFileSync(home.knownHosts, `${line()}\n`, { flag: "a", mode: 0o600 });
  const connections = () => descendants(daemon.pid);
  const signal = (name: "SIGSTOP" | "SIGCONT" | "SIGKILL" | "SIGTERM") => {
    for (const pid of [daemon.pid, ...connections()]) {
      try {
        process.kill(pid, name);
      } catch {
        // it ended meanwhile
      }
    }
  };
  const stop = async () => {
    signal("SIGKILL");
    await daemon.exited;
  };
  return {
    get port() {
      return port;
    },
    host: "127.0.0.1", folder: folder.path, hostKey: path("host_key.pub"),
    get pid() {
      return daemon.pid;
    },
    get knownHostsLine() {
      return line();
    },
    log: () => (existsSync(path("log")) ? readFileSync(path("log"), "utf8") : ""),
    connections, signal,
    restart: async (change) => {
      await stop();
      if (change?.newHostKey) {
        for (const name of ["host_key", "host_key.pub"]) await Bun.file(path(name)).delete();
        makeHostKey();
      }
      if (change?.newPort) {
        port = await freePort();
        writeFileSync(path("config"), sshdConfig(folder.path, home.path, port, options));
        writeFileSync(home.knownHosts, `${line()}\n`, { flag: "a" });
      }
      daemon = await launch(folder.path, port, within, options.env);
    },
    [Symbol.asyncDispose]: async () => {
      await stop();
      folder[Symbol.dispose]();
    },
  };
}

async function launch(folder: string, port: number, within: readonly string[], env: SshdOptions["env"]) {
  const daemon = Bun.spawn([...within, sshdPath()!, "-D", "-f", join(folder, "config"), "-E", join(folder, "log")], {
    env: { ...process.env, ...env }, stdin: "ignore", stdout: "ignore", stderr: "ignore",
  });
  const log = () => (existsSync(join(folder, "log")) ? readFileSync(join(folder, "log"), "utf8") : "");
  await waitUntil("sshd to answer", async () => daemon.exitCode !== null || (await answers(port)), log, 10_000);
  if (daemon.exitCode !== null) throw new Error(`sshd does not start: ${log()}`);
  return daemon;
}
