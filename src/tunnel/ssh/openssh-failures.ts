/** What the system's ssh said on standard error before it ended, as errors that say what to do. */
import { FugueError } from "../../base/errors.ts";
import { printable } from "../../base/names.ts";
import type { SshConfiguration } from "./configuration.ts";
import { knownName } from "./known-hosts.ts";
import { NoCommonAlgorithm, authenticationFailure, connectFailure, connectionGone, unknownKey } from "./failures.ts";

const CONNECT: [pattern: RegExp, code: string][] = [
  [/Could not resolve hostname|Name or service not known/, "ENOTFOUND"],
  [/Connection refused/, "ECONNREFUSED"],
  [/(Connection|Operation) timed out/, "ETIMEDOUT"],
  [/No route to host|Network is unreachable/, "ENETUNREACH"],
];

/** A login that did not come about. @param background nobody could be asked */
export function loginFailure(said: string, configuration: SshConfiguration, background: boolean): FugueError {
  const { label, hostName, port } = configuration;
  const words = plain(said);
  const fact = (pattern: RegExp) => pattern.exec(words)?.[1];
  const place = /Offending .*key (?:for \S+ )?in (\S+?):(\d+)/.exec(words) ?? /(\S+):(\d+): .*revoked/i.exec(words);
  const where = place ? ` in ${printable(place[1]!)} line ${place[2]}` : "";
  const print = fact(/(SHA256:[\w+/]+)/) ?? "";
  if (/REVOKED|revoked/.test(words)) {
    return new FugueError("refused", `${label} presents a host key that was revoked${where}`, "do not log in; ask its administrator for the new key");
  }
  if (/IDENTIFICATION HAS CHANGED/.test(said)) {
    return new FugueError("refused", `the host key of ${label} changed: it is now ${print}, not the one${where}`, `somebody may be listening; if the change is meant: ssh-keygen -R '${knownName(hostName, port, configuration.hostKeyAlias)}'`);
  }
  if (/Host key verification failed|No .* host key is known for/.test(words)) {
    const type = fact(/Server host key: (\S+)/) ?? fact(/debug1: Server host key: (\S+)/);
    const shown = /Server host key: (\S+) (SHA256:\S+)/.exec(said);
    return unknownKey(label, shown?.[1] ?? type ?? "", shown?.[2] ?? print, "");
  }
  if (/no matching|Unable to negotiate/.test(words)) return new NoCommonAlgorithm(label, fact(/(no matching [^.\n]*)/) ?? "nothing fits");
  const methods = fact(/Permission denied \(([^)]*)\)/);
  if (methods !== undefined) return authenticationFailure(label, offered(said), notes(said), methods.split(","), background);
  if (/Too many authentication failures/.test(words)) {
    return new FugueError("refused", `${label} closed the connection: too many keys were tried`, "name the right key with ssh_identity, and set IdentitiesOnly yes in your ssh configuration");
  }
  for (const [pattern, code] of CONNECT) {
    if (pattern.test(words)) return connectFailure({ code }, hostName, `${hostName}:${port}`);
  }
  if (/Bad (owner or permissions|configuration option)|terminating, \d+ bad/.test(words)) {
    return new FugueError("config", `ssh can't read its configuration: ${last(words)}`, `try: ssh -G ${configuration.alias}`);
  }
  return new FugueError("closed", `ssh could not log in to ${label}: ${last(words) || "it said nothing"}`, `try: ssh -v ${configuration.alias}`);
}

/** A connection that had worked. */
export function brokenFailure(said: string, label: string): FugueError {
  const words = plain(said);
  if (/not responding|timed out/i.test(words)) return new FugueError("timeout", `${label} has not answered for 15 s`, "is the network up?");
  const reason = last(words);
  return reason === "" ? connectionGone(label) : new FugueError("closed", `the ssh connection to ${label} broke: ${reason}`);
}

/** Without the log's own lines, and without decoration. */
function plain(said: string): string {
  return said.split(/\r?\n/).filter((line) => !/^(debug\d|Authenticated to |Transferred: |Bytes per second: |Pseudo-terminal|\s*@+|OpenSSH_)/.test(line)).join("\n");
}

function last(words: string): string {
  return printable(words.trim().split("\n").at(-1) ?? "", 200);
}

/** The keys and methods that ssh said it tried. */
function offered(said: string): string[] {
  const keys = [...said.matchAll(/debug1: Offering public key: (\S+) \S+ (SHA256:\S+)/g)].map(([, path, print]) => `${path} (${print})`);
  const others = [...said.matchAll(/debug1: Next authentication method: (password|keyboard-interactive|gssapi-with-mic)/g)].map(([, method]) => method!);
  return [...new Set([...keys, ...others])];
}

function notes(said: string): string[] {
  const locked = [...said.matchAll(/debug1: Server accepts key: (\S+)/g)].map(([, path]) => `${path} was taken, but its passphrase or token was missing`);
  const agent = /agent refused operation/.test(said) ? ["the agent refused to sign"] : [];
  return [...new Set([...agent, ...locked])];
}
