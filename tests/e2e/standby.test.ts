/** A line that is dead and comes back, with a real sshd behind it: the connection that stood by takes over. */
import { expect } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testIf } from "../support/e2e-test.ts";
import { TwoMachines } from "../support/far-machine.ts";
import { SlowLink } from "../support/slow-link.ts";
import { SlowProxy } from "../support/slow-proxy.ts";
import { noSshd, SSH_USER } from "../support/sshd.ts";

/** One way. What is nearer than some milliseconds is not told from this machine. */
const DELAY_MS = 15;

/** The far machine at the end of a line that can be cut. */
async function behindLine(): Promise<AsyncDisposable & { two: TwoMachines; link: SlowLink; proxy: SlowProxy }> {
  const two = await TwoMachines.start();
  const link = new SlowLink({ delayMs: DELAY_MS });
  const proxy = new SlowProxy(link, two.sshd.port);
  writeFileSync(two.ssh.knownHosts, `${two.sshd.knownHostsLine.replace(`:${two.sshd.port} `, `:${proxy.port} `)}\n`, { flag: "a" });
  two.configure([`addr = "ssh://${SSH_USER}@127.0.0.1:${proxy.port}"`, 'ssh_backend = "ssh2"']);
  return {
    two, link, proxy,
    [Symbol.asyncDispose]: async () => {
      link.restore();
      try {
        await two[Symbol.asyncDispose]();
      } finally {
        proxy.stop();
      }
    },
  };
}

testIf(noSshd(), "the line is dead for a while: the standby takes over without a login, what was typed comes once, another one stands by", async () => {
  await using far = await behindLine();
  const { two, link } = far;
  const terminal = two.near.tui(["-s", "far", "new", "work"]);
  await terminal.waitFor("far$");
  const logs = () => two.near.fugue("tunnel", "logs", "far");
  const count = async (text: string) => (await logs()).split(text).length - 1;
  await two.near.waitUntil("the standby", async () => (await count("standby ready")) === 1);
  const { pid } = await two.tunnel();
  link.cut();
  terminal.line("echo typed >> typed; echo done-$((20+22))");
  await terminal.waitForBar("last contact");
  await two.near.waitUntil("the tunnel to notice", async () => (await two.tunnel()).state !== "ready");
  link.restore();
  await terminal.waitFor("done-42");
  expect(await count("standby taken")).toBe(1);
  expect(readFileSync(join(two.far.home, "typed"), "utf8")).toBe("typed\n");
  expect(await two.tunnel()).toMatchObject({ pid, state: "ready", reconnects: 1 });
  await two.near.waitUntil("another standby", async () => (await count("standby ready")) === 2);
});
