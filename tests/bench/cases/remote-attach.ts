/** How long it takes until a session of another machine is shown: with a tunnel that is up, and with ssh and all. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sleep, systemClock } from "../../../src/base/clock.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { FarMachine } from "../subjects/far-machine.ts";
import { attachFugue, attachTmux } from "../subjects/ways.ts";
import type { Case, Context } from "../support/bench.ts";
import { prose } from "../support/corpora.ts";
import type { Row, Values } from "../support/result.ts";
import { median } from "../support/statistics.ts";
import { Tty } from "../support/tty.ts";
import { screenText, shown } from "../support/waiting.ts";

const SIZE = { cols: 200, rows: 50 };
const ROUND_TRIP_MS = 100;
const LIMIT_MS = 15_000;
const END = "@Z@Z";
const KIB = 1024;

interface Sample {
  readonly ms: number;
  readonly bytes: number;
}

/** Sessions of fugue and tmux whose screens are full of text. @returns what each should show */
async function fill(machine: FarMachine): Promise<{ fugue: string; tmux: string }> {
  const random = seededRandom(8);
  const file = join(machine.fugue.folder, "text");
  writeFileSync(file, `${Array.from({ length: SIZE.rows }, () => `${prose(random, SIZE.cols - 1)}\n`).join("")}${END}`);
  const texts: string[] = [];
  for (const server of [machine.fugue, machine.tmux]) {
    const tty = await server.shell("full", SIZE);
    const filled = tty.expect(END, LIMIT_MS);
    tty.send(`stty -echo; clear; cat ${file}; exec cat >/dev/null\r`);
    await filled;
    await tty.settle(300, LIMIT_MS);
    texts.push(screenText(tty));
    await tty.close();
  }
  return { fugue: texts[0]!, tmux: texts[1]! };
}

async function attach(machine: FarMachine, view: () => Tty, wanted: string): Promise<Sample> {
  const { link } = machine;
  const before = link.bytesUp + link.bytesDown;
  const tty = view();
  try {
    const at = await shown(tty, "the whole screen", () => screenText(tty) === wanted, LIMIT_MS);
    return { ms: at - tty.startedAt, bytes: link.bytesUp + link.bytesDown - before };
  } finally {
    await tty.close();
    // what the end of the client causes has passed the link
    await sleep(systemClock, ROUND_TRIP_MS * 4);
  }
}

/** ssh's own login: from its start to the first word of a command over there. */
async function login(machine: FarMachine): Promise<Sample> {
  const tty = new Tty(machine.login("echo here", false), SIZE);
  try {
    const at = await tty.expect("here", LIMIT_MS);
    return { ms: at - tty.startedAt, bytes: 0 };
  } finally {
    await tty.close();
  }
}

async function measure(context: Context): Promise<Row[]> {
  const machine = await FarMachine.start(context, { delayMs: 0 });
  const wanted = await fill(machine);
  machine.link.delayMs = ROUND_TRIP_MS / 2;
  const [warm, cold, ssh, tmux]: Sample[][] = [[], [], [], []];
  await machine.raiseTunnel();
  await attach(machine, () => attachFugue(machine, "full", SIZE), wanted.fugue);
  for (let round = 0; round < (context.quick ? 3 : 10); round++) {
    warm!.push(await attach(machine, () => attachFugue(machine, "full", SIZE), wanted.fugue));
  }
  for (let round = 0; round < (context.quick ? 2 : 6); round++) {
    await machine.stopTunnel();
    ssh!.push(await login(machine));
    cold!.push(await attach(machine, () => attachFugue(machine, "full", SIZE), wanted.fugue));
    tmux!.push(await attach(machine, () => attachTmux(machine, "full", SIZE), wanted.tmux));
  }
  return rows({ warm: warm!, cold: cold!, ssh: ssh!, tmux: tmux! });
}

const ms = (samples: readonly Sample[]) => median(samples.map((sample) => sample.ms));
const kib = (samples: readonly Sample[]) => median(samples.map((sample) => sample.bytes)) / KIB;

function rows({ warm, cold, ssh, tmux }: Record<"warm" | "cold" | "ssh" | "tmux", Sample[]>): Row[] {
  const bench = `remote attach, 200x50, ${ROUND_TRIP_MS} ms`;
  const most = 2 * ROUND_TRIP_MS + 100;
  const longest = ms(ssh) + 3 * ROUND_TRIP_MS;
  const fugue = (bound: number) => ({ fugue: value }: Values) => (typeof value === "number" ? value <= bound : undefined);
  return [
    { bench, what: "tunnel is up, to the whole screen", unit: "ms", values: { fugue: ms(warm) }, required: { text: "<= 2 RTT + 100 ms", met: fugue(most) } },
    { bench, what: "the same, round trips", unit: "", values: { fugue: ms(warm) / ROUND_TRIP_MS } },
    { bench, what: "the same, on the wire", unit: "KiB", values: { fugue: kib(warm) }, required: { text: "<= 10 KiB", met: fugue(10) } },
    {
      bench, what: "with ssh's login, to the whole screen", unit: "ms", values: { fugue: ms(cold), ssh: ms(ssh), "ssh+tmux": ms(tmux) },
      required: { text: "<= ssh + 3 RTT", met: fugue(longest) }, note: "ssh: its login alone, to the first word of a command",
    },
    { bench, what: "the same, on the wire", unit: "KiB", values: { fugue: kib(cold), "ssh+tmux": kib(tmux) } },
  ];
}

export const remoteAttaching: Case = {
  name: "remote-attach",
  about: "a session of another machine, 100 ms away: to the whole screen, bytes on the wire",
  run: measure,
};
