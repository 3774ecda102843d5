/** `window next`, `previous` and `last`. */
import { SESSION } from "./arguments.ts";
import { serverCommand } from "./command.ts";

function windowStep(to: "next" | "previous", summary: string) {
  return serverCommand({
    name: `window ${to}`,
    summary,
    group: "window",
    effect: "write",
    view: true,
    args: {
      target: SESSION,
      alert: { type: "boolean", short: "a", help: "only windows with a bell or activity" },
    },
    tmux: [`${to}-window`],
    run(ctx, args) {
      ctx.windows.step(ctx.find.session(args.target).id, to, args.alert);
    },
  });
}

export const windowNext = windowStep("next", "Show the next window");
export const windowPrevious = windowStep("previous", "Show the previous window");

export const windowLast = serverCommand({
  name: "window last",
  summary: "Show the window shown before",
  group: "window",
  effect: "write",
  view: true,
  args: { target: SESSION },
  tmux: ["last-window"],
  run(ctx, args) {
    ctx.windows.step(ctx.find.session(args.target).id, "last");
  },
});
