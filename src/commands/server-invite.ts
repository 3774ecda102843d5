/** `server invite`: the one line that adds this server on another machine. */
import { FugueError } from "../base/errors.ts";
import { serverCommand } from "./command.ts";
import type { InviteInfo } from "./context.ts";
import { cell } from "./text-table.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const LONGEST_MS = 30 * DAY_MS;
const LONGEST_INVITE = 4096;

interface InviteResult {
  invites: InviteInfo[];
}

export const serverInvite = serverCommand({
  name: "server invite",
  summary: "Print the line that adds this server on another machine",
  details: `The line holds where the server can be reached, its certificate's fingerprint, and a secret that works once:
on first use the server exchanges it for the lasting one. Pass it on where nobody else reads it. Over ssh no invite is
needed.`,
  group: "server",
  effect: "write",
  args: {
    expires: { type: "duration", value: "TIME", help: "how long it can be used; default: 24h, at most 30d" },
    url: { type: "string", repeat: true, value: "ADDRESS", help: "address to use there: tls://HOST:PORT or tcp://localhost:PORT; default: where it listens" },
  },
  result: {
    "invites[].invite": "string: the invite, a secret",
    "invites[].addresses": "array of strings: where it leads",
    "invites[].expires": "integer: milliseconds since 1970",
    "invites[].name": "string: a name for this server",
  },
  check({ expires }) {
    if (expires === undefined || (expires >= 1000 && expires <= LONGEST_MS)) return;
    throw new FugueError("usage", "the time of an invite is out of bounds", "from 1s to 30d");
  },
  run: async (ctx, args): Promise<InviteResult> => ({ invites: [await ctx.trust.invite(args.expires ?? DAY_MS, args.url)] }),
  render: (result: InviteResult) => result.invites
    .map(({ name, invite }) => `fugue server add ${cell(name)} --invite ${cell(invite, LONGEST_INVITE)}`).join("\n"),
});
