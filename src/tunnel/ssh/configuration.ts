/**
 * The user's ssh configuration for one host, as `ssh -G` resolves it (ssh_config(5)), with this program's flags on top.
 * Without the system's ssh: the defaults, so that ssh2 works on machines that have no OpenSSH.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { FugueError } from "../../base/errors.ts";
import { printable } from "../../base/names.ts";
import type { SshTarget } from "./connection.ts";
import { checkHost, checkUser, formatLogin, isPort } from "./login.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What a host key must be before it is trusted (StrictHostKeyChecking). */
export type StrictHostKeys = "yes" | "ask" | "accept-new" | "no";

/** A host as the configuration describes it. Paths are absolute. */
export interface SshConfiguration {
  /** The name that was asked for. */
  readonly alias: string;
  /** Where to connect to. */
  readonly hostName: string;
  readonly port: number;
  readonly user: string;
  /** `user@host:port` */
  readonly label: string;
  /** In the order in which they are tried; most of the defaults do not exist. */
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  /** Socket of the agent, if there is one. */
  readonly agent?: string;
  /** Socket of the agent that far programs may use, if any. */
  readonly forwardAgent?: string;
  readonly certificateFiles: readonly string[];
  readonly proxyJump?: string;
  readonly proxyCommand?: string;
  readonly hostKeyAlias?: string;
  readonly userKnownHosts: readonly string[];
  readonly globalKnownHosts: readonly string[];
  readonly hashKnownHosts: boolean;
  readonly strict: StrictHostKeys;
  /** Socket of the user's own master connection, if one is configured; it need not exist. */
  readonly controlPath?: string;
  readonly bindAddress?: string;
  readonly addressFamily?: 4 | 6;
  /** The methods that may be used, in the user's order if there is one. */
  readonly authentications: readonly string[];
  readonly passwordPrompts: number;
  /** Algorithms that the user allows, by their ssh_config name in lower case; absent without the system's ssh. */
  readonly algorithms: Readonly<Partial<Record<"ciphers" | "kexalgorithms" | "macs" | "hostkeyalgorithms", readonly string[]>>>;
  /** Every other setting, by its name in lower case: the last value. */
  readonly raw: ReadonlyMap<string, string>;
}

const DEFAULT_IDENTITIES = ["id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk"];
const METHODS = ["publickey", "keyboard-interactive", "password"];
const MOST_OUTPUT_BYTES = 1 << 20;

/** Reads the lines of `ssh -G`: names in lower case, each with its values in order. */
export function parseSettings(output: string): Map<string, string[]> {
  const settings = new Map<string, string[]>();
  for (const line of output.split("\n")) {
    const blank = line.indexOf(" ");
    if (blank <= 0) continue;
    const name = line.slice(0, blank).toLowerCase();
    settings.set(name, [...(settings.get(name) ?? []), line.slice(blank + 1).trim()]);
  }
  return settings;
}

/** Arguments that choose the configuration of a target, for every call of the system's ssh. */
export function configArguments(target: SshTarget): string[] {
  return [
    ...(target.config === undefined ? [] : ["-F", target.config]),
    ...(target.user === undefined ? [] : ["-l", target.user]),
    ...(target.port === undefined ? [] : ["-p", String(target.port)]),
    ...(target.identity === undefined ? [] : ["-i", target.identity]),
  ];
}

/**
 * Resolves a target. `Match exec` lines of the user's configuration run here, as they do in ssh.
 * @throws FugueError `config` if the configuration is wrong, with ssh's own words; `timeout`; `usage`
 */
export async function readConfiguration(
  target: SshTarget, env: Environment, clock: Clock, timeoutMs: number,
): Promise<SshConfiguration> {
  const ssh = Bun.which("ssh", { PATH: env.PATH ?? "" });
  const settings = ssh === null ? new Map<string, string[]>() : await askSsh(ssh, target, env, clock, timeoutMs);
  return configurationFrom(settings, target, env);
}

async function askSsh(ssh: string, target: SshTarget, env: Environment, clock: Clock, timeoutMs: number): Promise<Map<string, string[]>> {
  const child = Bun.spawn([ssh, "-G", ...configArguments(target), "--", target.host], {
    env: { ...env }, stdin: "ignore", stdout: "pipe", stderr: "pipe", maxBuffer: MOST_OUTPUT_BYTES, detached: true,
  });
  let late = false;
  const timer = clock.after(timeoutMs, () => {
    late = true;
    // its group: a command of Match exec holds the pipes as well
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // it has just ended
    }
  });
  const [output, said, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  timer.cancel();
  if (late) throw new FugueError("timeout", "reading the ssh configuration took too long", "look at the 'Match exec' lines of your ssh configuration");
  if (code === 0) return parseSettings(output);
  const line = said.trim().split("\n")[0] ?? "";
  throw new FugueError("config", `ssh can't read its configuration: ${printable(line) || `it ended with ${code}`}`, `try: ssh -G ${target.host}`);
}

/** The configuration that these settings make. @throws FugueError `usage` if a resolved name holds what it may not */
export function configurationFrom(settings: Map<string, string[]>, target: SshTarget, env: Environment): SshConfiguration {
  const home = env.HOME || homedir();
  const last = (name: string) => {
    const value = settings.get(name)?.at(-1);
    return value === undefined || value === "" || value === "none" ? undefined : value;
  };
  const hostName = checkHost(last("hostname") ?? target.host);
  const port = target.port ?? Number(last("port") ?? 22);
  const user = checkUser(target.user ?? last("user") ?? env.USER ?? env.LOGNAME ?? "root");
  if (!isPort(port)) throw new FugueError("config", "the ssh configuration names a port that is none");
  const tokens: Record<string, string> = {
    "%": "%", d: home, h: hostName, n: target.host, p: String(port), r: user, u: env.USER ?? user, l: hostname(),
    L: hostname().split(".")[0]!, i: String(process.getuid?.() ?? 0), k: last("hostkeyalias") ?? target.host, j: last("proxyjump") ?? "",
  };
  tokens.C = createHash("sha1").update(`${tokens.l}${hostName}${port}${user}${tokens.j}`).digest("hex");
  const path = (text: string) => expandPath(text, home, tokens, env);
  const list = (name: string) => splitList(settings.get(name)?.join(" "), path);
  const identities = settings.get("identityfile") ?? DEFAULT_IDENTITIES.map((name) => join(home, ".ssh", name));
  const agent = agentSocket(last("identityagent"), settings.get("identityagent")?.at(-1) === "none", path, env);
  const forward = last("forwardagent");
  const algorithms: Partial<Record<"ciphers" | "kexalgorithms" | "macs" | "hostkeyalgorithms", string[]>> = {};
  for (const name of ["ciphers", "kexalgorithms", "macs", "hostkeyalgorithms"] as const) {
    const value = last(name);
    if (value !== undefined) algorithms[name] = value.split(",");
  }
  const family = last("addressfamily");
  return {
    alias: target.host, hostName, port, user, label: formatLogin(user, hostName, port), algorithms,
    identityFiles: unique([...(target.identity === undefined ? [] : [target.identity]), ...identities].map(path)),
    identitiesOnly: last("identitiesonly") === "yes",
    agent,
    forwardAgent: forward === undefined || forward === "no" ? undefined : forward === "yes" ? agent : path(forward.replace(/^\$(\w+)$/, "${$1}")),
    certificateFiles: (settings.get("certificatefile") ?? []).filter((file) => file !== "none").map(path),
    proxyJump: last("proxyjump"),
    proxyCommand: last("proxycommand"),
    hostKeyAlias: last("hostkeyalias"),
    userKnownHosts: settings.size === 0 ? [join(home, ".ssh/known_hosts"), join(home, ".ssh/known_hosts2")] : list("userknownhostsfile"),
    globalKnownHosts: settings.size === 0 ? ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"] : list("globalknownhostsfile"),
    hashKnownHosts: last("hashknownhosts") === "yes",
    strict: strictness(last("stricthostkeychecking")),
    controlPath: last("controlpath") === undefined ? undefined : path(last("controlpath")!),
    bindAddress: last("bindaddress"),
    addressFamily: family === "inet" ? 4 : family === "inet6" ? 6 : undefined,
    authentications: authentications(settings, last("preferredauthentications")),
    passwordPrompts: Math.min(10, Math.max(1, Number(last("numberofpasswordprompts") ?? 3) || 3)),
    raw: new Map([...settings].map(([name, values]) => [name, values.at(-1)!])),
  };
}

function agentSocket(named: string | undefined, none: boolean, path: (text: string) => string, env: Environment): string | undefined {
  if (none) return undefined;
  if (named === undefined || named === "SSH_AUTH_SOCK") return env.SSH_AUTH_SOCK || undefined;
  if (/^\$\w+$/.test(named)) return env[named.slice(1)] || undefined;
  return path(named);
}

/** ssh_config(5): `true` and `yes` ask for nothing less; `off` is `no`. */
function strictness(value: string | undefined): StrictHostKeys {
  if (value === "yes" || value === "true") return "yes";
  if (value === "no" || value === "off" || value === "false") return "no";
  return value === "accept-new" ? "accept-new" : "ask";
}

function authentications(settings: Map<string, string[]>, preferred: string | undefined): string[] {
  const off = (name: string) => ["no", "false"].includes(settings.get(name)?.at(-1) ?? "");
  const allowed = METHODS.filter((method) => !off({
    publickey: "pubkeyauthentication", password: "passwordauthentication", "keyboard-interactive": "kbdinteractiveauthentication",
  }[method]!));
  return preferred === undefined ? allowed : preferred.split(",").filter((method) => allowed.includes(method));
}

/** `~/`, `%x` and `${NAME}` as ssh_config(5) describes them. Unknown tokens stay. */
export function expandPath(text: string, home: string, tokens: Readonly<Record<string, string>>, env: Environment): string {
  return text
    .replace(/^~(?=\/|$)/, home)
    .replace(/%(.)/g, (all, name: string) => tokens[name] ?? all)
    .replace(/\$\{(\w+)\}/g, (all, name: string) => env[name] ?? all);
}

/** Several paths on one line. `ssh -G` does not quote: a line that is one existing file is that file. */
function splitList(text: string | undefined, path: (text: string) => string): string[] {
  if (text === undefined || text === "none") return [];
  if (text.includes(" ") && existsSync(path(text))) return [path(text)];
  return text.split(/\s+/).filter((word) => word !== "" && word !== "none").map(path);
}

function unique(words: string[]): string[] {
  return [...new Set(words)];
}
