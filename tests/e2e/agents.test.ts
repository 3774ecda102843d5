/** Agents in panes, with a program that looks like one: states, prompts, reports, marks and notices, rules of the user. */
import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { E2eHome } from "../support/e2e-home.ts";
import { test } from "../support/e2e-test.ts";
import { fakeClaude } from "../support/fake-agent.ts";

/** A home with a session `work` in which a fake agent runs, in the background. */
async function withAgent(config = ""): Promise<{ home: E2eHome; log: () => string[] }> {
  const home = new E2eHome({ config });
  const path = join(home.home, "taken");
  await home.fugue("new", "work", "-d", "--size=100x30", `--env=FAKE_AGENT_LOG=${path}`, "--", ...fakeClaude(join(home.home, "bin")));
  await state(home, "idle");
  return { home, log: () => readFileSync(path, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line)) };
}

async function agentOf(home: E2eHome): Promise<any> {
  return (await home.json("agents")).agents[0];
}

async function state(home: E2eHome, wanted: string): Promise<void> {
  await home.waitUntil(`the agent to be ${wanted}`, async () => (await agentOf(home))?.state === wanted);
}

test("a prompt is taken, the agent works, asks, is answered and is done", async () => {
  const { home: ours, log } = await withAgent();
  await using home = ours;
  expect(await home.json("prompt", "work", "ask ms=300")).toMatchObject({ panes: [{ proof: "state" }] });
  await home.fugue("wait", "work", "--agent", "blocked", "--timeout", "20s");
  expect(await agentOf(home)).toMatchObject({
    target: "work/0.0", agent: "claude", version: "9.8.7", state: "blocked", question: "Bash command rm -r everything Do you want to proceed?", answers: ["Yes", "No"],
  });
  const refused = await home.cli(["prompt", "work", "more"]);
  expect([refused.status, refused.stderr]).toEqual([5, expect.stringContaining("waits for an answer: Bash command rm -r everything")]);
  expect((await home.cli(["prompt", "work", "--answer", "3"])).status).toBe(2);
  expect(await home.fugue("prompt", "work", "--answer", "1", "--wait", "idle", "--timeout", "20s")).toBe("done");
  expect(log()).toEqual(["ask ms=300"]);
});

test("while it works a prompt is refused, or waits for its turn; long ones and lines arrive whole", async () => {
  const { home: ours, log } = await withAgent();
  await using home = ours;
  await home.fugue("prompt", "work", "ms=1500");
  const refused = await home.cli(["prompt", "work", "no"]);
  expect([refused.status, refused.stderr]).toEqual([5, expect.stringContaining("works")]);
  const long = `${"long words\n".repeat(1000)}end`;
  const result = await home.cli(["prompt", "work", "-", "--queue", "--wait", "idle", "--timeout", "30s"], { stdin: `${long}\n` });
  expect([result.status, result.stdout, result.stderr]).toEqual([0, "done\n", ""]);
  expect(log()).toEqual(["ms=1500", long]);
});

test("transcripts that quote a dialog, and a cat of them, block nobody", async () => {
  const { home: ours } = await withAgent();
  await using home = ours;
  expect(await home.fugue("prompt", "work", "quote", "--wait", "idle", "--timeout", "20s")).toBe("done");
  const screen = home.write("screen", `${await home.fugue("capture", "work")}\n Do you want to proceed?\n ❯ 1. Yes\n Esc to cancel`);
  await home.fugue("new", "other", "-d");
  await home.fugue("send", "other", `cat ${screen}; printf '\\033]0;\\342\\240\\202 Claude Code\\007'`, "--enter");
  await home.fugue("wait", "other", "--text", "Esc to cancel", "--timeout", "20s");
  await Bun.sleep(1500);
  expect((await home.json("agents")).agents.map(({ target }: { target: string }) => target)).toEqual(["work/0.0"]);
  expect(await home.fugue("agent", "explain", "other")).toContain("no agent");
});

test("what a tool reports counts, and says whom it asks", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d", "--", "sh", "-c", "while read line; do eval \"$line\"; done");
  const report = (...words: string[]) => home.fugue("agent", "report", "work", "--agent", "robo", ...words);
  await report("--state", "working", "--session", "abc-1");
  expect(await agentOf(home)).toMatchObject({ agent: "robo", state: "working", session: "abc-1" });
  await report("--state", "blocked", "--question", "which\u001b[31m way?");
  expect((await agentOf(home)).question).toBe("which\ufffd[31m way?");
  await report("--state", "idle");
  expect(await home.fugue("wait", "work", "--agent", "idle", "--timeout", "10s")).toBe("done");
  expect((await home.cli(["agent", "report", "work"])).status).toBe(2);
});

test("the status line shows marks, a notice comes once, prefix g goes there, and looking ends done", async () => {
  const { home: ours } = await withAgent("[options]\nagent-notify-by = [\"osc9\", \"message\"]\ndisplay-time = \"0ms\"\n");
  await using home = ours;
  await home.fugue("new", "here", "-d");
  const terminal = await home.shell(["attach", "here"]);
  await home.fugue("prompt", "work", "ms=500");
  await terminal.waitForBar("~1");
  await terminal.waitForBar(/claude in work\/0\.0 has finished/);
  expect((await agentOf(home)).state).toBe("done");
  terminal.write("\r");
  await terminal.waitForBar("+1");
  terminal.prefix("g");
  // with a display-time of 0 the answer, which names the pane, may hide the session until the next key
  await terminal.waitForBar(/\[work\]|work\/0\.0/);
  await state(home, "idle");
  terminal.prefix("g");
  await terminal.waitForBar("no agent waits for you");
});

test("a command of the user is run once for each change, with what happened in its environment", async () => {
  const home = new E2eHome();
  const heard = join(home.home, "heard");
  const script = home.write("tell.sh", `#!/bin/sh\necho "$FUGUE_AGENT $FUGUE_AGENT_STATE $FUGUE_TARGET" >> ${heard}\n`, 0o755);
  home.configure(`[options]\nagent-command = ["${script}"]\nagent-notify = ["blocked"]\n`);
  await using _ = home;
  await home.fugue("new", "work", "-d", "--", ...fakeClaude(join(home.home, "bin")));
  await state(home, "idle");
  await home.fugue("prompt", "work", "ask", "--wait", "blocked", "--timeout", "20s");
  await home.waitUntil("the command", () => Bun.file(heard).exists());
  await home.fugue("prompt", "work", "--answer", "1", "--wait", "idle", "--timeout", "20s");
  expect(readFileSync(heard, "utf8")).toBe("claude blocked work/0.0\n");
});

test("rules of the user are taken at once, mistakes are told with their line, and the agent that ends has exited", async () => {
  const { home: ours } = await withAgent();
  await using home = ours;
  const program = home.write("bin/robo", "#!/bin/sh\necho ready\nread x\n", 0o755);
  home.write(".config/fugue/agents/robo.toml", "agent = \"robo\"\nprograms = [\"robo\"]\n[rules.ready]\nstate = \"idle\"\nlast = \"^ready\"\n");
  await Bun.sleep(2500);
  await home.fugue("new", "robo", "-d");
  // typed before it the prompt would come into what the program prints
  await home.fugue("wait", "robo", "--text", "\\$", "--timeout", "10s");
  await home.fugue("send", "robo", program, "--enter");
  await home.waitUntil("robo to be known", async () => (await home.json("agents", "robo")).agents[0]?.state === "idle");
  home.write(".config/fugue/agents/bad.toml", "agent = \"bad\"\nprograms = [\"x\"]\n[rules.one]\nstate = \"bored\"\ntitle = \"x\"\n");
  await home.waitUntil("the mistake", async () => (await home.fugue("agent", "explain", "robo")).includes("bad.toml:4: rules.one.state"));
  await home.fugue("send", "robo", "--enter");
  await home.waitUntil("its end", async () => (await home.json("agents", "robo")).agents[0]?.state === "exited");
});

test("a preset starts an agent with its folder and arguments, and its folder goes with the pane", async () => {
  const home = new E2eHome();
  const [bun, script] = fakeClaude(join(home.home, "bin"));
  home.write(".claude/settings.json", "{}");
  home.write("src/x", "");
  home.configure(`[presets.mine]\nharness = "claude"\ncommand = "${bun} ${script}"\nisolate = true\ncwd = "~/src"\ntags = ["ai"]\n`);
  await using _ = home;
  await home.fugue("new", "work", "-d", "--preset", "mine");
  await state(home, "idle");
  const listed = (await home.json("ls")).sessions[0];
  const pane = listed.windows[0].panes[0];
  expect([listed.tags, pane.cwd, pane.agent.preset]).toEqual([["ai"], join(home.home, "src"), "mine"]);
  expect(pane.command.slice(2)).toEqual(["--session-id", expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  const folder = join(home.paths.state, "agents", String(pane.id));
  expect(await Bun.file(join(folder, "settings.json")).text()).toBe("{}");
  await home.fugue("kill", "work");
  await home.waitUntil("the folder to go", async () => !(await Bun.file(join(folder, "settings.json")).exists()));
  const unknown = await home.cli(["new", "-d", "--preset", "mime"]);
  expect([unknown.status, unknown.stderr]).toEqual([3, expect.stringContaining("did you mean 'mine'")]);
});

test("the daemon is killed: the agent's state, conversation and question are known again", async () => {
  const { home: ours } = await withAgent();
  await using home = ours;
  await home.fugue("agent", "report", "work", "--session", "kept-1");
  await home.fugue("prompt", "work", "ask", "--wait", "blocked", "--timeout", "20s");
  const { daemon } = await home.pids();
  process.kill(daemon, "SIGKILL");
  await home.waitUntil("the question again", async () => {
    // between two daemons nobody answers
    const { status, stdout } = await home.cli(["agents", "--json"]);
    return status === 0 && JSON.parse(stdout).agents[0]?.state === "blocked";
  });
  expect(await agentOf(home)).toMatchObject({ session: "kept-1", answers: ["Yes", "No"] });
});

test("of an agent without rules of its own it is told whether it prints and whether it asks", async () => {
  await using home = new E2eHome();
  const program = home.write("bin/aider", "#!/bin/sh\nfor i in 1 2 3 4 5 6 7 8; do echo line$i; sleep 0.2; done\nprintf 'Apply the change? [y/N]: '\nread x\necho \"it was <$x>\"\nsleep 50\n", 0o755);
  await home.fugue("new", "work", "-d", "--", program);
  await state(home, "working");
  await state(home, "blocked");
  expect(await agentOf(home)).toMatchObject({ agent: "aider", question: "Apply the change? [y/N]:" });
  await home.fugue("send", "work", "y", "--enter");
  await home.fugue("wait", "work", "--text", "it was <y>", "--timeout", "20s");
  await home.fugue("wait", "work", "--agent", "idle", "--timeout", "20s");
});

test("two agents of different kinds in one window are told apart, and one goes without the other", async () => {
  const home = new E2eHome();
  const [bun, script] = fakeClaude(join(home.home, "bin"));
  const other = home.write("bin/aider", "#!/bin/sh\nprintf 'Go on? (y/n) '\nread x\n", 0o755);
  home.configure(`[presets.mine]\nharness = "claude"\ncommand = "${bun} ${script}"\nhistory = 50\n[presets.other]\ncommand = "${other}"\n`);
  await using _ = home;
  await home.fugue("new", "work", "-d", "--size=160x40", "--preset", "mine");
  await home.fugue("split", "work", "--right", "--preset", "other");
  await home.waitUntil("both", async () => {
    const { agents } = await home.json("agents");
    return agents.map(({ agent, state: is }: any) => `${agent} ${is}`).sort().join() === "aider blocked,claude idle";
  });
  expect((await home.json("agents")).agents.map(({ preset }: any) => preset)).toEqual(["mine", "other"]);
  expect(await home.fugue("prompt", "work/0.0", "quote", "--wait", "idle", "--timeout", "20s")).toBe("done");
  await home.fugue("send", "work/0.1", "y", "--enter");
  await home.waitUntil("one", async () => (await home.json("agents")).agents.length === 1);
  expect((await agentOf(home)).agent).toBe("claude");
});

test("a prompt right after the death of the daemon finds the agent", async () => {
  const { home: ours, log } = await withAgent();
  await using home = ours;
  for (let n = 0; n < 3; n++) {
    process.kill((await home.pids()).daemon, "SIGKILL");
    await home.waitUntil("the next daemon", async () => (await home.cli(["ls"])).status === 0);
    expect(await home.fugue("prompt", "work", `ms=200 ${n}`, "--wait", "idle", "--timeout", "20s")).toBe("done");
  }
  expect(log()).toEqual([0, 1, 2].map((n) => `ms=200 ${n}`));
});

test("a prompt to a pane without an agent says what took it, and waits for no agent", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d", "--size=100x30", "--", "bash", "--norc");
  await home.fugue("wait", "work", "--text", "[$#]", "--timeout", "20s");
  expect(await home.fugue("prompt", "work", "echo so-$((40+2))")).toBe("no agent runs in %1: typed into bash, it was taken");
  await home.fugue("wait", "work", "--text", "so-42", "--timeout", "20s");
  const refused = await home.cli(["prompt", "work", "echo not-$((40+2))", "--wait", "idle"]);
  expect([refused.status, refused.stdout, refused.stderr]).toEqual([5, "", expect.stringMatching(/no agent runs in %1.*nothing was typed/)]);
  await home.fugue("send", "work", "sleep 100", "--enter");
  await home.waitUntil("the program", async () => (await home.fugue("ls", "--tree")).includes("sleep"));
  expect(await home.json("prompt", "work", "hello")).toMatchObject({ panes: [{ id: 1, proof: "none", program: "sleep" }] });
  expect(await home.fugue("prompt", "work", "hello")).toBe("no agent runs in %1: typed into sleep, whether it is read can't be told");
  expect(await home.fugue("capture", "work")).not.toContain("not-42");
});
