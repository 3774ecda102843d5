/** The tool that lists servers: which there are, which this agent may use, and which answer. */
import { asFugueError } from "../base/errors.ts";
import type { Tool, ToolCall, ToolResult } from "./tools.ts";

const PATIENCE_MS = 5000;

interface Me {
  serverId: string;
  host: string;
}

/** `list_servers`. */
export const LIST_SERVERS: Tool = {
  name: "list_servers", effect: "read",
  description: "Lists the servers by the names that targets take (SERVER:SESSION): which is yours, which you may use, and which answer now.",
  input: { type: "object", properties: {}, additionalProperties: false },
  output: {
    type: "object",
    properties: { servers: { type: "array", items: { type: "object", properties: {
      server: { type: "string", description: "Name." }, own: { type: "boolean", description: "You run there." },
      answers: { type: "boolean", description: "It answered just now." }, host: { type: "string" }, serverId: { type: "string" },
      error: { type: "string", description: "Why it did not answer, or may not be used." },
    } } } },
  },
  run: list,
};

async function list({ servers, signal }: ToolCall): Promise<ToolResult> {
  const rows = await Promise.all(servers.servers().map(async (server) => {
    const own = server === servers.own;
    try {
      const { me: [me] } = (await servers.call(server, "whoami", {}, { signal, timeout: PATIENCE_MS })) as { me: Me[] };
      return { server, own, answers: true, host: me!.host, serverId: me!.serverId };
    } catch (error) {
      const { message, hint } = asFugueError(error);
      return { server, own, answers: false, error: hint === undefined ? message : `${message} (${hint})` };
    }
  }));
  return { structured: { servers: rows } };
}
