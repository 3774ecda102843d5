/** A Kerberos key server of the test's own (krb5kdc(8) of MIT Kerberos) on a loopback port, with one user and one host. */
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { freePort } from "./sshd.ts";
import { tempFolder } from "./temp-folder.ts";
import { waitUntil } from "./wait-until.ts";

const REALM = "FUGUE.TEST";
const PASSWORD = "secret";
const PROGRAMS = ["kdb5_util", "krb5kdc", "kadmin.local", "kinit"];
// Debian has the server's programs where only root's PATH leads
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

/** Why tests with Kerberos are left out; undefined if they are not. */
export function noKerberos(): string | undefined {
  const missing = PROGRAMS.filter((program) => Bun.which(program, { PATH }) === null);
  return missing.length > 0 ? `${missing.join(", ")} not installed` : undefined;
}

export interface TestKdc {
  /** For programs that look for tickets, and for servers that take them. */
  readonly env: Readonly<Record<string, string>>;
  /** Gets the user a ticket, in the cache that `env` names. */
  login(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** @param user name of the one who may log in @param host name by which clients know the server */
export async function startKdc(user: string, host: string): Promise<TestKdc> {
  const folder = tempFolder();
  const path = (name: string) => join(folder.path, name);
  const port = await freePort();
  writeFileSync(path("krb5.conf"), [
    "[libdefaults]", ` default_realm = ${REALM}`, " dns_lookup_kdc = false", " dns_lookup_realm = false",
    " dns_canonicalize_hostname = false", " rdns = false",
    "[realms]", ` ${REALM} = {`, `  kdc = 127.0.0.1:${port}`, " }", "[domain_realm]", ` ${host} = ${REALM}`, "",
  ].join("\n"));
  writeFileSync(path("kdc.conf"), [
    "[kdcdefaults]", ` kdc_listen = 127.0.0.1:${port}`, ` kdc_tcp_listen = 127.0.0.1:${port}`, "[realms]", ` ${REALM} = {`,
    `  database_name = ${path("principals")}`, `  key_stash_file = ${path("stash")}`, `  acl_file = ${path("acl")}`, " }",
    "[logging]", ` kdc = FILE:${path("log")}`, "",
  ].join("\n"));
  const env = { KRB5_CONFIG: path("krb5.conf"), KRB5CCNAME: `FILE:${path("cache")}`, KRB5_KTNAME: path("keytab") };
  const all = { ...process.env, ...env, PATH, KRB5_KDC_PROFILE: path("kdc.conf") };
  const run = (argv: string[], input = "") => {
    const { exitCode, stderr } = Bun.spawnSync(argv, { env: all, stdin: Buffer.from(input), stdout: "ignore", stderr: "pipe" });
    if (exitCode !== 0) throw new Error(`${argv[0]}: ${stderr}`);
  };
  run(["kdb5_util", "create", "-s", "-r", REALM, "-P", "master"]);
  for (const query of [`addprinc -pw ${PASSWORD} ${user}`, `addprinc -randkey host/${host}`, `ktadd -k ${path("keytab")} host/${host}`]) {
    run(["kadmin.local", "-r", REALM, "-q", query]);
  }
  const kdc = Bun.spawn(["krb5kdc", "-n"], { env: all, stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  await waitUntil("the key server", () => new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1", () => (socket.destroy(), resolve(true))).on("error", () => resolve(false));
  }), () => kdc.exitCode, 10_000);
  return {
    env,
    login: () => run(["kinit", user], `${PASSWORD}\n`),
    [Symbol.asyncDispose]: async () => {
      kdc.kill("SIGKILL");
      await kdc.exited;
      folder[Symbol.dispose]();
    },
  };
}
