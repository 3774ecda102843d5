/** `msg wait`: until there are messages in an inbox. */
import { serverCommand } from "./command.ts";
import type { MessageInfo } from "./message-context.ts";
import { INBOX, MESSAGE_RESULT, renderMessages, TYPES } from "./message-arguments.ts";

export const msgWait = serverCommand({
  name: "msg wait",
  summary: "Wait for messages in an inbox",
  details: `Prints every message that is there and not acknowledged. They stay until msg ack takes them out. The exit
status is 124 if the time is up.`,
  group: "agent",
  effect: "read",
  waits: true,
  args: {
    target: INBOX,
    type: TYPES,
    after: { type: "string", value: "ID", help: "only messages that came after this one" },
    timeout: { type: "duration", value: "TIME", help: "give up after this long: 30s, 5m" },
  },
  mcp: {
    name: "wait_messages",
    description: `Waits until there are messages in your session's inbox, and gives all that are not acknowledged, oldest
first. Acknowledge those that you have dealt with (ack), or pass the last id as after. Gives none when the time is up.`,
  },
  result: MESSAGE_RESULT,
  async run(ctx, args): Promise<{ messages: MessageInfo[] }> {
    return { messages: await ctx.mail.wait(ctx.find.session(args.target).id, args.type, args.after, args.timeout) };
  },
  render: renderMessages,
  status: (result: { messages: MessageInfo[] }) => (result.messages.length > 0 ? 0 : 124),
});
