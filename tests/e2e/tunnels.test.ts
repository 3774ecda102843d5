/** Tunnels with the real executable on both sides of a real sshd: one command reaches the other machine, come what may. */
import { expect } from "bun:test";
import { readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { connectPort } from "../../src/tunnel/local-port.ts";
import { executable } from "../support/e2e-executable.ts";
import { isAlive, kill } from "../support/e2e-processes.ts";
import { testIf } from "../support/e2e-test.ts";
import { BACKENDS, TwoMachines } from "../support/far-machine.ts";
import { freePort, makeKey, noSshd, SSH_USER, startAgent, type TestAgent } from "../support/sshd.ts";
import { tempFolder } from "../support/temp-folder.ts";

const test = (name: string, body: () => Promise<void>): void => testIf(noSshd(), name, body);

for (const backend of BACKENDS) {
  test(`${backend}: the first command starts tunnel and far daemon, later ones share them`, async () => {
    await using two = await TwoMachines.start({}, [`ssh_backend = "${backend}"`]);
    await two.near.fugue("-s", "far", "new", "-d", "work");
    const [pid] = two.tunnels();
    expect((await two.far.json("ls")).sessions.map(({ name }: { name: string }) => name)).toEqual(["work"]);
    await Promise.all(Array.from({ length: 5 }, () => two.near.fugue("-s", "far", "ls")));
    expect(two.tunnels()).toEqual([pid!]);
    expect(await two.tunnel()).toMatchObject({ state: "ready", pid: pid!, reconnects: 0 });
    await two.near.fugue("tunnel", "stop", "far");
    expect(two.tunnels()).toEqual([]);
    expect(two.near.processes().map(({ command }) => command)).toEqual([]);
    // the far session goes on
    expect((await two.far.json("ls")).sessions.length).toBe(1);
  });

  test(`${backend}: a tunnel that was killed leaves nothing, and the next command starts another`, async () => {
    await using two = await TwoMachines.start({}, [`ssh_backend = "${backend}"`]);
    await two.near.fugue("tunnel", "up", "far");
    const [pid] = two.tunnels();
    kill(pid!);
    await two.near.waitUntil("its processes to end", () => two.near.processes().length === 0);
    await two.near.fugue("-s", "far", "ls");
    expect(two.tunnels().length).toBe(1);
    expect(two.tunnels()).not.toContain(pid);
  });

  test(`${backend}: sshd killed and back: the same tunnel connects again by itself`, async () => {
    await using two = await TwoMachines.start({}, [`ssh_backend = "${backend}"`]);
    await two.near.fugue("-s", "far", "new", "-d", "work");
    const { pid } = await two.tunnel();
    await two.sshd.restart();
    await two.near.waitUntil("the connection", async () => {
      const { state, reconnects } = await two.tunnel();
      return state === "ready" && reconnects > 0;
    });
    expect(await two.tunnel()).toMatchObject({ pid, state: "ready" });
    expect(await two.near.fugue("-s", "far", "ls")).toContain("work");
  });

  test(`${backend}: where sockets may not be forwarded, fugue proxy carries the streams`, async () => {
    await using two = await TwoMachines.start({ config: ["AllowStreamLocalForwarding no"] }, [`ssh_backend = "${backend}"`]);
    await two.near.fugue("-s", "far", "new", "-d", "work");
    expect(await two.near.fugue("-s", "far", "ls")).toContain("work");
    const terminal = two.near.tui(["-s", "far", "attach", "work"]);
    await terminal.waitFor("far$");
    terminal.line("echo through-$((20+22))");
    await terminal.waitFor("through-42");
    expect(await two.near.fugue("tunnel", "logs", "far")).toContain("fugue proxy is used");
  });
}

test("a person's session goes on after sshd was killed, stalled, and the tunnel killed", async () => {
  await using two = await TwoMachines.start();
  const terminal = two.near.tui(["-s", "far", "new", "work"]);
  await terminal.waitFor("far$");
  let n = 0;
  const answers = async (): Promise<void> => {
    n++;
    terminal.line(`echo still-${n}-$((20+22))`);
    await terminal.waitFor(`still-${n}-42`);
  };
  await answers();
  await two.sshd.restart();
  await answers();
  kill((await two.tunnel()).pid);
  await answers();
  two.sshd.signal("SIGSTOP");
  await terminal.waitForBar("last contact");
  two.sshd.signal("SIGCONT");
  await answers();
  expect(two.tunnels().length).toBe(1);
});

for (const backend of BACKENDS) {
  test(`${backend}: a laptop that slept so long that the server gave it up: it wakes to what happened meanwhile, and types once`, async () => {
    await using two = await TwoMachines.start({ config: ["ClientAliveInterval 1", "ClientAliveCountMax 2"] }, [`ssh_backend = "${backend}"`]);
    const terminal = two.near.tui(["-s", "far", "new", "work"]);
    await terminal.waitFor("far$");
    terminal.line("sleep 5; echo meanwhile-$((20+22))");
    await terminal.waitFor("meanwhile-$");
    // everything of ours on the near machine: the view, the tunnel, and the ssh that it may have started
    const asleep = [terminal.process.pid, ...two.near.processes().map(({ pid }) => pid)].filter((pid, i, all) => all.indexOf(pid) === i);
    const signal = (name: "SIGSTOP" | "SIGCONT") => asleep.filter(isAlive).forEach((pid) => kill(pid, name));
    signal("SIGSTOP");
    try {
      terminal.line("echo typed >> typed; echo done-$((20+22))");
      await two.far.waitUntil("the client to be given up", async () => (await two.far.json("clients")).clients.length === 0);
      await two.far.fugue("wait", "work", "--text", "^meanwhile-42", "--timeout", "20s");
    } finally {
      signal("SIGCONT");
    }
    await terminal.waitFor("meanwhile-42");
    await terminal.waitFor("done-42");
    expect(readFileSync(join(two.far.home, "typed"), "utf8")).toBe("typed\n");
    expect(two.tunnels().length).toBe(1);
  });
}

test("a line that died while nobody used it: who attaches or asks next waits for the new one, and hears of no error", async () => {
  await using two = await TwoMachines.start();
  await two.near.fugue("-s", "far", "new", "work", "-d");
  const freeze = () => two.sshd.connections().forEach((pid) => kill(pid, "SIGSTOP"));
  freeze();
  const terminal = two.near.tui(["-s", "far", "attach", "work"]);
  await terminal.waitFor("far$");
  expect((await two.tunnel()).reconnects).toBe(1);
  await terminal[Symbol.asyncDispose]();
  freeze();
  expect(await two.near.fugue("-s", "far", "ls")).toContain("work");
});

test("a machine that moves to another address: the view goes on there once the configuration says so, and what was typed comes once", async () => {
  await using two = await TwoMachines.start();
  const terminal = two.near.tui(["-s", "far", "new", "work"]);
  await terminal.waitFor("far$");
  const { pid } = await two.tunnel();
  await two.sshd.restart({ newPort: true });
  await terminal.waitForBar("last contact");
  terminal.line("echo typed >> typed; echo done-$((20+22))");
  two.configure([`addr = "ssh://${SSH_USER}@127.0.0.1:${two.sshd.port}"`]);
  await terminal.waitFor("done-42");
  expect(readFileSync(join(two.far.home, "typed"), "utf8")).toBe("typed\n");
  expect(two.tunnels().length).toBe(1);
  expect(two.tunnels()).not.toContain(pid);
});

test("the far daemon killed, then the tunnel, then both and the network stalled: what is typed meanwhile comes once", async () => {
  await using two = await TwoMachines.start();
  const terminal = two.near.tui(["-s", "far", "new", "work"]);
  await terminal.waitFor("far$");
  const steps: (() => Promise<void> | void)[] = [
    async () => kill((await two.far.pids()).daemon),
    async () => kill((await two.tunnel()).pid),
    async () => {
      kill((await two.far.pids()).daemon);
      two.sshd.signal("SIGSTOP");
      await Bun.sleep(4500);
      two.sshd.signal("SIGCONT");
    },
  ];
  for (const [i, step] of steps.entries()) {
    const going = step();
    terminal.line(`echo step-${i} >> typed; echo done-${i}-$((20+22))`);
    await going;
    await terminal.waitFor(`done-${i}-42`);
  }
  expect(readFileSync(join(two.far.home, "typed"), "utf8")).toBe("step-0\nstep-1\nstep-2\n");
});

test("the far daemon killed: its stream is not handed out any more", async () => {
  await using two = await TwoMachines.start();
  await two.near.fugue("-s", "far", "new", "-d", "work");
  const { daemon } = await two.far.pids();
  kill(daemon);
  expect(await two.near.fugue("-s", "far", "ls")).toContain("work");
});

test("a far server is stopped from here, and the command does not start it anew", async () => {
  await using two = await TwoMachines.start();
  await two.near.fugue("-s", "far", "new", "-d", "work");
  await two.near.fugue("-s", "far", "stop", "--yes");
  await two.far.waitUntil("its processes to end", () => two.far.role("daemon").length + two.far.role("keeper").length === 0);
  expect(two.tunnels().length).toBe(1);
});

test("the far server stopped: it stays so until somebody wants it", async () => {
  await using two = await TwoMachines.start();
  await two.near.fugue("-s", "far", "new", "-d", "work");
  await two.far.fugue("stop", "--yes");
  await Bun.sleep(1500);
  expect(two.far.role("daemon")).toEqual([]);
  await two.near.fugue("-s", "far", "new", "-d", "again");
  expect((await two.far.json("ls")).sessions.map(({ name }: { name: string }) => name)).toContain("again");
});

test("without fugue over there the error says how to install it, and no process stays", async () => {
  await using two = await TwoMachines.start({ bare: true });
  const { status, stderr } = await two.near.cli(["-s", "far", "ls"]);
  expect(status).toBe(4);
  expect(stderr).toMatch(/fugue is not installed on .*scp/s);
  await two.near.waitUntil("the tunnel to end", () => two.near.processes().length === 0);
});

for (const backend of BACKENDS) {
  test(`${backend}: a client that comes back with another agent gives it to panes, also over a connection that stands`, async () => {
    await using two = await TwoMachines.start({}, [`ssh_backend = "${backend}"`]);
    two.ssh.configure("ForwardAgent yes");
    using first = tempFolder();
    using second = tempFolder();
    await using one = await startAgent(first.path);
    await using other = await startAgent(second.path);
    one.add(two.ssh.key);
    const key = join(second.path, "key");
    makeKey(key, { type: "ecdsa" });
    other.add(key);
    other.add(two.ssh.key);
    const env = (agent: TestAgent): { env: Record<string, string> } => ({ env: { SSH_AUTH_SOCK: agent.socket } });
    expect((await two.near.cli(["-s", "far", "new", "-d", "work"], env(one))).status).toBe(0);
    const keys = async (): Promise<string> => (await two.near.cli(["-s", "far", "run", "-t", "work", "--", "ssh-add -l"])).stdout;
    await two.near.waitUntil("the first agent", async () => /ED25519/.test(await keys()));
    expect(await keys()).not.toContain("ECDSA");
    expect((await two.near.cli(["-s", "far", "ls"], env(other))).status).toBe(0);
    expect(await keys()).toContain("ECDSA");
    const { reconnects } = await two.tunnel();
    await two.sshd.restart();
    await two.near.waitUntil("the next connection", async () => (await two.tunnel()).reconnects > reconnects);
    await two.near.waitUntil("its agent", async () => /ECDSA/.test(await keys()));
  });
}

test("an ephemeral tunnel ends with its last client", async () => {
  await using two = await TwoMachines.start();
  await two.near.fugue("-s", "far", "--ephemeral", "ls");
  await two.near.waitUntil("the tunnel to end", () => two.near.processes().length === 0);
});

test("ssh_tunnel leads a local port to the remote one; the daemon is started, the secret fetched", async () => {
  await using two = await TwoMachines.start();
  const [local, remote] = [await freePort(), await freePort()];
  two.configure([
    `addr = "tcp://127.0.0.1:${local}"`, `ssh_host = "${SSH_USER}@127.0.0.1"`, `ssh_port = ${two.sshd.port}`, "ssh_tunnel = true",
    `remote_addr = "tcp://127.0.0.1:${remote}"`,
  ]);
  await two.near.fugue("-s", "far", "new", "-d", "work");
  expect((await two.far.json("ls")).sessions.length).toBe(1);
  expect((await two.tunnel()).endpoints).toContain(`tcp://127.0.0.1:${local}`);
  await two.near.fugue("tunnel", "stop", "far");
  // a forward made by hand serves as well
  const forward = Bun.spawn(
    ["ssh", "-F", two.ssh.config, "-p", String(two.sshd.port), "-N", "-L", `${local}:127.0.0.1:${remote}`, `${SSH_USER}@127.0.0.1`],
    { stdio: ["ignore", "ignore", "ignore"], env: { ...two.ssh.env } },
  );
  try {
    await two.near.waitUntil("the forward", async () => {
      const probe = await connectPort({ host: "127.0.0.1", port: local });
      probe?.close(true);
      return probe !== undefined;
    });
    expect(await two.near.fugue("-s", "far", "ls")).toContain("work");
    expect(two.tunnels()).toEqual([]);
    // no tunnel is wished for: ssh is asked for the secret, once, and leaves again
    two.configure([
      `addr = "tcp://127.0.0.1:${local}"`, `ssh_host = "${SSH_USER}@127.0.0.1"`, `ssh_port = ${two.sshd.port}`,
      `remote_addr = "tcp://127.0.0.1:${remote}"`,
    ]);
    await two.near.fugue("tunnel", "stop", "--all");
    rmSync(join(two.near.paths.home, "secrets", "far"));
    expect(await two.near.fugue("-s", "far", "ls")).toContain("work");
    await two.near.waitUntil("ssh to end", () => two.tunnels().length === 0);
    expect(await two.near.fugue("-s", "far", "ls")).toContain("work");
    expect(two.tunnels()).toEqual([]);
  } finally {
    forward.kill();
    await forward.exited;
  }
});

test("a foreign program on the port gets no byte of ours before it proves itself, and is named", async () => {
  await using two = await TwoMachines.start();
  const [local, remote] = [await freePort(), await freePort()];
  two.configure([
    `addr = "tcp://127.0.0.1:${local}"`, `ssh_host = "${SSH_USER}@127.0.0.1"`, `ssh_port = ${two.sshd.port}`, "ssh_tunnel = true",
    `remote_addr = "tcp://127.0.0.1:${remote}"`,
  ]);
  let heard = 0;
  const squatter = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => void (heard += bytes.length));
    socket.write("220 mail.example ESMTP\r\n");
  });
  await new Promise<void>((resolve) => void squatter.listen(local, "127.0.0.1", resolve));
  try {
    const { status, stderr } = await two.near.cli(["-s", "far", "ls"]);
    expect(status).not.toBe(0);
    expect(stderr).toContain(`(pid ${process.pid})`);
    expect(heard).toBe(0);
  } finally {
    await new Promise<void>((resolve) => void squatter.close(() => resolve()));
  }
});

test("forty clients killed leave one tunnel and nothing else", async () => {
  await using two = await TwoMachines.start();
  await two.near.fugue("-s", "far", "new", "-d", "work");
  const waits = Array.from({ length: 40 }, () => Bun.spawn(
    [executable(), "-s", "far", "wait", "work", "--text", "never"], { env: two.near.env, stdio: ["ignore", "ignore", "ignore"] },
  ));
  await two.near.waitUntil("forty clients", async () => (await two.tunnel()).clients === 40);
  for (const wait of waits) wait.kill("SIGKILL");
  await Promise.all(waits.map(({ exited }) => exited));
  await two.near.waitUntil("all to leave", async () => (await two.tunnel()).clients === 0);
  expect(two.near.processes().map(({ pid }) => pid)).toEqual(two.tunnels());
  expect(two.tunnels().length).toBe(1);
  expect(two.tunnels().every(isAlive)).toBe(true);
});
