/** The known_hosts format of sshd(8): names, patterns, negation, hashes, ports, markers; and what a file says of a key. */
import { createHash, createHmac } from "node:crypto";

/** One line that names a key. */
export interface KnownHost {
  readonly marker?: "revoked" | "cert-authority";
  /** The first field: a list of patterns, or a hashed name. */
  readonly hosts: string;
  /** `ssh-ed25519`, …: the name in the key itself. */
  readonly type: string;
  /** The key, as it is sent. */
  readonly key: Uint8Array;
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

const MOST_LINES = 200_000;

/** Reads a file. Lines that are no entries are passed over, as OpenSSH does. */
export function parseKnownHosts(text: string, file: string): KnownHost[] {
  const found: KnownHost[] = [];
  const lines = text.split("\n", MOST_LINES);
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!.trim();
    if (line === "" || line.startsWith("#")) continue;
    const words = line.split(/[ \t]+/);
    const marker = words[0]!.startsWith("@") ? words.shift()!.slice(1) : undefined;
    if (marker !== undefined && marker !== "revoked" && marker !== "cert-authority") continue;
    const [hosts, , base64] = words;
    if (hosts === undefined || base64 === undefined) continue;
    const key = Buffer.from(base64, "base64");
    const type = keyType(key);
    if (type === undefined || type !== words[1]) continue;
    found.push({ ...(marker === undefined ? {} : { marker }), hosts, type, key, file, line: i + 1 });
  }
  return found;
}

/** The type that a key in SSH's wire format names, or undefined if it is no key. */
export function keyType(key: Uint8Array): string | undefined {
  if (key.length < 8) return undefined;
  const length = new DataView(key.buffer, key.byteOffset).getUint32(0);
  if (length === 0 || length > 64 || 4 + length > key.length) return undefined;
  const type = Buffer.from(key.buffer, key.byteOffset + 4, length).toString("latin1");
  return /^[\w@.-]+$/.test(type) ? type : undefined;
}

/** The name under which a host stands in known_hosts: `host`, `[host]:port`, or the alias alone. */
export function knownName(host: string, port: number, alias?: string): string {
  if (alias !== undefined) return alias.toLowerCase();
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}

/** Whether the first field of a line means this name. */
export function hostsMatch(hosts: string, name: string): boolean {
  if (hosts.startsWith("|")) return hashMatches(hosts, name);
  let matched = false;
  for (const pattern of hosts.split(",")) {
    const negated = pattern.startsWith("!");
    if (!wildcardMatches((negated ? pattern.slice(1) : pattern).toLowerCase(), name)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

function hashMatches(hosts: string, name: string): boolean {
  const [, magic, salt, hash, rest] = hosts.split("|");
  if (magic !== "1" || salt === undefined || hash === undefined || rest !== undefined) return false;
  return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
}

/** `*` is any run of characters, `?` is one. Linear in both lengths but for the last star. */
function wildcardMatches(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let from = 0;
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === "*") {
      star = p++;
      from = t;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++from;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

/** The name as HashKnownHosts writes it. @param salt 20 random bytes */
export function hashName(name: string, salt: Uint8Array): string {
  return `|1|${Buffer.from(salt).toString("base64")}|${createHmac("sha1", salt).update(name).digest("base64")}`;
}

/** `SHA256:…` as ssh-keygen prints it. */
export function fingerprint(key: Uint8Array): string {
  return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}

/** What is known of a key that a host presented. */
export type Verdict =
  | { readonly kind: "known"; readonly entry: KnownHost }
  /** The key itself is marked as revoked. */
  | { readonly kind: "revoked"; readonly entry: KnownHost }
  /** Another key of the same type is known for this host. */
  | { readonly kind: "changed"; readonly entry: KnownHost }
  /** `others` are keys of other types that are known for this host. */
  | { readonly kind: "unknown"; readonly others: readonly KnownHost[] };

/** Compares a presented key with what is known, in the order of sshd(8): revocation wins, then a match, then a mismatch. */
export function judge(entries: readonly KnownHost[], name: string, key: Uint8Array): Verdict {
  const type = keyType(key);
  const here = entries.filter((entry) => hostsMatch(entry.hosts, name));
  const same = (entry: KnownHost) => Buffer.compare(entry.key, key) === 0;
  const revoked = here.find((entry) => entry.marker === "revoked" && same(entry));
  if (revoked) return { kind: "revoked", entry: revoked };
  const plain = here.filter((entry) => entry.marker === undefined);
  const known = plain.find(same);
  if (known) return { kind: "known", entry: known };
  const changed = plain.find((entry) => entry.type === type);
  return changed ? { kind: "changed", entry: changed } : { kind: "unknown", others: plain };
}
