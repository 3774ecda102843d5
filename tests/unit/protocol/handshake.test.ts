import { describe, expect, test } from "bun:test";
import { checkNonce, chooseVersion, isProof, openSecret, prove, sealSecret, type Terms } from "../../../src/protocol/handshake.ts";
import { NONCE_BYTES, PROTOCOL_MAX, PROTOCOL_MIN } from "../../../src/protocol/limits.ts";
import { thrownBy } from "../../support/thrown.ts";

const bytes = (value: number, length = 32) => new Uint8Array(length).fill(value);
const SECRET = bytes(1);
const TERMS: Terms = { min: 1, max: 3, version: 2, serverNonce: bytes(2), clientNonce: bytes(3), fingerprint: "ab".repeat(32) };

describe("a proof", () => {
  test("is 32 bytes, and the same for the same terms", () => {
    expect(prove(SECRET, "server", TERMS)).toEqual(prove(bytes(1), "server", { ...TERMS, serverNonce: bytes(2) }));
    expect(prove(SECRET, "server", TERMS)).toHaveLength(32);
  });

  test("is the bytes that every release makes", () => {
    expect(Buffer.from(prove(SECRET, "client", TERMS)).toString("hex")).toBe("8abfdfcda4b47924f025991729dc0d6a251be93b329ef8bf45a6241dc5aa2dcf");
    expect(Buffer.from(prove(SECRET, "server", { ...TERMS, invite: "0123456789abcdef" })).toString("hex")).toBe("ef28d5105f61c19153127655c0ae06a878df84a3e0205d0ae441692e836034d3");
  });

  test.each<[string, Uint8Array, "server" | "client", Terms]>([
    ["another secret", bytes(9), "server", TERMS],
    ["the other role: it is reflected", SECRET, "client", TERMS],
    ["a newer range: it was downgraded", SECRET, "server", { ...TERMS, max: 4 }],
    ["an older range", SECRET, "server", { ...TERMS, min: 2 }],
    ["another version", SECRET, "server", { ...TERMS, version: 1 }],
    ["another nonce of the server: it is replayed", SECRET, "server", { ...TERMS, serverNonce: bytes(8) }],
    ["another nonce of the client: it is replayed", SECRET, "server", { ...TERMS, clientNonce: bytes(8) }],
    ["swapped nonces", SECRET, "server", { ...TERMS, serverNonce: TERMS.clientNonce, clientNonce: TERMS.serverNonce }],
    ["another certificate", SECRET, "server", { ...TERMS, fingerprint: "ac".repeat(32) }],
    ["no certificate", SECRET, "server", { ...TERMS, fingerprint: "" }],
    ["an invite", SECRET, "server", { ...TERMS, invite: "0123456789abcdef" }],
  ])("does not count for %s", (_, secret, role, terms) => {
    const proof = prove(secret, role, terms);
    expect(isProof(proof, SECRET, "server", TERMS)).toBe(false);
    expect(isProof(proof, secret, role, terms)).toBe(true);
  });

  test("bytes do not wander from one part of the terms to the next", () => {
    const one = prove(SECRET, "client", { ...TERMS, fingerprint: "ab", invite: "cd" });
    expect(isProof(one, SECRET, "client", { ...TERMS, fingerprint: "abc", invite: "d" })).toBe(false);
    const two = { ...TERMS, serverNonce: bytes(2, 31), clientNonce: new Uint8Array([2, ...bytes(3)]) };
    expect(isProof(prove(SECRET, "client", two), SECRET, "client", TERMS)).toBe(false);
  });

  test.each([[undefined], [null], [new Uint8Array()], [bytes(0, 31)], [bytes(0, 33)]])("%p is none", (proof) => {
    expect(isProof(proof, SECRET, "server", TERMS)).toBe(false);
  });
});

describe("the lasting secret", () => {
  const lasting = bytes(77);

  test("is read by who holds the invite's secret", () => {
    const sealed = sealSecret(lasting, SECRET, TERMS);
    expect(openSecret(sealed, SECRET, TERMS)).toEqual(lasting);
    expect(Buffer.from(sealed).includes(Buffer.from(lasting))).toBe(false);
  });

  test("is read by nobody else, in no other handshake, and not changed", () => {
    const sealed = sealSecret(lasting, SECRET, TERMS);
    const changed = sealed.slice();
    changed[3]! ^= 1;
    for (const open of [
      () => openSecret(sealed, bytes(2), TERMS), () => openSecret(sealed, SECRET, { ...TERMS, clientNonce: bytes(9) }),
      () => openSecret(changed, SECRET, TERMS), () => openSecret(new Uint8Array(), SECRET, TERMS),
    ]) expect(thrownBy(open)).toMatchObject({ code: "protocol" });
  });
});

describe("the version", () => {
  const hello = (min: number, max: number, magic = "fugue") => ({ magic, min, max, nonce: bytes(1) });

  test("is the newest that both speak", () => {
    expect(chooseVersion(hello(1, 99))).toBe(PROTOCOL_MAX);
    expect(chooseVersion(hello(PROTOCOL_MIN, PROTOCOL_MIN))).toBe(PROTOCOL_MIN);
  });

  test("both ranges are named if there is none, and who has to be updated", () => {
    expect(thrownBy(() => chooseVersion(hello(7, 9)))).toMatchObject({
      code: "version", message: expect.stringMatching(/^the server is newer than this client: it speaks protocol 7 to 9, the client \d/),
      hint: "bring this fugue up to date",
    });
    expect(thrownBy(() => chooseVersion(hello(0, 0)))).toMatchObject({
      message: expect.stringMatching(/^the server is older than this client: it speaks protocol 0, the client \d/), hint: expect.stringContaining("install a newer fugue on its machine"),
    });
  });

  test("another program is no fugue server", () => {
    expect(thrownBy(() => chooseVersion(hello(1, 1, "ssh")))).toMatchObject({ code: "protocol", message: "this is no fugue server" });
  });
});

test("nonces are neither short nor endless", () => {
  checkNonce(bytes(0, NONCE_BYTES));
  for (const length of [0, 15, 65, 1000]) expect(thrownBy(() => checkNonce(bytes(0, length)))).toMatchObject({ code: "protocol" });
});
