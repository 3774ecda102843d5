/** `server test`: goes the whole way to a server and says which step fails. */
import { cliCommand } from "./command.ts";
import { jsonDocument } from "./json.ts";
import { cell, formatTable } from "./text-table.ts";

export const serverTest = cliCommand({
  name: "server test",
  summary: "Look at each step of the way to a server",
  details: "The exit status is 1 if a step fails; the last line says which, and what to do.",
  group: "server",
  effect: "read",
  args: { name: { type: "string", positional: true, required: true, value: "NAME", complete: "server", help: "name of the server" } },
  result: {
    "steps[].step": "string: what was tried",
    "steps[].ok": "boolean: whether it went well",
    "steps[].ms": "integer: milliseconds that it took",
    "steps[].detail": "string: what was found, or what is wrong",
  },
  async run(ctx, { name }) {
    const steps = await ctx.serverAdmin.test(name);
    if (ctx.json) ctx.stdout(jsonDocument({ steps }));
    else ctx.stdout(`${formatTable(steps.map(({ step, ok, ms, detail }) => [ok ? "ok" : "fail", step, `${ms} ms`, cell(detail, 300)]))}\n`);
    return steps.every(({ ok }) => ok) ? 0 : 1;
  },
});
