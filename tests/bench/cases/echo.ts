/** How long a typed key takes until it is on the client's terminal: idle, and while another pane floods. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock, sleep } from "../../../src/base/clock.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { interleave, multiplexers, newServer, prepareParts, valuesOf, type Case, type Context } from "../support/bench.ts";
import { writeCorpus, type CorpusName } from "../support/corpora.ts";
import { atMost, type Required, type Row } from "../support/result.ts";
import { percentile } from "../support/statistics.ts";
import type { Tty } from "../support/tty.ts";

const SIZE = { cols: 80, rows: 24 };
/** 30 keys a second. */
const INTERVAL_MS = 1000 / 30;
/** Keys of which none ends a sequence, stands in a status line, or in the same column of two rows that follow each other. */
const KEYS = ["~", "{", "}", "|", "^", "@", "`"];
const KEY_LIMIT_MS = 5000;
const WARM_KEYS = 30;
/** Until a flood is in full swing, or has run out. */
const FLOOD_MS = 400;
/** Echoes as the kernel does, and prints nothing itself. */
const PROGRAM = ["sh", "-c", "stty -icanon min 1; printf ready; cat >/dev/null"];

interface State {
  readonly tty: Tty;
  /** While this file exists the other pane floods. */
  readonly gate: string;
  readonly delays: number[];
  typed: number;
}

/** What the other pane does. */
interface Flood {
  readonly corpus: CorpusName;
  /** Whether the client shows it. */
  readonly shown: boolean;
}

/** Types keys at 30 a second, a little unevenly so that they don't beat with frames, each after the echo of the last. */
async function type(state: State, count: number, seed: number): Promise<void> {
  const random = seededRandom(seed);
  let next = systemClock.now();
  for (let i = 0; i < count; i++) {
    next = Math.max(next + INTERVAL_MS, systemClock.now());
    await sleep(systemClock, next - systemClock.now() + random.float() * 8);
    const key = KEYS[state.typed++ % KEYS.length]!;
    const echoed = state.tty.expect(key, KEY_LIMIT_MS);
    const at = state.tty.send(key);
    state.delays.push((await echoed) - at);
  }
}

/** A program that prints a file again and again while the gate exists. */
function floodScript(folder: string, gate: string, corpus: CorpusName): string[] {
  const file = join(folder, "flood");
  writeCorpus(file, corpus, 1024 * 1024);
  const script = join(folder, "flood.sh");
  writeFileSync(script, `while :; do if [ -e '${gate}' ]; then cat '${file}'; else sleep 0.05; fi; done\n`);
  return ["sh", script];
}

async function measure(context: Context, flood?: Flood) {
  const subjects = flood ? multiplexers(context) : context.subjects;
  const parts = await prepareParts(context, subjects, async (subject): Promise<State> => {
    const server = newServer(context, subject);
    server.start("echo", PROGRAM, SIZE);
    const tty = server.view("echo", SIZE);
    await tty.expect("ready", 10_000);
    await tty.settle(200, 3000);
    tty.emulating = false;
    const state = { tty, gate: join(server.folder, "gate"), delays: [], typed: 0 };
    if (flood) {
      const script = floodScript(server.folder, state.gate, flood.corpus);
      if (flood.shown) server.split("echo", script);
      else server.startHidden("echo", script);
      await tty.settle(300, 3000);
    }
    await type(state, WARM_KEYS, 0);
    state.delays.length = 0;
    return state;
  });
  const [rounds, keys] = context.quick ? [1, 90] : [4, 100];
  await interleave(context, parts, rounds, async (state, round) => {
    if (flood) {
      writeFileSync(state.gate, "");
      await sleep(systemClock, FLOOD_MS);
    }
    try {
      await type(state, keys, round + 1);
    } finally {
      rmSync(state.gate, { force: true });
    }
    if (flood) await state.tty.settle(FLOOD_MS, 10_000);
  });
  return parts;
}

/** One row per figure of the distribution. */
async function distribution(context: Context, bench: string, flood: Flood | undefined, bounds: Record<string, number>): Promise<Row[]> {
  context.say(bench);
  const parts = await measure(context, flood);
  await context.cleanup.close();
  const row = (what: string, figure: (delays: number[]) => number): Row => {
    const required: Required | undefined = bounds[what] === undefined ? undefined : atMost(bounds[what], "ms");
    return { bench, what, unit: "ms", values: valuesOf(parts, ({ delays }) => figure(delays)), required };
  };
  return [
    row("p50", (delays) => percentile(delays, 50)), row("p95", (delays) => percentile(delays, 95)),
    row("p99", (delays) => percentile(delays, 99)), row("max", (delays) => Math.max(...delays)),
  ];
}

export const echo: Case = {
  name: "echo",
  about: "from a key to its echo on the client's terminal, idle and beside a flood",
  async run(context) {
    const beside = { p50: 3, p99: 15, max: 50 };
    return [
      ...(await distribution(context, "echo, idle", undefined, { p50: 0.6, p99: 4 })),
      ...(await distribution(context, "echo, flood in a shown pane", { corpus: "plain", shown: true }, beside)),
      ...(await distribution(context, "echo, flood in a hidden pane", { corpus: "plain", shown: false }, beside)),
      ...(await distribution(context, "echo, yes in a shown pane", { corpus: "yes", shown: true }, beside)),
    ];
  },
};
