/**
 * The real Claude Code here makes another one on a machine behind an sshd, by the tools of the MCP server: prompts it, waits for
 * it and reads it, while the line is cut. Their models are mocks that do as a script says. See real-agents.test.ts.
 */
import { expect } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { claudeHome, codexHome, noRealAgent, realAgent, type RealAgent } from "../support/agent-lab.ts";
import type { ToolScript } from "../support/agent-script.ts";
import { test } from "../support/e2e-test.ts";
import { TwoMachines } from "../support/far-machine.ts";
import { fakeClaude } from "../support/fake-agent.ts";
import { mockAnthropic } from "../support/mock-anthropic.ts";
import { mockOpenai } from "../support/mock-openai.ts";
import { noSshd } from "../support/sshd.ts";

/** Left out loudly, also where nothing else may be. */
function testReal(agent: RealAgent, name: string, body: () => Promise<void>): void {
  const reason = noRealAgent(agent) ?? noSshd();
  if (reason === undefined) test(name, body, 120_000);
  else console.log(`LEFT OUT: ${name}: ${reason}`);
}

/** What follows from an error (processes that are left) must not hide it. */
function told(story: Promise<void>): Promise<void> {
  return story.catch((error) => {
    console.error(error);
    throw error;
  });
}

/** What an agent does to have a job done by another one on the machine `far`. */
function drive(command: readonly string[], dir: string, env: Record<string, string>, job: string): ToolScript {
  const worker = { server: "far", target: "worker" };
  return {
    results: [],
    calls: [
      { tool: "create_session", args: { server: "far", name: "worker", size: "100x30", command, dir, env } },
      { tool: "wait_for", args: { ...worker, agent: "idle", timeout: 60 } },
      { tool: "prompt_agent", args: { ...worker, text: job, wait: "idle", timeout: 60 } },
      { tool: "read_pane", args: { ...worker, history: "all" } },
      { tool: "kill", args: worker },
    ],
  };
}

testReal("claude", "Claude Code drives Claude Code on another machine over a cut of the line", async () => {
  await using two = await TwoMachines.start();
  await told(claudeStory(two));
});

async function claudeStory(two: TwoMachines): Promise<void> {
  const farMock = mockAnthropic(join(two.far.home, "work"), () => {});
  const farLab = claudeHome(two.far.home, farMock.port);
  const script = drive([realAgent("claude")!], farLab.work, farLab.env, "think=2500 words=7 a job for the other machine");
  const nearMock = mockAnthropic(join(two.near.home, "work"), () => {}, script);
  const lab = claudeHome(two.near.home, nearMock.port);
  const { CLAUDE_CONFIG_DIR, ...variables } = lab.env;
  expect((await two.near.cli(["mcp", "install", "claude"], { env: { CLAUDE_CONFIG_DIR } })).status).toBe(0);
  await two.near.fugue("mcp", "allow", "far");
  const env = Object.entries({ CLAUDE_CONFIG_DIR, ...variables }).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  await two.near.fugue("new", "boss", "-d", "--size", "100x30", "-c", lab.work, ...env, "--", realAgent("claude")!, "--allowedTools", "mcp__fugue");
  await two.near.fugue("wait", "boss", "--agent", "idle", "--timeout", "60s");
  await two.near.fugue("prompt", "boss", "do=mcp have it done");
  await two.near.waitUntil("the job", () => farMock.prompts.some((text) => text.includes("a job for")), 40_000);
  await two.sshd.restart();
  await two.near.fugue("wait", "boss", "--agent", "idle", "--timeout", "60s");
  expect(script.results).toHaveLength(5);
  expect(script.results[2]).toMatch(/idle|done/);
  expect(script.results[3]).toContain("word6");
  expect(farMock.prompts.filter((text) => text.includes("a job for"))).toHaveLength(1);
  farMock.stop();
  nearMock.stop();
}

testReal("codex", "Codex drives an agent on another machine over a cut of the line", async () => {
  // Codex takes no folder below the temporary one for a home
  const folder = mkdtempSync(join(homedir(), ".fugue-e2e-"));
  await using two = await TwoMachines.start();
  await told(codexStory(two, folder)).finally(() => rmSync(folder, { recursive: true, force: true }));
});

async function codexStory(two: TwoMachines, folder: string): Promise<void> {
  const log = join(two.far.home, "prompts");
  const script = drive(fakeClaude(join(two.far.home, "agent")), two.far.home, { FAKE_AGENT_LOG: log }, "ms=2500 a job for the other machine");
  const mock = mockOpenai(() => {}, script);
  const lab = codexHome(folder, mock.port);
  expect((await two.near.cli(["mcp", "install", "codex"], { env: { CODEX_HOME: lab.env.CODEX_HOME } })).status).toBe(0);
  await two.near.fugue("mcp", "allow", "far");
  // its home is this machine's: there fugue has its configuration
  const env = Object.entries(lab.env).filter(([name]) => name !== "HOME").flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  await two.near.fugue("new", "boss", "-d", "--size", "100x30", "-c", lab.work, ...env, "--", realAgent("codex")!, "--no-daemon", "--dangerously-bypass-approvals-and-sandbox");
  await two.near.fugue("wait", "boss", "--agent", "idle", "--timeout", "60s");
  await two.near.fugue("prompt", "boss", "do=mcp have it done");
  await two.near.waitUntil("the job", () => existsSync(log), 40_000);
  await two.sshd.restart();
  await two.near.fugue("wait", "boss", "--agent", "idle", "--timeout", "60s");
  expect(script.results).toHaveLength(5);
  expect(script.results[2]).toMatch(/idle|done/);
  expect(script.results[3]).toContain("all right");
  expect(readFileSync(log, "utf8").trim().split("\n")).toHaveLength(1);
  mock.stop();
}
