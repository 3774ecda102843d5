/** `session next`, `previous` and `last`: the caller goes to another session. */
import { serverCommand } from "./command.ts";

function sessionStep(to: "next" | "previous" | "last", summary: string) {
  return serverCommand({
    name: `session ${to}`,
    summary,
    group: "session",
    effect: "write",
    view: true,
    args: {},
    tmux: ["switch-client"],
    run(ctx) {
      ctx.clients.step(to);
    },
  });
}

export const sessionNext = sessionStep("next", "Show the next session");
export const sessionPrevious = sessionStep("previous", "Show the previous session");
export const sessionLast = sessionStep("last", "Show the session shown before");
