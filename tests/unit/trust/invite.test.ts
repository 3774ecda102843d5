import { expect, test } from "bun:test";
import { formatAddress } from "../../../src/config/address.ts";
import { checkInviteTime, formatInvite, inviteFrom, type Invite } from "../../../src/trust/invite.ts";
import { thrownBy } from "../../support/thrown.ts";

const INVITE: Invite = {
  addresses: [{ kind: "tls", host: "box.example", port: 9999 }, { kind: "tls", host: "fe80::1", port: 9999 }, { kind: "tcp", host: "127.0.0.1", port: 1 }],
  fingerprint: "0a".repeat(32), id: "0011223344556677", secret: new Uint8Array(32).fill(5), expires: 1_700_000_000_000,
};

test("an invite comes back from its line, also from one that was broken on its way", () => {
  const line = formatInvite(INVITE);
  expect(line).toMatch(/^fugue1:[A-Za-z0-9_-]+$/);
  expect(inviteFrom(line)).toEqual(INVITE);
  expect(inviteFrom(` ${line.slice(0, 40)}\r\n  ${line.slice(40)}\n`)).toEqual(INVITE);
});

const line = (change: Record<string, unknown>) => {
  const fields = { a: INVITE.addresses.map(formatAddress), f: INVITE.fingerprint, i: INVITE.id, s: Buffer.alloc(32).toString("base64url"), e: 5, ...change };
  return `fugue1:${Buffer.from(JSON.stringify(fields)).toString("base64url")}`;
};

test.each([
  ["nothing", ""],
  ["something else", "hello"],
  ["half of one", formatInvite(INVITE).slice(0, 60)],
  ["no addresses", line({ a: [] })],
  ["too many addresses", line({ a: Array(9).fill("tcp://127.0.0.1:1") })],
  ["a socket of this machine", line({ a: ["unix:///tmp/x"] })],
  ["another way in", line({ a: ["ssh://-oProxyCommand=x"] })],
  ["tcp to another machine", line({ a: ["tcp://box.example:9999"] })],
  ["tls without a fingerprint", line({ f: undefined })],
  ["a bad id", line({ i: "../../x" })],
  ["a short secret", line({ s: "AAAA" })],
  ["no time", line({ e: "soon" })],
  ["no table", `fugue1:${Buffer.from("null").toString("base64url")}`],
  ["megabytes", `fugue1:${"A".repeat(100_000)}`],
])("%s is refused", (_, text) => {
  expect(thrownBy(() => inviteFrom(text)).code).toBe("usage");
});

test("an invite of another release says so", () => {
  expect(thrownBy(() => inviteFrom("fugue2:AAAA")).code).toBe("version");
});

test("an invite is good until it expires", () => {
  checkInviteTime(INVITE, INVITE.expires - 1);
  expect(thrownBy(() => checkInviteTime(INVITE, INVITE.expires))).toMatchObject({ code: "refused", message: "this invite has expired" });
});
