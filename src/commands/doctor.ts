/** `doctor`: looks for what could be in the way. */
import { cliCommand } from "./command.ts";
import type { Finding } from "./doctor-checks.ts";
import { jsonDocument } from "./json.ts";
import { cell, formatTable } from "./text-table.ts";

const COLORS: Readonly<Record<Finding["state"], number>> = { ok: 32, warn: 33, fail: 31 };

export const doctor = cliCommand({
  name: "doctor",
  summary: "Look for what keeps fugue from working well",
  details: "Changes nothing. The exit status is 1 if something is broken; warnings don't count.",
  group: "server",
  effect: "read",
  args: {},
  result: {
    "checks[].name": "string: what was looked at",
    "checks[].state": "string: ok, warn or fail",
    "checks[].text": "string: what was found",
    "checks[].hint": "string: what to do about it, if anything",
  },
  async run(ctx) {
    const { examine } = await import("./doctor-checks.ts");
    const findings = await examine(ctx);
    const broken = findings.filter(({ state }) => state === "fail").length;
    if (ctx.json) ctx.stdout(jsonDocument({ checks: findings }));
    else {
      ctx.stdout(`${formatFindings(findings, ctx.color)}\n`);
      const warnings = findings.filter(({ state }) => state === "warn").length;
      if (broken > 0) await ctx.note("fail", `${broken} broken, ${warnings} to look at`);
      else if (warnings > 0) await ctx.note("warn", `nothing is broken, ${warnings} to look at`);
      else await ctx.note("success", "all is well");
    }
    return broken > 0 ? 1 : 0;
  },
});

function formatFindings(findings: readonly Finding[], color: boolean): string {
  const rows = findings.map(
    ({ name, state, text, hint }) => [state, name, cell(hint === undefined ? text : `${text} (${hint})`, 400)]
  );
  const lines = formatTable(rows).split("\n");
  if (!color) return lines.join("\n");
  return lines.map(
    (line, i) => line.replace(/^\w+/, (word) => `\u001b[${COLORS[findings[i]!.state]}m${word}\u001b[m`)
  ).join("\n");
}
