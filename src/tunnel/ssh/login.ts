/** Names of users and hosts: what may be given to ssh, and how a login is written. */
import { FugueError } from "../../base/errors.ts";
import { printable } from "../../base/names.ts";
import type { SshTarget } from "./connection.ts";

/** Letters and digits of any script, dots, colons and a zone for IPv6; nothing that a shell or an option would notice. */
const HOST = /^[\p{L}\p{N}_][\p{L}\p{N}_.:%-]*$|^::[\p{L}\p{N}.:%]*$/u;
/** What OpenSSH forbids in user names, and control characters. */
const BAD_USER = /[\u0000-\u001f\u007f'"`$;&<>|(){}\s]|^-|\\$|^$/;
const LONGEST = 255;

/** Checks a host name that will be given to ssh or to a resolver. @throws FugueError `usage` */
export function checkHost(host: string): string {
  if (host.length <= LONGEST && HOST.test(host)) return host;
  throw new FugueError(
    "usage", `'${printable(host, 80)}' is no host name`, "it may hold letters, digits, '.', '-', '_' and ':', and not begin with '-'",
  );
}

/** Checks a user name that will be given to ssh. @throws FugueError `usage` */
export function checkUser(user: string): string {
  if (user.length <= LONGEST && !BAD_USER.test(user)) return user;
  throw new FugueError("usage", `'${printable(user, 80)}' is no user name`, "it may not hold blanks or characters of the shell");
}

/** Checks everything of a target that a program will see. @throws FugueError `usage` */
export function checkTarget(target: SshTarget): void {
  checkHost(target.host);
  if (target.user !== undefined) checkUser(target.user);
  if (target.port !== undefined && !isPort(target.port)) throw new FugueError("usage", "the port is not between 1 and 65535");
  for (const path of [target.identity, target.config]) {
    if (path !== undefined && (path === "" || path.includes("\0"))) throw new FugueError("usage", "the path of an ssh file is not valid");
  }
}

export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

/** `user@host:port`, with brackets around IPv6 addresses. */
export function formatLogin(user: string, host: string, port: number): string {
  return `${user}@${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** One hop of ProxyJump: `[user@]host[:port]` or `ssh://…`. @throws FugueError `config` */
export function parseHop(text: string): { user?: string; host: string; port?: number } {
  const plain = text.trim().replace(/^ssh:\/\//, "").replace(/\/$/, "");
  const at = plain.lastIndexOf("@");
  const match = /^(?:\[([^\]]+)\]|([^:]+)|([^@\[\]]*:[^@\[\]]*:[^@\[\]]*))(?::(\d+))?$/.exec(plain.slice(at + 1));
  const host = match?.[1] ?? match?.[2] ?? match?.[3];
  const port = match?.[4] === undefined ? undefined : Number(match[4]);
  if (host === undefined || (port !== undefined && !isPort(port))) {
    throw new FugueError("config", `ProxyJump names '${printable(text, 80)}', which is no host`, "look at your ssh configuration");
  }
  checkHost(host);
  return { host, ...(at >= 0 ? { user: checkUser(plain.slice(0, at)) } : {}), ...(port === undefined ? {} : { port }) };
}
