/** Whether a host's key is trusted: known_hosts, StrictHostKeyChecking, and a question for the person who waits. */
import { FugueError } from "../../base/errors.ts";
import type { Random } from "../../base/random.ts";
import type { SshConfiguration } from "./configuration.ts";
import { changedKey, revokedKey, unknownKey } from "./failures.ts";
import { fingerprint, hostsMatch, judge, keyType, knownName, type KnownHost } from "./known-hosts.ts";
import { addKnownHost, readKnownHosts } from "./known-hosts-files.ts";
import type { Patience } from "./patience.ts";

const SSH_PORT = 22;
/** Signature algorithms of a type of key, the best first (RFC 8332 for RSA). */
const RSA = ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"];

/** What is known of one host, read once for one attempt. */
export class HostKeys {
  readonly name: string;
  /** The name without its port, if it has one: as OpenSSH does, a key known for the host vouches for all its ports. */
  private readonly plainName: string | undefined;
  private readonly entries: KnownHost[];
  /** Accepted in this attempt: it comes again with every exchange of keys. */
  private accepted: Uint8Array | undefined;

  /** @throws FugueError `system` if a known_hosts file can't be read */
  constructor(private readonly configuration: SshConfiguration, private readonly random: Random) {
    this.name = knownName(configuration.hostName, configuration.port, configuration.hostKeyAlias);
    const { hostName, port, hostKeyAlias } = configuration;
    this.plainName = hostKeyAlias === undefined && port !== SSH_PORT ? knownName(hostName, SSH_PORT) : undefined;
    this.entries = readKnownHosts(configuration).filter(({ hosts }) => this.names.some((name) => hostsMatch(hosts, name)));
  }

  private get names(): string[] {
    return this.plainName === undefined ? [this.name] : [this.name, this.plainName];
  }

  /** A certificate authority vouches for this host: only the system's ssh checks certificates. */
  get certified(): boolean {
    return this.entries.some((entry) => entry.marker === "cert-authority");
  }

  /** The algorithms to offer: those of known keys first, so that a server with several keys shows the one we know. */
  order(offered: readonly string[]): string[] {
    const types = this.entries.filter((entry) => entry.marker === undefined).map((entry) => entry.type);
    const known = types.flatMap((type) => (type === "ssh-rsa" ? RSA : [type])).filter((name) => offered.includes(name));
    return [...new Set([...known, ...offered])];
  }

  /**
   * Checks a key that the host presented, asks about an unknown one, and remembers it.
   * @throws FugueError `refused` for a revoked, changed or unknown key
   */
  async check(key: Uint8Array, patience: Patience): Promise<void> {
    const { label, strict } = this.configuration;
    if (this.accepted && Buffer.compare(this.accepted, key) === 0) return;
    const verdict = judge(this.entries, this.name, key);
    const known = verdict.kind === "known"
      || (verdict.kind === "unknown" && this.plainName !== undefined && judge(this.entries, this.plainName, key).kind === "known");
    if (known) {
      this.accepted = Uint8Array.from(key);
      return;
    }
    const type = shortType(key);
    const print = fingerprint(key);
    if (verdict.kind === "revoked") throw revokedKey(label, verdict.entry);
    if (verdict.kind === "changed") throw changedKey(label, verdict.entry, type, print, this.name);
    if (strict === "yes") throw unknownKey(label, type, print, ", and StrictHostKeyChecking is yes");
    if (strict === "ask") await this.askAbout(type, print, verdict.others, patience);
    this.accepted = Uint8Array.from(key);
    addKnownHost(this.configuration, this.name, key, this.random);
  }

  private async askAbout(type: string, print: string, others: readonly KnownHost[], patience: Patience): Promise<void> {
    const { label } = this.configuration;
    if (!patience.prompter) throw unknownKey(label, type, print, "");
    const other = others[0];
    const warning = other ? ` Another type of key (${other.type}) is known from ${other.file} line ${other.line}: be careful.` : "";
    const question = `${label} is not known yet. Its ${type} key is ${print}.${warning} Connect, and remember the key?`;
    if (!(await patience.confirm(question))) throw new FugueError("refused", `the host key of ${label} was not accepted`, "compare it with: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub (there)");
  }
}

/** `ED25519`, `RSA`, `ECDSA`: as ssh says it. */
function shortType(key: Uint8Array): string {
  const type = keyType(key) ?? "unknown";
  return type.startsWith("ecdsa") ? "ECDSA" : type.replace(/^ssh-/, "").replace(/^dss$/, "dsa").toUpperCase();
}
