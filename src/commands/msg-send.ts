/** `msg send`: a message into the inbox of a session, or of several. */
import { FugueError } from "../base/errors.ts";
import { checkName, printable } from "../base/names.ts";
import { serverCommand } from "./command.ts";
import type { MessageTo, PostedMessage } from "./message-context.ts";
import { exactlyOne } from "./values.ts";
import { cell } from "./text-table.ts";

const DEFAULT_EXPIRY_MS = 7 * 86_400_000;
const SHORTEST_EXPIRY_MS = 1000;

interface Addressing {
  target?: string;
  tag?: string;
  all: boolean;
  parent: boolean;
  reply?: string;
  carry?: string;
}

/** Whom the arguments name. @throws FugueError `usage` */
function addressee(args: Addressing): MessageTo {
  exactlyOne(args, "target", "tag", "all", "parent", "reply");
  const server = args.carry;
  if (server !== undefined) checkName("server", server);
  if (server !== undefined && (args.parent || args.reply !== undefined)) throw new FugueError(
    "usage", "--carry goes with a session, a tag, or --all",
  );
  if (args.parent) return { kind: "parent" };
  if (args.reply !== undefined) return { kind: "reply", id: args.reply };
  if (args.all) return { kind: "all", server };
  if (args.tag !== undefined) return { kind: "tag", tag: args.tag, server };
  return { kind: "session", target: args.target!, server };
}

/** @throws FugueError `usage` */
export function checkType(type: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(type)) return;
  throw new FugueError("usage", `'${printable(type, 60)}' is no type of message`, "one word of letters, digits, '.', '_' and '-'");
}

export const msgSend = serverCommand({
  name: "msg send",
  summary: "Send a message to sessions",
  details: `The message stays in the inbox of each session until it is acknowledged there, also when the server is
restarted. --carry keeps it here until somebody who is connected to both has carried it to the other server: the MCP
server of an agent does that. What can't be delivered comes back as a message of the type undeliverable.`,
  group: "agent",
  effect: "write",
  agents: "any",
  args: {
    payload: { type: "string", positional: true, required: true, stdin: true, value: "TEXT", help: "what to say; - reads it from standard input" },
    target: { type: "target", short: "t", value: "SESSION", complete: "session", help: "the session that gets it" },
    tag: { type: "string", value: "TAG", help: "every session with this tag" },
    all: { type: "boolean", help: "every session" },
    parent: { type: "boolean", help: "the session from which yours was made" },
    reply: { type: "string", value: "ID", help: "whoever sent this message of your inbox" },
    type: { type: "string", value: "TYPE", help: "one word that says what kind of message it is; default: text" },
    expire: { type: "duration", value: "TIME", help: "forget it after this long; default: 7d" },
    id: { type: "string", value: "ID", help: "id of your own: the same one again sends nothing" },
    carry: { type: "string", value: "SERVER", help: "on this other server, by the name it has here" },
  },
  result: {
    "messages[].id": "string: its id",
    "messages[].state": "string: delivered, queued for another server, or duplicate",
    "messages[].recipients": "integer: inboxes that it is in",
  },
  check(args) {
    addressee(args);
    checkType(args.type ?? "text");
    if (args.id !== undefined && !/^[\w.:-]{1,64}$/.test(args.id)) throw new FugueError(
      "usage", `'${printable(args.id, 60)}' is no id`, "up to 64 letters, digits, '.', ':', '_' and '-'",
    );
    if (args.expire !== undefined && args.expire < SHORTEST_EXPIRY_MS) throw new FugueError("usage", "--expire is at least 1s");
  },
  async run(ctx, args): Promise<{ messages: PostedMessage[] }> {
    const { id, payload, type = "text", expire = DEFAULT_EXPIRY_MS } = args;
    return { messages: [await ctx.mail.send(addressee(args), { id, type, payload, expiresMs: expire })] };
  },
  render: (result: { messages: PostedMessage[] }) => result.messages.map(({ id, state }) => `${cell(id)} ${cell(state)}`).join("\n"),
});
