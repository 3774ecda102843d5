/** `mcp`: the server through which agents use fugue, and what its user decides about them. */
import { FugueError } from "../base/errors.ts";
import { suggestion } from "../base/names.ts";
import { ensureHome, pathsFrom } from "../base/paths.ts";
import { cliCommand } from "./command.ts";
import type { CliContext } from "./context.ts";
import { jsonDocument } from "./json.ts";

const ACTIONS = ["allow", "disallow"] as const;

export const mcp = cliCommand({
  name: "mcp",
  summary: "Run the MCP server for an agent, or decide about agents",
  details: `Without ACTION it speaks the Model Context Protocol on standard input and output: an agent starts it. Its
tools are about the pane in which the agent runs. allow SERVER lets the agents of this machine use another server:
there they may create, and do anything with what they created; disallow takes that back. Without SERVER both say what
is allowed.`,
  group: "agent",
  effect: "write",
  args: {
    action: { type: "choice", positional: true, choices: ACTIONS, value: "ACTION", help: "what to do; default: serve" },
    name: { type: "string", positional: true, value: "SERVER", help: "server to allow or disallow; * is all of them" },
  },
  result: { "allowed[].server": "string: server that agents of this machine may use" },
  async run(ctx, args) {
    if (args.action === undefined) return ctx.mcp();
    await decide(ctx, args.action, args.name);
  },
});

async function decide(ctx: CliContext, action: string, server: string | undefined): Promise<void> {
  const { readGrants, writeGrants } = await import("../config/mcp-grants.ts");
  const paths = pathsFrom(ctx.env);
  const before = readGrants(paths);
  const now = server === undefined ? before : decided(ctx, action, server, before);
  if (now !== before) {
    ensureHome(paths);
    writeGrants(paths, now);
  }
  if (ctx.json) ctx.stdout(jsonDocument({ allowed: now.map((name) => ({ server: name })) }));
  else if (server === undefined) ctx.stdout(now.map((name) => `${name}\n`).join(""));
}

/** @throws FugueError `noTarget` for a server that there is not, `failed` for one that is not allowed */
function decided(ctx: CliContext, action: string, server: string, before: readonly string[]): string[] {
  if (action === "allow") {
    const known = ctx.servers().filter((name) => name !== "local");
    if (server !== "*" && !known.includes(server)) throw new FugueError(
      "noTarget", `no other server is named '${server}'`, suggestion(server, known, "servers"),
    );
    return [...new Set([...before, server])];
  }
  if (!before.includes(server)) throw new FugueError(
    "failed", `'${server}' is not allowed`, suggestion(server, [...before], "allowed") ?? "nothing is",
  );
  return before.filter((name) => name !== server);
}
