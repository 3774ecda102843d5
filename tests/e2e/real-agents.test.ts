/**
 * The real Claude Code and Codex in panes, against mocks of their APIs. They are no dependency: install them in a folder
 * of their own, name its `node_modules/.bin` in FUGUE_AGENT_LAB, and run this where there is no network but the loopback.
 */
import { expect } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, readlinkSync, realpathSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { claudeHome, codexHome, geminiHome, noRealAgent, realAgent, type RealAgent } from "../support/agent-lab.ts";
import { E2eHome } from "../support/e2e-home.ts";
import { test } from "../support/e2e-test.ts";
import { mockAnthropic } from "../support/mock-anthropic.ts";
import { mockGemini } from "../support/mock-gemini.ts";
import { mockOpenai } from "../support/mock-openai.ts";

/** Left out loudly, also where nothing else may be: they are 640 MB that no check installs. */
function testReal(agent: RealAgent, name: string, body: () => Promise<void>): void {
  const reason = noRealAgent(agent);
  if (reason === undefined) test(name, body, 200_000);
  else console.log(`LEFT OUT: ${name}: ${reason}`);
}

async function turns(home: E2eHome, prompts: () => readonly string[]): Promise<any> {
  const agent = async () => (await home.json("agents")).agents[0];
  await home.fugue("wait", "work", "--agent", "idle", "--timeout", "60s");
  const long = `think=300 words=5 ${"some long words\n".repeat(640)}end`;
  const first = await home.cli(["prompt", "work", "-", "--wait", "idle", "--timeout", "60s"], { stdin: long });
  expect([first.status, first.stdout, first.stderr]).toEqual([0, "done\n", ""]);
  expect(prompts().filter((text) => text.includes("long words")).length).toBe(1);
  await home.fugue("prompt", "work", "do=run please", "--wait", "blocked", "--timeout", "60s");
  await home.waitUntil("the question", async () => (await agent()).answers?.length > 1);
  expect((await agent()).question).toMatch(/\?/);
  expect((await home.cli(["prompt", "work", "more"])).status).toBe(5);
  expect(await home.fugue("prompt", "work", "--answer", "1", "--wait", "idle", "--timeout", "60s")).toBe("done");
  return agent();
}

/** What the agent in `work` says, but not what it was told to say, is done once; its pane becomes narrow and wide. */
async function asksInWords(home: E2eHome): Promise<void> {
  const done = join(home.home, "done");
  const say = (text: string) => home.fugue("prompt", "work", `think=600 say=${Buffer.from(text).toString("base64url")}`, "--wait", "idle", "--timeout", "60s");
  const tag = (id: string, end = "/>") => `<fugue:spawn id="${id}" command="echo%20${id}%20%3E%3E%20${encodeURIComponent(done)}" where="window"${end}`;
  const times = () => (existsSync(done) ? readFileSync(done, "utf8").trim().split("\n") : []);
  await home.fugue("prompt", "work", `think=300 words=3\n${tag("typed")}`, "--wait", "idle", "--timeout", "60s");
  await say(`It is written ${tag("quoted")} so.`);
  expect(times()).toEqual([]);
  await say(`I start something.\n\n${tag("one")}`);
  await home.waitUntil("the first", () => times().length === 1);
  await say(tag("two"));
  await home.waitUntil("the second", () => times().length === 2);
  for (const cols of [60, 120]) {
    const terminal = home.tui(["attach", "work"], { cols, rows: 30 });
    await Bun.sleep(2500);
    terminal.prefix("d");
    await terminal.ended();
  }
  process.kill((await home.pids()).daemon, "SIGKILL");
  await home.waitUntil("the next daemon", async () => (await home.cli(["ls"])).status === 0);
  await say("Nothing more.");
  await Bun.sleep(1000);
  expect(times()).toEqual(["one", "two"]);
}

testReal("claude", "Claude Code from an isolated preset takes prompts, asks, is answered, and comes back with its conversation", async () => {
  const home = new E2eHome();
  const mock = mockAnthropic(join(home.home, "work"), () => {});
  const lab = claudeHome(home.home, mock.port);
  // as somebody has it who never set the variable
  renameSync(join(home.home, ".claude", ".claude.json"), join(home.home, ".claude.json"));
  const env = Object.entries(lab.env).filter(([name]) => name !== "CLAUDE_CONFIG_DIR").map(([name, value]) => `${name} = "${value}"`).join("\n");
  home.configure(`[presets.claude]\ncommand = "${realAgent("claude")}"\nisolate = true\ncwd = "~/work"\nsideband = "allow"\nsideband_text = true\n[presets.claude.env]\n${env}\n`);
  await using _ = home;
  await home.fugue("new", "work", "-d", "--size=100x30", "--preset", "claude");
  const agent = await turns(home, () => mock.prompts);
  expect(agent).toMatchObject({ agent: "claude", preset: "claude", session: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(await home.fugue("agent", "explain", "work")).toMatch(/\* +report +idle/);
  await asksInWords(home);
  // everything ends, and begins again
  await home.fugue("stop", "--yes");
  await home.fugue("new", "other", "-d");
  await home.fugue("wait", "work", "--agent", "idle", "--timeout", "60s");
  const back = (await home.json("agents")).agents.find(({ target }: { target: string }) => target.startsWith("work"));
  expect(back).toMatchObject({ agent: "claude", preset: "claude", session: agent.session });
  const pid = /claude \(process (\d+)\) is in front/.exec(await home.fugue("agent", "explain", "work"))![1];
  expect(readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")).toEqual(expect.arrayContaining(["--resume", agent.session]));
  expect(readlinkSync(`/proc/${pid}/cwd`)).toBe(realpathSync(join(home.home, "work")));
  expect(await home.fugue("prompt", "work", "think=100 words=3 what was said before", "--wait", "idle", "--timeout", "60s")).toBe("done");
  expect(mock.conversations.at(-1)).toContain("long words");
  // and what it had asked for in the conversation is not done again
  expect(readFileSync(join(home.home, "done"), "utf8")).toBe("one\ntwo\n");
  mock.stop();
});

testReal("codex", "Codex from an isolated preset takes prompts, asks, and is answered", async () => {
  // Codex takes no folder below the temporary one for a home
  const folder = mkdtempSync(join(homedir(), ".fugue-e2e-"));
  const home = new E2eHome();
  const mock = mockOpenai(() => {});
  const lab = codexHome(folder, mock.port);
  const env = Object.entries(lab.env).map(([name, value]) => `${name} = "${value}"`).join("\n");
  home.configure(`[presets.codex]\ncommand = "${realAgent("codex")}"\ncwd = "${lab.work}"\nargs = ["--no-daemon"]\nsideband = "allow"\nsideband_text = true\n[presets.codex.env]\n${env}\n`);
  await using _ = home;
  await home.fugue("new", "work", "-d", "--size=100x30", "--preset", "codex");
  const agent = await turns(home, () => mock.prompts);
  expect(agent).toMatchObject({ agent: "codex", version: expect.stringMatching(/^\d+\./), session: expect.any(String) });
  await asksInWords(home);
  mock.stop();
  rmSync(folder, { recursive: true, force: true });
});

testReal("gemini", "Gemini CLI from a preset takes prompts, and what it asks for in its own words is done", async () => {
  const home = new E2eHome();
  const mock = mockGemini(() => {});
  const lab = geminiHome(home.home, mock.port);
  const env = Object.entries(lab.env).map(([name, value]) => `${name} = "${value}"`).join("\n");
  home.configure(`[presets.gemini]\ncommand = "${realAgent("gemini")}"\ncwd = "${lab.work}"\nsideband = "allow"\nsideband_text = true\n[presets.gemini.env]\n${env}\n`);
  await using _ = home;
  await home.fugue("new", "work", "-d", "--size=100x30", "--preset", "gemini");
  await home.fugue("wait", "work", "--agent", "idle", "--timeout", "60s");
  await asksInWords(home);
  mock.stop();
});
