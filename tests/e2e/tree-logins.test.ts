/** Logging in from the session tree: what an sshd wants to know is asked there, and sessions are made on the far machine. */
import { expect } from "bun:test";
import { rmSync } from "node:fs";
import { testIf } from "../support/e2e-test.ts";
import { TwoMachines } from "../support/far-machine.ts";
import { noPasswords, PASSWORD_USER } from "../support/sshd.ts";

const PASSWORD = "open sesame";
/** Questions with one key for an answer pass over what was typed before they could be read. */
const READ_MS = 1000;

testIf(noPasswords(), "an unknown host key and a password are asked for where the tree shows the server; then c and C make sessions there", async () => {
  await using two = await TwoMachines.start({ password: PASSWORD });
  const { near, far } = two;
  two.configure([`addr = "ssh://${PASSWORD_USER}@127.0.0.1:${two.sshd.port}"`]);
  rmSync(two.ssh.knownHosts);
  await using tree = near.tui(["-a"], { cols: 100, rows: 24 });
  await tree.waitFor(/✗ far .*is not known/);
  tree.write("\x1b[B");
  tree.write("r");
  // a fingerprint is of use only as a whole
  await tree.waitFor(/SHA256:[A-Za-z0-9+/]{43}\b/);
  await tree.waitFor("(y/n)");
  await Bun.sleep(READ_MS);
  tree.write("y");
  await tree.waitFor(`Password for ${PASSWORD_USER}@127.0.0.1:`);
  tree.line("wrong");
  await tree.waitFor("Wrong. Password for");
  tree.line(PASSWORD);
  await tree.waitForBar("●●");
  expect(tree.shows(PASSWORD)).toBe(false);

  tree.write("c");
  await tree.waitFor("new session on far:");
  tree.line("first");
  await tree.waitForBar("far:first");
  tree.prefix("s");
  await tree.waitFor(/sessions \(1\)/);
  tree.write("C");
  await tree.waitFor("new session on server:");
  tree.line("nowhere");
  await tree.waitFor("no server 'nowhere'");
  tree.line("f");
  await tree.waitFor("new session on far:");
  tree.line("second");
  await tree.waitForBar("far:second");
  expect((await far.json("ls")).sessions.map(({ name }: { name: string }) => name).sort()).toEqual(["first", "second"]);

  // a new tunnel knows the key, and no password: that is said, and all goes on once it was told
  await tree.waitFor("far$");
  await near.fugue("tunnel", "stop", "far");
  await tree.waitForBar(/far is away.*wants a password/);
  expect(tree.shows("far$")).toBe(true);
  tree.prefix("s");
  await tree.waitFor(/✗ far .*wants a password/);
  tree.write("r");
  await tree.waitFor(`Password for ${PASSWORD_USER}@127.0.0.1:`);
  tree.line(PASSWORD);
  await tree.waitForBar("●●");
  tree.write("q");
  tree.line("echo back-$((20+22))");
  await tree.waitFor("back-42");
});
