/** `detach` at a key or the prompt: leaves at once, also when the server does not answer. */
import { tuiCommand } from "./command.ts";

export const detachInTui = tuiCommand({
  name: "detach",
  summary: "Detach this client, or another one",
  group: "client",
  effect: "read",
  args: {
    client: {
      type: "integer", value: "ID", complete: "client", help: "this client; default: the one in which you type",
    },
    others: { type: "boolean", short: "a", help: "all clients but the one in which you type" },
  },
  tmux: ["detach-client"],
  run(ctx, args) {
    if (args.client === undefined && !args.others) return ctx.detach();
    return ctx.call("detach", { client: args.client, others: args.others });
  },
});
