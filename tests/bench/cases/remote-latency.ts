/** How long keys take over a link: their echo, another window, history that is not here yet, another session, the focus. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sleep, systemClock } from "../../../src/base/clock.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { FarMachine } from "../subjects/far-machine.ts";
import { quoted } from "../subjects/subject.ts";
import { attachFugue, attachTmux, WAYS, type Way } from "../subjects/ways.ts";
import { interleave, prepareParts, valuesOf, type Case, type Context } from "../support/bench.ts";
import { filledLines } from "../support/corpora.ts";
import { atMost, type Required, type Row } from "../support/result.ts";
import { median } from "../support/statistics.ts";
import type { Tty } from "../support/tty.ts";
import { screenText, shown } from "../support/waiting.ts";

const SIZE = { cols: 80, rows: 24 };
const LIMIT_MS = 10_000;
const KEYS = ["~", "{", "}", "|", "^", "@", "`"];
const PREFIX = "\x02";
/** Echoes as the kernel does, and prints nothing itself. */
const ECHO = ["sh", "-c", "stty -icanon min 1; printf ready; cat >/dev/null"];
/** What the client does by itself. */
const SHOWN_MS = 20;
/** fugue measures it a few seconds after it was connected. */
const ROUND_TRIP_KNOWN_MS = 4000;
const HISTORY_LINES = 4000;

/** A terminal with a program that echoes, and what was measured on it. */
export interface Echo {
  readonly tty: Tty;
  readonly delays: number[];
  typed: number;
}

/** Types keys one after the other, a little unevenly, so that they don't beat with frames. */
export async function typeKeys(echo: Echo, count: number, seed: number): Promise<void> {
  const random = seededRandom(seed);
  for (let i = 0; i < count; i++) {
    await sleep(systemClock, 20 + random.float() * 20);
    const key = KEYS[echo.typed++ % KEYS.length]!;
    const echoed = echo.tty.expect(key, LIMIT_MS);
    const at = echo.tty.send(key);
    echo.delays.push((await echoed) - at);
  }
}

/** Opens one; it is warm. */
export async function openEcho(machine: FarMachine, way: Way, name: string, guesses = false): Promise<Echo> {
  const tty = await way.open(machine, name, ECHO, SIZE, { guesses });
  await tty.expect("ready", LIMIT_MS);
  await tty.settle(300, 3000);
  const echo = { tty, delays: [] as number[], typed: 0 };
  await typeKeys(echo, 5, 0);
  echo.delays.length = 0;
  return echo;
}

async function echoes(context: Context, machine: FarMachine, roundTrip: number): Promise<Row> {
  const parts = await prepareParts(context, WAYS, (way) => {
    const missing = way.missing();
    if (missing !== undefined) throw new Error(missing);
    return openEcho(machine, way, `echo${roundTrip}`);
  });
  await interleave(context, parts, context.quick ? 2 : 6, (echo, round) => typeKeys(echo, 10, round + 1));
  for (const { state } of parts) await state?.tty.close();
  const required: Required = {
    text: "<= RTT + 5 ms, <= ssh + 1 ms",
    met: ({ fugue, ssh }) => (typeof fugue !== "number" ? undefined : fugue <= roundTrip + 5 && (typeof ssh !== "number" || fugue <= ssh + 1)),
  };
  const values = valuesOf(parts, ({ delays }) => median(delays));
  return { bench: `remote, ${roundTrip} ms`, what: "echo of a key, p50", unit: "ms", values, required, note: "mosh without its guesses" };
}

/** Keys that are shown before their echo has come. */
async function guessed(context: Context, machine: FarMachine, roundTrip: number): Promise<Row> {
  const ways = WAYS.filter((way) => way.guesses && way.missing() === undefined);
  const parts = await prepareParts(context, ways, async (way) => {
    const echo = await openEcho(machine, way, `guess${roundTrip}`, true);
    // until the round trip is known, and that the program echoes
    await sleep(systemClock, ROUND_TRIP_KNOWN_MS);
    await typeKeys(echo, 10, 0);
    echo.delays.length = 0;
    return echo;
  });
  await interleave(context, parts, context.quick ? 2 : 6, (echo, round) => typeKeys(echo, 10, round + 1));
  for (const { state } of parts) await state?.tty.close();
  const values = valuesOf(parts, ({ delays }) => median(delays));
  return { bench: `remote, ${roundTrip} ms`, what: "a key until it is shown, guessed, p50", unit: "ms", values, required: atMost(SHOWN_MS, "ms") };
}

/** Two windows, two panes and much history in one session, text in another one. */
interface Screens {
  readonly tty: Tty;
  readonly windows: number[];
  readonly pages: number[];
  readonly tops: number[];
  readonly sessions: number[];
  readonly focuses: number[];
}

/** Shows a word in the middle of the screen, and waits. */
function sign(word: string): string[] {
  return ["sh", "-c", `clear; printf '\\033[10;10H%s\\033[H' ${word}; exec cat`];
}

/** Presses the prefix and lets that settle, then the key. @returns milliseconds from the key until the terminal shows what it should */
async function press(tty: Tty, key: string, what: string, isShown: () => boolean): Promise<number> {
  tty.send(PREFIX);
  await sleep(systemClock, 60);
  const at = tty.send(key);
  const ms = (await shown(tty, what, isShown, LIMIT_MS)) - at;
  await tty.settle(250, 3000);
  return ms;
}

const has = (tty: Tty, text: string) => () => screenText(tty).includes(text);

/** Makes the sessions, over there: one with two windows, of which the second has two panes, and another one. */
function makeSessions(machine: FarMachine, way: Way, first: string): void {
  const server = way.name === "fugue" ? machine.fugue : machine.tmux;
  const file = join(server.folder, "history");
  writeFileSync(file, `${filledLines(3, HISTORY_LINES, 60).trimEnd().split("\n").map((line, i) => `L${i} ${line}\n`).join("")}`);
  server.start(first, ["sh", "-c", `cat ${file}; echo HISTORY; exec cat`], SIZE);
  server.start(`${first}other`, sign("SESSION"), SIZE);
  const [window, pane] = [sign("WINDOW"), sign("PANE")];
  if (way.name === "fugue") {
    machine.there("window", "new", "-d", first, "--", ...window);
    machine.there("split", "--right", "-d", `${first}/1`, "--", ...pane);
  } else {
    machine.tmuxThere("new-window", "-d", "-t", first, quoted(window));
    machine.tmuxThere("split-window", "-h", "-d", "-t", `${first}:1`, quoted(pane));
  }
}

async function openScreens(machine: FarMachine, way: Way, first: string): Promise<Screens> {
  makeSessions(machine, way, first);
  const tty = (way.name === "fugue" ? attachFugue : attachTmux)(machine, first, SIZE);
  await shown(tty, "the first screen", has(tty, "HISTORY"), LIMIT_MS);
  await tty.settle(300, 3000);
  return { tty, windows: [], pages: [], tops: [], sessions: [], focuses: [] };
}

/** One round of all of it; it ends where it began. */
async function switchAround({ tty, windows, pages, tops, sessions, focuses }: Screens): Promise<void> {
  pages.push(await press(tty, "\x1b[5~", "history", has(tty, `L${HISTORY_LINES - 30} `)));
  const at = tty.send("\x1b<");
  tops.push((await shown(tty, "the oldest history", has(tty, "L1 "), LIMIT_MS)) - at);
  tty.send("q");
  await shown(tty, "the screen", has(tty, "HISTORY"), LIMIT_MS);
  await tty.settle(250, 3000);
  windows.push(await press(tty, "n", "the other window", has(tty, "WINDOW")));
  const right = () => tty.emulator.cursor().x > SIZE.cols / 2;
  const before = right();
  focuses.push(await press(tty, "o", "the other pane", () => right() !== before));
  focuses.push(await press(tty, "o", "the first pane", () => right() === before));
  windows.push(await press(tty, "p", "the first window", has(tty, "HISTORY")));
  await findSession(tty);
  sessions.push(await press(tty, "L", "the first session", has(tty, "HISTORY")));
  sessions.push(await press(tty, "L", "the other session", has(tty, "SESSION")));
  await press(tty, "L", "the first session", has(tty, "HISTORY"));
}

/** Goes on to the next session until it is the other one: the bench has more of them. */
async function findSession(tty: Tty): Promise<void> {
  for (let tries = 0; tries < 6 && !has(tty, "SESSION")(); tries++) {
    tty.send(`${PREFIX})`);
    await tty.settle(300, 3000);
  }
  tty.send(`${PREFIX}L`);
  await tty.settle(400, 3000);
  tty.send(`${PREFIX}L`);
  await tty.settle(400, 3000);
}

async function switches(context: Context, machine: FarMachine, roundTrip: number): Promise<Row[]> {
  const ways = WAYS.filter((way) => way.multiplexes && way.missing() === undefined);
  const parts = await prepareParts(context, ways, (way) => openScreens(machine, way, `first${roundTrip}`));
  await interleave(context, parts, context.quick ? 1 : 4, switchAround);
  for (const { state } of parts) await state?.tty.close();
  const row = (what: string, most: number, text: string, samples: (screens: Screens) => number[]): Row => ({
    bench: `remote, ${roundTrip} ms`, what, unit: "ms", values: valuesOf(parts, (state) => median(samples(state))),
    required: { text, met: ({ fugue }) => (typeof fugue === "number" ? fugue <= most : undefined) },
  });
  const far = [roundTrip + 30, "<= RTT + 30 ms"] as const;
  return [
    row("another window", ...far, ({ windows }) => windows),
    row("a page of history that is not here", ...far, ({ pages }) => pages), row("the oldest history", ...far, ({ tops }) => tops),
    row("another session", ...far, ({ sessions }) => sessions), row("focus, between shown panes", SHOWN_MS, `<= ${SHOWN_MS} ms`, ({ focuses }) => focuses),
  ];
}

export const remoteLatency: Case = {
  name: "remote-latency",
  about: "50 and 100 ms away: echo, another window, history, session, focus; beside ssh, ssh+tmux and mosh",
  async run(context) {
    const rows: Row[] = [];
    for (const roundTrip of context.quick ? [50] : [50, 100]) {
      context.say(`${roundTrip} ms`);
      const machine = await FarMachine.start(context, { delayMs: roundTrip / 2 }, { historyLines: HISTORY_LINES + 1000 });
      await machine.raiseTunnel();
      rows.push(await echoes(context, machine, roundTrip), await guessed(context, machine, roundTrip), ...(await switches(context, machine, roundTrip)));
      await context.cleanup.close();
    }
    return rows;
  },
};
