/** The MCP server of one agent: the SDK's protocol on standard input and output, tools behind it. Loaded by `fugue mcp`. */
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import type { Readable, Writable } from "node:stream";
import type { Clock } from "../base/clock.ts";
import { asFugueError, FugueError } from "../base/errors.ts";
import { suggestion } from "../base/names.ts";
import { RELEASE } from "../base/release.ts";
import { fitFields } from "./json-schema.ts";
import type { ServerCalls } from "./server-calls.ts";
import { LastReads } from "./last-reads.ts";
import { LIST_SERVERS } from "./list-servers.ts";
import { Relay } from "./relay.ts";
import { sendMessageTool } from "./send-message.ts";
import { registryTools, type Tool, type ToolResult } from "./tools.ts";

/** Largest text of one result, in characters; above it the agent is asked to want less. */
const LARGEST_RESULT = 1024 * 1024;
/** Calls that take longer report their progress this often, if their caller wants to know. */
const PROGRESS_MS = 1000;

const INSTRUCTIONS = `fugue holds terminals (panes) in windows of sessions, on this machine and on others. Targets are
[SERVER:]SESSION[/WINDOW[.PANE]] or [SERVER:]%PANE_ID. Without a target a tool is about the pane in which you run. To
do work in parallel create a session or split a pane, then send, wait and read; run does all of that for one command.
You may change your own session and what you created; call whoami to see your rights.`.replaceAll("\n", " ");

/** What the server is made of. */
export interface McpParts {
  readonly servers: ServerCalls;
  readonly clock: Clock;
  /** Folder of the agent. */
  readonly cwd: string;
  readonly stdin: Readable;
  readonly stdout: Writable;
}

/** Serves until standard input ends or the transport is closed. */
export async function serveMcp(parts: McpParts): Promise<void> {
  const relay = new Relay(parts.servers, parts.clock);
  const tools = new Map(allTools(relay).map((tool) => [tool.name, tool]));
  const server = new Server(
    { name: "fugue", version: RELEASE }, { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [...tools.values()].map(describe) }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const token = params._meta?.progressToken;
    const ticking = token === undefined ? undefined : progress(parts.clock, (seconds) => void extra.sendNotification({
      method: "notifications/progress",
      params: { progressToken: token, progress: seconds, message: `${params.name}: ${seconds} s` },
    }).catch(() => {}));
    try {
      return answer(await callTool(tools, { ...parts, servers: relay.calls }, params.name, params.arguments ?? {}, extra.signal));
    } catch (error) {
      return failure(asFugueError(error));
    } finally {
      ticking?.cancel();
    }
  });
  const ended = new Promise<void>((resolve) => {
    server.onclose = resolve;
    parts.stdin.once("end", resolve);
    parts.stdin.once("close", resolve);
  });
  await server.connect(new StdioServerTransport(parts.stdin, parts.stdout));
  await ended;
  relay.stop();
  await server.close();
}

/** Every tool: those of the registry, and what this process does itself. */
export function allTools(relay: Relay): Tool[] {
  const reads = new LastReads();
  return [...registryTools((offer, call) => reads.run(offer, call)), sendMessageTool(relay), LIST_SERVERS];
}

function describe(tool: Tool) {
  return {
    name: tool.name, description: tool.description,
    inputSchema: tool.input as { type: "object" }, outputSchema: tool.output as { type: "object" },
    annotations: {
      readOnlyHint: tool.effect === "read", destructiveHint: tool.effect === "destroy", openWorldHint: false,
    },
  };
}

async function callTool(
  tools: ReadonlyMap<string, Tool>, parts: McpParts, name: string, args: Record<string, unknown>, signal: AbortSignal,
): Promise<ToolResult> {
  const tool = tools.get(name);
  if (!tool) throw new FugueError("usage", "there is no such tool", suggestion(name, [...tools.keys()], "tools"));
  return tool.run({ args: fitFields(tool.input, args), servers: parts.servers, signal, cwd: parts.cwd });
}

function answer({ structured, text }: ToolResult) {
  const json = JSON.stringify(structured);
  if (json.length > LARGEST_RESULT) throw new FugueError(
    "tooLarge", `the answer is longer than ${LARGEST_RESULT} characters`, "ask for fewer lines, or for one server",
  );
  const texts = text === undefined ? [json] : [text, JSON.stringify(structured, (key, value) => (key === "lines" ? undefined : value))];
  return { content: texts.map((one) => ({ type: "text" as const, text: one })), structuredContent: structured };
}

/** An error for the agent: what is wrong, and what to do about it. */
function failure(error: FugueError) {
  const hint = error.hint === undefined ? "" : ` (${error.hint})`;
  return {
    isError: true, content: [{ type: "text" as const, text: `${error.code}: ${error.message}${hint}` }],
  };
}

function progress(clock: Clock, tell: (seconds: number) => void) {
  const begun = clock.now();
  return clock.every(PROGRESS_MS, () => tell(Math.round((clock.now() - begun) / 1000)));
}
