import { describe, expect, test } from "bun:test";
import { chmodSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { systemRandom } from "../../../src/base/random.ts";
import { credentialsFor, invitedCredentials, pinnedFingerprint, trustOf } from "../../../src/trust/credentials.ts";
import { writePrivateFile } from "../../../src/trust/private-file.ts";
import { formatSecret, ownSecret, parseSecret } from "../../../src/trust/secret.ts";
import { readServerSecret, removeServerSecret, storeServerSecret } from "../../../src/trust/server-secrets.ts";
import { tempHome } from "../../support/temp-folder.ts";
import { thrownBy } from "../../support/thrown.ts";

const SECRET = new Uint8Array(32).fill(5);
const FINGERPRINT = "0a".repeat(32);

describe("a home's own secret", () => {
  test("is made once, private, and stays", () => {
    using home = tempHome();
    const made = ownSecret(home.paths, systemRandom);
    expect(made).toHaveLength(32);
    expect(ownSecret(home.paths, systemRandom)).toEqual(made);
    expect(statSync(home.paths.token).mode & 0o777).toBe(0o600);
    expect(readFileSync(home.paths.token, "utf8")).toBe(`${formatSecret(made)}\n`);
  });

  test("is refused when others may read it, and never shown in an error", () => {
    using home = tempHome();
    ownSecret(home.paths, systemRandom);
    chmodSync(home.paths.token, 0o644);
    expect(thrownBy(() => ownSecret(home.paths, systemRandom)).code).toBe("refused");
    writePrivateFile(home.paths.token, "almost-a-secret");
    const error = thrownBy(() => ownSecret(home.paths, systemRandom));
    expect(error.code).toBe("config");
    expect(`${error.message} ${error.hint}`).not.toContain("almost-a-secret");
  });
});

describe("what is stored of a server", () => {
  test("comes back, with and without a certificate", () => {
    using home = tempHome();
    expect(readServerSecret(home.paths, "far")).toBeUndefined();
    storeServerSecret(home.paths, "far", { secret: SECRET });
    expect(readServerSecret(home.paths, "far")).toEqual({ secret: SECRET });
    storeServerSecret(home.paths, "far", { secret: SECRET, fingerprint: FINGERPRINT });
    expect(readServerSecret(home.paths, "far")).toEqual({ secret: SECRET, fingerprint: FINGERPRINT });
    expect(statSync(join(home.paths.home, "secrets", "far")).mode & 0o777).toBe(0o600);
    expect(removeServerSecret(home.paths, "far")).toBe(true);
    expect(readServerSecret(home.paths, "far")).toBeUndefined();
  });

  test.each(["../token", "a/b", ".", "..", "", "-x", "a b"])("has no place under the name %p", (name) => {
    using home = tempHome();
    expect(thrownBy(() => storeServerSecret(home.paths, name, { secret: SECRET })).code).toBe("usage");
    expect(thrownBy(() => readServerSecret(home.paths, name)).code).toBe("usage");
  });
});

describe("credentials", () => {
  test("are the stored secret, with the certificate of this connection", () => {
    using home = tempHome();
    storeServerSecret(home.paths, "far", { secret: SECRET });
    expect(credentialsFor({ name: "far" }, home.paths, FINGERPRINT)).toEqual({ secret: SECRET, fingerprint: FINGERPRINT });
  });

  test("come from secret_file if the profile has one; the pinned certificate stays", () => {
    using home = tempHome();
    storeServerSecret(home.paths, "far", { secret: SECRET, fingerprint: FINGERPRINT });
    const other = new Uint8Array(32).fill(6);
    const secretFile = join(home.paths.home, "mine");
    writePrivateFile(secretFile, formatSecret(other));
    expect(trustOf({ name: "far", secretFile }, home.paths)).toEqual({ secret: other, fingerprint: FINGERPRINT });
    expect(pinnedFingerprint({ name: "far", secretFile }, home.paths)).toBe(FINGERPRINT);
    chmodSync(secretFile, 0o644);
    expect(thrownBy(() => trustOf({ name: "far", secretFile }, home.paths)).code).toBe("refused");
    expect(thrownBy(() => trustOf({ name: "far", secretFile: `${secretFile}x` }, home.paths)).message).toContain("there is no file");
  });

  test("that are missing name the line to run there", () => {
    using home = tempHome();
    for (const run of [() => credentialsFor({ name: "far" }, home.paths, ""), () => pinnedFingerprint({ name: "far" }, home.paths)]) {
      expect(thrownBy(run)).toMatchObject({
        code: "refused", hint: "run there: fugue server invite; then here: fugue server add far --invite LINE",
      });
    }
  });

  test("of an invite name it", () => {
    const invite = { addresses: [], id: "0011223344556677", secret: SECRET, expires: 0 };
    expect(invitedCredentials(invite, FINGERPRINT)).toEqual({ secret: SECRET, fingerprint: FINGERPRINT, invite: "0011223344556677" });
  });
});

test("secrets are 64 digits", () => {
  expect(parseSecret(` ${"aB".repeat(32)}\n`, "x")).toEqual(new Uint8Array(32).fill(0xab));
  for (const text of ["", "ab", "zz".repeat(32), "ab".repeat(33)]) expect(thrownBy(() => parseSecret(text, "x")).code).toBe("config");
});
