/** What the command line says when something is wrong: one line, a hint that helps, and the right exit status. */
import { expect } from "bun:test";
import { E2eHome } from "../support/e2e-home.ts";
import { labelled } from "../support/e2e-labels.ts";
import { test } from "../support/e2e-test.ts";

/** Words of a command line, its exit status, and what its one line of standard error must say. */
type Case = [words: string, status: number, says: RegExp];

async function expectCases(home: E2eHome, cases: readonly Case[]): Promise<void> {
  for (const [words, status, says] of cases) {
    const result = await home.cli(words.split(" "));
    expect(
      { words, status: result.status, stdout: result.stdout, lines: result.stderr.split("\n").length },
    ).toEqual({ words, status, stdout: "", lines: 2 });
    expect(`${words}: ${result.stderr}`).toMatch(says);
    expect(result.stderr).toMatch(/^fugue: /);
  }
}

test("without a server: status 4 and how to get one; nothing is started", async () => {
  await using home = new E2eHome();
  await expectCases(home, [
    ["ls", 4, /fugue serve --detach|fugue new/],
    ["kill work", 4, /./],
    ["send work x", 4, /./],
    ["capture work", 4, /./],
    ["wait work --exit", 4, /./],
    ["status", 4, /./],
    ["stop --yes", 4, /./],
    ["buffer ls", 4, /./],
    ["attach work", 2, /terminal/],
  ]);
  expect(home.processes()).toEqual([]);
});

test("usage: status 2 and what was meant", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d", "--", ...labelled("AAA"));
  await expectCases(home, [
    ["lss", 2, /did you mean 'ls'/],
    ["windw new", 2, /did you mean 'window'/],
    ["window nw", 2, /did you mean 'new'/],
    ["layout work tild", 2, /did you mean 'tiled'/],
    ["send work --keys Entr", 2, /did you mean '?Enter/],
    ["send work one two", 2, /more than one TEXT/],
    ["split --rigth", 2, /--right/],
    ["wait work", 2, /--text|--exit|--idle/],
    ["wait work --exit --idle 1s", 2, /./],
    ["wait work --text x --timeout 5parsecs", 2, /5parsecs/],
    ["wait work --text ( --timeout 1s", 2, /./],
    ["new work -d --size big", 2, /COLSxROWS|80x24|size/],
    ["new bad/name -d", 2, /bad\/name/],
    ["kill local:", 2, /names a server and nothing on it/],
    ["send -a work x", 2, /needs --tag/],
    ["kill -a local:work", 2, /--all-servers contradicts/],
    ["new -d --env novalue", 2, /NAME=VALUE|novalue/],
    ["capture work:2.1", 2, /did you mean 'work\/2\.1'/],
    ["capture work/0.0/7", 2, /not a target/],
    ["kill", 2, /TARGET/],
    ["rename work", 2, /NAME/],
    ["config chek", 2, /did you mean 'check'/],
    ["completions tcsh", 2, /bash|zsh|fish/],
  ]);
});

test("tmux's commands are answered with ours", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d", "--", ...labelled("AAA"));
  await expectCases(home, [
    ["new-session -s play", 2, /fugue new play/],
    ["new-session -d -s play", 2, /fugue new (-d play|play -d)/],
    ["new -s play", 3, /fugue new play/],
    ["split-window -h", 2, /fugue split .*--right/],
    ["split-window -v -t work", 2, /fugue split work/],
    ["send-keys -t work ls Enter", 2, /fugue send work --enter .*ls/],
    ["send-keys -t work C-c", 2, /fugue send work --keys (-- )?C-c/],
    ["kill-session -t work", 2, /fugue (session )?kill work/],
    ["kill-server", 2, /fugue stop/],
    ["list-sessions", 2, /fugue ls/],
    ["capture-pane -p -t work", 2, /fugue capture work/],
    ["attach-session -t work", 2, /fugue attach work/],
    ["rename-window -t work:0 logs", 2, /fugue (window )?rename .*logs/],
    ["select-layout tiled", 2, /fugue layout . tiled/],
    ["resize-pane -Z", 2, /fugue pane zoom/],
  ]);
  expect(await home.fugue("capture", "-t", "work")).toContain("AAA");
  expect(await home.fugue("ls", "-t", "work")).toContain("work");
});

test("targets that do not exist: status 3 and what there is", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d", "--", ...labelled("AAA"));
  await home.fugue("new", "play", "-d", "--", ...labelled("BBB"));
  await expectCases(home, [
    ["new bad:name -d", 3, /no server is named 'bad' \(servers: local\)/],
    ["send --tag nothing x", 3, /no session has the tag/],
    ["kill wrk", 3, /did you mean 'work'/],
    ["capture nobody", 3, /work.*play|play.*work/],
    ["capture work/7", 3, /0/],
    ["capture work/0.9", 3, /./],
    ["capture %999", 3, /%999/],
    ["kill elsewhere:work", 3, /elsewhere/],
    ["buffer show none", 3, /none/],
    ["detach --client 5", 3, /5/],
  ]);
});

test("refused and failed: status 5 and 1", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d", "--", ...labelled("AAA"));
  await expectCases(home, [
    ["stop", 5, /--yes/],
    ["new work -d", 1, /fugue new --attach/],
    ["new x -d -- /no/such/program", 1, /\/no\/such\/program/],
    ["buffer save /no/such/folder/file", 3, /paste buffer|buffer/],
  ]);
  expect((await home.json("ls")).sessions).toHaveLength(1);
});

test("errors come as JSON too, in the shape of every result", async () => {
  await using home = new E2eHome();
  const down = await home.cli(["ls", "--json"]);
  expect(down.status).toBe(4);
  expect(JSON.parse(down.stdout)).toMatchObject(
    { version: 1, sessions: [], errors: [{ server: "local", code: "noServer" }] },
  );
  await home.fugue("new", "work", "-d", "--", ...labelled("AAA"));
  const missing = await home.cli(["capture", "nobody", "--json"]);
  expect(missing.status).toBe(3);
  expect(JSON.parse(missing.stdout)).toMatchObject(
    { version: 1, panes: [], errors: [{ server: "local", code: "noTarget" }] },
  );
  for (
    const words of [
      ["ls"],
      ["clients"],
      ["status"],
      ["buffer", "ls"],
      ["capture", "work"],
      ["keys"],
      ["logs"],
      ["doctor"],
      ["config", "show"],
      ["config", "check"],
      ["config", "path"],
      ["version"],
      ["new", "-d"],
      ["send", "work", "x"],
      ["kill", "work"],
    ]
  ) {
    const result = await home.cli(["--json", ...words]);
    const parsed = JSON.parse(result.stdout);
    expect(
      { words, status: result.status, version: parsed.version, errors: parsed.errors },
    ).toEqual({ words, status: 0, version: 1, errors: [] });
    expect(Object.keys(parsed)[0]).toBe("version");
  }
});

test("--help and -h, --version and -V work everywhere, without a server and without colours", async () => {
  await using home = new E2eHome();
  const root = await home.fugue("--help");
  const commands = [...root.slice(root.indexOf("COMMANDS")).matchAll(/^ +([a-z-]+) {4}\S/gm)].map((match) => match[1]!);
  expect(commands.length).toBeGreaterThan(25);
  for (const command of commands) {
    const { status, stdout, stderr } = await home.cli([command, "-h"]);
    expect({ command, status, stderr }).toEqual({ command, status: 0, stderr: "" });
    expect(stdout).toContain(`fugue ${command}`);
    expect(stdout).not.toContain("\x1b");
  }
  expect(await home.fugue("-V")).toMatch(/^fugue \d+\.\d+\.\d+$/);
  expect(await home.fugue("window", "new", "--version")).toBe(await home.fugue("version"));
  expect(await home.fugue("help", "split")).toBe(await home.fugue("split", "--help"));
  expect(home.processes()).toEqual([]);
});

test("NO_COLOR and a dumb terminal get no colours, and names of others no escape sequences", async () => {
  await using home = new E2eHome();
  await home.fugue(
    "new", "work", "-d", "--", "sh", "-c", "printf '\\033]2;evil\\033[31mtitle\\007'; echo ready; exec cat",
  );
  await home.fugue("wait", "work", "--text", "ready", "--timeout", "10s");
  for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }, {}]) {
    const terminal = home.tui(["ls", "--tree"], { env: env as Record<string, string> });
    expect(await terminal.ended()).toBe(0);
    expect(terminal.output).not.toContain("\x1b[31m");
    if ("NO_COLOR" in env || "TERM" in env) expect(terminal.output).not.toContain("\x1b[");
  }
});
