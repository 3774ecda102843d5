import { expect, test } from "bun:test";
import { existsSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { FugueError } from "../../../src/base/errors.ts";
import { listenUnix } from "../../../src/transport/unix.ts";
import { readRecord } from "../../../src/tunnel/record.ts";
import { rejection } from "../../support/thrown.ts";
import { sshProfile, TunnelRig } from "../../support/tunnel-rig.ts";
import { waitUntil } from "../../support/wait-until.ts";

test("a client reaches the far daemon, and what each says arrives", async () => {
  await using rig = new TunnelRig();
  await rig.start();
  await rig.ready();
  const client = await rig.greeted();
  client.duplex.write(new TextEncoder().encode("and back"));
  await waitUntil("the echo", () => client.text.endsWith("and back"), () => client.state);
  const status = rig.tunnel.status();
  expect(status).toMatchObject({ name: "far", state: "ready", clients: 1, reconnects: 0, target: "ann@far:22", backend: "ssh2" });
  expect(status.bytesOut).toBe(8);
  expect(status.bytesIn).toBeGreaterThanOrEqual(16);
  expect(status.rttMs).toBe(5);
});

test("files are private, and the record says what is", async () => {
  await using rig = new TunnelRig();
  await rig.start();
  await rig.ready();
  for (const path of [rig.files.record, rig.files.data, rig.files.control]) expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readRecord(rig.files.record)).toMatchObject({ name: "far", state: "ready", target: "ssh://ann@far", process: { pid: process.pid } });
  rig.tunnel.stop();
  await waitUntil("the end", () => rig.ended === 1);
  for (const path of [rig.files.record, rig.files.data, rig.files.control]) expect(existsSync(path)).toBe(false);
});

test("the far socket is asked for once; a spare stream waits for the next client", async () => {
  await using rig = new TunnelRig();
  await rig.start();
  await rig.ready();
  expect(rig.daemon.accepted.length).toBe(1);
  const first = await rig.greeted();
  expect(first.text).toBe("hello 1\n");
  await waitUntil("the next spare", () => rig.daemon.accepted.length === 2);
  const second = await rig.greeted();
  expect(second.text).toBe("hello 2\n");
  expect(rig.far.commands.length).toBe(1);
});

test("a spare whose daemon died is not handed out: the daemon is started again", async () => {
  await using rig = new TunnelRig();
  await rig.start();
  await rig.ready();
  rig.daemon.stop();
  await Bun.sleep(20);
  const late = setTimeout(() => void rig.daemon.start(), 30);
  rig.fugue(`sleep 0.2; echo "$4 {\\"socket\\":\\"${rig.daemon.path}\\"}"`);
  const client = await rig.greeted();
  clearTimeout(late);
  expect(client.text).toMatch(/^hello \d\n$/);
  expect(rig.far.commands.length).toBe(2);
});

test("a spare starts no daemon that was stopped on purpose", async () => {
  await using rig = new TunnelRig();
  await rig.start();
  await rig.ready();
  rig.daemon.stop();
  await Bun.sleep(1300);
  expect(rig.far.commands.length).toBe(1);
});

test("start files that print do no harm", async () => {
  await using rig = new TunnelRig();
  rig.fugue(`printf 'Welcome!\\nno newline here: '; printf '\\n%s {"socket":"%s"}\\n' "$4" '${rig.daemon.path}'`);
  await rig.start();
  await rig.ready();
  expect((await rig.greeted()).text).toBe("hello 1\n");
});

test("where streams to sockets are forbidden, fugue proxy carries them", async () => {
  await using rig = new TunnelRig();
  rig.far.forbidUnix = true;
  // noise, the mark, then a daemon of one line
  rig.fugue(`case "$2" in --where) echo "$4 {\\"socket\\":\\"/x\\"}";; *) echo noise; echo "$3 {}"; echo hello by proxy; exec cat;; esac`);
  await rig.start();
  await rig.ready();
  const client = await rig.greeted();
  client.duplex.write(new TextEncoder().encode("ping"));
  await waitUntil("the echo", () => client.text === "hello by proxy\nping", () => client.state);
});

test("without fugue there, the error says how to install it, and nothing stays", async () => {
  await using rig = new TunnelRig();
  rig.fugue(undefined);
  await rig.start();
  const error = await rejection(rig.ready());
  expect(error.message).toBe("fugue is not installed on ann@far:22");
  expect(error.hint).toContain("scp");
  await waitUntil("the tunnel to end", () => rig.ended === 1);
});

test("what the far fugue says of its failure is passed on", async () => {
  await using rig = new TunnelRig();
  rig.fugue("echo 'the disk is full' >&2; exit 4");
  await rig.start();
  const error = await rejection(rig.ready());
  expect(error.code).toBe("noServer");
  expect(error.message).toBe("no fugue server could be reached on ann@far:22: the disk is full");
});

test("a password is asked of the person who waits, and never in the background", async () => {
  await using rig = new TunnelRig();
  rig.far.question = { text: "Password:", answer: "sesame" };
  await rig.start();
  const asked: string[] = [];
  const stages: string[] = [];
  await rig.ready({
    progress: (stage) => void stages.push(stage),
    ask: async ({ text, echo }) => {
      asked.push(`${text} ${echo}`);
      return "sesame";
    },
    confirm: async () => false,
  });
  expect(asked).toEqual(["Password: false"]);
  expect(stages).toContain("connecting");
  expect(stages).toContain("starting");
  rig.connection.cut();
  await waitUntil("it to give up", () => rig.tunnel.status().state === "stuck", () => rig.tunnel.status());
  expect(asked.length).toBe(1);
  const error = await rejection(rig.ready());
  expect(error.message).toBe("a password is needed");
  expect(rig.far.opened.length).toBe(1);
  await rig.ready({ progress() {}, ask: async () => "sesame", confirm: async () => false });
  expect(rig.tunnel.status()).toMatchObject({ state: "ready", reconnects: 1 });
  expect(rig.logged.join("\n")).not.toContain("sesame");
});

test("a lost connection comes back by itself, and its clients are cut off meanwhile", async () => {
  await using rig = new TunnelRig();
  await rig.start();
  await rig.ready();
  const client = await rig.greeted();
  rig.connection.cut(new FugueError("closed", "the far machine hung up"));
  await waitUntil("the client's end", () => client.closes === 1);
  await waitUntil("another connection", () => rig.far.opened.length === 2 && rig.tunnel.status().state === "ready");
  expect(rig.tunnel.status()).toMatchObject({ reconnects: 1, lastError: "the far machine hung up" });
  await rig.greeted();
  await rig.ready();
});

test("a client that comes while it waits makes it try at once", async () => {
  await using rig = new TunnelRig();
  await rig.start();
  await rig.ready();
  rig.far.refuse = new FugueError("noServer", "no route");
  rig.connection.cut();
  // after a few failures the pauses are long
  await waitUntil("failures", () => rig.logged.filter((line) => line.includes("no route")).length >= 5, () => rig.logged);
  expect(rig.tunnel.status().state).toBe("waiting");
  rig.far.refuse = undefined;
  const began = performance.now();
  await rig.ready();
  // far less than the pauses
  expect(performance.now() - began).toBeLessThan(4000);
}, 20_000);

test("a connection that does not answer is dropped within five seconds while it is used", async () => {
  await using rig = new TunnelRig();
  await rig.start();
  await rig.ready();
  const client = await rig.greeted();
  const began = performance.now();
  rig.connection.stalled = true;
  await waitUntil("the client's end", () => client.closes === 1, () => rig.tunnel.status());
  // the five seconds, and what a machine with much else to do adds
  expect(performance.now() - began).toBeLessThan(9000);
  await waitUntil("another connection", () => rig.tunnel.status().state === "ready");
}, 20_000);

test("the agent of the client that came last is behind one path, which goes on when the connection does", async () => {
  await using rig = new TunnelRig();
  await rig.start();
  const [one, two] = ["one", "two"].map((name) => join(rig.folder.path, name));
  const listeners = await Promise.all([one!, two!].map((path) => listenUnix(path, (duplex) => duplex.close(true))));
  await rig.ready(undefined, one);
  expect(rig.agents).toEqual([rig.files.agent]);
  expect(readlinkSync(rig.files.agent)).toBe(one!);
  await rig.ready(undefined, two);
  expect(readlinkSync(rig.files.agent)).toBe(two!);
  // environments of long ago, and the link itself, move nothing
  for (const useless of ["", "relative", join(rig.folder.path, "gone"), rig.files.agent]) await rig.ready(undefined, useless);
  expect(readlinkSync(rig.files.agent)).toBe(two!);
  rig.connection.cut();
  await waitUntil("the next connection", () => rig.far.opened.length === 2 && rig.tunnel.status().state === "ready");
  expect(rig.agents).toEqual([rig.files.agent, rig.files.agent]);
  // the far fugue has seen the agent of each connection
  await waitUntil("the far fugue to be asked", () => rig.far.commands.length === 2);
  for (const listener of listeners) listener.dispose();
  rig.tunnel.stop();
  await waitUntil("the end", () => rig.ended === 1);
  expect(existsSync(rig.files.agent)).toBe(false);
});

test("an ephemeral tunnel ends with its last client", async () => {
  await using rig = new TunnelRig(sshProfile(), { ephemeral: true });
  await rig.start();
  await rig.ready();
  const [a, b] = [await rig.greeted(), await rig.greeted()];
  a.duplex.close();
  await Bun.sleep(1300);
  expect(rig.ended).toBe(0);
  b.duplex.close();
  await waitUntil("the end", () => rig.ended === 1);
});

test("an unused tunnel expires if the profile says so", async () => {
  await using rig = new TunnelRig(sshProfile({ tunnelIdle: 300 }));
  await rig.start();
  await rig.ready();
  await waitUntil("the end", () => rig.ended === 1);
});

test("a flood in both directions arrives whole", async () => {
  await using rig = new TunnelRig();
  await rig.start();
  await rig.ready();
  const client = await rig.greeted();
  const greeting = client.bytes;
  const block = new Uint8Array(256 * 1024).map((_, i) => i % 251);
  for (let i = 0; i < 32; i++) client.duplex.write(block);
  await waitUntil("the echo", () => client.bytes === greeting + 32 * block.length, () => client.state, 10_000);
  expect(Buffer.from(client.content.subarray(greeting + 31 * block.length)).equals(Buffer.from(block))).toBe(true);
}, 20_000);

test("two hundred clients at once are served, and counted", async () => {
  await using rig = new TunnelRig();
  await rig.start();
  await rig.ready();
  const clients = await Promise.all(Array.from({ length: 200 }, () => rig.greeted()));
  expect(rig.tunnel.status().clients).toBe(200);
  for (const client of clients) client.duplex.close(true);
  await waitUntil("all to leave", () => rig.tunnel.status().clients === 0);
}, 30_000);
