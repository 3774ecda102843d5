import { expect } from "bun:test";
import { join } from "node:path";
import { hasNoRoute } from "../../../../src/tunnel/ssh/tcp-connect.ts";
import { test, testIf } from "../../../support/e2e-test.ts";

const MODULE = join(import.meta.dir, "../../../../src/tunnel/ssh/tcp-connect.ts");
const noNamespaces = Bun.which("unshare") !== null && Bun.spawnSync(["unshare", "-rn", "true"]).exitCode === 0
  ? undefined : "no network namespaces here";

test("there is a way to this machine, whether or not somebody listens", async () => {
  expect(await hasNoRoute("127.0.0.1")).toBe(false);
});

testIf(noNamespaces, "without a network there is no way to an address of either kind", async () => {
  const program = `
    import { hasNoRoute } from ${JSON.stringify(MODULE)};
    console.log(await hasNoRoute("192.0.2.1"), await hasNoRoute("2001:db8::1"));
  `;
  const { stdout } = Bun.spawnSync(["unshare", "-rn", process.execPath, "-e", program]);
  expect(stdout.toString()).toBe("true true\n");
});
