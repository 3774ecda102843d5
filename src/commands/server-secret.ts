/** `server secret`: the secret that a server shares with its clients, for who sets one up by hand or over ssh. */
import { serverCommand } from "./command.ts";

interface SecretResult {
  secrets: { secret: string }[];
}

export const serverSecret = serverCommand({
  name: "server secret",
  summary: "Print the secret of this server",
  details: `Whoever knows it can do everything here that you can, over every address on which the server listens. A
tunnel fetches it over its own SSH connection, so that nobody copies it by hand; for other machines better use an
invite. Only this machine's own socket answers.`,
  group: "server",
  effect: "read",
  args: {},
  result: { "secrets[].secret": "string: 64 hexadecimal digits" },
  run: (ctx): SecretResult => ({ secrets: [{ secret: ctx.trust.secret() }] }),
  render: (result: SecretResult) => result.secrets.map(({ secret }) => secret).join("\n"),
});
