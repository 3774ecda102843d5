/** How long attaching takes: from the exec of the client to the whole screen on its terminal, and how many bytes that is. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock, sleep } from "../../../src/base/clock.ts";
import { seededRandom } from "../../../src/base/random.ts";
import type { Server } from "../subjects/subject.ts";
import { interleave, multiplexers, newServer, prepareParts, valuesOf, type Case, type Context } from "../support/bench.ts";
import { filledLines, prose } from "../support/corpora.ts";
import { pictureOf, textOf } from "../support/picture.ts";
import { atMost, type Row } from "../support/result.ts";
import { median, percentile } from "../support/statistics.ts";
import { Tty } from "../support/tty.ts";

const SIZE = { cols: 200, rows: 50 };
/** Rows that are compared: without the last, which is the status line of those that have one. */
const COMPARED_ROWS = SIZE.rows - 1;
const LIMIT_MS = 10_000;
const END = "@Z@Z";

interface State {
  readonly server: Server;
  /** Text of the screen, joined. */
  readonly wanted: string;
  readonly delays: number[];
  readonly bytes: number[];
}

function screenText(tty: Tty): string {
  return textOf(pictureOf(tty.emulator, COMPARED_ROWS)).join("\n");
}

/** A session whose screen is full of text, below so many lines of history. */
async function prepare(context: Context, history: number) {
  const lines = history === 0 ? "" : filledLines(7, history, 100);
  return prepareParts(context, multiplexers(context), async (subject): Promise<State> => {
    const server = newServer(context, subject, history > 0 ? { historyLines: history + 1000 } : {});
    const random = seededRandom(8);
    const file = join(server.folder, "text");
    const text = Array.from({ length: SIZE.rows }, () => `${prose(random, SIZE.cols - 1)}\n`).join("");
    writeFileSync(file, `${lines}${text}${END}`);
    const tty = await server.shell("full", SIZE);
    const filled = tty.expect(END, 60_000);
    tty.send(`stty -echo; clear; cat ${file}; exec cat >/dev/null\r`);
    await filled;
    await tty.settle(500, 10_000);
    const wanted = screenText(tty);
    await tty.close();
    return { server, wanted, delays: [], bytes: [] };
  });
}

/** One attach; the client is closed again. */
async function attach({ server, wanted, delays, bytes }: State): Promise<void> {
  const tty = server.view("full", SIZE);
  const complete = await new Promise<number | undefined>((resolve) => {
    tty.onData = () => screenText(tty) === wanted && resolve(tty.lastAt);
    systemClock.after(LIMIT_MS, () => resolve(undefined));
  });
  await tty.settle(200, LIMIT_MS);
  await tty.close();
  if (complete === undefined) throw new Error("the screen was not shown as it was");
  delays.push(complete - tty.startedAt);
  bytes.push(tty.bytes);
  // the server notices that its client has gone
  await sleep(systemClock, 200);
}

async function measure(context: Context, history: number): Promise<Row[]> {
  const parts = await prepare(context, history);
  await interleave(context, parts, context.quick ? 6 : 24, attach);
  await context.cleanup.close();
  const bench = history === 0 ? "attach, 200x50" : `attach, ${history} lines of history`;
  return [
    { bench, what: "p50", unit: "ms", values: valuesOf(parts, ({ delays }) => median(delays)), required: atMost(40, "ms") },
    { bench, what: "p95", unit: "ms", values: valuesOf(parts, ({ delays }) => percentile(delays, 95)), required: atMost(60, "ms") },
    { bench, what: "to the terminal", unit: "KB", values: valuesOf(parts, ({ bytes }) => median(bytes) / 1000), required: atMost(14, "KB") },
  ];
}

export const attaching: Case = {
  name: "attach",
  about: "from exec to the whole screen of 200x50, and the bytes of it, without and with a long history",
  async run(context) {
    return [...(await measure(context, 0)), ...(await measure(context, context.quick ? 10_000 : 100_000))];
  },
};
