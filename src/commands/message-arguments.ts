/** What the commands for messages have in common: their arguments, and how a message is shown. */
import type { MessageInfo } from "./message-context.ts";
import { formatDuration } from "../base/duration.ts";
import type { RenderStyle } from "./command.ts";
import { cell, listTable } from "./text-table.ts";

/** The result of commands that list messages. */
export const MESSAGE_RESULT = {
  "messages[].id": "string: id, for ack and replies",
  "messages[].type": "string: what kind of message it is",
  "messages[].payload": "string: what it says; JSON if its sender gave a value",
  "messages[].from": "string: session that sent it, or a program in none",
  "messages[].fromServer": "string: identity of the sender's server",
  "messages[].fromSession": "integer: the sender's session there; 0 for none",
  "messages[].sentAt": "integer: milliseconds since 1970",
  "messages[].expiresAt": "integer: milliseconds since 1970",
} as const;

/** Which session's inbox. */
export const INBOX = {
  type: "target", short: "t", value: "SESSION", complete: "session", help: "whose inbox; default: your session's",
} as const;

/** Only these types. */
export const TYPES = { type: "string", repeat: true, value: "TYPE", help: "only messages of this type" } as const;

/** Messages for people, one a line. */
export function renderMessages(result: { messages: MessageInfo[] }, style: RenderStyle): string {
  return listTable(result.messages, style.several, ({ id, type, from, payload, sentAt }) => [
    cell(id), cell(from), cell(type), formatDuration(Math.max(0, style.now - sentAt)), cell(payload, 200),
  ]);
}
