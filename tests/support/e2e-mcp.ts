/** An agent for end-to-end tests: the official SDK's client, with the compiled `fugue mcp` behind it. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { RequestOptions } from "@modelcontextprotocol/sdk/shared/protocol.js";
import { executable } from "./e2e-executable.ts";
import type { E2eHome } from "./e2e-home.ts";

/** What a tool gave. */
export interface ToolAnswer {
  /** The first block of text. */
  text: string;
  /** The structured result; checked by the SDK against the tool's schema. */
  result: any;
  failed: boolean;
}

export class TestAgent {
  private constructor(readonly client: Client, readonly transport: StdioClientTransport) {}

  /** Starts `fugue mcp` in a home, as an agent in this pane would. */
  static async connect(home: E2eHome, pane?: number | string, env: Record<string, string> = {}): Promise<TestAgent> {
    const client = new Client({ name: "test agent", version: "1" });
    const transport = new StdioClientTransport({
      command: executable(), args: ["mcp"], stderr: "inherit", cwd: home.home,
      env: { ...home.env, ...(pane !== undefined && { FUGUE_PANE: String(pane), FUGUE_SOCKET: home.paths.socket }), ...env },
    });
    await client.connect(transport);
    return new TestAgent(client, transport);
  }

  /** The same, and ready for calls: the SDK checks results against the schemas of the tools that it has seen. */
  static async start(home: E2eHome, pane?: number | string, env: Record<string, string> = {}): Promise<TestAgent> {
    const agent = await TestAgent.connect(home, pane, env);
    await agent.client.listTools();
    return agent;
  }

  /** Calls a tool, whatever comes of it. */
  async try(name: string, args: Record<string, unknown> = {}, options?: RequestOptions): Promise<ToolAnswer> {
    const answer: any = await this.client.callTool({ name, arguments: args }, undefined, options);
    return { text: answer.content[0]?.text ?? "", result: answer.structuredContent, failed: answer.isError === true };
  }

  /** Calls a tool that must succeed. @returns its structured result */
  async call(name: string, args: Record<string, unknown> = {}, options?: RequestOptions): Promise<any> {
    const { text, result, failed } = await this.try(name, args, options);
    if (failed) throw new Error(`${name} ${JSON.stringify(args)}: ${text}`);
    return result;
  }

  /** Calls a tool that must fail. @returns what it says */
  async refused(name: string, args: Record<string, unknown> = {}): Promise<string> {
    const { text, failed } = await this.try(name, args);
    if (!failed) throw new Error(`${name} ${JSON.stringify(args)} did not fail: ${text}`);
    return text;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
  }
}
