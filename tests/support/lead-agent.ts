/**
 * Who leads in the test of the whole, and who works for it on another machine: the real Claude Code in a pane here and
 * another one there, with mocks for models; or, without it, the SDK's client and a program that only looks like Claude Code.
 */
import { join } from "node:path";
import { claudeHome, realAgent, type LabHome } from "./agent-lab.ts";
import type { E2eHome } from "./e2e-home.ts";
import { TestAgent } from "./e2e-mcp.ts";
import { fakeClaude } from "./fake-agent.ts";
import { mockAnthropic } from "./mock-anthropic.ts";

export interface LeadAgent {
  /** Arguments of `create_session` that start the worker on its machine. */
  readonly worker: Readonly<Record<string, unknown>>;
  /** What the worker says in the end. */
  readonly answer: string;
  /** Has the agent in pane 1 call a tool, which must succeed. @returns what it was told */
  call(tool: string, args: Readonly<Record<string, unknown>>): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

const SIZE = ["-d", "--size", "120x35"];

/** The SDK's client leads from a pane with a shell, in a new session `boss` here. */
export async function clientLeads(near: E2eHome, far: E2eHome): Promise<LeadAgent> {
  await near.fugue("new", "boss", ...SIZE);
  const agent = await TestAgent.start(near, 1);
  return {
    worker: { command: fakeClaude(join(far.home, "agent")) }, answer: "all right",
    async call(tool, args) {
      const { text, failed } = await agent.try(tool, args);
      if (failed) throw new Error(`${tool}: ${text}`);
      return text;
    },
    [Symbol.asyncDispose]: () => agent[Symbol.asyncDispose](),
  };
}

/** The real Claude Code leads, in the pane of a new session `boss` here. */
export async function claudeLeads(near: E2eHome, far: E2eHome): Promise<LeadAgent> {
  const script = { calls: [] as { tool: string; args: Readonly<Record<string, unknown>> }[], results: [] as string[] };
  const mocks = [mockAnthropic(join(near.home, "work"), () => {}, script), mockAnthropic(join(far.home, "work"), () => {})] as const;
  const [lab, farLab] = [claudeHome(near.home, mocks[0].port), claudeHome(far.home, mocks[1].port)];
  const { CLAUDE_CONFIG_DIR } = lab.env;
  await near.cli(["mcp", "install", "claude"], { env: { CLAUDE_CONFIG_DIR } });
  await near.fugue("new", "boss", ...SIZE, "-c", lab.work, ...variables(lab), "--", realAgent("claude")!, "--allowedTools", "mcp__fugue");
  await near.fugue("wait", "boss", "--agent", "idle", "--timeout", "60s");
  return {
    worker: { command: [realAgent("claude")!], dir: farLab.work, env: farLab.env }, answer: "word11",
    async call(tool, args) {
      script.calls = [{ tool, args }];
      script.results = [];
      await near.fugue("prompt", "%1", "do=mcp go on", "--wait", "idle", "--timeout", "60s");
      const [text] = script.results;
      if (text === undefined || text.includes("is_error")) throw new Error(`${tool}: ${text}`);
      return text;
    },
    async [Symbol.asyncDispose]() {
      for (const mock of mocks) mock.stop();
    },
  };
}

function variables({ env }: LabHome): string[] {
  return Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
}
