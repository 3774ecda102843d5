/** `msg outbox`, `msg deliver` and `msg settle`: how messages are carried from one server to another. */
import { FugueError } from "../base/errors.ts";
import { serverCommand } from "./command.ts";
import type { PostedMessage } from "./message-context.ts";
import { cell, formatTable } from "./text-table.ts";

interface Waiting {
  id: string;
  server: string;
  seq: number;
  type: string;
  from: string;
  message: object;
}

export const msgOutbox = serverCommand({
  name: "msg outbox",
  summary: "List messages that wait to be carried to other servers",
  group: "agent",
  effect: "read",
  agents: "any",
  args: { wait: { type: "duration", value: "TIME", help: "if there are none, wait for some this long" } },
  result: {
    "messages[].id": "string: its id",
    "messages[].server": "string: the other server by its name here, or @ and its identity",
    "messages[].seq": "integer: its number among the messages to that server",
    "messages[].type": "string: what kind of message it is",
    "messages[].from": "string: session that sent it",
    "messages[].message": "object: all of it, for msg deliver",
  },
  async run(ctx, args): Promise<{ messages: Waiting[] }> {
    const outgoing = await ctx.mail.outgoing(args.wait ?? 0);
    return { messages: outgoing.map((message) => (
      { id: message.id, server: message.server, seq: message.seq, type: message.type, from: message.from.name, message }
    )) };
  },
  render: (result: { messages: Waiting[] }) => formatTable(
    result.messages.map(({ id, server, from, type }) => [cell(id), cell(server), cell(from), cell(type)]),
  ),
});

export const msgDeliver = serverCommand({
  name: "msg deliver",
  summary: "Put a message of another server's outbox into the inboxes here",
  group: "agent",
  effect: "write",
  agents: "any",
  args: { message: { type: "string", positional: true, required: true, json: true, stdin: true, value: "JSON", help: "the message of msg outbox" } },
  result: {
    "messages[].id": "string: its id",
    "messages[].state": "string: delivered, or duplicate if it came before",
    "messages[].recipients": "integer: inboxes that it is in",
  },
  async run(ctx, args): Promise<{ messages: PostedMessage[] }> {
    let message: unknown;
    try {
      message = JSON.parse(args.message);
    } catch {
      throw new FugueError("usage", "the message is not JSON", "take it from: fugue msg outbox --json");
    }
    return { messages: [await ctx.mail.deliver(message)] };
  },
  render: (result: { messages: PostedMessage[] }) => result.messages.map(({ id, state }) => `${cell(id)} ${cell(state)}`).join("\n"),
});

export const msgSettle = serverCommand({
  name: "msg settle",
  summary: "Forget messages of the outbox that were carried",
  group: "agent",
  effect: "write",
  agents: "any",
  args: {
    ids: { type: "string", positional: true, repeat: true, required: true, value: "ID", help: "messages" },
    failed: { type: "string", value: "REASON", help: "they can't be delivered: their senders get them back" },
  },
  result: { "settled[].count": "integer: how many there were" },
  run: async (ctx, args) => ({ settled: [{ count: await ctx.mail.settle(args.ids, args.failed) }] }),
});
