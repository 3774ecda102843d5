/** Configuration while fugue runs: changes are taken over at once; mistakes are shown, and the old settings stay. */
import { expect } from "bun:test";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { E2eHome } from "../support/e2e-home.ts";
import { expectFocus, labelledPanes } from "../support/e2e-labels.ts";
import { test } from "../support/e2e-test.ts";

test("a change is taken over at once: status line, keys, prefix", async () => {
  await using home = new E2eHome({ config: '[options]\nstatus-left = "ONE "\n' });
  const terminal = await labelledPanes(home, ["AAA"]);
  await terminal.waitForBar(/^ONE /);
  home.configure('[options]\nstatus-left = "TWO "\nprefix = "C-a"\n\n[keys]\nv = "split --right"\n');
  await terminal.waitForBar(/^TWO /);
  terminal.write("\x01v");
  await terminal.waitUntil("a split", () => terminal.row(0)[40] === "│");
  home.configure('[options]\nstatus = false\n');
  await terminal.waitUntil(
    "no status line", () => terminal.bar.startsWith(" ".repeat(40)) || /^ *│/.test(terminal.bar),
  );
});

test("editors that replace the file are noticed, and so is a file that appears or goes", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA"]);
  const path = home.configure('[options]\nstatus-left = "NEW "\n');
  await terminal.waitForBar(/^NEW /);
  const swap = join(home.home, ".config/fugue/.config.toml.swp");
  writeFileSync(swap, '[options]\nstatus-left = "SWAPPED "\n');
  renameSync(swap, path);
  await terminal.waitForBar(/^SWAPPED /);
  rmSync(path);
  await terminal.waitForBar(/^\[work\]/);
});

test("a mistake is shown with line, key and fix, and the old settings stay in force", async () => {
  await using home = new E2eHome({ config: '[options]\nstatus-left = "GOOD "\nprefix = "C-a"\n' });
  const terminal = await labelledPanes(home, ["AAA"]);
  await terminal.waitForBar(/^GOOD /);
  home.configure('[options]\nstatus-left = "WORSE "\nmose = true\n');
  await terminal.waitForBar(/config\.toml:3: .*mose.*mouse/);
  terminal.write("\x01%");
  await terminal.waitUntil("a split by the old prefix", () => terminal.row(0)[40] === "│");
  await terminal.waitForBar(/^GOOD /);
  home.configure('[options]\nmose = true\n');
  await terminal.waitForBar(/config\.toml:2/);
  home.configure('[options]\nstatus-left = "BETTER "\n');
  await terminal.waitForBar("the configuration is right again");
  await terminal.waitForBar(/^BETTER /);
});

test("a configuration that is wrong from the start: fugue starts, says so, and can be used", async () => {
  for (const [config, says] of [
    ["[options\nmouse = true\n", /config\.toml:1/],
    ['[options]\nprefix = 5\n', /prefix/],
    ['[keys]\nv = "explode"\n', /explode/],
    ["\x00\x01\x02\n", /config\.toml/],
    [`[options]\nstatus-left = "${"x".repeat(200_000)}"\n`, /status-left|config\.toml|\[work\]|xxx/],
  ] as const) {
    await using home = new E2eHome({ config });
    const terminal = await labelledPanes(home, ["AAA"]);
    await terminal.waitForBar(says);
    await expectFocus(terminal, "AAA", "usable");
  }
});

test("a folder in place of the file, and a file that may not be read, are said", async () => {
  await using home = new E2eHome();
  home.write(".config/fugue/config.toml/oops", "");
  const terminal = await labelledPanes(home, ["AAA"]);
  await terminal.waitForBar(/config\.toml/);
  await expectFocus(terminal, "AAA", "usable");
  const { status, stderr, stdout } = await home.cli(["config", "check"]);
  expect({ status, said: /config\.toml/.test(stderr + stdout) }).toEqual({ status: 1, said: true });
});

test("what the daemon acts on follows too: history, shell and variables of new panes", async () => {
  await using home = new E2eHome({ config: "[options]\nhistory-limit = 100\n" });
  await home.fugue("new", "work", "-d", "--", "sh", "-c", "seq 1 1000; exec cat");
  await home.fugue("wait", "work", "--text", "^1000$", "--timeout", "10s");
  const lines = (await home.fugue("capture", "work", "--history", "all")).split("\n").length;
  expect(lines).toBeLessThan(250);
  home.configure('[options]\nterm = "screen-256color"\nremain-on-exit = "on"\n\n[env]\nFROM_CONFIG = "yes"\n');
  await home.waitUntil("the new settings in a new pane", async () => {
    const name = `s${Math.round(performance.now())}`;
    await home.fugue("new", name, "-d", "--", "sh", "-c", "echo $TERM-$FROM_CONFIG.");
    await home.fugue("wait", name, "--text", "-.*\\.", "--timeout", "10s").catch(() => "");
    const { stdout } = await home.cli(["capture", name]);
    return stdout.startsWith("screen-256color-yes.");
  });
});

test("a server with a mistake is not called unknown: the line is named, wherever it is asked for", async () => {
  await using home = new E2eHome({ config: '[servers.far]\naddr = "ssh://far"\nport = 22\n' });
  for (const argv of [["-s", "far", "ls"], ["ls", "far:work"], ["new", "far:work", "-d"], ["server", "show", "far"], ["server", "rm", "far"]]) {
    const { status, stderr } = await home.cli(argv);
    expect({ argv, status, stderr }).toEqual({ argv, status: 1, stderr: expect.stringMatching(/config\.toml:3: servers\.far\.port: unknown field/) });
  }
  expect((await home.cli(["-s", "gpu", "ls"])).stderr).toContain("no server is named 'gpu'");
  // who can't be read as TOML may hold any server
  home.configure('[servers.far\naddr = "ssh://far"\n');
  expect((await home.cli(["-s", "far", "ls"])).stderr).toMatch(/config\.toml:1: expected '\]'/);
});
