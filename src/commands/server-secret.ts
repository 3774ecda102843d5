/** `server secret`: shows and renews the secret that a server shares with its clients, for who sets one up by hand or over ssh. */
import { serverCommand } from "./command.ts";

interface SecretResult {
  secrets: { secret: string }[];
}

export const serverSecret = serverCommand({
  name: "server secret",
  summary: "Print the secret of this server",
  details: `Whoever knows it can do everything here that you can, over every address on which the server listens. A
tunnel fetches it over its own SSH connection, so that nobody copies it by hand; for other machines better use an
invite. Only this machine's own socket answers. With --renew the server makes another secret first: clients that came
over tcp and tls are cut off, and the old secret lets nobody in any more. Machines that were invited need a new invite; a
tunnel fetches the new secret with fugue tunnel restart. Invites that are open stay good.`,
  group: "server",
  effect: "write",
  args: { renew: { type: "boolean", help: "make another secret; the old one is void" } },
  result: { "secrets[].secret": "string: 64 hexadecimal digits" },
  run: (ctx, { renew }): SecretResult => ({ secrets: [{ secret: renew ? ctx.trust.renewSecret() : ctx.trust.secret() }] }),
  render: (result: SecretResult) => result.secrets.map(({ secret }) => secret).join("\n"),
});
