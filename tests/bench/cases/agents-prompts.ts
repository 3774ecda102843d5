/** Prompts: whether each arrives once, whole and in order, at a program that reads lines and at a real agent. */
import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock, sleep } from "../../../src/base/clock.ts";
import { claudeHome, noRealAgent, realAgent } from "../../support/agent-lab.ts";
import { mockAnthropic } from "../../support/mock-anthropic.ts";
import { newServer, type Case, type Context } from "../support/bench.ts";
import type { Server } from "../subjects/subject.ts";
import { run } from "../support/processes.ts";
import { atLeast, none, type Row, type Value } from "../support/result.ts";

const SIZE = { cols: 100, rows: 30 };
const PROMPT_BYTES = 10_000;
/** A real agent takes about two seconds for each: more are given where the command line says so. */
const REAL_PROMPTS = 60;

/** A program with a readline prompt that writes the hash of each line it is given into a file. */
const READLINE = `import hashlib, readline, sys
while True:
    line = input("> ")
    with open(sys.argv[1], "a") as f: f.write(hashlib.sha256(line.encode()).hexdigest() + "\\n")
    print("taken")
`;

function fugue(context: Context): Server | undefined {
  const subject = context.subjects.find(({ name }) => name === "fugue");
  return subject && newServer(context, subject);
}

function promptText(n: number, separator: string): string {
  const words: string[] = [`think=0 words=1 prompt ${n}`];
  for (let size = 0, i = 0; size < PROMPT_BYTES; i++) {
    const word = createHash("sha256").update(`${n} ${i}`).digest("hex").slice(0, 4 + (i % 9));
    words.push(i % 12 === 11 ? `${word}${separator}` : word);
    size += word.length + 1;
  }
  return words.join(" ").slice(0, PROMPT_BYTES).trim();
}

async function give(server: Server, target: string, prompts: readonly string[], more: readonly string[]): Promise<number> {
  const { argv: [executable], env } = server.listCommand()!;
  let failures = 0;
  for (const text of prompts) {
    const proc = Bun.spawn([executable!, "prompt", target, "-", "--timeout", "60s", ...more], {
      env, stdin: new TextEncoder().encode(text), stdout: "ignore", stderr: "pipe",
    });
    if ((await proc.exited) !== 0 && failures++ < 3) appendFileSync(join(server.folder, "errors"), await new Response(proc.stderr).text());
  }
  return failures;
}

async function readline(context: Context): Promise<Row[]> {
  const server = fugue(context);
  if (!server) return [];
  const count = context.quick ? 30 : 1000;
  const [program, log] = [join(server.folder, "reader.py"), join(server.folder, "lines")];
  writeFileSync(program, READLINE);
  server.start("reader", ["python3", program, log], SIZE);
  await sleep(systemClock, 1500);
  const prompts = Array.from({ length: count }, (_, n) => promptText(n, ""));
  await give(server, "reader", prompts, []);
  const taken = readFileSync(log, "utf8").trim().split("\n");
  const wanted = prompts.map((text) => createHash("sha256").update(text).digest("hex"));
  await context.cleanup.close();
  const exact = wanted.filter((hash, i) => taken[i] === hash).length;
  return [{
    bench: "agents, prompts of 10 KB", what: `to a readline program, of ${count} taken once, whole, in order`, unit: "",
    values: { fugue: taken.length === count ? exact : Math.min(exact, count - Math.abs(taken.length - count)) }, required: atLeast(count, ""),
  }];
}

async function realPrompts(context: Context): Promise<Row[]> {
  const count = context.prompts ?? (context.quick ? 20 : REAL_PROMPTS);
  const row = (value: Value): Row[] => [{
    bench: "agents, prompts of 10 KB", what: `to Claude Code, of ${count} taken once, whole, in order`, unit: "", values: { fugue: value }, required: atLeast(count, ""),
  }];
  const reason = noRealAgent("claude");
  if (reason !== undefined) return row(none(reason));
  const server = fugue(context);
  if (!server) return [];
  const folder = join(server.folder, "lab");
  mkdirSync(folder, { recursive: true });
  const mock = mockAnthropic(join(folder, "work"), () => {});
  context.cleanup.own(mock, () => mock.stop());
  const { env, work } = claudeHome(folder, mock.port);
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  server.start("claude", ["env", "-C", work, ...variables, realAgent("claude")!], SIZE);
  const command = server.listCommand()!;
  run({ ...command, argv: [command.argv[0]!, "wait", "claude", "--agent", "idle", "--timeout", "60s"] }, 70_000);
  // a conversation of 10 MB is nobody's: it is begun anew now and then
  const prompts = Array.from({ length: count }, (_, n) => promptText(n, "\n"));
  for (let from = 0; from < count; from += 25) {
    await give(server, "claude", prompts.slice(from, from + 25), ["--wait", "idle"]);
    await give(server, "claude", ["/clear"], ["--wait", "idle"]);
    context.say(`${Math.min(count, from + 25)} prompts`);
  }
  const plain = (text: string) => text.replace(/\s+/g, " ").trim();
  const taken = mock.prompts.map(plain);
  const exact = prompts.filter((text, i) => taken[i]?.includes(plain(text))).length;
  await context.cleanup.close();
  return row(taken.length === count ? exact : Math.min(exact, count - Math.abs(taken.length - count)));
}

export const agentsPrompts: Case = {
  name: "agents-prompts",
  about: "prompts of 10 KB to programs and agents, taken exactly once",
  run: async (context) => [...(await readline(context)), ...(await realPrompts(context))],
};
