/** What only the system's ssh can do, when it is chosen, what it asks, and that none of its processes stays behind. */
import { expect } from "bun:test";
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { SshConnection } from "../../src/tunnel/ssh/connection.ts";
import { SshMemory } from "../../src/tunnel/ssh/memory.ts";
import { bytesOf, readText } from "../support/duplex-text.ts";
import { kill, processesOf } from "../support/e2e-processes.ts";
import { testIf } from "../support/e2e-test.ts";
import { noKerberos, startKdc } from "../support/kdc.ts";
import { testPrompter } from "../support/ssh-prompter.ts";
import { startServer } from "../support/ssh-server.ts";
import { connect, sshOptions, sshTarget } from "../support/ssh-rig.ts";
import { freePort, makeKey, noSshd, SSH_USER, sshHome, startAgent, startSshd, type SshHome } from "../support/sshd.ts";
import { makeToken, noToken } from "../support/token.ts";
import { rejection } from "../support/thrown.ts";
import { waitUntil } from "../support/wait-until.ts";

const test = (name: string, body: () => Promise<void>) => testIf(noSshd(), name, body);

async function works(connection: SshConnection): Promise<void> {
  const run = await connection.exec(["echo", "in"]);
  expect(await readText(run.duplex).end()).toBe("in\n");
}

/** Processes of ssh that know the test's home. */
const left = (home: SshHome) => processesOf(home.path).filter(({ command }) => /(^|\/)ssh |^\/bin\/sh -c/.test(command)).map(({ command }) => command);

async function nothingLeft(home: SshHome): Promise<void> {
  const files = () => readdirSync(join(home.path, "s"));
  await waitUntil("ssh and its files to be gone", () => left(home).length + files().length === 0, () => [left(home), files()], 10_000);
}

test("auto: ProxyCommand goes through the system's ssh, and its process ends with the connection", async () => {
  using home = sshHome();
  await using sshd = await startSshd(home);
  await using gate = await startSshd(home);
  const gateway = `ssh -F ${home.config} -o BatchMode=yes -p ${gate.port} -W %h:%p 127.0.0.1`;
  home.configure(`Host far\n  HostName 127.0.0.1\n  Port ${sshd.port}\n  ProxyCommand ${gateway}`);
  {
    using connection = await connect(home, sshd, { host: "far", port: undefined, backend: "auto" });
    expect(connection.backend).toBe("openssh");
    await works(connection);
  }
  await nothingLeft(home);
  const forced = await rejection(connect(home, sshd, { host: "far", port: undefined, backend: "ssh2" }));
  expect(forced.message).toContain("ProxyCommand");
  expect(forced.hint).toContain("auto");
});

test("auto: a live master connection of the user's is used, and lives on; without one ssh2 dials", async () => {
  using home = sshHome();
  await using sshd = await startSshd(home);
  const socket = join(home.path, "cm");
  home.configure(`ControlPath ${socket}`);
  {
    using connection = await connect(home, sshd, { backend: "auto" });
    expect(connection.backend).toBe("ssh2");
  }
  const master = Bun.spawn(["ssh", "-F", home.config, "-M", "-N", "-p", String(sshd.port), sshd.host], { env: home.env, stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  await waitUntil("the master", () => existsSync(socket), undefined, 10_000);
  writeFileSync(join(sshd.folder, "authorized_keys"), "");
  {
    using connection = await connect(home, sshd, { backend: "auto" });
    expect(connection.backend).toBe("openssh");
    await works(connection);
    expect(await connection.roundTrip()).toBeGreaterThan(0);
    const path = join(home.path, "echo.sock");
    expect((await rejection(connection.openUnix(path))).code).toBe("noServer");
    expect((await rejection(connection.openTcp("127.0.0.1", await freePort()))).code).toBe("noServer");
    const server = createServer((socket) => void socket.on("error", () => {}).pipe(socket)).listen(path);
    for (let i = 0; i < 3; i++) {
      const duplex = await connection.openUnix(path);
      const text = readText(duplex);
      duplex.write(bytesOf("hello"));
      await text.until("hello");
      duplex.close();
      await text.end();
    }
    const greeting = await connection.openTcp("127.0.0.1", sshd.port);
    const text = readText(greeting);
    await text.until("SSH-2.0");
    greeting.close();
    server.close();
  }
  await waitUntil("forwards to be gone", () => readdirSync(join(home.path, "s")).length === 0);
  expect(master.exitCode).toBeNull();
  {
    using connection = await connect(home, sshd, { backend: "auto" });
    master.kill("SIGKILL");
    expect((await connection.closed)?.code).toBe("closed");
  }
  await master.exited;
  expect((await rejection(connect(home, sshd, { backend: "auto" }))).message).toContain("accepted no login");
});

test("a live master whose far shell prints before every command: streams that are refused are told apart all the same", async () => {
  using home = sshHome();
  await using sshd = await startSshd(home, { config: ["ForceCommand echo noise; printf 'and more'; eval \"$SSH_ORIGINAL_COMMAND\""] });
  const socket = join(home.path, "cm");
  home.configure(`ControlPath ${socket}`);
  const master = Bun.spawn(["ssh", "-F", home.config, "-M", "-N", "-p", String(sshd.port), sshd.host], { env: home.env, stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  await waitUntil("the master", () => existsSync(socket), undefined, 10_000);
  {
    using connection = await connect(home, sshd, { backend: "auto" });
    expect(connection.backend).toBe("openssh");
    for (let i = 0; i < 3; i++) {
      expect((await rejection(connection.openTcp("127.0.0.1", await freePort()))).code).toBe("noServer");
      expect(await connection.roundTrip()).toBeGreaterThan(0);
    }
  }
  master.kill();
  await master.exited;
});

test("auto: a server that ssh2 has nothing in common with", async () => {
  using home = sshHome();
  for (const line of ["Ciphers chacha20-poly1305@openssh.com", "KexAlgorithms sntrup761x25519-sha512@openssh.com"]) {
    await using sshd = await startSshd(home, { config: [line] });
    using connection = await connect(home, sshd, { backend: "auto" });
    expect(connection.backend).toBe("openssh");
    await works(connection);
    const error = await rejection(connect(home, sshd, { backend: "ssh2" }));
    expect(error.message).toContain("no algorithm in common");
    expect(error.hint).toContain("openssh");
  }
});

test("auto: certificates of users and of hosts", async () => {
  using home = sshHome();
  const ca = join(home.path, "ca");
  const authority = makeKey(ca);
  const sign = (...words: string[]) => expect(Bun.spawnSync(["ssh-keygen", "-q", "-s", ca, "-I", "test", ...words]).exitCode).toBe(0);
  await using sshd = await startSshd(home, { authorizedKeys: [`cert-authority ${authority}`], known: false });
  sign("-h", "-n", "127.0.0.1", sshd.hostKey);
  writeFileSync(join(sshd.folder, "config"), `HostCertificate ${sshd.hostKey.replace(/\.pub$/, "-cert.pub")}\n${readFileSync(join(sshd.folder, "config"), "utf8")}`);
  await sshd.restart();
  writeFileSync(home.knownHosts, `@cert-authority * ${authority}\n`);
  sign("-n", SSH_USER, `${home.key}.pub`);
  using connection = await connect(home, sshd, { backend: "auto" });
  expect(connection.backend).toBe("openssh");
  await works(connection);
});

testIf(noSshd() ?? noKerberos(), "auto: a Kerberos ticket logs in by GSSAPI; without one ssh2 dials", async () => {
  using home = sshHome();
  await using kdc = await startKdc(SSH_USER, "127.0.0.1");
  await using sshd = await startSshd(home, {
    authorizedKeys: [], env: kdc.env, config: ["GSSAPIAuthentication yes", "GSSAPIStrictAcceptorCheck no"],
  });
  home.configure("GSSAPIAuthentication yes");
  const env = { ...home.env, ...kdc.env };
  const refused = await rejection(connect(home, sshd, { backend: "auto" }, { env }));
  expect(refused.message).toContain("accepted no login: tried");
  kdc.login();
  {
    using connection = await connect(home, sshd, { backend: "auto" }, { env });
    expect([connection.backend, sshd.log()]).toEqual(["openssh", expect.stringContaining("Accepted gssapi-with-mic")]);
    await works(connection);
  }
  await nothingLeft(home);
});

testIf(noSshd() ?? noToken(), "auto: a key on a token is used by PKCS #11; its PIN is asked for, and kept in memory", async () => {
  using home = sshHome();
  const token = makeToken(home.path, "1234");
  await using sshd = await startSshd(home, { authorizedKeys: [token.authorizedKey] });
  home.configure(`PKCS11Provider ${token.module}`);
  const env = { ...home.env, ...token.env };
  const background = await rejection(connect(home, sshd, { backend: "auto" }, { env }));
  expect(background.code).toBe("refused");
  const memory = new SshMemory();
  const prompter = testPrompter("1234");
  for (const options of [{ env, prompter, memory }, { env, memory }]) {
    using connection = await connect(home, sshd, { backend: "auto" }, options);
    expect(connection.backend).toBe("openssh");
    await works(connection);
  }
  expect(prompter.asked).toEqual([expect.stringMatching(/^Enter PIN for 'test'/)]);
  await nothingLeft(home);
});

test("a passphrase is asked for through this program, wrong ones again; memory answers later without a person", async () => {
  using home = sshHome();
  const path = join(home.path, "locked");
  await using sshd = await startSshd(home, { authorizedKeys: [makeKey(path, { passphrase: "it's \"$x\"" })] });
  const target = { backend: "openssh", identity: path } as const;
  const background = await rejection(connect(home, sshd, target));
  expect(background.code).toBe("refused");
  expect(background.message).toContain("passphrase");
  const memory = new SshMemory();
  const prompter = testPrompter("wrong", "it's \"$x\"");
  {
    using connection = await connect(home, sshd, target, { prompter, memory });
    await works(connection);
  }
  expect(prompter.asked).toEqual([`Enter passphrase for key '${path}': `, `Wrong. Enter passphrase for key '${path}': `]);
  {
    using again = await connect(home, sshd, target, { memory });
    await works(again);
  }
  expect((await rejection(connect(home, sshd, target, { prompter: testPrompter(undefined) }))).code).toBe("interrupted");
  await nothingLeft(home);
});

test("passwords and questions of a server: a password is kept in memory, a code is not, wrong ones are asked for again", async () => {
  using home = sshHome();
  const codes: string[] = [];
  let wants = "password";
  await using server = await startServer(home, (context) => {
    if (context.method !== wants) return context.reject([wants]);
    if (context.method === "password") return context.password === "sesame" ? context.accept() : context.reject([wants]);
    context.prompt([{ prompt: "Code: ", echo: false }], "", "", ([code = ""]) => {
      codes.push(code);
      if (code === "123456") context.accept();
      else context.reject([wants]);
    });
  });
  const login = { backend: "openssh" as const };
  const memory = new SshMemory();
  // nobody to ask: no login, and no question either
  expect((await rejection(connect(home, server, login, { memory }))).message).toContain("wants a password");
  const prompter = testPrompter("wrong", "sesame");
  {
    using connection = await connect(home, server, login, { prompter, memory });
    await works(connection);
  }
  expect(prompter.asked).toEqual([expect.stringMatching(/password/i), expect.stringMatching(/password/i)]);
  {
    using connection = await connect(home, server, login, { memory });
    await works(connection);
  }
  wants = "keyboard-interactive";
  const other = testPrompter("123456");
  {
    using connection = await connect(home, server, login, { prompter: other, memory });
    await works(connection);
  }
  expect(other.asked).toEqual([expect.stringMatching(/Code: /)]);
  // in the background the code is not sent again, nor the password in its place
  expect((await rejection(connect(home, server, login, { memory }))).code).toBe("refused");
  expect(codes).toEqual(["123456"]);
  await nothingLeft(home);
});

test("unknown, changed and revoked host keys say so, and only a person accepts an unknown one", async () => {
  using home = sshHome();
  await using sshd = await startSshd(home, { known: false });
  const target = { backend: "openssh" } as const;
  const background = await rejection(connect(home, sshd, target));
  expect(background.message).toContain("is not known");
  expect(background.message).toContain("SHA256:");
  expect((await rejection(connect(home, sshd, target, { prompter: testPrompter(false) }))).message).toContain("is not known");
  const prompter = testPrompter(true);
  {
    using connection = await connect(home, sshd, target, { prompter });
    await works(connection);
  }
  expect(prompter.asked).toHaveLength(1);
  expect(prompter.asked[0]).toContain("SHA256:");
  await sshd.restart({ newHostKey: true });
  const changed = await rejection(connect(home, sshd, target, { prompter: testPrompter(true) }));
  expect(changed.message).toContain("changed");
  expect(changed.message).toContain(`${home.knownHosts} line 1`);
  writeFileSync(home.knownHosts, `@revoked * ${sshd.knownHostsLine.split(" ").slice(1).join(" ")}\n${sshd.knownHostsLine}\n`);
  expect((await rejection(connect(home, sshd, target))).message).toContain("revoked");
});

test("no key accepted: those that were tried are named", async () => {
  using home = sshHome();
  await using sshd = await startSshd(home, { authorizedKeys: [""] });
  const error = await rejection(connect(home, sshd, { backend: "openssh" }));
  expect(error.message).toContain(`${home.key} (SHA256:`);
  expect(error.message).toContain("it takes publickey");
});

test("ForwardAgent reaches far commands; the user's LocalForward lines are left alone", async () => {
  using home = sshHome();
  await using agent = await startAgent(home.path);
  agent.add(home.key);
  await using sshd = await startSshd(home);
  home.configure(`ForwardAgent yes\nLocalForward ${sshd.port} 127.0.0.1:1\nExitOnForwardFailure yes`);
  const env = { ...home.env, SSH_AUTH_SOCK: agent.socket };
  for (const backend of ["openssh", "ssh2"] as const) {
    using connection = await connect(home, sshd, { backend }, { env });
    const run = await connection.exec(["ssh-add", "-l"]);
    expect(await readText(run.duplex).end()).toContain("ED25519");
  }
});

test("jump hosts", async () => {
  using home = sshHome();
  await using first = await startSshd(home);
  await using last = await startSshd(home);
  // the jump is a process of its own, which reads the configuration of the user unless ssh passes ours on
  home.configure(`Host last\n  HostName 127.0.0.1\n  Port ${last.port}\n  ProxyJump ${SSH_USER}@127.0.0.1:${first.port}`);
  {
    using connection = await connect(home, last, { host: "last", port: undefined, backend: "openssh" });
    await works(connection);
    expect(first.connections().length).toBeGreaterThan(0);
  }
  await nothingLeft(home);
});

test("killed with SIGKILL, the process that held a connection leaves no ssh behind, also while it logs in", async () => {
  using home = sshHome();
  await using sshd = await startSshd(home);
  const options = sshOptions(home);
  const hold = () => Bun.spawn(
    [process.execPath, join(import.meta.dir, "../support/ssh-holder.ts"), JSON.stringify(sshTarget(home, sshd, { backend: "openssh" })), JSON.stringify(home.env), options.folder],
    { stdin: "ignore", stdout: "pipe", stderr: "inherit" },
  );
  const holder = hold();
  const reader = holder.stdout.getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toBe("open openssh\n");
  expect(left(home).length).toBeGreaterThan(0);
  holder.kill("SIGKILL");
  await holder.exited;
  await reader.cancel();
  await waitUntil("ssh to be gone", () => left(home).length === 0, () => left(home), 10_000);
  sshd.signal("SIGSTOP");
  const stuck = hold();
  await waitUntil("ssh to be started", () => left(home).length > 0, undefined, 10_000);
  stuck.kill("SIGKILL");
  await stuck.exited;
  await waitUntil("ssh to be gone", () => left(home).length === 0, () => left(home), 10_000);
  sshd.signal("SIGCONT");
  writeFileSync(join(options.folder, `ssh-${stuck.pid}-abcdef.m`), "");
  writeFileSync(join(options.folder, "other"), "");
  {
    using connection = await connect(home, sshd, { backend: "openssh" });
    await works(connection);
  }
  await waitUntil("ssh to be gone", () => left(home).length === 0, () => left(home), 10_000);
  expect(readdirSync(options.folder)).toEqual(["other"]);
});

test("a ProxyCommand that leaves a process behind does not hide why ssh ended", async () => {
  using home = sshHome();
  home.configure("Host far\n  ProxyCommand sh -c 'sleep 30 >/dev/null </dev/null & echo gone wrong >&2; exit 1'");
  const begin = performance.now();
  const error = await rejection(connect(home, { host: "far", port: 22 }, { backend: "auto" }));
  expect(error.code).toBe("closed");
  expect(performance.now() - begin).toBeLessThan(10_000);
  for (const { pid, command } of processesOf(home.path)) if (command.startsWith("sleep")) kill(pid);
});

test("without the system's ssh: ssh2 works with its defaults, and what needs ssh says so", async () => {
  using home = sshHome();
  await using sshd = await startSshd(home);
  const env = { ...home.env, PATH: join(home.path, "empty") };
  rmSync(home.config);
  {
    using connection = await connect(home, sshd, { config: undefined, user: SSH_USER, backend: "auto" }, { env });
    expect(connection.backend).toBe("ssh2");
    await works(connection);
  }
  const error = await rejection(connect(home, sshd, { config: undefined, backend: "openssh" }, { env }));
  expect(error.message).toContain("not installed");
});
