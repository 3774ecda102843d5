/** What a person is told when another machine can't be reached: what is wrong, and what to do, by the real executable. */
import { expect } from "bun:test";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { encodeMessage } from "../../src/protocol/codec.ts";
import { executable } from "../support/e2e-executable.ts";
import { testIf } from "../support/e2e-test.ts";
import { BACKENDS, TwoMachines, type FarOptions } from "../support/far-machine.ts";
import { startTcp } from "../support/ssh-server.ts";
import { freePort, makeKey, noSshd, SSH_USER } from "../support/sshd.ts";

/** More connections than sshd's queue has places (128). */
const QUEUE = 200;
/** Another program than any of ours. */
const greet = (socket: Socket): void => void socket.write("220 mail.example ESMTP\r\n");

type Backend = (typeof BACKENDS)[number];

const testBoth = (name: string, body: (backend: Backend) => Promise<void>): void => {
  for (const backend of BACKENDS) testIf(noSshd(), `${backend}: ${name}`, () => body(backend));
};

/** What `fugue -s far ls` says on standard error, and its exit status. */
async function failure(two: TwoMachines): Promise<{ status: number; said: string }> {
  const { status, stderr } = await two.near.cli(["-s", "far", "ls"]);
  await two.near.cli(["tunnel", "stop", "--all"]);
  return { status, said: stderr };
}

async function start(backend: Backend, options: FarOptions = {}): Promise<TwoMachines> {
  return TwoMachines.start(options, [`ssh_backend = "${backend}"`]);
}

/** A port here that leads to a port there. */
async function ports(two: TwoMachines, backend: Backend, same = false): Promise<{ near: number; far: number }> {
  const near = await freePort();
  const far = same ? near : await freePort();
  two.configure([
    `addr = "tcp://127.0.0.1:${near}"`, `ssh_host = "${SSH_USER}@127.0.0.1"`, `ssh_port = ${two.sshd.port}`, "ssh_tunnel = true",
    `ssh_backend = "${backend}"`, ...(same ? [] : [`remote_addr = "tcp://127.0.0.1:${far}"`]),
  ]);
  return { near, far };
}

testBoth("unknown hosts, closed ports, other programs", async (backend) => {
  await using two = await start(backend);
  const at = (host: string, port: number): void => two.configure([`addr = "ssh://${SSH_USER}@${host}:${port}"`, `ssh_backend = "${backend}"`]);
  at("no-such-host.invalid", 22);
  expect(await failure(two)).toEqual({ status: 4, said: expect.stringContaining("the host 'no-such-host.invalid' is unknown") });
  const closed = await freePort();
  at("127.0.0.1", closed);
  expect(await failure(two)).toEqual({ status: 4, said: expect.stringContaining(`127.0.0.1:${closed} refuses connections`) });
  await using mail = await startTcp(greet);
  at("127.0.0.1", mail.port);
  expect(await failure(two)).toEqual({ status: 4, said: expect.stringContaining("is no ssh server") });
});

testBoth("a login that hangs, and a port that does not even take connections: each is given up in time, and told apart", async (backend) => {
  await using two = await TwoMachines.start({}, [`ssh_backend = "${backend}"`, 'tunnel_timeout = "2s"']);
  two.sshd.signal("SIGSTOP");
  const waiting: Socket[] = [];
  try {
    expect(await failure(two)).toEqual({ status: 124, said: expect.stringMatching(/127\.0\.0\.1.* did not answer within 2 s \(\w+\).*tunnel_timeout/) });
    // with all places of its queue taken the kernel answers nobody
    for (let n = 0; n < QUEUE; n++) waiting.push(connect(two.sshd.port, "127.0.0.1").on("error", () => {}));
    expect(await failure(two)).toEqual({ status: 124, said: expect.stringMatching(/127\.0\.0\.1.* did not answer within 2 s \(connecting\).*firewall/) });
  } finally {
    for (const socket of waiting) socket.destroy();
    two.sshd.signal("SIGCONT");
  }
});

testBoth("a server of another protocol: which side is older, and what to do", async (backend) => {
  await using two = await start(backend);
  const { far } = await ports(two, backend);
  // it is asked for the secret
  await two.far.fugue("new", "-d", "work");
  const versions = { min: 0, max: 0 };
  const daemon = createServer((socket) => {
    socket.on("error", () => {});
    socket.write(encodeMessage("serverHello", { magic: "fugue", ...versions, nonce: new Uint8Array(32) }));
  });
  await new Promise<void>((resolve) => daemon.listen(far, "127.0.0.1", resolve));
  try {
    expect(await failure(two)).toEqual({ status: 1, said: expect.stringMatching(/the server is older than this client: it speaks protocol 0.*install a newer fugue on its machine/) });
    Object.assign(versions, { min: 90, max: 99 });
    expect(await failure(two)).toEqual({ status: 1, said: expect.stringMatching(/the server is newer than this client: it speaks protocol 90 to 99.*bring this fugue up to date/) });
  } finally {
    daemon.close();
  }
});

testBoth("host keys that changed or are unknown, without anybody to ask", async (backend) => {
  await using two = await start(backend);
  await two.sshd.restart({ newHostKey: true });
  expect(await failure(two)).toEqual({ status: 5, said: expect.stringMatching(/the host key of .* changed: .*line 1 .*ssh-keygen .*-R '\[127\.0\.0\.1\]:\d+'/) });
  rmSync(two.ssh.knownHosts);
  expect(await failure(two)).toEqual({ status: 5, said: expect.stringMatching(/is not known \(\S+ SHA256:.*connect once in the foreground/) });
});

testBoth("keys that were tried are named; a locked one says how to unlock it", async (backend) => {
  await using two = await start(backend);
  writeFileSync(join(two.sshd.folder, "authorized_keys"), "");
  const refused = await failure(two);
  expect(refused).toEqual({ status: 5, said: expect.stringMatching(/accepted no login: tried .*id_ed25519 \(SHA256:.*takes publickey.*ssh-copy-id/) });
  const key = join(two.ssh.ssh, "locked");
  makeKey(key, { passphrase: "x" });
  writeFileSync(join(two.sshd.folder, "authorized_keys"), readFileSync(`${key}.pub`, "utf8"));
  two.configure([`addr = "ssh://${SSH_USER}@127.0.0.1:${two.sshd.port}"`, `ssh_identity = "${key}"`, `ssh_backend = "${backend}"`]);
  expect(await failure(two)).toEqual({ status: 5, said: expect.stringMatching(/locked.*passphrase.*ssh-add/s) });
});

testBoth("AllowTcpForwarding no: the error names the way without ports, and that one works", async (backend) => {
  await using two = await start(backend, { config: ["AllowTcpForwarding no"] });
  await ports(two, backend);
  expect(await failure(two)).toEqual({ status: 5, said: expect.stringMatching(/forbids forwarding to ports .*ssh:\/\/ needs no port/) });
  two.configure([`addr = "ssh://${SSH_USER}@127.0.0.1:${two.sshd.port}"`, `ssh_backend = "${backend}"`]);
  expect((await two.near.cli(["-s", "far", "ls"])).status).toBe(0);
});

testBoth("one port on both sides of one machine is recognised, and leaves nothing", async (backend) => {
  await using two = await start(backend);
  const { near } = await ports(two, backend, true);
  const { status, stderr } = await two.near.cli(["-s", "far", "ls"]);
  expect([status, stderr]).toEqual([1, expect.stringMatching(/would lead into itself: .*remote_addr/)]);
  await two.near.waitUntil("the tunnel to end", () => two.near.processes().length === 0);
  // a server that listens on the port is reached, without a tunnel
  await two.far.fugue("serve", "--detach", "--listen", `tcp://127.0.0.1:${near}`);
  expect((await two.near.cli(["-s", "far", "ls"])).status).toBe(0);
  await two.near.waitUntil("the tunnel that fetched the secret to end", () => two.tunnels().length === 0);
});

testBoth("a server that runs there without the port, and another program on it", async (backend) => {
  await using two = await start(backend);
  const { far } = await ports(two, backend);
  await two.far.fugue("new", "-d", "work");
  expect(await failure(two)).toEqual({ status: 4, said: expect.stringMatching(new RegExp(`runs, but does not listen on tcp://127.0.0.1:${far} .*listen = `)) });
  await two.far.fugue("stop", "--yes");
  await using _other = await startTcp(greet, far);
  expect(await failure(two)).toEqual({ status: 4, said: expect.stringMatching(/what listens on tcp:\/\/127\.0\.0\.1:\d+ of .* is no fugue server/) });
  await two.far.fugue("serve", "--detach");
  // the secret is known by then: the handshake says it
  expect(await failure(two)).toEqual({ status: 1, said: expect.stringMatching(/what answers at tcp:\/\/127\.0\.0\.1:\d+ of .* is no fugue server/) });
});

testBoth("where no fugue is, a person at a terminal may have it copied, and goes on", async (backend) => {
  await using two = await start(backend, { bare: true });
  const declined = two.near.tui(["-s", "far", "new", "work"]);
  await declined.waitFor("[yes/no]");
  declined.line("no");
  await declined.waitFor("is not installed on");
  const terminal = two.near.tui(["-s", "far", "new", "work"]);
  await terminal.waitFor("~/.local/bin/fugue");
  terminal.line("yes");
  await terminal.waitFor("far$");
  const copy = join(two.far.home, ".local/bin/fugue");
  expect(Bun.hash(await Bun.file(copy).arrayBuffer())).toBe(Bun.hash(await Bun.file(executable()).arrayBuffer()));
  expect(readdirSync(join(two.far.home, ".local/bin"))).toEqual(["fugue"]);
});

testBoth("a secret that is new over there: the error says how it is fetched again, and that works", async (backend) => {
  await using two = await start(backend);
  await ports(two, backend);
  expect((await two.near.cli(["-s", "far", "ls"])).status).toBe(0);
  await two.far.fugue("server", "secret", "--renew");
  expect(await failure(two)).toEqual({ status: 5, said: expect.stringContaining("fugue tunnel restart far") });
  await two.near.fugue("tunnel", "restart", "far");
  expect((await two.near.cli(["-s", "far", "ls"])).status).toBe(0);
});
