/** What a link that is cut costs: until keys work again, and what becomes of input over many cuts. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sleep, systemClock } from "../../../src/base/clock.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { FarMachine } from "../subjects/far-machine.ts";
import { attachFugue, WAYS, type Way } from "../subjects/ways.ts";
import { prepareParts, valuesOf, type Case, type Context } from "../support/bench.ts";
import { compare, pictureOf } from "../support/picture.ts";
import { atMost, type Row } from "../support/result.ts";
import type { Tty } from "../support/tty.ts";
import { openEcho, type Echo } from "./remote-latency.ts";

const SIZE = { cols: 80, rows: 24 };
const ROUND_TRIP_MS = 100;
/** A connection that has been in use for a while. */
const IN_USE_MS = 8000;
const FIRST_KEY_MS = 1000;
const KEY_EVERY_MS = 100;
const LIMIT_MS = 30_000;
const SEED = 20;

/** Types a key into the cut, and more of them once the link is back. @returns milliseconds from then until the first is echoed */
async function recovery({ tty }: Echo, restored: Promise<number>): Promise<number> {
  await sleep(systemClock, FIRST_KEY_MS);
  let usable: number | undefined;
  void tty.expect("&", LIMIT_MS * 2).then((at) => (usable = at), () => {});
  tty.send("&");
  const back = await restored;
  while (usable === undefined && systemClock.now() < back + LIMIT_MS) {
    tty.send(";");
    await sleep(systemClock, KEY_EVERY_MS);
  }
  return (usable ?? back + LIMIT_MS) - back;
}

/** Everybody's link is cut at the same moment, and comes back at the same moment. */
async function cut(context: Context, seconds: number): Promise<Row> {
  const machine = await FarMachine.start(context, { delayMs: ROUND_TRIP_MS / 2 });
  await machine.raiseTunnel();
  const open = async (way: Way) => {
    const missing = way.missing();
    if (missing !== undefined) throw new Error(missing);
    return { echo: await openEcho(machine, way, `cut${seconds}`), ms: NaN };
  };
  const parts = await prepareParts(context, WAYS, open);
  await sleep(systemClock, IN_USE_MS);
  machine.link.cut();
  const restored = sleep(systemClock, seconds * 1000).then(() => machine.link.restore());
  await Promise.all(parts.map(async ({ state, failure }) => {
    if (failure === undefined) state.ms = await recovery(state.echo, restored);
  }));
  return {
    bench: `remote, link cut, ${ROUND_TRIP_MS} ms`, what: `for ${seconds} s, until keys work`, unit: "ms", values: valuesOf(parts, ({ ms }) => ms),
    required: { text: "<= 500 ms", met: ({ fugue }) => (typeof fugue === "number" ? fugue <= 500 : undefined) },
    note: "a key was typed one second into the cut; losses are sent again as TCP does",
  };
}

/** Types numbered lines while the link breaks again and again: some are cuts, some are ends that both sides see. */
async function breakOften(context: Context, machine: FarMachine, tty: Tty, cuts: number): Promise<number> {
  const random = seededRandom(SEED);
  let typed = 0;
  let ended = false;
  const typing = (async () => {
    while (!ended) {
      tty.send(`n${++typed}\r`);
      await sleep(systemClock, 10 + random.float() * 50);
    }
  })();
  for (let n = 0; n < cuts; n++) {
    await sleep(systemClock, random.float() * 700);
    if (random.float() < 0.2) {
      machine.link.cut();
      await sleep(systemClock, random.float() * 300);
      machine.link.restore();
    } else machine.proxy.sever();
    if (n % 50 === 49) context.say(`${n + 1} cuts`);
  }
  ended = true;
  await typing;
  return typed;
}

/** Numbers that are missing in a file of lines, or stand there more than once, or out of order. */
function wrongLines(file: string, typed: number): { lost: number; doubled: number } {
  const lines = existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
  const seen = new Set(lines);
  const wanted = Array.from({ length: typed }, (_, i) => `n${i + 1}`);
  const lost = wanted.filter((line) => !seen.has(line)).length;
  return { lost, doubled: lines.length - (typed - lost) };
}

async function manyCuts(context: Context): Promise<Row[]> {
  const cuts = context.quick ? 20 : 200;
  context.say(`${cuts} random cuts, seed ${SEED}`);
  const machine = await FarMachine.start(context, { delayMs: 5 });
  await machine.raiseTunnel();
  const file = join(machine.fugue.folder, "typed");
  machine.fugue.start("numbers", ["sh", "-c", `printf ready; cat >${file}`], SIZE);
  const tty = attachFugue(machine, "numbers", SIZE);
  await tty.expect("ready", LIMIT_MS);
  await tty.settle(300, 3000);
  const typed = await breakOften(context, machine, tty, cuts);
  const end = systemClock.now() + LIMIT_MS;
  const last = `n${typed}\n`;
  while (systemClock.now() < end && !(existsSync(file) && readFileSync(file, "utf8").endsWith(last))) await sleep(systemClock, 50);
  await tty.settle(1000, 5000);
  const fresh = machine.fugue.view("numbers", SIZE);
  await fresh.settle(1000, 5000);
  // without the row of the status line: the one speaks of a server, the other of none
  const { wrong } = compare(pictureOf(fresh.emulator, SIZE.rows - 1), pictureOf(tty.emulator, SIZE.rows - 1));
  const { lost, doubled } = wrongLines(file, typed);
  const bench = `remote, ${cuts} random cuts`;
  const note = `${typed} lines typed, seed ${SEED}`;
  return [
    { bench, what: "lines of input lost", unit: "", values: { fugue: lost }, required: atMost(0, ""), note },
    { bench, what: "lines of input doubled", unit: "", values: { fugue: doubled }, required: atMost(0, ""), note },
    { bench, what: "cells that differ from a new client's", unit: "", values: { fugue: wrong }, required: atMost(0, ""), note },
  ];
}

export const remoteCuts: Case = {
  name: "remote-cuts",
  about: "a link cut for 10 and 13 s, until keys work again; 200 random cuts, and what became of the input",
  async run(context) {
    const rows = await Promise.all((context.quick ? [10] : [10, 13]).map((seconds) => cut(context, seconds)));
    await context.cleanup.close();
    return [...rows, ...(await manyCuts(context))];
  },
};
