/** `agent requests`, `agent allow`, `agent refuse`: what programs ask for by the sideband, and a person's answer. */
import { formatDuration } from "../base/duration.ts";
import type { ProgramRequest } from "./agent-context.ts";
import { serverCommand } from "./command.ts";
import { cell, formatTable } from "./text-table.ts";

export const agentRequests = serverCommand({
  name: "agent requests",
  summary: "List what programs ask to be allowed",
  details: `Programs of presets with sideband = "ask" ask to start others. Who looks at the session is asked; it is
forgotten after a minute.`,
  group: "agent",
  effect: "read",
  args: {},
  result: {
    "requests[].id": "integer: its number",
    "requests[].pane": "integer: id of the pane whose program asks",
    "requests[].session": "string: the session in which it is",
    "requests[].text": "string: what would be done",
    "requests[].expiresAt": "integer: when it is forgotten, milliseconds since 1970",
  },
  run: (ctx): { requests: ProgramRequest[] } => ({ requests: ctx.agents.requests() }),
  render(result: { requests: ProgramRequest[] }, style) {
    if (result.requests.length === 0) return "";
    const rows = result.requests.map(({ id, pane, session, text, expiresAt }) => [
      String(id), `%${pane}`, cell(session), formatDuration(Math.max(0, expiresAt - style.now)), cell(text, 8192),
    ]);
    return formatTable([["REQUEST", "PANE", "SESSION", "EXPIRES", "ASKS TO"], ...rows]);
  },
});

export const agentAllow = answerCommand("agent allow", "Allow what a program asks for", true);

export const agentRefuse = answerCommand("agent refuse", "Refuse what a program asks for", false);

function answerCommand(name: string, summary: string, allowed: boolean) {
  return serverCommand({
    name,
    summary,
    group: "agent",
    effect: "write",
    args: { request: { type: "integer", positional: true, required: true, value: "REQUEST", help: "its number, see agent requests" } },
    result: { "requests[].id": "integer: its number" },
    async run(ctx, args) {
      await ctx.agents.answer(args.request, allowed);
      return { requests: [{ id: args.request }] };
    },
  });
}
