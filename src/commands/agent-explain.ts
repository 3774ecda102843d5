/** `agent explain`: which evidence decided the state of a pane's agent. */
import { PANE } from "./arguments.ts";
import { serverCommand } from "./command.ts";
import type { AgentExplanation } from "./agent-context.ts";
import { cell, formatTable } from "./text-table.ts";

export const agentExplain = serverCommand({
  name: "agent explain",
  summary: "Show what the state of a pane's agent was told from",
  group: "agent",
  effect: "read",
  args: { target: PANE },
  mcp: { name: "explain_agent", description: "Which evidence says what an agent in a pane does." },
  result: {
    "explanations[].pane": "integer: id of the pane",
    "explanations[].agent": "object: its agent, as in agents; absent: there is none",
    "explanations[].evidence[].kind": "string: report, process, title, progress or screen",
    "explanations[].evidence[].says": "string: what it says",
    "explanations[].evidence[].decided": "boolean: the state follows from it",
    "explanations[].problems": "array of strings: mistakes in the user's rule files",
  },
  run: (ctx, args): { explanations: AgentExplanation[] } => ({ explanations: [ctx.agents.explain(ctx.find.pane(args.target).id)] }),
  render(result: { explanations: AgentExplanation[] }) {
    return result.explanations.map(({ pane, agent, evidence, problems }) => {
      const head = agent ? `%${pane}: ${cell(agent.agent)} ${agent.version ? `${cell(agent.version)} ` : ""}is ${agent.state}` : `%${pane}: no agent`;
      const rows = evidence.map(({ kind, says, decided }) => [decided ? "*" : " ", kind, cell(says, 200)]);
      return [head, formatTable(rows), ...problems.map((problem) => cell(problem, 500))].join("\n");
    }).join("\n\n");
  },
});
