/** The tool that sends messages: to sessions of the own server, and through the relay to those of others. */
import { parseDuration } from "../base/duration.ts";
import { asFugueError, FugueError, type ErrorCode } from "../base/errors.ts";
import { randomHex, systemRandom } from "../base/random.ts";
import { parseTarget } from "../commands/target.ts";
import type { Relay } from "./relay.ts";
import { checkServer } from "./routing.ts";
import type { Tool, ToolCall, ToolResult } from "./tools.ts";

/** So long a call waits for a message to be carried; afterwards it is carried all the same. */
const PATIENCE_MS = 5000;
const MOST_TRIES = 6;
const FIRST_PAUSE_MS = 25;
/** Errors after which nobody knows whether the message arrived. */
const CUT: ReadonlySet<ErrorCode> = new Set(["closed", "noServer", "system", "interrupted"]);

interface To {
  server?: string;
  session?: string;
  tag?: string;
  all?: boolean;
  parent?: boolean;
  reply?: string;
}

interface Posted {
  id: string;
  state: string;
  recipients: number;
  reason?: string;
}

/** @param relay carries what is for other servers */
export function sendMessageTool(relay: Relay): Tool {
  return {
    name: "send_message", effect: "write",
    description: `Sends a message to the inbox of a session, of all sessions with a tag, or of all; on your server or on
another one. It stays there until it is acknowledged. The state is delivered, queued (the other server can't be reached
now: it is carried later), or undeliverable with the reason; what turns out undeliverable later comes back to your own
inbox as a message of the type undeliverable.`.replaceAll(/\s+/g, " "),
    input: {
      type: "object", additionalProperties: false, required: ["to", "payload"],
      properties: {
        to: {
          type: ["object", "string"], additionalProperties: false,
          description: "Whom: one of session, tag, all, parent (the session that made yours), reply (id of a message in your inbox); and the server if it is another one. A text is a session, as SESSION or SERVER:SESSION.",
          properties: {
            server: { type: "string" }, session: { type: "string" }, tag: { type: "string" }, all: { type: "boolean" },
            parent: { type: "boolean" }, reply: { type: "string" },
          },
        },
        type: { type: "string", description: "One word that says what kind of message it is; default: text." },
        payload: { description: "What to say: a text, or any value, which arrives as JSON." },
        expire: { type: ["number", "string"], minimum: 0, description: "Forget it after this long. Seconds, or a text such as 10m; default: 7 days." },
        id: { type: "string", description: "Id of your own: the same one again sends nothing." },
      },
    },
    output: {
      type: "object",
      properties: { messages: { type: "array", items: { type: "object", properties: {
        id: { type: "string" }, state: { type: "string", description: "Delivered, queued, duplicate or undeliverable." },
        recipients: { type: "integer", description: "Inboxes that it is in." }, reason: { type: "string" },
      } } } },
    },
    run: (call) => send(relay, call),
  };
}

async function send(relay: Relay, { args, signal }: ToolCall): Promise<ToolResult> {
  const to = placeOf(args.to as To | string);
  const server = to.server === undefined || to.server === relay.calls.own ? undefined : to.server;
  if (server !== undefined) checkServer(relay.calls, server);
  const id = (args.id as string | undefined) ?? randomHex(systemRandom, 8);
  const values = {
    id, payload: typeof args.payload === "string" ? args.payload : JSON.stringify(args.payload), carry: server,
    target: to.session, tag: to.tag, all: to.all, parent: to.parent, reply: to.reply,
    ...(args.type !== undefined && { type: args.type }), ...(args.expire !== undefined && { expire: expiry(args.expire) }),
  };
  let posted: Posted | undefined;
  const carried = await relay.carried(id, PATIENCE_MS, async () => {
    posted = await sendSurely(relay, values, signal);
    if (posted?.state !== "queued") throw new Settled();
  }).catch((error: unknown) => {
    if (error instanceof Settled) return undefined;
    throw error;
  });
  return { structured: { messages: [{ ...posted!, ...carried }] } };
}

/** Sends again while the daemon is being started anew: the id makes that harmless. */
async function sendSurely(relay: Relay, values: Record<string, unknown>, signal: AbortSignal): Promise<Posted> {
  for (let tries = 1; ; tries++) {
    try {
      const { messages } = (await relay.calls.call(undefined, "msg send", values, { signal })) as { messages: Posted[] };
      const posted = messages[0]!;
      if (tries === 1 || posted.state !== "duplicate") return posted;
      return { ...posted, state: values.carry === undefined ? "delivered" : "queued" };
    } catch (error) {
      if (tries >= MOST_TRIES || !CUT.has(asFugueError(error).code)) throw error;
      await relay.pause(FIRST_PAUSE_MS * 2 ** tries);
    }
  }
}

/** The message needs no carrying. */
class Settled extends Error {}

function placeOf(to: To | string): To {
  if (typeof to !== "string") return splitServer(to);
  if (to === "") throw new FugueError("usage", "'to' is empty", "name a session, or { tag }, { all }, { parent }, { reply }");
  return splitServer({ session: to });
}

/** `SERVER:SESSION` may stand for both. */
function splitServer(to: To): To {
  if (to.session === undefined) return to;
  const { server, session, paneId } = parseTarget(to.session);
  if (server !== undefined && to.server !== undefined && server !== to.server) {
    throw new FugueError("usage", "two servers are named", "name one");
  }
  const place = server ?? to.server;
  // a pane's session is known to the server that it is on
  return { ...to, server: place, session: paneId !== undefined ? `%${paneId}` : session ?? to.session };
}

function expiry(value: unknown): number {
  return typeof value === "number" ? Math.round(value * 1000) : parseDuration(value as string);
}
