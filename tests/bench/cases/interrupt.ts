/** How long Ctrl-C takes in a flood: until the shell's prompt is on the client's terminal, on a fast and a slow link. */
import { systemClock, sleep } from "../../../src/base/clock.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { PROMPT } from "../subjects/subject.ts";
import { interleave, newServer, prepareParts, valuesOf, type Case, type Context } from "../support/bench.ts";
import { atMost, type Row } from "../support/result.ts";
import { median, percentile } from "../support/statistics.ts";
import type { Tty } from "../support/tty.ts";

const SIZE = { cols: 80, rows: 24 };
const SLOW_BYTES_PER_SECOND = 100_000;
const FLOOD_MS = 500;
const LIMIT_MS = 20_000;

interface State {
  readonly tty: Tty;
  readonly delays: number[];
}

/** `yes`, Ctrl-C some time later, the prompt. */
async function interrupt({ tty, delays }: State, rate: number | undefined, wait: number): Promise<void> {
  tty.send("yes\r");
  // the link is slow during the flood, not while it is prepared
  tty.rate = rate;
  await sleep(systemClock, wait);
  const prompt = tty.expect(PROMPT.trimEnd(), LIMIT_MS);
  const at = tty.send("\x03");
  delays.push((await prompt) - at);
  tty.rate = undefined;
  await tty.settle(200, 5000);
}

async function measure(context: Context, rate: number | undefined) {
  const parts = await prepareParts(context, context.subjects, async (subject): Promise<State> => {
    const tty = await newServer(context, subject).shell("yes", SIZE, { paced: rate !== undefined });
    tty.emulating = false;
    return { tty, delays: [] };
  });
  const random = seededRandom(1);
  await interleave(context, parts, context.quick ? 5 : 12, (state) => interrupt(state, rate, FLOOD_MS + random.float() * 50));
  await context.cleanup.close();
  return parts;
}

export const interruption: Case = {
  name: "interrupt",
  about: "Ctrl-C in yes until the prompt is on the client's terminal, which is fast, or drained at 100 KB/s",
  async run(context) {
    const rows: Row[] = [];
    for (const [what, rate, bound] of [["fast terminal", undefined, 20], ["100 KB/s terminal", SLOW_BYTES_PER_SECOND, 100]] as const) {
      context.say(what);
      const parts = await measure(context, rate);
      const bench = "Ctrl-C in yes";
      rows.push({ bench, what: `${what}, median`, unit: "ms", values: valuesOf(parts, ({ delays }) => median(delays)), required: atMost(bound, "ms") });
      rows.push({ bench, what: `${what}, p95`, unit: "ms", values: valuesOf(parts, ({ delays }) => percentile(delays, 95)) });
    }
    return rows;
  },
};
