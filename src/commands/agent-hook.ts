/** `agent hook`: what hooks of agents call. It says nothing and never fails: an agent must not suffer from it. */
import { cliCommand } from "./command.ts";
import { readHook } from "./hook-event.ts";

export const agentHook = cliCommand({
  name: "agent hook",
  summary: "Say what an agent does, called by its hooks",
  details: `Agents that a preset starts are given hooks that call this. It reads what the agent hands over (JSON, as
EVENT or on standard input), reports state and conversation of the pane that it runs in, and ends with 0 whatever happens.`,
  group: "agent",
  effect: "write",
  args: {
    agent: { type: "choice", positional: true, required: true, choices: ["claude", "codex"], value: "AGENT", help: "whose hook calls" },
    event: { type: "string", positional: true, value: "EVENT", help: "what the agent hands over; default: standard input" },
  },
  async run(ctx, args) {
    try {
      const report = /^\d+$/.test(ctx.env.FUGUE_PANE ?? "") ? readHook(args.agent, args.event ?? (await ctx.stdin())) : undefined;
      if (report) await ctx.call("agent report", { ...report, target: `%${ctx.env.FUGUE_PANE}`, agent: args.agent });
    } catch {
      // without a server there is nobody to tell
    }
    return 0;
  },
});
