/**
 * The real Claude Code here makes another one on a machine behind an sshd, by the tools of the MCP server: prompts it, waits for
 * it and reads it, while the line is cut. Their models are mocks that do as a script says. See real-agents.test.ts.
 */
import { expect } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { claudeHome, realAgent, type RealAgent } from "../support/agent-lab.ts";
import type { ToolScript } from "../support/agent-script.ts";
import { test } from "../support/e2e-test.ts";
import { TwoMachines } from "../support/far-machine.ts";
import { mockAnthropic } from "../support/mock-anthropic.ts";
import { noSshd } from "../support/sshd.ts";

const routes = existsSync("/proc/net/route") ? readFileSync("/proc/net/route", "utf8").trim().split("\n").length - 1 : 1;

/** Left out loudly, also where nothing else may be. */
function testReal(agent: RealAgent, name: string, body: () => Promise<void>): void {
  const reason = !realAgent(agent) ? `${agent} is not installed (FUGUE_AGENT_LAB)` : routes > 0 ? "there is a network: use unshare -n" : noSshd();
  if (reason === undefined) test(name, body, 120_000);
  else console.log(`LEFT OUT: ${name}: ${reason}`);
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
  try {
    await story(two);
  } catch (error) {
    console.error(error);
    throw error;
  }
});

async function story(two: TwoMachines): Promise<void> {
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
  console.log(script.results.map((text) => text.slice(0, 300)).join("\n"), await two.near.fugue("capture", "boss"));
  expect(script.results).toHaveLength(5);
  expect(script.results[2]).toMatch(/idle|done/);
  expect(script.results[3]).toContain("word6");
  expect(farMock.prompts.filter((text) => text.includes("a job for"))).toHaveLength(1);
  farMock.stop();
  nearMock.stop();
}
