/** What is typed is shown before its echo has come: seen best while the line is cut, when none can come. */
import { expect } from "bun:test";
import { E2eHome } from "../support/e2e-home.ts";
import { test } from "../support/e2e-test.ts";
import { SlowLink } from "../support/slow-link.ts";
import { SlowProxy } from "../support/slow-proxy.ts";
import { freePort } from "../support/sshd.ts";

/** A session on a server at the end of a line of 30 ms each way. */
async function behindLine() {
  const home = new E2eHome({ config: "[options]\npredict = \"always\"\n" });
  const port = await freePort();
  await home.fugue("serve", "--detach", "--listen", `tcp://127.0.0.1:${port}`);
  await home.fugue("new", "-d", "far", "--", "bash", "--norc");
  const link = new SlowLink({ delayMs: 30 });
  const proxy = new SlowProxy(link, port);
  const terminal = home.tui(["--addr", `tcp://127.0.0.1:${proxy.port}`, "attach", "far"]);
  await terminal.waitFor("$");
  return {
    home, terminal, link,
    [Symbol.asyncDispose]: async () => {
      link.restore();
      try {
        await home[Symbol.asyncDispose]();
      } finally {
        proxy.stop();
      }
    },
  };
}

type Far = Awaited<ReturnType<typeof behindLine>>;

/** Types letters, each after the echo of the one before has settled, until it is known that the program echoes. */
async function prove({ terminal }: Far): Promise<void> {
  for (const text of [": a", "b", "c"]) {
    terminal.write(text);
    await terminal.waitFor(text);
    await Bun.sleep(400);
  }
}

test("typing goes on to be shown on a line that is cut, erasing too, and it is what the program gets when the line is back", async () => {
  await using far = await behindLine();
  const { terminal, link } = far;
  await prove(far);
  link.cut();
  terminal.write("; echo sum-$((20+2X");
  await terminal.waitFor(": abc; echo sum-$((20+2X");
  terminal.write("\x7f2))");
  await terminal.waitFor(": abc; echo sum-$((20+22))");
  terminal.write("\r");
  link.restore();
  await terminal.waitFor("sum-42");
});

test("what a program does not echo is never shown", async () => {
  await using far = await behindLine();
  const { terminal, link, home } = far;
  await prove(far);
  terminal.write("\r");
  terminal.line("read -s secret; echo \"got-$secret\"");
  await terminal.waitFor("read -s secret");
  await Bun.sleep(500);
  terminal.clearOutput();
  for (const char of "qzqz") {
    terminal.write(char);
    await Bun.sleep(100);
  }
  link.cut();
  terminal.write("more");
  await Bun.sleep(300);
  expect(terminal.output).not.toMatch(/q|z|more/);
  link.restore();
  terminal.write("\r");
  await terminal.waitFor("got-qzqzmore");
  expect(await home.fugue("capture", "far")).toContain("got-qzqzmore");
});
