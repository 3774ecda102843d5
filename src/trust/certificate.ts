/**
 * The server's certificate: self-signed, because clients pin it by its SHA-256 and ask no authority. Made on first use;
 * it names nobody, and its dates matter to nobody.
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import { FugueError } from "../base/errors.ts";
import type { Paths } from "../base/paths.ts";
import { createPrivateFile, readPrivateFile } from "./private-file.ts";
import { parseFingerprint } from "./server-secrets.ts";

/** A certificate with its key, as PEM, and what clients pin. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
  /** SHA-256 of the certificate, 64 lowercase hexadecimal digits. */
  readonly fingerprint: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const YEARS = 30;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** Where certificate and key are, together so that they can't be of two makings: `FUGUE_HOME/tls.pem`. */
export function certificatePath(paths: Paths): string {
  return join(paths.home, "tls.pem");
}

/**
 * This home's certificate, made on first use.
 * @throws FugueError `refused` if its file is not private, `config` if the file holds something else
 */
export async function ownCertificate(paths: Paths, clock: Clock): Promise<ServerCertificate> {
  const path = certificatePath(paths);
  const text = readPrivateFile(path) ?? createPrivateFile(path, await makeCertificate(clock));
  const cert = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(text)?.[0];
  const key = /-----BEGIN (?:EC )?PRIVATE KEY-----[^-]+-----END (?:EC )?PRIVATE KEY-----/.exec(text)?.[0];
  try {
    const parsed = new X509Certificate(cert!);
    if (!parsed.checkPrivateKey(createPrivateKey(key!))) throw new Error("the key is another certificate's");
    return { cert: cert!, key: key!, fingerprint: parseFingerprint(parsed.fingerprint256, path) };
  } catch (error) {
    throw new FugueError("config", `${path} does not hold a certificate and its key`, "move it away: the server makes another one, and clients need a new invite", error);
  }
}

/** The library is large and used once in a server's life. */
async function makeCertificate(clock: Clock): Promise<string> {
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  const keys = (await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"])) as CryptoKeyPair;
  const now = clock.wall();
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    name: "CN=fugue",
    // a day back: clocks differ
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + YEARS * 365 * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [new x509.BasicConstraintsExtension(false, undefined, true)],
  }, crypto as never);
  const key = x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
  return `${cert.toString("pem")}\n${key}\n`;
}
