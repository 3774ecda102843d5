/** Everything that can go wrong between a host name and an open stream, as errors that say what to do. */
import { FugueError, systemCode } from "../../base/errors.ts";
import { printable } from "../../base/names.ts";
import { ForwardingForbidden } from "./connection.ts";
import type { KnownHost } from "./known-hosts.ts";

/** A socket that could not be connected. @param where `host:port` */
export function connectFailure(error: unknown, host: string, where: string): FugueError {
  const code = systemCode(error) ?? "";
  if (/ENOTFOUND|EAI_|DNS|ENODATA/.test(code)) {
    return new FugueError("noServer", `the host '${printable(host)}' is unknown`, "check its name, or your network", error);
  }
  if (code === "ECONNREFUSED") {
    return new FugueError("noServer", `${where} refuses connections`, "is the machine on, and is sshd running there, on this port?", error);
  }
  if (code === "ETIMEDOUT") return new FugueError("timeout", `${where} does not answer`, "is the machine on, and does a firewall let ssh through?", error);
  if (/UNREACH|ENETDOWN|EHOSTDOWN/.test(code)) return new FugueError("noServer", `${where} can't be reached: ${code}`, "check your network", error);
  return new FugueError("noServer", `can't connect to ${where}: ${code || printable(String((error as Error)?.message ?? error))}`, undefined, error);
}

export function revokedKey(label: string, entry: KnownHost): FugueError {
  return new FugueError(
    "refused", `${label} presents a host key that was revoked in ${entry.file} line ${entry.line}`,
    "do not log in; ask its administrator for the new key",
  );
}

export function changedKey(label: string, entry: KnownHost, type: string, print: string, name: string): FugueError {
  return new FugueError(
    "refused", `the host key of ${label} changed: it is now ${type} ${print}, not the one in ${entry.file} line ${entry.line}`,
    `somebody may be listening; if the change is meant: ssh-keygen -f ${entry.file} -R '${name}'`,
  );
}

export function unknownKey(label: string, type: string, print: string, why: string): FugueError {
  return new FugueError("refused", `the host key of ${label} is not known (${type} ${print})${why}`, "connect once in the foreground and compare it, or add it to known_hosts");
}

/** Nobody let us in. @param tried what was offered, in order @param notes what could not be offered, and why */
export function authenticationFailure(label: string, tried: readonly string[], notes: readonly string[], methods: readonly string[], background: boolean): FugueError {
  const offered = tried.length > 0 ? `tried ${tried.map((text) => printable(text, 120)).join(", ")}` : "there was nothing to try";
  const more = notes.length > 0 ? `; ${notes.map((text) => printable(text, 160)).join("; ")}` : "";
  const takes = methods.length > 0 ? ` (it takes ${printable(methods.join(", "), 120)})` : "";
  const locked = notes.some((note) => note.includes("passphrase"));
  const asks = methods.some((method) => method === "password" || method === "keyboard-interactive");
  const hint = locked && background ? "unlock the key with ssh-add, or connect once in the foreground"
    : background && asks ? "it is asked for by r in the tree, and when you connect once in the foreground"
    : "add your key there (ssh-copy-id), or name the right one with ssh_identity";
  if (background && asks && tried.length === 0 && !locked) return new FugueError("refused", `${label} wants a password${more}`, hint);
  return new FugueError("refused", `${label} accepted no login: ${offered}${more}${takes}`, hint);
}

/** The two sides have no algorithm in common. */
export class NoCommonAlgorithm extends FugueError {
  constructor(label: string, detail: string, cause?: unknown) {
    super("refused", `${label} and this program have no algorithm in common: ${printable(detail)}`, "use the system's ssh: ssh_backend = \"openssh\"", cause);
    this.name = "NoCommonAlgorithm";
  }
}

/** ssh2 can't do what this connection needs; the system's ssh may. */
export class NeedsOpenssh extends FugueError {
  constructor(label: string, readonly reason: string, cause?: unknown) {
    super("refused", `${label} needs the system's ssh: ${reason}`, "install OpenSSH's client, and leave ssh_backend at \"auto\"", cause);
    this.name = "NeedsOpenssh";
  }
}

/** How long after its first words a host may take to say that it speaks SSH: lines may come before that (RFC 4253 4.2). */
export const IDENTIFY_MS = 2000;

export function noSshServer(label: string, cause?: unknown): FugueError {
  return new FugueError("noServer", `what answers as ${label} is no ssh server`, "check the host and ssh_port", cause);
}

/** An error that ssh2 emitted before the connection was ready. */
export function handshakeFailure(error: unknown, label: string): FugueError {
  const text = error instanceof Error ? error.message : String(error);
  if (/no matching/.test(text)) return new NoCommonAlgorithm(label, text.replace(/^Handshake failed: /, ""), error);
  if (/before handshake|Invalid identification|bad header|Malformed|greeting|Bad packet length|packet length/i.test(text)) {
    return noSshServer(label, error);
  }
  if (/too many authentication failures/i.test(text)) {
    return new FugueError("refused", `${label} closed the connection: too many keys were tried`, "name the right key with ssh_identity, and set IdentitiesOnly yes in your ssh configuration", error);
  }
  return new FugueError("closed", `${label} ended the connection: ${printable(text)}`, "look at the log of sshd there", error);
}

/** SSH_OPEN_ codes of RFC 4254 5.1. */
const OPEN_PROHIBITED = 1;
const OPEN_CONNECT_FAILED = 2;
const OPEN_UNKNOWN_TYPE = 3;

/**
 * A channel that the server did not open. @param to what should have been reached
 * @param label of the connection
 */
export function openFailure(kind: "unix" | "tcp" | "session", to: string, label: string, reason: number | undefined, text: string): FugueError {
  if (reason === OPEN_PROHIBITED || reason === OPEN_UNKNOWN_TYPE) {
    if (kind === "session") return new FugueError("refused", `${label} allows no commands`, "ask its administrator");
    return forwardingForbidden(kind, label);
  }
  const target = printable(to);
  if (reason === OPEN_CONNECT_FAILED && kind !== "session") {
    return new FugueError("noServer", `nothing answers at ${target} on ${label}`, "is the server running there?");
  }
  return new FugueError("failed", `${label} did not open ${kind === "session" ? "a session" : target}: ${printable(text) || "no reason given"}`);
}

export function forwardingForbidden(kind: "unix" | "tcp", label: string): ForwardingForbidden {
  return kind === "unix"
    ? new ForwardingForbidden(kind, `${label} forbids forwarding to unix sockets`, "its sshd_config has AllowStreamLocalForwarding or DisableForwarding")
    : new ForwardingForbidden(kind, `${label} forbids forwarding to ports`, "its sshd_config has AllowTcpForwarding, PermitOpen or DisableForwarding");
}

export function connectionGone(label: string): FugueError {
  return new FugueError("closed", `the ssh connection to ${label} is gone`, "it is dialled again at the next use");
}
