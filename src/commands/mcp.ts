/** `mcp`: the server through which an agent uses fugue. */
import { cliCommand } from "./command.ts";

export const mcp = cliCommand({
  name: "mcp",
  summary: "Run the MCP server for an agent",
  details: `It speaks the Model Context Protocol on standard input and output. An agent starts it; its tools are about
the pane in which the agent runs, and about all servers that this user can reach.`,
  group: "agent",
  effect: "read",
  args: {},
  run: (ctx) => ctx.mcp(),
});
