/**
 * `npm run bench [-- NAME…] [--quick] [--json FILE] [--fugue FILE]`: measures fugue beside tmux, screen and a bare
 * terminal, prints a table, and writes JSON where asked. Figures are printed, never judged by the exit status.
 */
import { resolve, join } from "node:path";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { systemClock } from "../src/base/clock.ts";
import { CASES, runBench } from "../tests/bench/run.ts";
import { Cleanup } from "../tests/bench/support/cleanup.ts";
import { json, markdown } from "../tests/bench/support/report.ts";

const USAGE = `bench [NAME...] [--quick] [--prompts N] [--json FILE] [--fugue FILE]

  NAME          part of the name of a case; default: all of them
  --quick       small sizes, few rounds: to see whether it works
  --prompts N   how many prompts a real agent is given; default 60
  --json FILE   write the figures to a file as well
  --fugue FILE  the executable to be measured; default: dist/fugue

${CASES.map(({ name, about }) => `  ${name.padEnd(12)}  ${about}`).join("\n")}
`;

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { quick: { type: "boolean" }, prompts: { type: "string" }, json: { type: "string" }, fugue: { type: "string" }, help: { type: "boolean", short: "h" } },
    });
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exit(2);
  }
}

const { values, positionals } = readArguments();
const unknown = positionals.filter((part) => !CASES.some(({ name }) => name.includes(part)));
if (values.help || unknown.length > 0) {
  console.error(unknown.length > 0 ? `bench: no case is called ${unknown.join(", ")}\n\n${USAGE}` : USAGE);
  process.exit(unknown.length > 0 ? 2 : 0);
}

const cleanup = new Cleanup();
for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
  process.on(signal, () => void cleanup.close().then(() => process.exit(status)));
}

const executable = values.fugue ? resolve(values.fugue) : join(import.meta.dir, "..", "dist", "fugue");
const quick = values.quick ?? false;
const prompts = values.prompts === undefined ? undefined : Math.max(1, Number(values.prompts) || 1);
const say = (text: string) => console.error(`bench: ${text}`);
const { rows, machine } = await runBench({ executable, names: positionals, quick, prompts, say }, cleanup);
await cleanup.close();
console.log(markdown(rows, machine, quick));
if (values.json) writeFileSync(values.json, json(rows, machine, quick, systemClock.wall()));
process.exit(0);
