/** Addresses of servers: `unix://PATH`, `tcp://HOST:PORT`, `tls://HOST:PORT`, `ssh://[USER@]HOST[:PORT]`. */
import { FugueError } from "../base/errors.ts";
import { quoteShort } from "./problem.ts";
import { suggestion } from "./suggest.ts";

/** Where a server listens. Hosts are names or IP addresses, without brackets. */
export type Address =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "tls"; readonly host: string; readonly port: number }
  | { readonly kind: "ssh"; readonly user?: string; readonly host: string; readonly port?: number };

const SCHEMES = ["unix", "tcp", "tls", "ssh"] as const;
const FORMS = "addresses are unix:///path, tcp://host:port, tls://host:port and ssh://user@host:port";
/** What fits in a socket address: 108 bytes with the NUL behind it (unix(7)). */
const LONGEST_SOCKET_PATH = 107;
const LONGEST_ADDRESS = 1024;

/**
 * Reads an address. A unix path is absolute, or begins with `~/` if `home` is given.
 * @throws FugueError `usage` that names what is wrong
 */
export function parseAddress(url: string, home?: string): Address {
  if (url.length > LONGEST_ADDRESS) throw new FugueError("usage", "the address is too long", FORMS);
  const parts = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(url);
  if (!parts) throw new FugueError("usage", `${quoteShort(url)} is not an address`, withoutScheme(url));
  const scheme = parts[1]!.toLowerCase();
  const rest = parts[2]!;
  if (scheme === "unix") return { kind: "unix", path: socketPath(rest, home) };
  if (scheme === "ssh") return sshAddress(rest, url);
  if (scheme === "tcp" || scheme === "tls") {
    const { host, port } = hostAndPort(rest, url);
    if (port === undefined) {
      throw new FugueError("usage", `${quoteShort(url)} has no port`, `write ${scheme}://${rest || "host"}:PORT`);
    }
    return { kind: scheme, host, port };
  }
  throw new FugueError("usage", `${quoteShort(url)} is of an unknown kind`, suggestion(scheme, SCHEMES, FORMS));
}

/** The text that parseAddress reads back as an equal address. */
export function formatAddress(address: Address): string {
  if (address.kind === "unix") return `unix://${address.path}`;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  const port = address.port === undefined ? "" : `:${address.port}`;
  const user = address.kind === "ssh" && address.user !== undefined ? `${address.user}@` : "";
  return `${address.kind}://${user}${host}${port}`;
}

/** Whether a host is this machine by its very name: `localhost`, `::1`, 127.0.0.0/8. Nothing is looked up. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  return name === "localhost" || name === "::1" || name === "0:0:0:0:0:0:0:1" || /^127(?:\.\d{1,3}){3}$/.test(name);
}

/** A port of TCP. @throws FugueError `usage` */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new FugueError("usage", `${quoteShort(text)} is not a port`, "write a number from 1 to 65535");
}

/** A user name and a host, as in `ssh USER@HOST`. @throws FugueError `usage` */
export function parseUserAndHost(text: string): { readonly user?: string; readonly host: string } {
  const at = text.lastIndexOf("@");
  const host = checkedHost(text.slice(at + 1), text);
  return at < 0 ? { host } : { user: checkedUser(text.slice(0, at), text), host };
}

function sshAddress(rest: string, url: string): Address {
  const at = rest.lastIndexOf("@");
  const { host, port } = hostAndPort(rest.slice(at + 1), url);
  return {
    kind: "ssh",
    ...(at < 0 ? {} : { user: checkedUser(rest.slice(0, at), url) }),
    host,
    ...(port === undefined ? {} : { port }),
  };
}

function hostAndPort(text: string, url: string): { host: string; port: number | undefined } {
  const trimmed = text.replace(/\/$/, "");
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/s.exec(trimmed);
  if (bracketed) {
    if (!/^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%[A-Za-z0-9._-]+)?$/.test(bracketed[1]!)) {
      throw new FugueError("usage", `${quoteShort(url)}: no IPv6 address in the brackets`, "write [::1]:PORT");
    }
    return { host: bracketed[1]!, port: bracketed[2] === undefined ? undefined : parsePort(bracketed[2]) };
  }
  const colon = trimmed.indexOf(":");
  if (colon !== trimmed.lastIndexOf(":")) {
    throw new FugueError(
      "usage", `${quoteShort(url)} has several colons`, "write IPv6 addresses in brackets: [::1]:PORT",
    );
  }
  const host = checkedHost(colon < 0 ? trimmed : trimmed.slice(0, colon), url);
  return { host, port: colon < 0 ? undefined : parsePort(trimmed.slice(colon + 1)) };
}

// A host or user with a dash in front would be an option to the system's ssh.
function checkedHost(host: string, whole: string): string {
  if (host === "") throw new FugueError("usage", `${quoteShort(whole)} has no host`, FORMS);
  if (/^(?!-)[\p{L}\p{N}._-]{1,253}$/u.test(host) || /^(?=.*:)[0-9a-fA-F:.]{2,45}$/.test(host)) return host;
  throw new FugueError("usage", `${quoteShort(host)} is not a host name`, "use letters, digits, dots and dashes");
}

function checkedUser(user: string, whole: string): string {
  if (/^(?!-)[^\s@:/?#\[\]\x00-\x1f\x7f]{1,64}$/u.test(user)) return user;
  const hint = user.includes(":") ? "no passwords here: you are asked for them" : "write ssh://user@host";
  throw new FugueError("usage", `${quoteShort(whole)} has a bad user name`, hint);
}

function socketPath(path: string, home: string | undefined): string {
  const whole = home !== undefined && path.startsWith("~/") ? `${home}${path.slice(1)}` : path;
  if (!whole.startsWith("/")) {
    throw new FugueError("usage", `${quoteShort(path)} is not an absolute path`, "write unix:///path");
  }
  if (/[\x00-\x1f\x7f]/.test(whole)) {
    throw new FugueError("usage", "the path holds a control character", "use another path");
  }
  if (Buffer.byteLength(whole) > LONGEST_SOCKET_PATH) {
    const hint = `a socket's path has at most ${LONGEST_SOCKET_PATH} bytes: use a shorter one`;
    throw new FugueError("usage", `${quoteShort(path)} is too long`, hint);
  }
  return whole;
}

function withoutScheme(url: string): string {
  if (url.startsWith("/")) return `write unix://${quoteShort(url).slice(1, -1)}`;
  return /^[\w.-]+@[\w.-]+$/.test(url) ? `write ssh://${url}` : FORMS;
}
