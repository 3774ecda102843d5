/** `server add`: writes a server into the configuration. */
import { FugueError } from "../base/errors.ts";
import { cliCommand } from "./command.ts";
import { jsonDocument } from "./json.ts";
import { SERVER_RESULT } from "./server-ls.ts";

export const serverAdd = cliCommand({
  name: "server add",
  summary: "Put a server into the configuration",
  details: `ADDRESS is ssh://[USER@]HOST[:PORT], tls://HOST:PORT, tcp://localhost:PORT or unix://PATH. With --invite the
line that 'fugue server invite' printed there is used up: it brings the address, the certificate's fingerprint and the
secret. The rest of the file stays as it is, comments included. A server that is there already takes an invite without
ADDRESS as its new secret and certificate.`,
  group: "server",
  effect: "write",
  args: {
    name: { type: "string", positional: true, required: true, value: "NAME", help: "what to call it here" },
    address: { type: "string", positional: true, value: "ADDRESS", help: "where it is; default: what the invite says" },
    invite: { type: "string", value: "LINE", stdin: true, help: "invite of that server; - reads it from standard input" },
    tunnel: { type: "string", value: "[USER@]HOST", help: "reach ADDRESS, as HOST sees it, through a tunnel of ssh" },
    "ssh-port": { type: "integer", value: "PORT", help: "port of ssh, if the user's configuration has another" },
    identity: { type: "file", value: "FILE", help: "key of ssh" },
    default: { type: "boolean", help: "the server that is meant when none is named" },
  },
  result: SERVER_RESULT,
  check(args) {
    if (args.address === undefined && args.invite === undefined) throw new FugueError("usage", "where is it?", "give an ADDRESS, or --invite");
  },
  async run(ctx, args) {
    const { name, address, invite, tunnel, identity } = args;
    const fields = {
      ...(address !== undefined && { addr: address }),
      ...(tunnel !== undefined && { ssh_host: tunnel, ssh_tunnel: true }),
      ...(args["ssh-port"] !== undefined && { ssh_port: args["ssh-port"] }),
      ...(identity !== undefined && { ssh_identity: identity }),
      ...(args.default && { default: true }),
    };
    const entry = await ctx.serverAdmin.add(name, fields, invite);
    if (ctx.json) ctx.stdout(jsonDocument({ servers: [entry] }));
    else await ctx.note("success", `${entry.name} is ${entry.address}; try it: fugue server test ${entry.name}`);
  },
});
