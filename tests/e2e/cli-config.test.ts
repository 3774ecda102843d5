/** config, keys, completions, doctor, logs and version: the command line about fugue itself. */
import { expect } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { E2eHome } from "../support/e2e-home.ts";
import { executable } from "../support/e2e-executable.ts";
import { labelled } from "../support/e2e-labels.ts";
import { test, testWith } from "../support/e2e-test.ts";

test("config path, check and show", async () => {
  await using home = new E2eHome();
  const path = await home.fugue("config", "path");
  expect(path).toBe(join(home.home, ".config/fugue/config.toml"));
  expect((await home.cli(["config", "check"])).status).toBe(0);
  home.configure("[options]\nmouse = false\nbase-index = 1\n\n[keys]\nv = \"split --right\"\n");
  expect((await home.cli(["config", "check"])).status).toBe(0);
  const shown = await home.fugue("config", "show");
  expect(shown).toMatch(/^mouse = false$/m);
  expect(shown).toMatch(/^base-index = 1$/m);
  expect(shown).toMatch(/^mode-keys = "emacs"$/m);
  const keys = await home.fugue("keys");
  expect(keys).toMatch(/^C-b v +split --right$/m);
  expect(
    (await home.json("keys")).keys.find((key: { key: string }) => key.key === "C-b %"),
  ).toMatchObject({ table: "prefix", command: "split --right", repeat: false });
});

test("what config show prints is a configuration that config check accepts", async () => {
  await using home = new E2eHome();
  home.configure(await home.fugue("config", "show"));
  expect(await home.cli(["config", "check"])).toMatchObject({ status: 0 });
});

test("mistakes are named with file, line, key and what to do", async () => {
  await using home = new E2eHome();
  const path = home.configure(`[options]
mose = true
base-index = "one"
prefix = "C-Foo"
status-style = "fg=reddish"

[keys]
v = "splitt --right"
`);
  const { status, stdout, stderr } = await home.cli(["config", "check"]);
  expect(status).toBe(1);
  const lines = `${stdout}${stderr}`.split("\n");
  for (
    const [line, key, hint] of [
      [2, "mose", "mouse"],
      [3, "base-index", "number"],
      [4, "prefix", "key"],
      [5, "status-style", "reddish"],
      [8, "v", "split"],
    ] as const
  ) {
    const said = lines.find((text) => text.startsWith(`${path}:${line}: `));
    expect(`${line}: ${said}`).toContain(key);
    expect(`${line}: ${said}`).toContain(hint);
  }
  const json = await home.cli(["config", "check", "--json"]);
  expect(JSON.parse(json.stdout).version).toBe(1);
  expect(json.stdout).toContain("base-index");
});

test("import-tmux takes over what has a counterpart, and lists what it skipped", async () => {
  await using home = new E2eHome();
  const tmuxConf = `# mine
set -g prefix C-a
unbind C-b
bind C-a send-prefix
set -g mouse on
set -g base-index 1
setw -g mode-keys vi
set -g history-limit 50000
set -sg escape-time 0
set -g status-style bg=blue,fg=white
bind | split-window -h
bind - split-window -v
bind -r H resize-pane -L 5
bind -T copy-mode-vi v send-keys -X begin-selection
bind -T copy-mode-vi y send -X copy-selection-and-cancel
bind -n C-j if-shell "$is_vim" "send-keys C-j" "select-pane -D"
bind -n C-k run "tmux select-pane -U"
bind r source-file ~/.tmux.conf \\; display "reloaded"
set -g @plugin 'tmux-plugins/tpm'
run '~/.tmux/plugins/tpm/tpm'
set -g lock-after-time 0
`;
  home.write(".tmux.conf", tmuxConf);
  const { status, stdout, stderr } = await home.cli(["config", "import-tmux"]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^prefix = "C-a"$/m);
  expect(stdout).toMatch(/^mode-keys = "vi"$/m);
  expect(stdout).toMatch(/^history-limit = 50_?000$/m);
  expect(stdout).toMatch(/^"\|" = "(split-window -h|split --right)"$/m);
  for (const skipped of ["@plugin", "lock-after-time", "run", "if-shell"]) expect(stderr).toContain(skipped);
  expect(stderr).toMatch(/(19|20)/);
  home.configure(stdout);
  expect(await home.cli(["config", "check"])).toMatchObject({ status: 0 });
  const terminal = await home.shell(["new", "work"]);
  await terminal.waitForBar(/\[work\] 1:/);
  terminal.write("\x01|");
  await terminal.waitUntil("a split", () => terminal.row(0)[40] === "│");
  terminal.write("\x01HH");
  await terminal.waitUntil("a moved border", () => terminal.row(0)[30] === "│");
  terminal.write("printf 'one%s\\n' two\r");
  await terminal.waitFor("onetwo");
  terminal.write("\x01[");
  await terminal.waitFor("[0/");
  terminal.write("k0vey");
  await terminal.waitUntil("the clipboard", () => terminal.clipboard === "onetwo");
  const piped = await home.cli(["config", "import-tmux", "-"], { stdin: "set -g base-index 3\n" });
  expect(piped.stdout).toMatch(/^base-index = 3$/m);
});

test("doctor looks at what matters and exits 1 where something is broken", async () => {
  await using home = new E2eHome();
  const healthy = await home.cli(["doctor"]);
  expect(healthy.status).toBe(0);
  for (const what of ["home", "daemon", "TERM", "locale", "config"]) expect(healthy.stdout).toContain(what);
  home.configure("[options]\nmose = 1\n");
  const broken = await home.cli(["doctor"]);
  expect(broken.status).toBe(1);
  expect(broken.stdout).toMatch(/config.*/);
});

test("logs say what happened, and never what is typed or printed", async () => {
  await using home = new E2eHome({ env: { FUGUE_LOG: "debug" } });
  await home.fugue("new", "work", "-d", "--", ...labelled("shown-secret"));
  await home.fugue("send", "work", "--enter", "typed-secret");
  await home.fugue("buffer", "set", "copied-secret");
  await home.fugue("wait", "work", "--text", "typed-secret", "--timeout", "10s");
  const logs = await home.fugue("logs");
  expect(logs).toMatch(/keeper ready/);
  expect(logs).toMatch(/daemon ready/);
  expect(logs).not.toMatch(/secret/);
  expect(home.logs()).not.toMatch(/secret/);
  expect((await home.json("logs", "-n", "1")).logs).toHaveLength(1);
});

/** A home with `fugue` in the PATH and two sessions to complete. */
async function withSessions(): Promise<E2eHome> {
  const home = new E2eHome();
  const bin = join(home.home, "bin");
  mkdirSync(bin, { recursive: true });
  symlinkSync(executable(), join(bin, "fugue"));
  home.env.PATH = `${bin}:${home.env.PATH}`;
  await home.fugue("new", "workshop", "-d", "--", ...labelled("AAA"));
  await home.fugue("new", "other", "-d", "--", ...labelled("BBB"));
  return home;
}

testWith(["bash"], "completions for bash complete commands, options and live names", async () => {
  await using home = await withSessions();
  const terminal = home.terminal(["bash", "--norc", "--noprofile"]);
  await terminal.waitFor("$");
  terminal.line('eval "$(fugue completions bash)"; clear');
  await terminal.waitUntil("a clear screen", () => terminal.row(0) === "$");
  terminal.write("fugue atta\t");
  await terminal.waitUntil("the command", () => /fugue attach( |$)/.test(terminal.row(0)));
  terminal.write("wor\t");
  await terminal.waitFor("fugue attach workshop");
  // a target may go on with a window: no blank is added
  terminal.write(" --read\t");
  await terminal.waitFor("fugue attach workshop --read-only");
});

testWith(["zsh"], "completions for zsh complete commands and live names", async () => {
  await using home = await withSessions();
  home.write("functions/_fugue", await home.fugue("completions", "zsh"));
  home.write(
    ".zshrc", "PS1='$ '\nfpath=(~/functions $fpath)\nautoload -U compinit\ncompinit -u -d ~/.zcompdump\nclear\n",
  );
  const terminal = home.terminal(["zsh", "-i"]);
  await terminal.waitUntil("a prompt", () => terminal.row(0).startsWith("$"));
  terminal.write("fugue atta\t");
  await terminal.waitFor(/fugue attach/);
  terminal.write("wor\t");
  await terminal.waitFor("fugue attach workshop");
});

testWith(["fish"], "completions for fish complete commands, options and live names", async () => {
  await using home = await withSessions();
  home.write(".config/fish/completions/fugue.fish", await home.fugue("completions", "fish"));
  const complete = async (line: string) =>
    (await home.run(["fish", "-c", `complete -C '${line}'`])).stdout.split("\n").map((text) => text.split("\t")[0]);
  expect(await complete("fugue atta")).toContain("attach");
  expect(await complete("fugue attach w")).toContain("workshop");
  expect(await complete("fugue window n")).toEqual(expect.arrayContaining(["new", "next"]));
  expect(await complete("fugue new --ta")).toEqual(expect.arrayContaining([expect.stringMatching(/^--tag/)]));
});

test("completions print the committed scripts", async () => {
  await using home = new E2eHome();
  const root = join(import.meta.dir, "../..");
  for (const [shell, file] of [["bash", "fugue.bash"], ["zsh", "_fugue"], ["fish", "fugue.fish"]] as const) {
    expect((await home.cli(["completions", shell])).stdout).toBe(
      await Bun.file(join(root, "completions", file)).text(),
    );
  }
});
