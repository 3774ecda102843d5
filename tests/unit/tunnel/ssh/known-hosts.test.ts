import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom, type Random } from "../../../../src/base/random.ts";
import { configurationFrom } from "../../../../src/tunnel/ssh/configuration.ts";
import { addKnownHost, readKnownHosts } from "../../../../src/tunnel/ssh/known-hosts-files.ts";
import { fingerprint, hashName, hostsMatch, judge, keyType, knownName, parseKnownHosts } from "../../../../src/tunnel/ssh/known-hosts.ts";
import { cpuMs } from "../../../support/cpu-time.ts";
import { testWith } from "../../../support/e2e-test.ts";
import { tempFolder } from "../../../support/temp-folder.ts";

const random = seededRandom(11);

/** A key in wire format; `n` makes it another one. */
function key(type: string, n: number): Buffer {
  const name = Buffer.from(type);
  const all = Buffer.alloc(4 + name.length + 4 + 32, n);
  all.writeUInt32BE(name.length, 0);
  name.copy(all, 4);
  all.writeUInt32BE(32, 4 + name.length);
  return all;
}

const line = (hosts: string, k: Buffer) => `${hosts} ${keyType(k)} ${k.toString("base64")}`;
const ED = key("ssh-ed25519", 1);
const ED2 = key("ssh-ed25519", 2);
const RSA = key("ssh-rsa", 3);

test("names: ports, aliases, case", () => {
  expect(knownName("Host.Example", 22)).toBe("host.example");
  expect(knownName("host", 2200)).toBe("[host]:2200");
  expect(knownName("host", 2200, "Alias")).toBe("alias");
});

test("patterns: lists, wildcards, negation, ports, hashes", () => {
  const yes: [string, string][] = [
    ["a,b,c", "b"], ["*.example", "x.example"], ["h?st", "host"], ["[h]:22", "[h]:22"], ["[*.x]:2200", "[a.x]:2200"], ["*", "anything"],
    ["*,!b", "a"], ["A.Example", "a.example"], [hashName("[h]:2200", random.bytes(20)), "[h]:2200"], ["192.168.*.?", "192.168.10.1"],
  ];
  const no: [string, string][] = [
    ["a,b,c", "d"], ["*.example", "example"], ["h?st", "hst"], ["[h]:22", "h"], ["*,!b", "b"], ["!a", "b"], ["!a,a", "a"], ["a", "ab"], ["", "a"],
    [hashName("h", random.bytes(20)), "x"], ["|2|x|y", "h"], ["|1|x", "h"], ["|1|", "h"],
  ];
  for (const [hosts, name] of yes) expect([hosts, name, hostsMatch(hosts, name)]).toEqual([hosts, name, true]);
  for (const [hosts, name] of no) expect([hosts, name, hostsMatch(hosts, name)]).toEqual([hosts, name, false]);
});

test("many stars stay fast", () => {
  expect(cpuMs(() => expect(hostsMatch(`${"*a".repeat(500)}b`, "a".repeat(2000))).toBe(false))).toBeLessThan(2000);
});

test("files: comments, blanks, markers, broken lines, line numbers", () => {
  const text = ["# comment", "", line("h", ED), "broken", `h ssh-ed25519 AAAA`, `h ssh-rsa ${ED.toString("base64")}`, `\t@revoked  h\tssh-ed25519 ${ED2.toString("base64")} c`, `@strange ${line("h", ED)}`, `@cert-authority ${line("*.x", RSA)}\r`].join("\n");
  expect(parseKnownHosts(text, "/f").map(({ marker, hosts, type, line: at }) => [marker, hosts, type, at])).toEqual([
    [undefined, "h", "ssh-ed25519", 3], ["revoked", "h", "ssh-ed25519", 7], ["cert-authority", "*.x", "ssh-rsa", 9],
  ]);
});

test("verdicts: known, changed, unknown with other types; revocation wins wherever it stands", () => {
  const entries = parseKnownHosts([line("h", ED), line("g", RSA), line("many", ED), line("many", ED2)].join("\n"), "/f");
  expect(judge(entries, "h", ED).kind).toBe("known");
  expect(judge(entries, "many", ED2).kind).toBe("known");
  const changed = judge(entries, "h", ED2);
  expect(changed.kind === "changed" && changed.entry.line).toBe(1);
  const other = judge(entries, "g", ED);
  expect(other.kind === "unknown" && other.others.map(({ type }) => type)).toEqual(["ssh-rsa"]);
  expect(judge(entries, "z", ED)).toEqual({ kind: "unknown", others: [] });
  const revoked = parseKnownHosts([line("h", ED), `@revoked ${line("*", ED)}`].join("\n"), "/f");
  expect(judge(revoked, "h", ED).kind).toBe("revoked");
  expect(judge(parseKnownHosts(`@cert-authority ${line("h", ED)}`, "/f"), "h", ED).kind).toBe("unknown");
});

test("keys that are none have no type", () => {
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(8), Buffer.alloc(100, 0xff), Buffer.from([0, 0, 0, 4, 1, 2, 3, 4])]) expect(keyType(bytes)).toBeUndefined();
});

function randomHosts(source: Random): string {
  const names = ["a", "b.example", "*.example", "!b.example", "h?st", "[b.example]:2200", "[*]:2200", "10.0.0.?", "*", "!a", "Host"];
  return Array.from({ length: 1 + source.integer(4) }, () => names[source.integer(names.length)]!).join(",");
}

testWith(["ssh-keygen"], "a generated corpus is matched as ssh-keygen -F does", async () => {
  using folder = tempFolder();
  const source = seededRandom(23);
  const names = ["a", "b.example", "c.example", "host", "[b.example]:2200", "[a]:2200", "10.0.0.7", "none"];
  for (let round = 0; round < 6; round++) {
    const file = join(folder.path, `k${round}`);
    const lines = Array.from({ length: 25 }, (_, n) => {
      const hosts = source.integer(3) === 0 ? hashName(names[source.integer(names.length)]!, source.bytes(20)) : randomHosts(source);
      return line(hosts, key("ssh-ed25519", n + 1));
    });
    writeFileSync(file, `${lines.join("\n")}\n`);
    const entries = parseKnownHosts(lines.join("\n"), file);
    for (const name of names) {
      const said = Bun.spawnSync(["ssh-keygen", "-F", name, "-f", file]).stdout.toString();
      const theirs = [...said.matchAll(/found: line (\d+)/g)].map(([, at]) => Number(at));
      expect({ name, lines: entries.filter((entry) => hostsMatch(entry.hosts, name)).map(({ line: at }) => at) }).toEqual({ name, lines: theirs });
    }
  }
  writeFileSync(join(folder.path, "f.pub"), `${keyType(ED)} ${ED.toString("base64")} x\n`);
  const said = Bun.spawnSync(["ssh-keygen", "-lf", join(folder.path, "f.pub")]).stdout.toString();
  expect(said).toContain(fingerprint(ED));
});

test("a new key is appended to the user's first file, which is made private, hashed if wanted", () => {
  using folder = tempFolder();
  const file = join(folder.path, "new", "known_hosts");
  const settings = (hash: string) => new Map([["userknownhostsfile", [file]], ["globalknownhostsfile", ["none"]], ["hashknownhosts", [hash]]]);
  const plain = configurationFrom(settings("no"), { host: "h", backend: "auto" }, {});
  expect(readKnownHosts(plain)).toEqual([]);
  expect(addKnownHost(plain, "h", ED, random)).toBe(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder.path, "new")).mode & 0o777).toBe(0o700);
  writeFileSync(file, readFileSync(file, "utf8").trimEnd());
  addKnownHost(configurationFrom(settings("yes"), { host: "h", backend: "auto" }, {}), "[h]:2", ED2, random);
  const entries = readKnownHosts(plain);
  expect(entries).toHaveLength(2);
  expect(judge(entries, "h", ED).kind).toBe("known");
  expect(judge(entries, "[h]:2", ED2).kind).toBe("known");
  expect(entries[1]!.hosts).toStartWith("|1|");
  const none = configurationFrom(new Map([["userknownhostsfile", ["none"]]]), { host: "h", backend: "auto" }, {});
  expect(addKnownHost(none, "h", ED, random)).toBeUndefined();
});

test("a folder in the file's place holds nothing, and cannot be written", () => {
  using folder = tempFolder();
  const file = join(folder.path, "known_hosts");
  mkdirSync(file);
  chmodSync(file, 0o700);
  const configuration = configurationFrom(new Map([["userknownhostsfile", [file]]]), { host: "h", backend: "auto" }, {});
  expect(readKnownHosts(configuration)).toEqual([]);
  expect(() => addKnownHost(configuration, "h", ED, random)).toThrow("can't add the host key");
});
