/**
 * What durability costs and how it feels: an upgrade under load, echo and floods with and without it, panes that do
 * nothing, and five hundred panes that come back.
 */
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock, sleep } from "../../../src/base/clock.ts";
import { floodOfLines, pacedLines, wrongLines } from "../../support/known-programs.ts";
import type { FugueSubject } from "../subjects/fugue.ts";
import type { Server } from "../subjects/subject.ts";
import { newServer, type Case, type Context } from "../support/bench.ts";
import { marker, writeCorpus } from "../support/corpora.ts";
import { isAlive } from "../../support/e2e-processes.ts";
import { childrenOf, cpuOf, memoryOf, quietCpu, run, runBeside } from "../support/processes.ts";
import { atLeast, atMost, type Row } from "../support/result.ts";
import { median, percentile } from "../support/statistics.ts";
import type { Tty } from "../support/tty.ts";

const SIZE = { cols: 80, rows: 24 };
const HISTORY_LINES = 50_000;
const KEYS = ["~", "{", "}", "|", "^", "@", "`"];
const KEY_LIMIT_MS = 20_000;
const KEY_EVERY_MS = 15;
/** Echoes as the kernel does, and prints nothing itself. */
const ECHO = ["sh", "-c", "stty -icanon min 1; printf ready; cat >/dev/null"];
const MB = 1024 * 1024;

/** Types a key and waits for its echo, until told to stop. @returns how long each echo took, milliseconds */
async function typeWhile(tty: Tty, going: () => boolean): Promise<number[]> {
  const delays: number[] = [];
  while (going()) {
    const key = KEYS[delays.length % KEYS.length]!;
    const echoed = tty.expect(key, KEY_LIMIT_MS);
    const at = tty.send(key);
    delays.push((await echoed) - at);
    await sleep(systemClock, KEY_EVERY_MS);
  }
  return delays;
}

async function echoView(server: Server): Promise<Tty> {
  server.start("echo", ECHO, SIZE);
  const tty = server.view("echo", SIZE);
  await tty.expect("ready", 10_000);
  await tty.settle(300, 3000);
  tty.emulating = false;
  return tty;
}

/** The daemon to another build and back, then the keeper, with a hundred panes of which some print, while somebody types. */
async function upgrade(context: Context, subject: FugueSubject): Promise<Row[]> {
  const server = newServer(context, subject, { historyLines: HISTORY_LINES });
  const panes = context.quick ? 20 : 100;
  const [paced, floods] = context.quick ? [4, 1] : [20, 4];
  const stop = join(server.folder, "stop");
  const tty = await echoView(server);
  for (let n = 0; n < paced; n++) server.start(`paced${n}`, pacedLines(stop), SIZE);
  for (let n = 0; n < floods; n++) server.start(`flood${n}`, floodOfLines(stop), SIZE);
  for (let n = paced + floods; n < panes - 1; n++) server.start(`idle${n}`, ["sleep", "1000"], SIZE);
  const programs = childrenOf(server.pids()[0]!).filter((pid) => pid !== server.pids()[1]);
  const other = join(server.folder, "other");
  copyFileSync(subject.executable, other);
  await typeWhile(tty, countdown(30));
  const gaps: Record<"daemon" | "keeper", number[]> = { daemon: [], keeper: [] };
  for (const [what, to] of [["daemon", other], ["daemon", subject.executable], ["keeper", other], ["keeper", subject.executable]] as const) {
    let going = true;
    const typing = typeWhile(tty, () => going);
    await sleep(systemClock, 500);
    await runBeside(server.command(subject.executable, "upgrade", ...(what === "keeper" ? ["--keeper"] : []), "--to", to), 60_000);
    await sleep(systemClock, 500);
    going = false;
    gaps[what].push(Math.max(...(await typing)));
    context.say(`upgraded the ${what}: the longest echo took ${Math.round(gaps[what].at(-1)!)} ms`);
  }
  writeFileSync(stop, "");
  let lines = 0;
  let example: string | undefined;
  const names = [...Array.from({ length: paced }, (_, n) => `paced${n}`), ...Array.from({ length: floods }, (_, n) => `flood${n}`)];
  for (const name of names) {
    run(server.command(subject.executable, "wait", name, "--text", "^printed ", "--timeout", "50s"), 60_000);
    const found = wrongLines(run(server.command(subject.executable, "capture", name, "--history", "all"), 60_000), name.startsWith("paced"));
    lines += found.wrong;
    example ??= found.example;
  }
  const lost = programs.filter((pid) => !isAlive(pid)).length;
  const gone = isAlive(tty.pid) ? 0 : 1;
  await context.cleanup.close();
  const note = `${panes} panes, ${paced + floods} of them print, there and back${example ? `; ${example}` : ""}`;
  const row = (what: string, unit: string, value: number, most: number): Row => ({ bench: "upgrade", what, unit, values: { fugue: value }, required: atMost(most, unit), note });
  return [
    row("lines lost or doubled", "", lines, 0), row("processes lost", "", lost, 0), row("clients that went", "", gone, 0),
    row("input gap, longest", "ms", Math.max(...gaps.daemon), 300),
    { bench: "upgrade", what: "input gap with the keeper, longest", unit: "ms", values: { fugue: Math.max(...gaps.keeper) }, note },
  ];
}

function countdown(count: number): () => boolean {
  let left = count;
  return () => left-- > 0;
}

interface Costs {
  readonly echo: number[];
  readonly floods: number[];
}

/** Echo and floods on two servers in turns, one of which keeps nothing. */
async function cost(context: Context, subject: FugueSubject): Promise<Row[]> {
  const [rounds, keys, megabytes] = context.quick ? [2, 20, 4] : [6, 60, 30];
  const file = join(context.folder, "log");
  const sides: { tty: Tty; shell: Tty; end: string; costs: Costs }[] = [];
  for (const durable of [true, false]) {
    const server = newServer(context, subject, { durable });
    if (sides.length === 0) writeCorpus(file, "sgr log", megabytes * MB);
    const tty = await echoView(server);
    const shell = await server.shell("cat", SIZE);
    shell.emulating = false;
    sides.push({ tty, shell, end: join(server.folder, "end"), costs: { echo: [], floods: [] } });
  }
  for (let round = 0; round < rounds; round++) {
    for (const { tty, shell, end, costs } of round % 2 === 0 ? sides : [...sides].reverse()) {
      const delays = await typeWhile(tty, countdown(keys));
      const mark = marker(round);
      writeFileSync(end, `${mark}\n`);
      shell.send(`cat ${file} ${end}`);
      await shell.settle(60, 1000);
      const found = shell.expect(mark, 60_000);
      const ms = -shell.send("\r") + (await found);
      await shell.settle(200, 3000);
      // the first round warms up
      if (round === 0) continue;
      costs.echo.push(percentile(delays, 50));
      costs.floods.push((megabytes * MB) / 1e6 / (ms / 1000));
    }
  }
  await context.cleanup.close();
  const [on, off] = sides.map(({ costs }) => ({ echo: median(costs.echo), flood: median(costs.floods) })) as [{ echo: number; flood: number }, { echo: number; flood: number }];
  const note = `echo ${on.echo.toFixed(2)} and ${off.echo.toFixed(2)} ms, ${on.flood.toFixed(0)} and ${off.flood.toFixed(0)} MB/s`;
  return [
    { bench: "durability's cost", what: "flood, share of what it is without", unit: "", values: { fugue: on.flood / off.flood }, required: atLeast(0.9, ""), note },
    { bench: "durability's cost", what: "echo p50, times what it is without", unit: "", values: { fugue: on.echo / off.echo }, required: atMost(1.1, ""), note },
  ];
}

/** Panes that do nothing. */
async function idle(context: Context, subject: FugueSubject): Promise<Row[]> {
  const server = newServer(context, subject, {});
  const [panes, ms] = context.quick ? [5, 2000] : [30, 10_000];
  for (let n = 0; n < panes; n++) server.start(`idle${n}`, ["sh", "-c", "echo text; exec sleep 1000"], SIZE);
  const pids = server.pids();
  await quietCpu(pids, 15_000);
  const before = cpuOf(pids);
  await sleep(systemClock, ms);
  const share = ((cpuOf(pids) - before) / ms) * 100;
  await context.cleanup.close();
  return [{ bench: "durability's cost", what: "CPU of keeper and daemon, idle", unit: "%", values: { fugue: share }, required: atMost(1, "%"), note: `${panes} panes` }];
}

/** Five hundred panes come back: when the first screen is there, when all are, and what they take. */
async function comeBack(context: Context, subject: FugueSubject): Promise<Row[]> {
  const server = newServer(context, subject, {});
  const panes = context.quick ? 30 : 500;
  const fugue = (...words: string[]) => run(server.command(subject.executable, ...words), 60_000);
  for (let n = 0; n < panes; n++) server.start(`s${n}`, ["sh", "-c", `echo text of ${n}; exec sleep 1000`], SIZE);
  await sleep(systemClock, 3000);
  fugue("stop", "--yes");
  const middle = Math.floor(panes / 2);
  const from = systemClock.now();
  const tty = server.view(`s${middle}`, SIZE);
  const first = (await tty.expect("[restored", 30_000)) - from;
  const keeper = () => server.pids()[0]!;
  let all = NaN;
  while (systemClock.now() - from < 120_000) {
    if (childrenOf(keeper()).length > panes) {
      all = systemClock.now() - from;
      break;
    }
    await sleep(systemClock, 50);
  }
  const memory = memoryOf(server.pids()) / MB;
  const { restored } = (JSON.parse(fugue("status", "--json")) as { status: { saved: { restored: { panes: number } } }[] }).status[0]!.saved;
  await context.cleanup.close();
  const note = `${panes} panes, that of s${middle} is looked at`;
  return [
    { bench: "panes come back", what: "panes", unit: "", values: { fugue: restored.panes }, required: atLeast(panes, ""), note },
    { bench: "panes come back", what: "first screen", unit: "ms", values: { fugue: first }, required: atMost(2000, "ms"), note },
    { bench: "panes come back", what: "all programs started", unit: "ms", values: { fugue: all }, note },
    { bench: "panes come back", what: "memory of keeper and daemon", unit: "MB", values: { fugue: memory }, note },
  ];
}

export const durabilityCost: Case = {
  name: "durability-cost",
  about: "an upgrade under load, what durability costs, and five hundred panes that come back",
  async run(context) {
    const subject = context.subjects.find(({ name }) => name === "fugue") as FugueSubject | undefined;
    if (!subject) return [];
    const rows: Row[] = [];
    for (const part of [upgrade, cost, idle, comeBack]) rows.push(...(await part(context, subject)));
    return rows;
  },
};
