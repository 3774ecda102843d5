/** What ssh2 can't do, found in a configuration before anything is dialled. */
import { existsSync, readFileSync } from "node:fs";
import type { SshConfiguration } from "./configuration.ts";

/** Why the system's ssh is needed for this host, in words; undefined if ssh2 will do. */
export function opensshReason(configuration: SshConfiguration, env: Readonly<Record<string, string | undefined>>): string | undefined {
  const set = (name: string) => {
    const value = configuration.raw.get(name);
    return value !== undefined && !["none", "no", "false", ""].includes(value);
  };
  if (configuration.proxyCommand !== undefined) return "its configuration has a ProxyCommand";
  if (set("gssapiauthentication") && hasTicket(env)) return "there is a Kerberos ticket";
  if (set("pkcs11provider")) return "its configuration has a PKCS11Provider";
  if (set("hostbasedauthentication")) return "its configuration wants host-based authentication";
  if (set("revokedhostkeys") || set("knownhostscommand")) return "its configuration checks host keys in another way";
  if (set("bindinterface")) return "its configuration names an interface";
  if (configuration.certificateFiles.some(existsSync)) return "there is a certificate for it";
  for (const path of configuration.identityFiles) {
    if (existsSync(`${path}-cert.pub`) && existsSync(path)) return `there is a certificate for ${path}`;
    if (isFido(path)) return `${path} lies on a FIDO token`;
  }
  return undefined;
}

/** Debian switches GSSAPI on for everybody; only a ticket makes it matter. */
function hasTicket(env: Readonly<Record<string, string | undefined>>): boolean {
  const cache = env.KRB5CCNAME;
  if (cache !== undefined && cache !== "") return !cache.startsWith("FILE:") || existsSync(cache.slice(5));
  return existsSync(`/tmp/krb5cc_${process.getuid?.() ?? 0}`);
}

function isFido(path: string): boolean {
  try {
    return existsSync(path) && readFileSync(`${path}.pub`, "utf8").startsWith("sk-");
  } catch {
    return false;
  }
}
