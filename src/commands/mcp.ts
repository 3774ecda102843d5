/** `mcp`: the server through which agents use fugue, and what its user decides about them. */
import { FugueError } from "../base/errors.ts";
import { basename } from "node:path";
import { suggestion } from "../base/names.ts";
import { ensureHome, pathsFrom } from "../base/paths.ts";
import { cliCommand } from "./command.ts";
import type { CliContext } from "./context.ts";
import { jsonDocument } from "./json.ts";
import { unknownServer } from "./target.ts";
import { cell } from "./text-table.ts";

const ACTIONS = ["install", "uninstall", "allow", "disallow"] as const;

export const mcp = cliCommand({
  name: "mcp",
  summary: "Run the MCP server for an agent, or decide about agents",
  details: `Without ACTION it speaks the Model Context Protocol on standard input and output: an agent starts it. Its
tools are about the pane in which the agent runs. allow SERVER lets the agents of this machine use another server:
there they may create, and do anything with what they created; disallow takes that back. Without SERVER both say what
is allowed. install AGENT puts the server into the configuration of claude, codex, gemini or opencode, and uninstall
takes it out; what else stands there stays, and the file as it was is kept beside it.`,
  group: "agent",
  effect: "write",
  args: {
    action: { type: "choice", positional: true, choices: ACTIONS, value: "ACTION", help: "what to do; default: serve" },
    name: { type: "string", positional: true, value: "NAME", help: "server to allow or disallow (* is all of them), or agent to install for" },
  },
  result: {
    "mcp[].server": "string: server that agents of this machine may use, after allow and disallow",
    "mcp[].agent": "string: agent, after install and uninstall",
    "mcp[].path": "string: its configuration",
    "mcp[].changed": "boolean: whether there was something to change",
    "mcp[].backup": "string or null: the file as it was",
  },
  async run(ctx, args) {
    if (args.action === undefined) return ctx.mcp();
    if (args.action.endsWith("install")) await configure(ctx, args.action, args.name);
    else await decide(ctx, args.action, args.name);
  },
});

async function configure(ctx: CliContext, action: string, name: string | undefined): Promise<void> {
  const { CONFIGURED_AGENTS, installMcp, uninstallMcp } = await import("../config/agent-config.ts");
  const agent = CONFIGURED_AGENTS.find((one) => one === name);
  if (!agent) throw new FugueError(
    "usage", name === undefined ? `'mcp ${action}' needs the name of an agent` : `'${cell(name, 60)}' is no agent that is known`,
    suggestion(name ?? "", [...CONFIGURED_AGENTS], "agents"),
  );
  // run from source, the runtime's name would mean nothing
  const self = /^bun/.test(basename(process.execPath)) ? "fugue" : process.execPath;
  const done = action === "install" ? installMcp(agent, [self, "mcp"], ctx.env) : uninstallMcp(agent, ctx.env);
  if (ctx.json) return ctx.stdout(jsonDocument({ mcp: [{ agent, path: done.path, changed: done.changed, backup: done.backup ?? null }] }));
  const kept = done.backup === undefined ? "" : `; as it was: ${done.backup}`;
  await ctx.note("success", done.changed ? `${done.path} is changed${kept}` : `${done.path} needs no change`);
}

async function decide(ctx: CliContext, action: string, server: string | undefined): Promise<void> {
  const { readGrants, writeGrants } = await import("../config/mcp-grants.ts");
  const paths = pathsFrom(ctx.env);
  const before = readGrants(paths);
  const now = server === undefined ? before : decided(ctx, action, server, before);
  if (now !== before) {
    ensureHome(paths);
    writeGrants(paths, now);
  }
  if (ctx.json) ctx.stdout(jsonDocument({ mcp: now.map((name) => ({ server: name })) }));
  else if (server === undefined) ctx.stdout(now.map((name) => `${name}\n`).join(""));
}

/** @throws FugueError `noTarget` for a server that there is not, `failed` for one that is not allowed */
function decided(ctx: CliContext, action: string, server: string, before: readonly string[]): string[] {
  if (action === "allow") {
    const known = ctx.servers().filter((name) => name !== "local");
    if (server !== "*" && !known.includes(server)) throw unknownServer(server, known);
    return [...new Set([...before, server])];
  }
  if (!before.includes(server)) throw new FugueError(
    "failed", `'${server}' is not allowed`, suggestion(server, [...before], "allowed") ?? "nothing is",
  );
  return before.filter((name) => name !== server);
}
