import { expect, test } from "bun:test";
import { lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { FugueError } from "../../../src/base/errors.ts";
import { ensureHome } from "../../../src/base/paths.ts";
import { explained, type Prompter } from "../../../src/transport/dialer.ts";
import { raiseTunnel, tunnelDialer } from "../../../src/tunnel/dial.ts";
import { connectPort } from "../../../src/tunnel/local-port.ts";
import { ownIdentity } from "../../../src/tunnel/process-identity.ts";
import { profileSum } from "../../../src/tunnel/profile-sum.ts";
import { RECORD_VERSION, writeRecord, type TunnelRecord } from "../../../src/tunnel/record.ts";
import { listTunnels, tunnelFiles } from "../../../src/tunnel/registry.ts";
import { stopTunnel } from "../../../src/tunnel/start.ts";
import { DuplexLog } from "../../support/duplex-log.ts";
import { isAlive, kill } from "../../support/e2e-processes.ts";
import { freePort } from "../../support/sshd.ts";
import { rejection } from "../../support/thrown.ts";
import { SECRET, TunnelMachine } from "../../support/tunnel-machine.ts";
import { sshProfile } from "../../support/tunnel-rig.ts";
import { waitUntil } from "../../support/wait-until.ts";

const profile = sshProfile();
const nobody: Prompter = { progress() {}, ask: async () => undefined, confirm: async () => false };

/** Dials and waits for the far daemon's greeting. */
async function greeted(machine: TunnelMachine, through = profile, prompter?: Prompter): Promise<DuplexLog> {
  const { duplex } = await tunnelDialer(through, machine.options)(prompter);
  const log = new DuplexLog(duplex);
  await waitUntil("a greeting", () => log.text.startsWith("hello"), () => [log.state, machine.logs()]);
  return log;
}

function record(changes: Partial<TunnelRecord> = {}): TunnelRecord {
  return {
    version: RECORD_VERSION, name: "far", process: ownIdentity(), release: "0", target: "ssh://far", endpoints: [],
    profile: profileSum(profile), state: "ready", since: 0, reconnects: 0, ...changes,
  };
}

test("the first dial starts a tunnel, the next ones share it, and it outlives them", async () => {
  await using machine = new TunnelMachine();
  await machine.daemon.start();
  const first = await greeted(machine);
  const second = await greeted(machine);
  expect(machine.processes().length).toBe(1);
  const [pid] = machine.processes();
  expect(await machine.status()).toMatchObject({ pid, clients: 2, state: "ready" });
  first.duplex.close();
  second.duplex.close();
  await waitUntil("both to leave", async () => (await machine.status()).clients === 0);
  expect(readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")).toContain("--role=tunnel");
  expect(readFileSync(`/proc/${pid}/cmdline`, "utf8")).not.toContain("ann");
  expect(statSync(`/proc/${pid}/cwd`).ino).toBe(statSync("/").ino);
});

test("twenty clients that race make one tunnel", async () => {
  await using machine = new TunnelMachine();
  await machine.daemon.start();
  const clients = await Promise.all(Array.from({ length: 20 }, () => greeted(machine)));
  await waitUntil("one process", () => machine.processes().length === 1, () => machine.processes());
  expect((await machine.status()).clients).toBe(20);
  for (const client of clients) client.duplex.close(true);
}, 30_000);

test("a tunnel that was killed is cleaned up and replaced", async () => {
  await using machine = new TunnelMachine();
  await machine.daemon.start();
  const before = await greeted(machine);
  const [pid] = machine.processes();
  kill(pid!);
  await waitUntil("the client's end", () => before.closes === 1);
  const after = await greeted(machine);
  expect(machine.processes()).not.toContain(pid);
  expect((await machine.status()).pid).not.toBe(pid);
  after.duplex.close();
});

test("hangups don't end it, and a polite signal leaves nothing", async () => {
  await using machine = new TunnelMachine();
  await machine.daemon.start();
  await raiseTunnel(profile, machine.options);
  const [pid] = machine.processes();
  kill(pid!, "SIGHUP");
  await Bun.sleep(50);
  expect((await machine.status()).state).toBe("ready");
  kill(pid!, "SIGTERM");
  await waitUntil("the end", () => !isAlive(pid!));
  const files = tunnelFiles(machine.paths, "far");
  for (const path of [files.record, files.data, files.control]) expect(() => lstatSync(path)).toThrow();
});

test("a tunnel that hangs is said to, and is ended by force", async () => {
  await using machine = new TunnelMachine();
  await machine.daemon.start();
  await raiseTunnel(profile, machine.options);
  const [pid] = machine.processes();
  kill(pid!, "SIGSTOP");
  const error = await rejection(tunnelDialer(profile, machine.options)());
  expect(error.message).toBe("the tunnel's process does not answer");
  expect(error.hint).toContain("fugue tunnel restart");
  expect(await stopTunnel(machine.options, "far")).toBe(true);
  expect(isAlive(pid!)).toBe(false);
  (await greeted(machine)).duplex.close();
}, 30_000);

test("records that are corrupt, links, or of dead processes are no obstacle", async () => {
  await using machine = new TunnelMachine();
  await machine.daemon.start();
  ensureHome(machine.paths);
  const files = tunnelFiles(machine.paths, "far");
  const precious = `${machine.folder.path}/precious`;
  writeFileSync(precious, "keep");
  for (const spoil of [
    () => writeFileSync(files.record, "{ not json", { mode: 0o600 }),
    () => writeFileSync(files.record, JSON.stringify({ ...record(), process: { pid: 1, started: "", boot: "", host: "" } }), { mode: 0o600 }),
    () => symlinkSync(precious, files.record),
    () => writeRecord(files.record, record({ process: { ...ownIdentity(), started: "12" } })),
    () => writeRecord(files.record, record({ process: { ...ownIdentity(), boot: "before" } })),
  ]) {
    spoil();
    expect(listTunnels(machine.paths)).toEqual([]);
    (await greeted(machine)).duplex.close(true);
    expect(listTunnels(machine.paths).map(({ record }) => record.name)).toEqual(["far"]);
    expect(await stopTunnel(machine.options, "far")).toBe(true);
  }
  expect(readFileSync(precious, "utf8")).toBe("keep");
}, 30_000);

test("no process of another start time or machine is ever signalled", async () => {
  await using machine = new TunnelMachine();
  ensureHome(machine.paths);
  const bystander = Bun.spawn(["sleep", "60"]);
  try {
    const files = tunnelFiles(machine.paths, "far");
    writeRecord(files.record, record({ process: { ...ownIdentity(), pid: bystander.pid, started: "1" } }));
    expect(await stopTunnel(machine.options, "far")).toBe(false);
    writeRecord(files.record, record({ process: { ...ownIdentity(), pid: bystander.pid, boot: "x", host: `not-${hostname()}` } }));
    // another machine's tunnel is left alone, and listed as such; ours gets files of its own
    expect(listTunnels(machine.paths).map(({ alive }) => alive)).toEqual(["elsewhere"]);
    expect(tunnelFiles(machine.paths, "far").record).not.toBe(files.record);
    await machine.daemon.start();
    (await greeted(machine)).duplex.close(true);
    expect(listTunnels(machine.paths).map(({ alive }) => alive).sort()).toEqual(["alive", "elsewhere"]);
    expect(isAlive(bystander.pid)).toBe(true);
  } finally {
    bystander.kill("SIGKILL");
    await bystander.exited;
  }
});

test("questions come to the client that waits; time to think does not count", async () => {
  await using machine = new TunnelMachine({ FAKE_QUESTION: "sesame" });
  await machine.daemon.start();
  const asked: string[] = [];
  const person: Prompter = {
    ...nobody,
    ask: async ({ text }) => {
      asked.push(text);
      await Bun.sleep(3300);
      return "sesame";
    },
  };
  const { duplex } = await tunnelDialer(profile, { ...machine.options, timeoutMs: 3000 })(person);
  duplex.close();
  expect(asked).toEqual(["Password:"]);
  expect(machine.logs()).not.toContain("sesame");
}, 20_000);

test("while somebody is asked another person waits along, and a script is told why it can't", async () => {
  await using machine = new TunnelMachine({ FAKE_QUESTION: "sesame" });
  await machine.daemon.start();
  const answer = Promise.withResolvers<string>();
  const asked = Promise.withResolvers<void>();
  const first: Prompter = {
    ...nobody,
    ask: () => {
      asked.resolve();
      return answer.promise;
    },
  };
  const dialed = tunnelDialer(profile, machine.options)(first);
  await asked.promise;
  const stages: string[] = [];
  const brief = { ...machine.options, timeoutMs: 500 };
  const second = tunnelDialer(profile, brief)({ ...first, progress: (stage) => void stages.push(stage), ask: async () => "wrong" });
  const script = await rejection(tunnelDialer(profile, brief)({ ...nobody, canAsk: false }));
  expect(script).toMatchObject({ code: "timeout", message: expect.stringContaining("at another terminal") });
  answer.resolve("sesame");
  for (const { duplex } of await Promise.all([dialed, second])) duplex.close();
  expect(stages).toContain("asking");
}, 20_000);

test("without anybody to ask it fails at once, and leaves no process", async () => {
  await using machine = new TunnelMachine({ FAKE_QUESTION: "sesame" });
  await machine.daemon.start();
  expect((await rejection(tunnelDialer(profile, machine.options)())).message).toBe("a password is needed");
  await waitUntil("its end", () => machine.processes().length === 0);
});

test("whoever gives up is told so, and another person can try", async () => {
  await using machine = new TunnelMachine({ FAKE_QUESTION: "sesame" });
  await machine.daemon.start();
  expect((await rejection(tunnelDialer(profile, machine.options)(nobody))).code).toBe("refused");
  (await greeted(machine, profile, { ...nobody, ask: async () => "sesame" })).duplex.close();
});

test("settings that changed replace a tunnel that nobody uses, and no other", async () => {
  await using machine = new TunnelMachine();
  await machine.daemon.start();
  const client = await greeted(machine);
  const [pid] = machine.processes();
  const other = sshProfile({ addr: { kind: "ssh", user: "bob", host: "far" } });
  expect((await rejection(tunnelDialer(other, machine.options)())).message).toContain("other settings");
  client.duplex.close();
  await waitUntil("it to leave", async () => (await machine.status()).clients === 0);
  (await greeted(machine, other)).duplex.close();
  expect(machine.processes()).not.toContain(pid);
}, 20_000);

/** A far daemon on a port, which is the remote side of `ssh_tunnel`. */
function portDaemon(port: number) {
  return Bun.listen({ hostname: "127.0.0.1", port, socket: { open: (socket) => void socket.write("hello port\n"), data() {} } });
}

test("with ssh_tunnel a local port leads to the remote one, and the secret comes over ssh", async () => {
  await using machine = new TunnelMachine();
  const [local, remote] = [await freePort(), await freePort()];
  const listener = portDaemon(remote);
  try {
    const forward = sshProfile({
      addr: { kind: "tcp", host: "localhost", port: local }, sshHost: "far", sshTunnel: true,
      remoteAddr: { kind: "tcp", host: "127.0.0.1", port: remote },
    });
    const dialed = await tunnelDialer(forward, machine.options)();
    const log = new DuplexLog(dialed.duplex);
    await waitUntil("a greeting", () => log.text === "hello port\n", () => log.state);
    expect(Buffer.from(dialed.credentials!.secret).toString("hex")).toBe(SECRET);
    const wrong = explained(new FugueError("refused", "the server behind this address is not the expected one"), dialed);
    expect(wrong.hint).toContain("fugue tunnel restart far");
    expect(statSync(`${machine.paths.home}/secrets/far`).mode & 0o777).toBe(0o600);
    expect(machine.logs()).not.toContain(SECRET);
    // and as users of ssh -L know it
    const byHand = new DuplexLog((await connectPort({ host: "127.0.0.1", port: local }))!);
    await waitUntil("a greeting on the port", () => byHand.text === "hello port\n");
    expect((await machine.status()).endpoints).toContain(`tcp://127.0.0.1:${local}`);
    byHand.duplex.close();
    log.duplex.close();
  } finally {
    listener.stop(true);
  }
});

test("a port that somebody holds is used once its server has proved itself; the error names its owner", async () => {
  await using machine = new TunnelMachine();
  const port = await freePort();
  const squatter = portDaemon(port);
  try {
    const forward = sshProfile({ addr: { kind: "tcp", host: "127.0.0.1", port }, sshHost: "far", sshTunnel: true });
    const dialed = await tunnelDialer(forward, machine.options)();
    dialed.duplex.close(true);
    expect(explained(new FugueError("protocol", "this is no fugue server"), dialed).message).toContain(`(pid ${process.pid})`);
    expect(Buffer.from(dialed.credentials!.secret).toString("hex")).toBe(SECRET);
    // only the secret needed a connection
    await waitUntil("the tunnel to end", () => machine.processes().length === 0);
    const again = await tunnelDialer(forward, machine.options)();
    again.duplex.close(true);
    expect(machine.processes()).toEqual([]);
  } finally {
    squatter.stop(true);
  }
});

test("where forwarding to ports is forbidden, the error says what to do", async () => {
  await using machine = new TunnelMachine({ FAKE_FORBID_TCP: "1" });
  const forward = sshProfile({ addr: { kind: "tcp", host: "127.0.0.1", port: await freePort() }, sshHost: "far", sshTunnel: true });
  const error = await rejection(tunnelDialer(forward, machine.options)());
  expect(error.message).toBe("ann@far:22 forbids forwarding to ports");
  expect(error.hint).toContain("ssh://");
});

test("two hundred clients killed leave one tunnel and nothing else", async () => {
  await using machine = new TunnelMachine();
  await machine.daemon.start();
  await raiseTunnel(profile, machine.options);
  const { data } = tunnelFiles(machine.paths, "far");
  const script = `for (let i = 0; i < 50; i++) await Bun.connect({ unix: ${JSON.stringify(data)}, socket: { data() {} } }); await Bun.sleep(60000);`;
  const clients = Array.from({ length: 4 }, () => Bun.spawn([process.execPath, "-e", script], { stdio: ["ignore", "ignore", "ignore"] }));
  await waitUntil("200 clients", async () => (await machine.status()).clients === 200, () => machine.logs(), 15_000);
  for (const client of clients) client.kill("SIGKILL");
  await waitUntil("all to leave", async () => (await machine.status()).clients === 0);
  expect(machine.processes().length).toBe(1);
  await Promise.all(clients.map(({ exited }) => exited));
}, 40_000);

test("a server with a long name is no obstacle", async () => {
  await using machine = new TunnelMachine();
  await machine.daemon.start();
  const long = sshProfile({ name: `${"x".repeat(100)}é` });
  (await greeted(machine, long)).duplex.close();
  expect((await machine.status(long.name)).name).toBe(long.name);
});
