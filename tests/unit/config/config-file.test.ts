import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { interpretConfig, loadConfig } from "../../../src/config/config-file.ts";
import { LARGEST_CONFIG_BYTES } from "../../../src/config/config-source.ts";
import { defaultConfig } from "../../../src/config/config.ts";
import { configPath } from "../../../src/config/location.ts";
import { checkCommand, problemsOf, readText } from "./read-text.ts";

function inFolder(run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "fugue-config-"));
  try {
    run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("where the file is", () => {
  test.each([
    ["is below the home", { HOME: "/h" }, "/h/.config/fugue/config.toml"],
    ["is below XDG_CONFIG_HOME", { HOME: "/h", XDG_CONFIG_HOME: "/x" }, "/x/fugue/config.toml"],
    [
      "is not below a relative XDG_CONFIG_HOME",
      { HOME: "/h", XDG_CONFIG_HOME: "relative" }, "/h/.config/fugue/config.toml",
    ],
    ["is what FUGUE_CONFIG says", { HOME: "/h", XDG_CONFIG_HOME: "/x", FUGUE_CONFIG: "/y/c.toml" }, "/y/c.toml"],
  ])("%s", (_, env, path) => {
    expect(configPath(env)).toBe(path);
  });
});

describe("files", () => {
  test("that do not exist give the defaults without complaint", () => inFolder((folder) => {
    const loaded = loadConfig(join(folder, "sub", "c.toml"), { HOME: folder }, checkCommand);
    expect(loaded).toEqual({ config: defaultConfig(), problems: [], missing: true });
  }));

  test("that FUGUE_CONFIG names must exist", () => inFolder((folder) => {
    const path = join(folder, "c.toml");
    const { problems, missing } = loadConfig(path, { FUGUE_CONFIG: path }, checkCommand);
    expect(missing).toBe(true);
    const hint = expect.stringContaining("FUGUE_CONFIG");
    expect(problems).toEqual([{ file: path, line: 0, key: "", message: "there is no such file", hint }]);
  }));

  test("are taken up to 1 MiB", () => inFolder((folder) => {
    const path = join(folder, "c.toml");
    writeFileSync(path, `[options]\nmouse = false\n${"#".repeat(LARGEST_CONFIG_BYTES - 24)}`);
    expect(loadConfig(path, {}, checkCommand)).toMatchObject({ problems: [], config: { options: { mouse: false } } });
    writeFileSync(path, `[options]\nmouse = false\n${"#".repeat(LARGEST_CONFIG_BYTES)}`);
    const { config, problems } = loadConfig(path, {}, checkCommand);
    expect(problems.map((p) => p.message)).toEqual(["the file is larger than 1 MiB"]);
    expect(config).toEqual(defaultConfig());
  }));

  test("that are folders or FIFOs are refused without waiting", () => inFolder((folder) => {
    const fifo = join(folder, "fifo");
    expect(Bun.spawnSync(["mkfifo", fifo]).exitCode).toBe(0);
    for (const path of [folder, fifo]) {
      expect(loadConfig(path, {}, checkCommand).problems.map((p) => p.message)).toEqual(["is not a regular file"]);
    }
  }));

  test("that can't be read are a problem", () => inFolder((folder) => {
    const path = join(folder, "c.toml");
    symlinkSync(path, path);
    const { config, problems, missing } = loadConfig(path, {}, checkCommand);
    expect(problems.map((p) => p.message)).toEqual(["can't be read: ELOOP"]);
    expect({ config, missing }).toEqual({ config: defaultConfig(), missing: false });
  }));

  test("that are not UTF-8 are read as far as possible, and the line is named", () => inFolder((folder) => {
    const path = join(folder, "c.toml");
    writeFileSync(path, Buffer.from("[options]\nmouse = false\ncopy-command = 'x\xe9'\n", "latin1"));
    const { config, problems } = loadConfig(path, {}, checkCommand);
    expect(problems).toEqual(
      [{ file: path, line: 3, key: "", message: "the line is not UTF-8", hint: "save the file as UTF-8" }],
    );
    expect(config.options.mouse).toBe(false);
  }));
});

describe("settings", () => {
  test("that are good are taken although others are not", () => {
    const { config, problems } = readText('[options]\nmouse = "x"\nbase-index = 1\n[env]\nA = "b"\nTERM = "x"\n');
    expect(problems).toHaveLength(2);
    expect(config.options.baseIndex).toBe(1);
    expect(config.options.mouse).toBe(true);
    expect([...config.env]).toEqual([["A", "b"]]);
  });

  test("all mistakes of a file are reported at once, in the order of their lines", () => {
    const problems = problemsOf(
      "mosue = 1\n[options]\nbad line\nmouse = 3\n[servers.a]\n[keys]\n'C-%%' = 1\n[optoins]\n",
    );
    expect(problems.map((p) => p.split(":")[1])).toEqual(["1", "3", "4", "5", "7", "8"]);
  });

  test.each([
    ["[options]\nmosue = true\n", "2: options.mosue: unknown option", "did you mean 'mouse'?"],
    ["[options]\nbase_index = 1\n", "2: options.base_index: unknown option", "did you mean 'base-index'?"],
    ["[options]\n\nmouse = 1\n", "3: options.mouse: 1 is not true or false", "write true or false"],
    ['[options]\nmouse = "on"\n', '2: options.mouse: "on" is not', "write true without quotes"],
    ["[options]\nmouse = on\n", "2: options.mouse: strings must be quoted", "write true"],
    ["[options]\nbase-index = -1\n", "2: options.base-index: -1 is out of bounds", "from 0 to 1000"],
    ["[options]\nbase-index = 1.5\n", "2: options.base-index: 1.5 is not a whole number", "from 0 to 1000"],
    ['[options]\nmode-keys = "vim"\n', "2: options.mode-keys:", "did you mean 'vi'?"],
    ['[options]\nescape-time = "1s"\n', "2: options.escape-time:", '"20ms"'],
    ["[options]\nrepeat-time = 500\n", "2: options.repeat-time: 500 is not", '"500ms"'],
    ['[options]\nrepeat-time = "5 s"\n', "2: options.repeat-time: '5 s' is not a duration", "500ms"],
    ['[options]\nprefix = "C-"\n', "2: options.prefix:", "keys are written like"],
    ['[options]\nprefix = "C-Spcae"\n', "2: options.prefix:", "did you mean Space?"],
    ['[options]\nstatus-style = "fg=gren"\n', "2: options.status-style:", "did you mean 'green'?"],
    ['[options]\nclock-mode-colour = "blu"\n', "2: options.clock-mode-colour:", "did you mean 'blue'?"],
    ['[options]\nstatus-left = "#{sesion}"\n', "2: options.status-left: unknown variable", "did you mean 'session'?"],
    ['[options]\nupdate-environment = "A"\n', "2: options.update-environment:", '["A"]'],
    ['[options]\nupdate-environment = ["A", 1]\n', "2: options.update-environment: 1 is not", "a text in quotes"],
    ['[options]\nmain-pane-width = "0%"\n', "2: options.main-pane-width:", "percentage"],
    ["[options]\nterm = { a = 1 }\n", "2: options.term: a table is not", "xterm-256color"],
    ["[options]\ncopy-command = []\n", "2: options.copy-command: a list is not", "a text in quotes"],
    ['[options]\ndefault-shell = "zsh"\n', "2: options.default-shell:", "absolute path"],
    ["mouse = true\n", "1: mouse: stands outside of [options]", "below a line [options]"],
    ["quux = true\n", "1: quux: unknown setting", "options belong below [options]"],
    ["[option]\nmouse = true\n", "1: option: unknown table", "did you mean 'options'?"],
    ["options = 3\n", "1: options: is not a table", "write [options]"],
    ["[env]\nA = 1\n", "2: env.A: is not a text", 'write "1" in quotes'],
    ["[env]\nA = []\n", "2: env.A: is not a text", 'NAME = "value"'],
    ['[env]\n"A B" = "x"\n', '2: env."A B": is no name of a variable', "letters, digits and _"],
    ['[env]\nTERM = "x"\n', "2: env.TERM: can't be set here", "option term"],
    ['[env]\nFUGUE_ADDR = "x"\n', "2: env.FUGUE_ADDR: can't be set here", "fugue's own"],
    ["env = 3\n", "1: env: is not a table", 'NAME = "value"'],
    ['[presets.p]\nargs = "x"\n', "2: presets.p.args:", '["x"]'],
    ["[presets.p]\nharnes = 'x'\n", "2: presets.p.harnes: unknown field of a preset", "did you mean 'harness'?"],
    ["[presets.p]\nhistory = -1\n", "2: presets.p.history:", "write true, false or a number"],
    ["[presets.p]\nenv = 1\n", "2: presets.p.env: is not a table", 'NAME = "value"'],
    ['[presets."a b"]\n', '1: presets."a b": the name holds', "no blanks"],
    ["[presets]\np = 1\n", "2: presets.p: is not a table", "[presets.NAME]"],
    ["server = 1\n", "1: server: is not a table", "listen = ["],
    ["[server]\nlisten = 'tls://x:1'\n", "2: server.listen:", 'write ["tls://x:1"]'],
    ["[server]\nport = 1\n", "2: server.port: unknown field of the server", "the fields are listen, advertise"],
    ["[server]\nlisten = ['tcp://0.0.0.0:9999']\n", "2: server.listen: tcp is not encrypted", "write tls://0.0.0.0:9999"],
    ["[server]\nlisten = ['ssh://box']\n", "2: server.listen: a server can't listen on ssh://box", "nothing has to listen"],
  ])("%p is a mistake with its line, key and remedy", (text, message, hint) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toStartWith(`/etc/c.toml:${message}`);
    expect(problems[0]).toContain(hint);
  });

  test("presets are read with their kinds", () => {
    const { config, problems } = readText(`[presets.coder]
harness = "claude"
command = "claude"
args = ["--x"]
cwd = "~/src"
model = "m"
tags = ["a", "b"]
isolate = "worktree"
resume = true
history = 500
[presets.coder.env]
A = "1"
`);
    expect(problems).toEqual([]);
    expect(config.presets).toEqual([{
      name: "coder", harness: "claude", command: "claude", args: ["--x"], cwd: "~/src", model: "m", tags: ["a", "b"],
      isolate: "worktree", resume: true, history: 500, env: new Map([["A", "1"]]),
    }]);
  });

  test("switches that can be more than on or off take true and false", () => {
    const { config, problems } = readText(
      "[options]\nset-clipboard = false\nvisual-bell = true\nclock-mode-style = 12\nstatus-interval = 0\n",
    );
    expect(problems).toEqual([]);
    expect(config.options).toMatchObject(
      { setClipboard: "off", visualBell: "on", clockModeStyle: "12", statusInterval: 0 },
    );
  });
});

test.each([
  [{ EDITOR: "/usr/bin/vim" }, "vi"], [{ EDITOR: "nvim -f" }, "vi"], [{ VISUAL: "nano", EDITOR: "vi" }, "emacs"],
  [{ VISUAL: "vi" }, "vi"], [{ EDITOR: "/opt/vim/bin/nano" }, "emacs"], [{}, "emacs"],
])("with %p the keys are those of %s, unless the file says so", (env, keys) => {
  const read = (text: string) => interpretConfig("c", { kind: "text", text, badLine: 0 }, env, () => undefined).config.options;
  expect([read("").modeKeys, read("[options]").statusKeys]).toEqual([keys as "vi", keys as "vi"]);
  expect(interpretConfig("c", { kind: "missing" }, env, () => undefined).config.options.modeKeys).toBe(keys as "vi");
  expect(read("[options]\nmode-keys = 'emacs'").modeKeys).toBe("emacs");
});
