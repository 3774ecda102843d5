/** The tools of the MCP server: one for each way in which a command of the registry is offered to agents. */
import type { Command, McpTool, ServerCommand } from "../commands/command.ts";
import { COMMANDS } from "../commands/registry.ts";
import type { JsonSchema } from "./json-schema.ts";
import type { ServerCalls } from "./server-calls.ts";
import { inputSchema, outputSchema } from "./tool-schema.ts";

/** What a tool gives. */
export interface ToolResult {
  /** Fits the tool's output schema. */
  readonly structured: Record<string, unknown>;
  /** What the agent reads first, as a command would print it. */
  readonly text?: string;
}

/** One call of a tool, with arguments that fit its schema. */
export interface ToolCall {
  readonly args: Readonly<Record<string, unknown>>;
  readonly servers: ServerCalls;
  readonly signal: AbortSignal;
  /** Folder that relative paths of the own machine start from. */
  readonly cwd: string;
}

/** One tool. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly input: JsonSchema;
  readonly output: JsonSchema;
  readonly effect: Command["effect"];
  /** The command behind it, for the reference; undefined for what this process does itself. */
  readonly command?: ServerCommand;
  run(call: ToolCall): Promise<ToolResult>;
}

/** A way in which a command is offered. */
export interface Offer {
  readonly command: ServerCommand;
  readonly tool: McpTool;
}

/** The ways in which commands are offered, in the order of the registry. */
export function offers(): Offer[] {
  return COMMANDS.flatMap((command) => {
    if (command.runs !== "server" || command.mcp === undefined) return [];
    return offersOf(command).map((tool) => ({ command, tool }));
  });
}

function offersOf(command: ServerCommand): readonly McpTool[] {
  if (command.mcp !== true) return Array.isArray(command.mcp) ? command.mcp : [command.mcp as McpTool];
  const description = `${command.summary}. ${command.details ?? ""}`.trim();
  return [{ name: command.name.replaceAll(/[ -]/g, "_"), description }];
}

/** The tools of the registry. @param run carries a call out */
export function registryTools(run: (offer: Offer, call: ToolCall) => Promise<ToolResult>): Tool[] {
  return offers().map((offer) => {
    const { command, tool } = offer;
    return {
      name: tool.name, description: tool.description.replaceAll(/\s+/g, " "), effect: command.effect, command,
      input: inputSchema(command, tool), output: outputSchema(command), run: (call) => run(offer, call),
    };
  });
}
