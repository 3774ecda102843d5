/** A token that holds a key and is asked by PKCS #11: softhsm2's, in a folder of the test's own. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where Debian and others have the module. */
const MODULES = [
  "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
  "/usr/local/lib/softhsm/libsofthsm2.so", "/opt/homebrew/lib/softhsm/libsofthsm2.so",
];
const LABEL = "test";

/** Why tests with a token are left out; undefined if they are not. */
export function noToken(): string | undefined {
  if (Bun.which("softhsm2-util") === null || !MODULES.some(existsSync)) return "softhsm2 not installed";
  return Bun.which("openssl") === null ? "openssl not installed" : undefined;
}

export interface TestToken {
  /** Path of the module: `PKCS11Provider`. */
  readonly module: string;
  readonly env: Readonly<Record<string, string>>;
  /** Line for authorized_keys of the key that never leaves the token. */
  readonly authorizedKey: string;
}

/** @param folder where the token lies */
export function makeToken(folder: string, pin: string): TestToken {
  const module = MODULES.find((path) => existsSync(path))!;
  const path = (name: string) => join(folder, name);
  mkdirSync(path("tokens"));
  writeFileSync(path("softhsm2.conf"), `directories.tokendir = ${path("tokens")}\n`);
  const env = { SOFTHSM2_CONF: path("softhsm2.conf") };
  const run = (...argv: string[]): string => {
    const { exitCode, stdout, stderr } = Bun.spawnSync(argv, { env: { ...process.env, ...env } });
    if (exitCode !== 0) throw new Error(`${argv.join(" ")}: ${stderr}`);
    return stdout.toString();
  };
  run("softhsm2-util", "--init-token", "--free", "--label", LABEL, "--pin", pin, "--so-pin", `${pin}0`);
  run("openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", path("key.pem"));
  run("softhsm2-util", "--import", path("key.pem"), "--token", LABEL, "--label", LABEL, "--id", "01", "--pin", pin);
  return { module, env, authorizedKey: run("ssh-keygen", "-D", module).trim().split("\n")[0]! };
}
