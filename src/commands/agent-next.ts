/** `agent next`: to the next agent that waits for a person. */
import { FugueError } from "../base/errors.ts";
import { serverCommand, tuiCommand } from "./command.ts";
import { cell } from "./text-table.ts";

export const agentNext = serverCommand({
  name: "agent next",
  summary: "Show the next agent that waits for you",
  details: "Those that ask something come first, then those that have finished or failed and were not looked at since.",
  group: "agent",
  effect: "write",
  view: true,
  args: {},
  result: { "panes[].id": "integer: id of its pane", "panes[].target": "string: it as SESSION/WINDOW.PANE" },
  run(ctx) {
    const id = ctx.agents.next();
    if (id === undefined) throw new FugueError("failed", "no agent waits for you", "list them with: fugue agents");
    if (ctx.caller.kind === "person") ctx.panes.select(id);
    return { panes: [{ id, target: ctx.find.label(id) }] };
  },
  render: (result: { panes: { target: string }[] }) => result.panes.map(({ target }) => cell(target)).join("\n"),
});

export const agentNextInTui = tuiCommand({
  name: "agent next",
  summary: "Show the next agent that waits for you, on any server that is open",
  details: "Those that ask something come first, and of these the one that has waited longest.",
  group: "agent",
  effect: "write",
  args: {},
  run: (ctx) => ctx.nextAgent(),
});
