/** `msg ack`: takes messages out of an inbox. */
import { FugueError } from "../base/errors.ts";
import { serverCommand } from "./command.ts";
import { INBOX } from "./message-arguments.ts";
import { cell } from "./text-table.ts";

export const msgAck = serverCommand({
  name: "msg ack",
  summary: "Forget messages of an inbox that were dealt with",
  group: "agent",
  effect: "write",
  args: {
    ids: { type: "string", positional: true, repeat: true, value: "ID", help: "messages" },
    target: INBOX,
    all: { type: "boolean", help: "all that are there" },
  },
  mcp: { name: "ack", args: ["ids", "target"], required: ["ids"], description: "Takes messages that you have dealt with out of your session's inbox." },
  result: { "messages[].id": "string: message that was there" },
  check(args) {
    if (args.ids.length === 0 && !args.all) throw new FugueError("usage", "'msg ack' needs IDs, or --all");
  },
  async run(ctx, args) {
    const { id } = ctx.find.session(args.target);
    const ids = args.all ? ctx.mail.list(id, []).map((message) => message.id) : args.ids;
    return { messages: (await ctx.mail.acknowledge(id, ids)).map((one) => ({ id: one })) };
  },
  render: (result: { messages: { id: string }[] }) => result.messages.map(({ id }) => cell(id)).join("\n"),
});
