import { expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { chmodSync, statSync } from "node:fs";
import { systemClock } from "../../../src/base/clock.ts";
import { certificatePath, ownCertificate } from "../../../src/trust/certificate.ts";
import { writePrivateFile } from "../../../src/trust/private-file.ts";
import { tempHome } from "../../support/temp-folder.ts";
import { rejection } from "../../support/thrown.ts";

test("the certificate is made once, private, valid now, and names nobody", async () => {
  using home = tempHome();
  const [made, raced] = await Promise.all([ownCertificate(home.paths, systemClock), ownCertificate(home.paths, systemClock)]);
  expect(raced).toEqual(made);
  expect(await ownCertificate(home.paths, systemClock)).toEqual(made);
  expect(statSync(certificatePath(home.paths)).mode & 0o777).toBe(0o600);
  const parsed = new X509Certificate(made.cert);
  expect(parsed.fingerprint256.replaceAll(":", "").toLowerCase()).toBe(made.fingerprint);
  expect(parsed.subject).toBe("CN=fugue");
  expect(parsed.ca).toBe(false);
  expect(parsed.verify(parsed.publicKey)).toBe(true);
  expect(Date.parse(parsed.validFrom)).toBeLessThan(systemClock.wall());
  expect(Date.parse(parsed.validTo)).toBeGreaterThan(systemClock.wall() + 20 * 365 * 86_400_000);
});

test("a damaged or public file is refused, with what to do", async () => {
  using home = tempHome();
  writePrivateFile(certificatePath(home.paths), "nonsense\n");
  expect(await rejection(ownCertificate(home.paths, systemClock))).toMatchObject({ code: "config", hint: expect.stringContaining("move it away") });
  chmodSync(certificatePath(home.paths), 0o640);
  expect(await rejection(ownCertificate(home.paths, systemClock))).toMatchObject({ code: "refused" });
});
