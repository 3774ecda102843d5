/** The sshd of the test support lets the home's key in through the system's own ssh, and leaves nothing behind. */
import { expect } from "bun:test";
import { testIf } from "../support/e2e-test.ts";
import { noSshd, sshHome, startSshd } from "../support/sshd.ts";

testIf(noSshd(), "a private sshd is reached by the system's ssh, survives a restart, and stops with its connections", async () => {
  using home = sshHome();
  await using sshd = await startSshd(home);
  const ssh = async () => {
    const argv = ["ssh", "-F", home.config, "-o", "BatchMode=yes", "-p", String(sshd.port), sshd.host, "echo", "$((40+2))"];
    const child = Bun.spawn(argv, { env: home.env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
    return [await child.stdout.text(), await child.stderr.text(), await child.exited];
  };
  expect(await ssh()).toEqual(["42\n", "", 0]);
  await sshd.restart();
  expect(await ssh()).toEqual(["42\n", "", 0]);
  await sshd.restart({ newHostKey: true });
  expect((await ssh())[1]).toContain("REMOTE HOST IDENTIFICATION HAS CHANGED");
});
