/** `fugue run` and its tool: commands in shells and in panes of their own, with their outputs and exit statuses. */
import { expect } from "bun:test";
import { E2eHome } from "../support/e2e-home.ts";
import { TestAgent } from "../support/e2e-mcp.ts";
import { test, testWith } from "../support/e2e-test.ts";

async function withShell(home: E2eHome, name = "work", ...command: string[]): Promise<void> {
  await home.fugue("new", name, "-d", ...(command.length > 0 ? ["--", ...command] : []));
  await home.fugue("wait", name, "--text", "\\$", "--timeout", "10s");
}

/** The JSON of a run, whatever its status. */
async function runs(home: E2eHome, ...args: string[]): Promise<any[]> {
  return JSON.parse((await home.cli(["--json", "run", ...args])).stdout).runs;
}

test("in a shell: its folder and variables, the output alone, the exit status", async () => {
  await using home = new E2eHome();
  await withShell(home);
  expect(await home.fugue("run", "work", "--", "cd /; X=5")).toBe("");
  expect(await home.fugue("run", "work", "--", "pwd; echo \"it's $X\"")).toBe("/\nit's 5");
  const failed = await home.cli(["run", "work", "--", "echo out; false"]);
  expect([failed.status, failed.stdout]).toEqual([1, "out\n"]);
  expect(await home.fugue("run", "work", "--", "printf", "%s-", "a b", "$X", "it's")).toBe("a b-$X-it's-");
  const [long] = await runs(home, "work", "--lines", "3", "--", "seq 1 500; (exit 3)");
  expect(long).toMatchObject({ status: 3, exit: { code: 3, signal: null }, output: ["498", "499", "500"], truncated: true, timedOut: false });
});

test("in a window of its own that closes; several at once, each with its own", async () => {
  await using home = new E2eHome();
  await withShell(home, "a");
  await withShell(home, "b");
  const [own] = await runs(home, "--new", "a", "--env", "X=7", "-c", "/tmp", "--", "echo $X; pwd; exit 4");
  expect(own).toMatchObject({ status: 4, output: ["7", "/tmp"] });
  const both = await home.cli(["run", "a", "b", "--", "echo", "hello"]);
  expect([both.status, both.stdout]).toEqual([0, "== a/0.0: exit 0\nhello\n== b/0.0: exit 0\nhello\n"]);
  const { sessions } = await home.json("ls");
  expect(sessions.map(({ windows }: any) => windows.length)).toEqual([1, 1]);
  const killed = await home.cli(["run", "--new", "a", "--", "kill -9 $$"]);
  expect(killed.status).toBe(137);
});

test("when the time is up the command goes on; a busy pane and a full-screen program are refused", async () => {
  await using home = new E2eHome();
  await withShell(home);
  const late = await home.cli(["run", "work", "--timeout", "300ms", "--", "echo begun; sleep 1000"]);
  expect([late.status, late.stdout]).toEqual([124, "begun\n"]);
  const busy = await home.cli(["run", "work", "--", "true"]);
  expect([busy.status, busy.stderr]).toEqual([1, "fugue: 'sleep' is in front in %1, not a shell at its prompt (run it in a new pane: --new)\n"]);
  expect((await home.cli(["run", "work", "--"])).status).toBe(2);
  await home.fugue("send", "work", "--keys", "C-c");
  await home.fugue("wait", "work", "--idle", "300ms", "--timeout", "10s");
  expect(await home.fugue("run", "work", "--", "echo again")).toBe("again");
  // output that looks like the end of a command is not
  expect(await home.fugue("run", "work", "--", "printf '\\033]133;D;9\\007'; echo real")).toBe("real");
});

test("an agent runs commands side by side; a pane that goes is that call's error; a cancelled one ends", async () => {
  await using home = new E2eHome();
  await withShell(home);
  await using agent = await TestAgent.start(home, 1);
  const all = await Promise.all(Array.from({ length: 12 }, (_, i) => agent.call("run", { command: ["sh", "-c", `echo n${i}; exit ${i}`], timeout: 30 })));
  expect(all.map(({ runs: [one] }) => [one.output, one.status])).toEqual(Array.from({ length: 12 }, (_, i) => [[`n${i}`], i]));
  expect((await agent.call("run", { target: "work", command: "echo $((40+2))" })).runs[0].output).toEqual(["42"]);
  const { sessions: [made] } = await agent.call("create_session", { name: "gone" });
  await agent.call("wait_for", { target: "gone", text: "\\$", timeout: 10 });
  const lost = agent.refused("run", { target: "gone", command: "sleep 1000" });
  await Bun.sleep(300);
  await agent.call("kill", { target: `%${made.pane}` });
  expect(await lost).toContain("is gone");
  const abort = new AbortController();
  const cancelled = agent.call("run", { command: "sleep 1000" }, { signal: abort.signal });
  cancelled.catch(() => {});
  await Bun.sleep(300);
  abort.abort();
  await home.waitUntil("its pane to go", async () => (await agent.call("list_panes")).panes.length === 1);
});

for (const shell of ["bash", "zsh", "fish"]) {
  testWith([shell], `${shell} says how a command ended`, async () => {
    await using home = new E2eHome();
    home.write(".zshrc", "PS1='$ '\n");
    const argv = { bash: ["bash", "--norc"], zsh: ["zsh", "-f"], fish: ["fish", "--no-config"] }[shell]!;
    await home.fugue("new", "work", "-d", "--", ...argv);
    await home.fugue("wait", "work", "--idle", "500ms", "--timeout", "20s");
    const [one] = await runs(home, "work", "--timeout", "20s", "--", "printf '%s\\n' 'a\\b'; sh -c 'exit 6'");
    expect([one.output, one.status]).toEqual([["a\\b"], 6]);
  });
}

test("an agent waits for the person who types there, and the pane is free for it then", async () => {
  await using home = new E2eHome();
  const terminal = await home.shell(["new", "work"]);
  await using agent = await TestAgent.start(home, 1);
  terminal.write("#");
  await terminal.waitFor("$ #");
  for (let n = 0; n < 2; n++) expect(await agent.refused("run", { target: "work", command: "true" })).toContain("a person is typing in %1");
  terminal.write("\x15");
  await home.waitUntil("the person to stop", async () => !(await agent.try("run", { target: "work", command: "echo free" })).failed);
});

test("what can't be typed is refused: control characters, and lines that the terminal would cut", async () => {
  await using home = new E2eHome();
  await withShell(home);
  const control = await home.cli(["run", "work", "--", "printf 'a\x1bb'"]);
  expect([control.status, control.stderr]).toEqual([2, "fugue: a command that is typed can't hold control characters (write them as printf does, or give --new)\n"]);
  const long = await home.cli(["run", "work", "--", `echo ${"x".repeat(5000)}`]);
  expect(long.stderr).toContain("too long for the shell");
  expect((await home.fugue("run", "--new", "work", "--", `echo ${"x".repeat(5000)}`)).length).toBe(5000);
  expect(await home.fugue("run", "work", "--", "printf 'a\tb'")).toBe("a       b");
  expect(await home.fugue("run", "work", "--", "printf 'a\nb'")).toBe("a\nb");
});
