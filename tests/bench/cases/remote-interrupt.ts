/** Ctrl-C in a flood over a slow link, or in front of a slow terminal, 100 ms away; and the echo of a pane beside a flood. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sleep, systemClock } from "../../../src/base/clock.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { FarMachine } from "../subjects/far-machine.ts";
import { PROMPT, quoted } from "../subjects/subject.ts";
import { attachFugue, attachTmux, WAYS, type Way } from "../subjects/ways.ts";
import { prepareParts, valuesOf, type Case, type Context, type Part } from "../support/bench.ts";
import { prose } from "../support/corpora.ts";
import type { Row } from "../support/result.ts";
import { median, percentile } from "../support/statistics.ts";
import type { Tty } from "../support/tty.ts";
import { typeKeys, type Echo } from "./remote-latency.ts";

const SIZE = { cols: 80, rows: 24 };
const ROUND_TRIP_MS = 100;
/** 1 Mbit/s. */
const LINK_RATE = 125_000;
const TERMINAL_RATE = 100_000;
const FLOOD_MS = 1500;
const LIMIT_MS = 25_000;
const ECHO = "stty -icanon min 1; printf ready; cat >/dev/null";

/** What is slow: the link, or the terminal in front of a fast one. */
interface Slow {
  readonly what: string;
  readonly link?: number;
  readonly terminal?: number;
}

const SLOW: readonly Slow[] = [{ what: "1 Mbit/s link", link: LINK_RATE }, { what: "100 KB/s terminal", terminal: TERMINAL_RATE }];

interface State {
  readonly tty: Tty;
  readonly delays: number[];
}

/** `yes`, Ctrl-C some time later, the prompt. The time is what was waited, if that is too long. */
async function interrupt(machine: FarMachine, { tty, delays }: State, slow: Slow, wait: number): Promise<void> {
  machine.link.rate = slow.link;
  tty.rate = slow.terminal;
  tty.send("yes\r");
  await sleep(systemClock, wait);
  const prompt = tty.expect(PROMPT.trimEnd(), LIMIT_MS).catch(() => systemClock.now());
  const at = tty.send("\x03");
  delays.push((await prompt) - at);
  machine.link.rate = undefined;
  tty.rate = undefined;
  await tty.settle(300, 10_000);
}

async function interrupts(context: Context, machine: FarMachine, slow: Slow): Promise<Row> {
  const random = seededRandom(1);
  const parts: Part<State, Way>[] = [];
  // one after the other: a flood of one would fill the link of the next
  for (const way of WAYS) {
    const options = { paced: slow.terminal !== undefined };
    const part = await prepareParts(context, [way], async (): Promise<State> => {
      const missing = way.missing();
      if (missing !== undefined) throw new Error(missing);
      const tty = await way.open(machine, `yes${slow.link ?? "t"}`, ["sh"], SIZE, options);
      await tty.expect(PROMPT.trimEnd(), LIMIT_MS);
      await tty.settle(300, 3000);
      tty.emulating = false;
      const state = { tty, delays: [] as number[] };
      const rounds = way.name === "fugue" || way.name === "mosh" ? (context.quick ? 2 : 6) : 1;
      for (let round = 0; round < rounds; round++) await interrupt(machine, state, slow, FLOOD_MS + random.float() * 100);
      return state;
    });
    machine.link.rate = undefined;
    await part[0]!.state?.tty.close();
    parts.push(...part);
  }
  const most = ROUND_TRIP_MS + 300;
  return {
    bench: `remote Ctrl-C in yes, ${ROUND_TRIP_MS} ms`, what: `${slow.what}, median`, unit: "ms", values: valuesOf(parts, ({ delays }) => median(delays)),
    required: { text: "<= RTT + 300 ms", met: ({ fugue }) => (typeof fugue === "number" ? fugue <= most : undefined) },
  };
}

/** A program that floods its pane: `yes`, or text of which every line is another one. */
function floods(machine: FarMachine): Record<string, string[]> {
  const file = join(machine.fugue.folder, "prose");
  const random = seededRandom(4);
  writeFileSync(file, Array.from({ length: 4000 }, () => `${prose(random, 78)}\n`).join(""));
  return { yes: ["yes"], text: ["sh", "-c", `while :; do cat ${file}; done`] };
}

/** A session whose pane in front echoes, beside one that floods. */
async function openBeside(machine: FarMachine, way: Way, session: string, flood: readonly string[], slow: Slow): Promise<Echo> {
  const server = way.name === "fugue" ? machine.fugue : machine.tmux;
  server.start(session, ["sh", "-c", ECHO], SIZE);
  const tty = (way.name === "fugue" ? attachFugue : attachTmux)(machine, session, SIZE, { paced: slow.terminal !== undefined });
  await tty.expect("ready", LIMIT_MS);
  await tty.settle(300, 3000);
  tty.emulating = false;
  machine.link.rate = slow.link;
  tty.rate = slow.terminal;
  if (way.name === "fugue") machine.there("split", "--down", "-d", session, "--", ...flood);
  else machine.tmuxThere("split-window", "-v", "-d", "-t", session, quoted(flood));
  await sleep(systemClock, FLOOD_MS);
  return { tty, delays: [], typed: 0 };
}

async function beside(context: Context, machine: FarMachine, slow: Slow, name: string, flood: readonly string[]): Promise<Row[]> {
  const ways = WAYS.filter((way) => way.multiplexes && way.missing() === undefined);
  const parts: Part<Echo, Way>[] = [];
  for (const way of ways) {
    const session = `beside-${name}${slow.link ?? "t"}`;
    const part = await prepareParts(context, [way], async () => {
      const echo = await openBeside(machine, way, session, flood, slow);
      await typeKeys(echo, way.name === "fugue" ? (context.quick ? 10 : 40) : 2, 3);
      return echo;
    });
    machine.link.rate = undefined;
    await part[0]!.state?.tty.close();
    if (way.name === "fugue") machine.there("kill", session);
    else machine.tmuxThere("kill-session", "-t", session);
    parts.push(...part);
  }
  const bench = `remote echo beside ${name}, ${ROUND_TRIP_MS} ms`;
  const most = ROUND_TRIP_MS + 50;
  return [
    {
      bench, what: `${slow.what}, p50`, unit: "ms", values: valuesOf(parts, ({ delays }) => median(delays)),
      required: { text: "<= RTT + 50 ms", met: ({ fugue }) => (typeof fugue === "number" ? fugue <= most : undefined) },
    },
    { bench, what: `${slow.what}, p95`, unit: "ms", values: valuesOf(parts, ({ delays }) => percentile(delays, 95)) },
  ];
}

export const remoteInterruption: Case = {
  name: "remote-interrupt",
  about: "Ctrl-C in yes over 1 Mbit/s or at a 100 KB/s terminal, 100 ms away, and the echo of a pane beside a flood",
  async run(context) {
    const rows: Row[] = [];
    const machine = await FarMachine.start(context, { delayMs: ROUND_TRIP_MS / 2 });
    await machine.raiseTunnel();
    for (const slow of SLOW) {
      context.say(slow.what);
      rows.push(await interrupts(context, machine, slow));
    }
    const programs = floods(machine);
    for (const slow of SLOW) {
      for (const [name, flood] of Object.entries(programs)) {
        context.say(`${slow.what}, beside ${name}`);
        rows.push(...(await beside(context, machine, slow, name, flood)));
      }
    }
    return rows;
  },
};
