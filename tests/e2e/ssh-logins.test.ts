/** Logins with ssh2 against a real sshd: keys, agents, passphrases, host keys, jump hosts. */
import { expect } from "bun:test";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SshMemory } from "../../src/tunnel/ssh/memory.ts";
import { readText } from "../support/duplex-text.ts";
import { testIf } from "../support/e2e-test.ts";
import { testPrompter } from "../support/ssh-prompter.ts";
import { connect } from "../support/ssh-rig.ts";
import { makeKey, noSshd, SSH_USER, sshHome, startAgent, startSshd } from "../support/sshd.ts";
import { rejection } from "../support/thrown.ts";
import type { SshConnection } from "../../src/tunnel/ssh/connection.ts";

const test = (name: string, body: () => Promise<void>) => testIf(noSshd(), name, body);

async function output(connection: SshConnection, ...argv: string[]): Promise<string> {
  const run = await connection.exec(argv);
  const text = await readText(run.duplex).end();
  expect(await run.exit).toEqual({ code: 0 });
  return text;
}

test("the configuration's key lets in; commands keep their words, output, errors and status", async () => {
  using home = sshHome();
  await using sshd = await startSshd(home);
  const prompter = testPrompter();
  using connection = await connect(home, sshd, {}, { prompter });
  expect(connection.label).toBe(`${SSH_USER}@127.0.0.1:${sshd.port}`);
  expect(connection.backend).toBe("ssh2");
  expect(prompter.asked).toEqual([]);
  expect(prompter.stages.map((stage) => stage.split(" ")[0]!)).toEqual(expect.arrayContaining(["resolving", "connecting", "authenticating"]));
  const words = ["a b", "", "it's", "$HOME", "back\\slash", "!x", "\"", "*", "new\nline", "ä"];
  expect(await output(connection, "printf", "<%s>", ...words)).toBe(Buffer.from(words.map((word) => `<${word}>`).join("")).toString("latin1"));
  const failed = await connection.exec(["sh", "-c", "echo no >&2; exit 7"], { env: { X: "1" } });
  failed.duplex.listen({ data() {}, close() {} });
  expect(await failed.exit).toEqual({ code: 7 });
  expect(failed.stderr()).toBe("no\n");
  const killed = await connection.exec(["sh", "-c", "kill -TERM $$"]);
  killed.duplex.listen({ data() {}, close() {} });
  expect(await killed.exit).toEqual({ signal: "TERM" });
  expect(await connection.roundTrip()).toBeGreaterThan(0);
  connection.close();
  expect(await connection.closed).toBeUndefined();
  expect((await rejection(connection.roundTrip())).code).toBe("closed");
});

test("a wrong key is refused, and the error names what was tried", async () => {
  using home = sshHome();
  makeKey(join(home.path, "other"));
  await using sshd = await startSshd(home, { authorizedKeys: [readFileSync(join(home.path, "other.pub"), "utf8").trim()] });
  const error = await rejection(connect(home, sshd));
  expect(error.code).toBe("refused");
  expect(error.message).toContain(home.key);
  expect(error.message).toContain("it takes publickey");
  using connection = await connect(home, sshd, { identity: join(home.path, "other") });
  expect(await output(connection, "echo", "in")).toBe("in\n");
});

for (const [type, bits] of [["rsa", 2048], ["ecdsa", 256], ["ed25519", undefined]] as const) {
  test(`an encrypted ${type} key: its passphrase is asked once, and again after a wrong one; memory opens it afterwards`, async () => {
    using home = sshHome();
    const path = join(home.path, "locked");
    const line = makeKey(path, { type, bits, passphrase: "open sesame" });
    rmSync(`${path}.pub`);
    await using sshd = await startSshd(home, { authorizedKeys: [line] });
    const memory = new SshMemory();
    const background = await rejection(connect(home, sshd, { identity: path }, { memory }));
    expect(background.message).toContain("needs a passphrase");
    expect(background.hint).toContain("ssh-add");
    const prompter = testPrompter("wrong", "open sesame");
    {
      using connection = await connect(home, sshd, { identity: path }, { prompter, memory });
      expect(await output(connection, "echo", "in")).toBe("in\n");
    }
    expect(prompter.asked).toEqual([`Passphrase for the key ${path}: `, `Wrong. Passphrase for the key ${path}: `]);
    using again = await connect(home, sshd, { identity: path }, { memory });
    expect(await output(again, "echo", "in")).toBe("in\n");
  });
}

test("giving up at a passphrase ends the attempt", async () => {
  using home = sshHome();
  const path = join(home.path, "locked");
  await using sshd = await startSshd(home, { authorizedKeys: [makeKey(path, { passphrase: "x" })] });
  expect((await rejection(connect(home, sshd, { identity: path }, { prompter: testPrompter(undefined) }))).code).toBe("interrupted");
});

test("old PEM and PKCS#8 keys are read, encrypted ones too", async () => {
  using home = sshHome();
  const lines: string[] = [];
  for (const format of ["PEM", "PKCS8"]) {
    for (const passphrase of ["", "secret"]) {
      const path = join(home.path, `${format}${passphrase}`);
      lines.push(makeKey(path, { type: "rsa", bits: 2048 }));
      Bun.spawnSync(["ssh-keygen", "-p", "-q", "-m", format, "-P", "", "-N", passphrase, "-f", path]);
    }
  }
  await using sshd = await startSshd(home, { authorizedKeys: lines });
  for (const format of ["PEM", "PKCS8"]) {
    for (const passphrase of ["", "secret"]) {
      const prompter = testPrompter(passphrase);
      using connection = await connect(home, sshd, { identity: join(home.path, `${format}${passphrase}`) }, { prompter });
      expect(prompter.asked.length).toBe(passphrase === "" ? 0 : 1);
      expect(connection.backend).toBe("ssh2");
    }
  }
});

test("an agent's keys are used, and reach far programs where ForwardAgent says so", async () => {
  using home = sshHome();
  await using agent = await startAgent(home.path);
  const lines = [["rsa", 2048], ["ecdsa", 521], ["ed25519", undefined]] as const;
  for (const [type, bits] of lines) {
    const path = join(home.path, `agent-${type}`);
    const line = makeKey(path, { type, bits });
    agent.add(path);
    rmSync(path);
    await using sshd = await startSshd(home, { authorizedKeys: [line] });
    const env = { ...home.env, SSH_AUTH_SOCK: agent.socket };
    using connection = await connect(home, sshd, {}, { env });
    expect(await output(connection, "sh", "-c", "echo ${SSH_AUTH_SOCK:-none}")).toBe("none\n");
    if (type !== "ed25519") continue;
    home.configure("ForwardAgent yes");
    using forwarding = await connect(home, sshd, {}, { env });
    expect(await output(forwarding, "ssh-add", "-l")).toContain("ED25519");
    const plain = await forwarding.exec(["ssh-add", "-l"], { agentForward: true });
    expect(await readText(plain.duplex).end()).toContain("RSA");
  }
});

test("an agent that refuses to sign is named", async () => {
  using home = sshHome();
  await using agent = await startAgent(home.path);
  // a key that wants a confirmation, which this agent has no program to ask for
  expect(Bun.spawnSync(["ssh-add", "-q", "-c", home.key], { env: { ...home.env, SSH_AUTH_SOCK: agent.socket } }).exitCode).toBe(0);
  await using sshd = await startSshd(home);
  const error = await rejection(connect(home, sshd, {}, { env: { ...home.env, SSH_AUTH_SOCK: agent.socket } }));
  expect(error.code).toBe("refused");
  expect(error.message).toContain("the agent refused to sign with test");
});

test("an agent that died is a note, not an error, while another key lets in", async () => {
  using home = sshHome();
  await using sshd = await startSshd(home);
  const env = { ...home.env, SSH_AUTH_SOCK: join(home.path, "gone.sock") };
  {
    using connection = await connect(home, sshd, {}, { env });
    expect(await output(connection, "echo", "in")).toBe("in\n");
  }
  makeKey(join(home.path, "other"));
  writeFileSync(join(sshd.folder, "authorized_keys"), readFileSync(join(home.path, "other.pub")));
  expect((await rejection(connect(home, sshd, {}, { env }))).message).toContain("gone.sock does not answer");
});

test("an unknown host key is refused in the background, asked about once in the foreground, and remembered", async () => {
  using home = sshHome();
  await using sshd = await startSshd(home, { known: false });
  const print = Bun.spawnSync(["ssh-keygen", "-lf", sshd.hostKey]).stdout.toString().split(" ")[1]!;
  const background = await rejection(connect(home, sshd));
  expect(background.code).toBe("refused");
  expect(background.message).toContain(print);
  expect((await rejection(connect(home, sshd, {}, { prompter: testPrompter(false) }))).message).toContain("was not accepted");
  writeFileSync(home.knownHosts, "# no line feed at the end");
  home.configure("HashKnownHosts yes");
  const prompter = testPrompter(true);
  {
    using _connection = await connect(home, sshd, {}, { prompter });
  }
  expect(prompter.asked).toHaveLength(1);
  expect(prompter.asked[0]).toContain(print);
  const text = readFileSync(home.knownHosts, "utf8");
  expect(text).toStartWith("# no line feed at the end\n|1|");
  expect(text).toEndWith("\n");
  expect(Bun.spawnSync(["ssh-keygen", "-F", `[127.0.0.1]:${sshd.port}`, "-f", home.knownHosts]).exitCode).toBe(0);
  using again = await connect(home, sshd);
  expect(await output(again, "echo", "in")).toBe("in\n");
  rmSync(home.knownHosts);
  home.configure("StrictHostKeyChecking accept-new");
  using accepted = await connect(home, sshd);
  expect(statSync(home.knownHosts).mode & 0o777).toBe(0o600);
  home.configure("StrictHostKeyChecking yes");
  rmSync(home.knownHosts);
  expect((await rejection(connect(home, sshd, {}, { prompter: testPrompter(true) }))).message).toContain("StrictHostKeyChecking is yes");
  expect(accepted.backend).toBe("ssh2");
});

test("a changed or revoked host key is refused with file and line, whatever the configuration says", async () => {
  using home = sshHome();
  await using sshd = await startSshd(home);
  home.configure("StrictHostKeyChecking no");
  await sshd.restart({ newHostKey: true });
  const changed = await rejection(connect(home, sshd, {}, { prompter: testPrompter(true) }));
  expect(changed.code).toBe("refused");
  expect(changed.message).toContain("changed");
  expect(changed.message).toContain(`${home.knownHosts} line 1`);
  writeFileSync(home.knownHosts, `\n@revoked * ${sshd.knownHostsLine.split(" ").slice(1).join(" ")}\n${sshd.knownHostsLine}\n`);
  const revoked = await rejection(connect(home, sshd, {}, { prompter: testPrompter(true) }));
  expect(revoked.message).toContain(`revoked in ${home.knownHosts} line 2`);
});

test("the known type of host key is asked for first", async () => {
  using home = sshHome();
  const second = join(home.path, "second");
  makeKey(second, { type: "rsa", bits: 2048 });
  await using sshd = await startSshd(home, { config: [`HostKey ${second}`], known: false });
  const [type, key] = readFileSync(`${second}.pub`, "utf8").split(" ");
  writeFileSync(home.knownHosts, `alias.example ${type} ${key}\n`);
  home.configure("HostKeyAlias alias.example");
  using connection = await connect(home, sshd);
  expect(await output(connection, "echo", "in")).toBe("in\n");
});

test("a key that is known for the host without a port vouches for its other ports, as in OpenSSH", async () => {
  using home = sshHome();
  await using sshd = await startSshd(home, { known: false });
  const [type, key] = readFileSync(sshd.hostKey, "utf8").split(" ");
  writeFileSync(home.knownHosts, `127.0.0.1 ${type} ${key}\n`);
  {
    using connection = await connect(home, sshd);
    expect(await output(connection, "echo", "in")).toBe("in\n");
  }
  expect(readFileSync(home.knownHosts, "utf8")).toBe(`127.0.0.1 ${type} ${key}\n`);
  // another key there says nothing of this port: it is unknown, not changed
  await sshd.restart({ newHostKey: true });
  expect((await rejection(connect(home, sshd))).message).toContain("is not known");
});

test("jump hosts: each with its own login and host key check; all connections end together", async () => {
  using home = sshHome();
  await using first = await startSshd(home);
  await using second = await startSshd(home);
  await using last = await startSshd(home);
  home.configure(`Host last\n  HostName 127.0.0.1\n  Port ${last.port}\n  ProxyJump ${SSH_USER}@127.0.0.1:${first.port},127.0.0.1:${second.port}`);
  {
    using connection = await connect(home, last, { host: "last", port: undefined });
    expect(await output(connection, "echo", "in")).toBe("in\n");
    expect(first.connections().length).toBeGreaterThan(0);
    expect(second.connections().length).toBeGreaterThan(0);
  }
  writeFileSync(home.knownHosts, `${last.knownHostsLine}\n${first.knownHostsLine}\n`);
  const error = await rejection(connect(home, last, { host: "last", port: undefined }));
  expect(error.message).toContain(`127.0.0.1:${second.port}`);
});
