/** `msg ls`: what is in an inbox. */
import { serverCommand } from "./command.ts";
import type { MessageInfo } from "./message-context.ts";
import { INBOX, MESSAGE_RESULT, renderMessages, TYPES } from "./message-arguments.ts";

export const msgLs = serverCommand({
  name: "msg ls",
  summary: "List the messages in an inbox",
  group: "agent",
  effect: "read",
  args: { target: INBOX, type: TYPES },
  mcp: { name: "list_messages", description: "The messages in your session's inbox that are not acknowledged, oldest first." },
  result: MESSAGE_RESULT,
  run: (ctx, args): { messages: MessageInfo[] } => (
    { messages: ctx.mail.list(ctx.find.session(args.target).id, args.type) }
  ),
  render: renderMessages,
});
