/** `message`: a line of text in a client's status line. */
import { serverCommand } from "./command.ts";

export const message = serverCommand({
  name: "message",
  summary: "Show a message to a client",
  group: "client",
  effect: "write",
  agents: "any",
  args: {
    text: { type: "string", positional: true, required: true, stdin: true, value: "TEXT", help: "what to say" },
    client: { type: "integer", value: "ID", complete: "client", help: "this client; default: the caller" },
  },
  tmux: ["display-message"],
  mcp: { name: "show_message", description: "Shows a line of text to a person, in the status line of a client." },
  run(ctx, args) {
    ctx.clients.message(args.text, args.client);
  },
});
