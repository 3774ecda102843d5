import { expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { ensureHome } from "../../../src/base/paths.ts";
import { liveness, ownIdentity, signalProcess } from "../../../src/tunnel/process-identity.ts";
import { parseRecord, readRecord, RECORD_VERSION, writeRecord, type TunnelRecord } from "../../../src/tunnel/record.ts";
import { badRecords, listTunnels, tunnelFiles } from "../../../src/tunnel/registry.ts";
import { LONGEST_SOCKET_PATH } from "../../../src/transport/unix.ts";
import { tempFolder, tempHome } from "../../support/temp-folder.ts";
import { pathsFrom } from "../../../src/base/paths.ts";

function record(name: string): TunnelRecord {
  return {
    version: RECORD_VERSION, name, process: ownIdentity(), release: "1", target: "ssh://x", endpoints: ["unix:///x"],
    profile: "0", state: "waiting", since: 5, reconnects: 2, lastError: "no route",
  };
}

test("a record is read as it was written, private and whole", () => {
  using folder = tempFolder();
  const path = `${folder.path}/a.json`;
  writeRecord(path, record("a"));
  writeRecord(path, record("b"));
  expect(readRecord(path)).toEqual(record("b"));
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("whatever is no record is told apart, and never followed", () => {
  using folder = tempFolder();
  const at = (name: string): string => `${folder.path}/${name}`;
  expect(readRecord(at("none"))).toBe("missing");
  writeFileSync(at("half"), JSON.stringify(record("a")).slice(0, 40), { mode: 0o600 });
  expect(readRecord(at("half"))).toBe("corrupt");
  writeFileSync(at("big"), " ".repeat(70_000), { mode: 0o600 });
  expect(readRecord(at("big"))).toBe("corrupt");
  writeRecord(at("good"), record("a"));
  symlinkSync(at("good"), at("link"));
  expect(readRecord(at("link"))).toBe("foreign");
  mkdirSync(at("folder"));
  expect(readRecord(at("folder"))).toBe("foreign");
  Bun.spawnSync(["mkfifo", at("fifo")]);
  expect(readRecord(at("fifo"))).toBe("foreign");
  chmodSync(at("good"), 0o666);
  expect(readRecord(at("good"))).toBe("foreign");
});

test.each([
  ["a pid that means everybody", { process: { ...ownIdentity(), pid: -1 } }],
  ["the pid of init", { process: { ...ownIdentity(), pid: 1 } }],
  ["no process", { process: null }],
  ["a strange state", { state: "excellent" }],
  ["endpoints that are none", { endpoints: [1] }],
  ["a time that is none", { since: "yesterday" }],
])("%s is no record", (_, change) => {
  expect(parseRecord(JSON.stringify({ ...record("a"), ...change }))).toBeUndefined();
  expect(parseRecord(JSON.stringify({ ...record("a"), later: true }))?.name).toBe("a");
});

test("this process lives; one that started at another time does not", () => {
  const own = ownIdentity();
  expect(liveness(own)).toBe("alive");
  expect(liveness({ ...own, started: "1" })).toBe("dead");
  expect(liveness({ ...own, boot: "another" })).toBe("dead");
  expect(liveness({ ...own, boot: "another", host: "elsewhere" })).toBe("elsewhere");
  // a laptop that changes its name keeps its tunnels
  expect(liveness({ ...own, host: "renamed" })).toBe("alive");
  expect(signalProcess({ ...own, started: "1" }, "SIGKILL")).toBe(false);
});

test("records of dead processes go, damaged ones stay and are named", () => {
  using home = tempHome();
  ensureHome(home.paths);
  const dead = tunnelFiles(home.paths, "dead").record;
  const bad = tunnelFiles(home.paths, "bad").record;
  writeRecord(dead, { ...record("dead"), process: { ...ownIdentity(), started: "1" } });
  writeRecord(tunnelFiles(home.paths, "live").record, record("live"));
  writeFileSync(bad, "?", { mode: 0o600 });
  expect(listTunnels(home.paths).map(({ record }) => record.name)).toEqual(["live"]);
  expect(existsSync(dead)).toBe(false);
  expect(badRecords(home.paths)).toEqual([bad]);
});

test("without a folder there are no tunnels", () => {
  using home = tempHome();
  expect(listTunnels(home.paths)).toEqual([]);
});

test("files stay in the folder and fit a socket's address, whatever the name", () => {
  const deep = pathsFrom({ FUGUE_HOME: `/${"d".repeat(60)}` });
  const names = ["a", "ssh://me@box:22", "../../etc/passwd", "é".repeat(64), "x".repeat(128), "~", "a'b*c", "con.trol"];
  for (const name of names) {
    const { data, record: path } = tunnelFiles(deep, name);
    expect(data.slice(0, data.lastIndexOf("/"))).toBe(deep.tunnels);
    expect(path.slice(deep.tunnels.length + 1)).toMatch(/^[\w%@~-]+\.json$/);
    expect(Buffer.byteLength(data)).toBeLessThanOrEqual(LONGEST_SOCKET_PATH);
  }
  expect(new Set(names.map((name) => tunnelFiles(deep, name).data)).size).toBe(names.length);
  expect(tunnelFiles(deep, `${"x".repeat(100)}1`).data).not.toBe(tunnelFiles(deep, `${"x".repeat(100)}2`).data);
});
