/** `agent report`: a tool says what it does; hooks of agents call it. */
import { REPORTED_STATES, type ReportedState } from "../base/agent-state.ts";
import { FugueError } from "../base/errors.ts";
import { PANE } from "./arguments.ts";
import { serverCommand } from "./command.ts";

const LONGEST = 4096;

export const agentReport = serverCommand({
  name: "agent report",
  summary: "Say what the agent in a pane does",
  details: `For tools that know what they do: it counts more than what their screen looks like. Without TARGET it is
the pane that the command is run in.`,
  group: "agent",
  effect: "write",
  args: {
    target: { ...PANE, help: "pane of the agent; default: the one that this is run in" },
    state: { type: "choice", choices: REPORTED_STATES, value: "STATE", help: "what it does now" },
    question: { type: "string", value: "TEXT", help: "what it asks a person, with --state blocked" },
    session: { type: "string", value: "ID", help: "id of its conversation" },
    agent: { type: "string", value: "NAME", help: "its name, if fugue has no rules for it" },
  },
  result: { "panes[].id": "integer: id of the pane" },
  check(args) {
    if (args.state === undefined && args.session === undefined) {
      throw new FugueError("usage", "there is nothing to report", "give --state, --session or both");
    }
    if (args.question !== undefined && args.state !== "blocked") throw new FugueError("usage", "--question goes with --state blocked only");
    for (const text of [args.question, args.session, args.agent]) {
      if (text !== undefined && text.length > LONGEST) throw new FugueError("tooLarge", "the text is too long", `${LONGEST} characters at most`);
    }
    if (args.session !== undefined && !/^[\w.:-]{1,128}$/.test(args.session)) {
      throw new FugueError("usage", "--session is no id of a conversation", "letters, digits, '-', '_', '.' and ':', at most 128");
    }
  },
  run(ctx, args) {
    const { target, state, question, session, agent } = args;
    const { id } = ctx.find.pane(target);
    ctx.agents.report(id, { state: state as ReportedState | undefined, question, session, agent });
    return { panes: [{ id }] };
  },
});
