/** How agents are made to report what they do: settings and arguments with which they call `fugue agent hook`. Pure. */
import { shellWords } from "../base/shell-words.ts";
import { MCP_VARIABLES } from "../config/agent-config.ts";

/** Claude Code's events that are reported. */
const CLAUDE_EVENTS = ["SessionStart", "UserPromptSubmit", "PermissionRequest", "Stop", "StopFailure"];
/** Seconds after which Claude Code gives up on a hook. */
const HOOK_SECONDS = 5;

/** What an isolated Claude Code is started with to have our MCP server: `claude --mcp-config`. @param self argv of fugue */
export function claudeMcpConfig([command, ...args]: readonly string[]): string {
  return `${JSON.stringify({ mcpServers: { fugue: { type: "stdio", command, args: [...args, "mcp"] } } }, undefined, 2)}\n`;
}

/** Arguments with which an isolated Codex has our MCP server. */
export function codexMcpArguments([command, ...args]: readonly string[]): string[] {
  const fields = { command, args: [...args, "mcp"], env_vars: MCP_VARIABLES };
  return Object.entries(fields).flatMap(([name, value]) => ["-c", `mcp_servers.fugue.${name}=${JSON.stringify(value)}`]);
}

/** Settings for `claude --settings`: they are added to the user's own, whose hooks run as well. @param self argv of fugue */
export function claudeSettings(self: readonly string[]): string {
  const command = shellWords([...self, "agent", "hook", "claude"]);
  const hook = [{ hooks: [{ type: "command", command, timeout: HOOK_SECONDS }] }];
  return `${JSON.stringify({ hooks: Object.fromEntries(CLAUDE_EVENTS.map((event) => [event, hook])) }, undefined, 2)}\n`;
}

/** Arguments for codex: the program that is told of the end of each turn. A user's own stays, and then nothing is told. */
export function codexArguments(self: readonly string[], userConfig: string | undefined): string[] {
  if (userConfig !== undefined && /^\s*notify\s*=/m.test(userConfig)) return [];
  return ["-c", `notify=${JSON.stringify([...self, "agent", "hook", "codex"])}`];
}
