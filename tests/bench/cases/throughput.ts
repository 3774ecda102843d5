/** How fast output goes through: `cat` of a corpus in a pane until its end is on the client's terminal. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { interleave, newServer, prepareParts, valuesOf, type Case, type Context, type Part } from "../support/bench.ts";
import { CORPUS_NAMES, marker, writeCorpus, type CorpusName } from "../support/corpora.ts";
import { atMost, timesTmux, type Row } from "../support/result.ts";
import { median } from "../support/statistics.ts";
import type { Tty } from "../support/tty.ts";

const SIZE = { cols: 80, rows: 24 };
const RUN_LIMIT_MS = 120_000;
const MB = 1024 * 1024;
const SIZE_MB = 50;
/** `yes` goes through everything ten times slower: a fifth of it takes as long as the others. */
const YES_MB = 10;
/** Warms up compilers and caches of everyone. */
const WARM_MB = 10;
const QUICK_MB = 4;
const ROUNDS = 3;
/** Times what tmux reaches that fugue must reach. */
const FACTORS: Record<CorpusName, number> = {
  plain: 1.3, "cjk+emoji": 2.5, "sgr log": 3, "tui redraws": 3, "scroll region": 1.3, "long lines": 1.3, yes: 1.3,
};
/** 60 pictures a second of at most this many bytes: a dense screen of 80x24. */
const MOST_TTY_KB_PER_SECOND = (60 * 8 * 1024) / 1000;

interface State {
  readonly tty: Tty;
  readonly folder: string;
  runs: number;
  readonly rates: Record<string, number[]>;
  readonly ttyRates: Record<string, number[]>;
}

async function prepare(context: Context): Promise<Part<State>[]> {
  return prepareParts(context, context.subjects, async (subject) => {
    const server = newServer(context, subject);
    const tty = await server.shell("cat", SIZE);
    // from here on only markers are looked for: showing a flood would slow down who is measured
    tty.emulating = false;
    return { tty, folder: server.folder, runs: 0, rates: {}, ttyRates: {} };
  });
}

/** One `cat` of a file, and the marker after it. */
async function measure(state: State, corpus: CorpusName, path: string, size: number): Promise<void> {
  const { tty, folder } = state;
  const end = marker(state.runs++);
  const endFile = join(folder, "end");
  writeFileSync(endFile, `${end}\n`);
  tty.send(`cat ${path} ${endFile}`);
  await tty.settle(60, 1000);
  const found = tty.expect(end, RUN_LIMIT_MS);
  const bytes = tty.bytes;
  const ms = -tty.send("\r") + (await found);
  (state.rates[corpus] ??= []).push(size / 1e6 / (ms / 1000));
  (state.ttyRates[corpus] ??= []).push((tty.bytes - bytes) / ms);
  await tty.settle(100, 2000);
}

export const throughput: Case = {
  name: "throughput",
  about: "MB/s of cat in a pane, per corpus, and what the client's terminal is sent meanwhile",
  async run(context) {
    const parts = await prepare(context);
    const rows: Row[] = [];
    const floods: Row[] = [];
    for (const [index, corpus] of CORPUS_NAMES.entries()) {
      context.say(`${corpus}`);
      const path = join(context.folder, `c${index}`);
      const size = context.quick ? QUICK_MB : corpus === "yes" ? YES_MB : SIZE_MB;
      const warm = writeCorpus(path, corpus, Math.min(size, WARM_MB) * MB);
      await interleave(context, parts, 1, (state) => measure(state, corpus, path, warm));
      const bytes = writeCorpus(path, corpus, size * MB);
      await interleave(context, parts, context.quick ? 1 : ROUNDS, (state) => measure(state, corpus, path, bytes));
      const bench = "throughput";
      const measured = (samples: number[] | undefined) => median((samples ?? []).slice(1));
      const what = `cat of ${size} MB, ${corpus}`;
      rows.push({ bench, what, unit: "MB/s", values: valuesOf(parts, (s) => measured(s.rates[corpus])), required: timesTmux(FACTORS[corpus]) });
      floods.push({
        bench: "flood", what: `to the terminal, ${corpus}`, unit: "KB/s", values: valuesOf(parts, (s) => measured(s.ttyRates[corpus])),
        required: atMost(Math.round(MOST_TTY_KB_PER_SECOND), "KB/s"), note: "60 pictures a second of 8 KB",
      });
    }
    return [...rows, ...floods];
  },
};
