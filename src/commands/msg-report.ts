/** `msg status` and `msg help`: what a worker tells the session that made it, and people. */
import { serverCommand } from "./command.ts";
import type { ServerContext } from "./context.ts";
import { FugueError } from "../base/errors.ts";
import { cell } from "./text-table.ts";

const EXPIRY_MS = 7 * 86_400_000;
const RESULT = {
  "reports[].told": "string: parent, if the session that made this one got a message, people, or nobody",
  "reports[].message": "string or null: id of the message",
} as const;

interface Report {
  told: "parent" | "people" | "nobody";
  message: string | null;
}

const TEXT = {
  type: "string", positional: true, required: true, stdin: true, value: "TEXT", help: "what to say; - reads it from standard input",
} as const;

/** A message to the session that made the caller's; null if none did. */
async function tellParent(ctx: ServerContext, type: string, payload: string): Promise<string | null> {
  try {
    return (await ctx.mail.send({ kind: "parent" }, { type, payload, expiresMs: EXPIRY_MS })).id;
  } catch (error) {
    if (error instanceof FugueError && error.code === "noTarget") return null;
    throw error;
  }
}

const render = (result: { reports: Report[] }): string => result.reports.map(({ told }) => `told ${cell(told)}`).join("\n");

export const msgStatus = serverCommand({
  name: "msg status",
  summary: "Write down how far you are, and tell who made your session",
  details: "The text becomes the note status of your pane (see meta), and a message of the type status.",
  group: "agent",
  effect: "write",
  agents: "any",
  args: { text: TEXT },
  mcp: {
    name: "report_status", names: { text: "status" },
    description: `Says how far you are: the text is noted on your pane, and sent as a message of the type status to the
session that made yours.`,
  },
  result: RESULT,
  async run(ctx, args): Promise<{ reports: Report[] }> {
    const { pane } = ctx.whoami();
    if (pane !== null) ctx.labels.setMetadata("pane", pane, { ...ctx.labels.metadata("pane", pane), status: args.text.slice(0, 1000) });
    const message = await tellParent(ctx, "status", args.text);
    return { reports: [{ told: message === null ? "nobody" : "parent", message }] };
  },
  render,
});

export const msgHelp = serverCommand({
  name: "msg help",
  summary: "Ask who made your session, and people, for help",
  details: "A message of the type help goes to the session that made yours, and people who are attached see the text.",
  group: "agent",
  effect: "write",
  agents: "any",
  args: { text: TEXT },
  mcp: {
    name: "request_help", names: { text: "question" },
    description: `Asks for help: the question goes as a message of the type help to the session that made yours, and is
shown to people who are attached. Wait for the answer with wait_messages.`,
  },
  result: RESULT,
  async run(ctx, args): Promise<{ reports: Report[] }> {
    const message = await tellParent(ctx, "help", args.text);
    const { target } = ctx.whoami();
    const shown = ctx.mail.tellPeople(`${target ?? "an agent"} asks: ${args.text}`);
    return { reports: [{ told: message !== null ? "parent" : shown > 0 ? "people" : "nobody", message }] };
  },
  render,
});
