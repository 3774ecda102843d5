/** `agents`: the agents that run in panes. */
import { AGENT_MARKS, type AgentState } from "../base/agent-state.ts";
import { formatDuration } from "../base/duration.ts";
import { SESSION } from "./arguments.ts";
import { serverCommand } from "./command.ts";
import type { PaneAgent } from "./agent-context.ts";
import { cell, listTable } from "./text-table.ts";

/** A pane with an agent, as listed; `server` is set by the client that asked several. */
interface Listed extends PaneAgent {
  id: number;
  target: string;
  server?: string;
}

export const agents = serverCommand({
  name: "agents",
  summary: "List the agents in panes and their states",
  details: `idle waits for a prompt, working works, blocked waits for an answer of a person, done has finished and
nobody has looked since, error has failed, exited has ended.`,
  group: "agent",
  effect: "read",
  args: { target: { ...SESSION, help: "only those of this session" } },
  agents: "any",
  mcp: {
    name: "list_agents", everywhere: true,
    description: `Lists the agents that run in panes with their states: idle, working, blocked (with the question that they
ask), done, error, exited. Without a server all servers answer.`,
  },
  result: {
    "agents[].id": "integer: id of its pane; as a target %ID",
    "agents[].target": "string: its pane as SESSION/WINDOW.PANE",
    "agents[].agent": "string: which agent: claude, codex, ...",
    "agents[].version": "string: its version, where its screen tells it",
    "agents[].state": "string: idle, working, blocked, done, error or exited",
    "agents[].since": "integer: since when, milliseconds since 1970",
    "agents[].waits": "boolean: a person is waited for who has not looked since",
    "agents[].question": "string: what it asks while it is blocked",
    "agents[].answers": "array of strings: the answers that it offers, numbered from 1",
    "agents[].session": "string: id of its conversation",
    "agents[].preset": "string: preset that it was started with",
  },
  run(ctx, args): { agents: Listed[] } {
    const session = args.target === undefined ? undefined : ctx.find.session(args.target);
    const inside = (pane: number) => session === undefined || session.windows.includes(ctx.find.pane(`%${pane}`).window);
    return {
      agents: ctx.agents.list().filter(({ pane }) => inside(pane))
        .map(({ pane, agent }) => ({ id: pane, target: ctx.find.label(pane), ...agent })),
    };
  },
  render(result: { agents: Listed[] }, style) {
    return listTable(result.agents, style.several, (each) => [
      `%${each.id}`, cell(each.target), cell(each.agent), `${AGENT_MARKS[each.state as AgentState] ?? ""} ${cell(each.state)}`,
      formatDuration(Math.max(0, style.now - each.since)), cell(each.question ?? "", 80),
    ], ["PANE", "TARGET", "AGENT", "STATE", "SINCE", "ASKS"]);
  },
});
