/** `[servers.NAME]`: how this machine's clients reach other machines' servers. */
import { FugueError } from "../base/errors.ts";
import { formatAddress, isLoopback, parseAddress, parseUserAndHost } from "./address.ts";
import type { Address } from "./address.ts";
import { readFields } from "./fields.ts";
import type { FieldValues } from "./fields.ts";
import { checkName } from "./names.ts";
import { quoteShort } from "./problem.ts";
import type { Complaints } from "./problem.ts";
import { isTable } from "./toml-document.ts";
import type { TomlTable } from "./toml-document.ts";
import { BOOL, duration, int, oneOf, text } from "./value-types.ts";
import type { ValueType } from "./value-types.ts";

/** One server, checked. Paths are absolute. */
export interface ServerProfile {
  readonly name: string;
  /** `addr`, or `ssh://` made of ssh_host if there is none; an ssh address has the user and port of the ssh fields. */
  readonly addr: Address;
  /** The machine to log in to if `addr` is not an ssh address. */
  readonly sshHost?: string;
  readonly sshUser?: string;
  readonly sshTunnel: boolean;
  readonly sshPort?: number;
  readonly sshIdentity?: string;
  /** Where the server listens, seen from the machine that ssh logs in to. */
  readonly remoteAddr?: Address;
  /** A configuration file of ssh other than the user's own. */
  readonly sshConfig?: string;
  readonly sshBackend: "auto" | "ssh2" | "openssh";
  /** The tunnel stays when its last client leaves. */
  readonly tunnelPersist: boolean;
  /** Milliseconds after which a tunnel that stays ends for want of use; absent: never. */
  readonly tunnelIdle?: number;
  /** Milliseconds that a new tunnel may take, without the time in which it waits for answers of a person. */
  readonly tunnelTimeout: number;
  readonly secretFile?: string;
  /** The server that is meant when none is named. */
  readonly default: boolean;
}

const MOST_SERVERS = 500;

/** The fields of a server as they stand in the file. */
export const SERVER_FIELDS = {
  addr: text(),
  ssh_host: text(),
  ssh_tunnel: BOOL,
  ssh_port: int(1, 65_535),
  ssh_identity: text(),
  remote_addr: text(),
  ssh_config: text(),
  ssh_backend: oneOf("auto", "ssh2", "openssh"),
  tunnel_persist: BOOL,
  tunnel_idle: duration("1s", "30d"),
  tunnel_timeout: duration("1s", "10m"),
  secret_file: text(),
  default: BOOL,
} satisfies Readonly<Record<string, ValueType<unknown>>>;

const TUNNEL_TIMEOUT_MS = 10_000;

/** Reads `[servers]`. Servers with mistakes are left out. @param home the user's home, for `~/` */
export function readServers(raw: unknown, complaints: Complaints, home: string): readonly ServerProfile[] {
  if (!isTable(raw)) {
    complaints.at(["servers"], "is not a table", "write [servers.NAME] with its fields below it");
    return [];
  }
  const servers: ServerProfile[] = [];
  let preferred: string | undefined;
  for (const [name, fields] of Object.entries(raw)) {
    const path = ["servers", name];
    if (complaints.full) break;
    if (servers.length >= MOST_SERVERS) {
      complaints.at(path, "there are too many servers", `${MOST_SERVERS} at most`);
      break;
    }
    const server = isTable(fields) ? readServer(path, name, fields, complaints, home) : notATable(path, complaints);
    if (!server) continue;
    if (server.default && preferred !== undefined) {
      complaints.at(
        [...path, "default"], `${quoteShort(preferred)} is the default server already`, "leave it to one of them",
      );
      servers.push({ ...server, default: false });
      continue;
    }
    if (server.default) preferred = name;
    servers.push(server);
  }
  return servers;
}

function notATable(path: readonly string[], complaints: Complaints): undefined {
  complaints.at(path, "is not a table", `write [servers.NAME] with ${path[1]} = ... below it`);
}

function readServer(
  path: readonly string[], name: string, raw: TomlTable, complaints: Complaints, home: string,
): ServerProfile | undefined {
  let good = true;
  const fail = (field: string | undefined, message: string, hint: string): void => {
    good = false;
    complaints.at(field === undefined ? path : [...path, field], message, hint);
  };
  if (name === "local") fail(undefined, "'local' always means this machine's own server", "choose another name");
  else if (complaints.try(path, () => (checkName(name), true)) === undefined) good = false;
  const read = readFields(path, raw, SERVER_FIELDS, "a server", complaints);
  if (!read.good) good = false;
  const f = read.values;
  const within = <T>(field: string, run: () => T): T | undefined => {
    const value = complaints.try([...path, field], run);
    if (value === undefined) good = false;
    return value;
  };
  const login = f.ssh_host === undefined ? undefined : within("ssh_host", () => parseUserAndHost(f.ssh_host!));
  const written = f.addr === undefined ? undefined : within("addr", () => parseAddress(f.addr!, home));
  const remote = f.remote_addr === undefined ? undefined : within("remote_addr", () => remoteAddress(f.remote_addr!));
  const overSsh = raw.ssh_host !== undefined || written?.kind === "ssh";
  if (raw.addr === undefined && raw.ssh_host === undefined && !f.ssh_tunnel) {
    fail(undefined, "the server has no addr", "add addr = \"ssh://host\"");
  }
  if (f.ssh_tunnel && !overSsh && (written || raw.addr === undefined)) {
    fail("ssh_tunnel", "ssh_tunnel without ssh_host", "add ssh_host = \"host\", or remove ssh_tunnel");
  }
  if (written?.kind === "tcp" && !f.ssh_tunnel && !isLoopback(written.host)) {
    const hint = "use tls:// or ssh://, or set ssh_tunnel";
    fail("addr", `tcp is not encrypted, and ${written.host} is not this machine`, hint);
  }
  if (written?.kind === "ssh" && login && login.host !== written.host) {
    fail("ssh_host", "addr names another host", "remove ssh_host or addr");
  }
  if (written?.kind === "ssh" && f.ssh_port !== undefined && (written.port ?? f.ssh_port) !== f.ssh_port) {
    fail("ssh_port", "addr names another port", "remove ssh_port, or the port of addr");
  }
  for (const field of ["ssh_port", "ssh_identity", "ssh_config", "remote_addr"] as const) {
    if (f[field] !== undefined && !overSsh && written) {
      fail(field, `${field} without ssh_host`, `add ssh_host, or remove ${field}`);
    }
  }
  const addr = written ?? (login && { kind: "ssh" as const, ...login });
  if (!good || !addr) return undefined;
  const whole = addr.kind === "ssh" ? { ...login, ...(f.ssh_port && { port: f.ssh_port }), ...addr } : addr;
  return profile(name, f, whole, login, remote, home);
}

type Fields = FieldValues<typeof SERVER_FIELDS>;

function profile(
  name: string, f: Fields, addr: Address, login: ReturnType<typeof parseUserAndHost> | undefined,
  remote: Address | undefined, home: string,
): ServerProfile {
  const path = (written: string): string => (written.startsWith("~/") ? `${home}${written.slice(1)}` : written);
  return {
    name,
    addr,
    ...(login && { sshHost: login.host }),
    ...(login?.user !== undefined && { sshUser: login.user }),
    sshTunnel: f.ssh_tunnel ?? false,
    ...(f.ssh_port !== undefined && { sshPort: f.ssh_port }),
    ...(f.ssh_identity !== undefined && { sshIdentity: path(f.ssh_identity) }),
    ...(remote && { remoteAddr: remote }),
    ...(f.ssh_config !== undefined && { sshConfig: path(f.ssh_config) }),
    sshBackend: f.ssh_backend ?? "auto",
    tunnelPersist: f.tunnel_persist ?? true,
    ...(f.tunnel_idle !== undefined && { tunnelIdle: f.tunnel_idle }),
    tunnelTimeout: f.tunnel_timeout ?? TUNNEL_TIMEOUT_MS,
    ...(f.secret_file !== undefined && { secretFile: path(f.secret_file) }),
    default: f.default ?? false,
  };
}

function remoteAddress(url: string): Address {
  const address = parseAddress(url);
  if (address.kind !== "ssh") return address;
  throw new FugueError(
    "usage", `${formatAddress(address)} is reached by ssh again`, "write the unix:// or tcp:// address there",
  );
}
