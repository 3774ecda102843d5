/** Fifty servers in one view, ten of them dead: first paint, until all are live, echo meanwhile, listing, memory and CPU. */
import { sleep, systemClock } from "../../../src/base/clock.ts";
import { Fleet } from "../subjects/fleet.ts";
import type { Case, Context } from "../support/bench.ts";
import { pictureOf, textOf } from "../support/picture.ts";
import { cpuOf, memoryOf, runBeside } from "../support/processes.ts";
import { atMost, type Required, type Row } from "../support/result.ts";
import { median, percentile } from "../support/statistics.ts";
import { Tty } from "../support/tty.ts";
import { screenText, shown } from "../support/waiting.ts";
import { typeKeys, type Echo } from "./remote-latency.ts";

/** Wide enough for the marks of all servers. */
const SIZE = { cols: 160, rows: 50 };
const LIMIT_MS = 30_000;
/** Echoes as the kernel does, and prints nothing itself. */
const ECHO = ["sh", "-c", "stty -icanon min 1; printf ready; cat >/dev/null"];
/** One way: the round trip is twice as long. */
const DELAY_MS = 25;
/** None of the dead is waited for longer; what `ls -a` takes beyond is its own. */
const DEAD_LIMIT_MS = 5000;

function row(what: string, unit: string, value: number, required?: Required, note?: string): Row {
  return { bench: "many", what, unit, values: { fugue: value }, ...(required && { required }), ...(note && { note }) };
}

function open(fleet: Fleet, ...args: string[]): Tty {
  const tty = new Tty(fleet.here(...args), SIZE);
  return fleet.context.cleanup.own(tty, () => tty.close());
}

/** The servers' marks as the status line shows them; the first is `local`. */
function marks(tty: Tty): string {
  const status = textOf(pictureOf(tty.emulator)).at(-1) ?? "";
  return /[●◐○✗]{3,}/.exec(status)?.[0] ?? "";
}

/** Starts the tree over all servers. @returns the terminal, and milliseconds until the list was seen and until all that live were connected */
async function openTree(fleet: Fleet): Promise<{ tty: Tty; painted: number; live: number }> {
  const { size } = fleet;
  const tty = open(fleet, "-a");
  const isLive = () => {
    const text = marks(tty).slice(1, 1 + size.live);
    return text.length === size.live && /^●+$/.test(text);
  };
  const painted = shown(tty, "the list of sessions", () => screenText(tty).includes("work"), LIMIT_MS);
  const at = await painted;
  const live = await shown(tty, "that all are live", isLive, LIMIT_MS).catch((error: Error) => {
    throw new Error(`${error.message}: ${marks(tty)}`);
  });
  return { tty, painted: at - tty.startedAt, live: live - tty.startedAt };
}

async function trees(context: Context, fleet: Fleet): Promise<Row[]> {
  context.say("tree, cold");
  const cold = await openTree(fleet);
  await sleep(systemClock, 1500);
  await cold.tty.close();
  const runs: { painted: number; live: number }[] = [];
  for (let n = 0; n < (context.quick ? 1 : 3); n++) {
    context.say("tree, warm");
    const { tty, painted, live } = await openTree(fleet);
    runs.push({ painted, live });
    await sleep(systemClock, 500);
    await tty.close();
  }
  const { live: count, tunnels } = fleet.size;
  return [
    row("first paint of the tree with the last known list", "ms", median(runs.map(({ painted }) => painted)), atMost(150, "ms")),
    row(`all ${count} live, warm tunnels`, "ms", median(runs.map(({ live }) => live)), atMost(3000, "ms")),
    row(`all ${count} live, cold`, "ms", cold.live, undefined, `${tunnels} tunnels have to log in first; few dials at once`),
  ];
}

async function idle(context: Context, fleet: Fleet): Promise<Row[]> {
  context.say("idle");
  const { tty } = await openTree(fleet);
  // dead servers are tried again and again: that is part of being idle
  await sleep(systemClock, context.quick ? 3000 : 15_000);
  const seconds = context.quick ? 4 : 15;
  const before = cpuOf([tty.pid]);
  await sleep(systemClock, seconds * 1000);
  const cpu = (cpuOf([tty.pid]) - before) / (seconds * 10);
  const mb = memoryOf([tty.pid]) / 1e6;
  await tty.close();
  const what = `${fleet.names.length} servers, ${fleet.size.live * fleet.size.sessions} sessions, idle`;
  return [row(`memory of the client (PSS), ${what}`, "MB", mb, atMost(120, "MB")), row(`CPU of the client, ${what}`, "%", cpu, atMost(1, "%"))];
}

/** Waits for the program of a session, and types. @returns delays in milliseconds */
async function echoOf(tty: Tty, keys: number, seed: number, settle: boolean): Promise<number[]> {
  const echo: Echo = { tty, delays: [], typed: 0 };
  await shown(tty, "the program", () => screenText(tty).includes("ready"), LIMIT_MS).catch((error: Error) => {
    throw new Error(`${error.message}; instead: ${screenText(tty).trim().slice(0, 300)}`);
  });
  if (settle) await tty.settle(300, 3000);
  tty.emulating = false;
  // those of the first moment tell of loading code, on one server as on fifty
  await typeKeys(echo, 5, 0);
  echo.delays.length = 0;
  await typeKeys(echo, keys, seed);
  return echo.delays;
}

async function echoes(context: Context, fleet: Fleet): Promise<Row[]> {
  const keys = context.quick ? 40 : 400;
  await runBeside(fleet.here("new", "-d", "--size=80x24", "echo", "--", ...ECHO));
  context.say("echo, idle");
  let tty = open(fleet, "-s", "local", "attach", "local:echo");
  const alone = await echoOf(tty, keys, 1, true);
  await tty.close();
  context.say("echo while all servers are dialled");
  await fleet.stopTunnels();
  tty = open(fleet, "-a", "attach", "local:echo");
  const meanwhile = await echoOf(tty, keys, 2, false);
  await tty.close();
  return [
    row("local echo, one server, p50", "ms", percentile(alone, 50)), row("local echo, one server, p99", "ms", percentile(alone, 99)),
    row("local echo while 50 are dialled (cold), p50", "ms", percentile(meanwhile, 50)),
    row("local echo while 50 are dialled (cold), p99 above one server", "ms", percentile(meanwhile, 99) - percentile(alone, 99), atMost(5, "ms")),
    ...(await oneWindow(context, fleet, keys, percentile(alone, 99))),
  ];
}

/**
 * One window with panes of three machines: its own, one that floods, one that is stopped. All share the processors here;
 * once as they come, and once with the near machine's processes first, which have theirs to themselves elsewhere.
 */
async function oneWindow(context: Context, fleet: Fleet, keys: number, alone: number): Promise<Row[]> {
  context.say("one window, three machines");
  await runBeside(fleet.there(fleet.ship("m0"), "new", "-d", "--size=80x24", "flood", "--", "yes"));
  await runBeside(fleet.here("new", "-d", "--size=160x49", "three", "--", ...ECHO));
  const targets = ["m0", "m1"];
  for (const name of targets) {
    const { sessions } = JSON.parse(await runBeside(fleet.there(fleet.ship(name), "ls", "--json"))) as { sessions: { name: string; windows: { panes: { id: number }[] }[] }[] };
    const session = sessions.find((each) => each.name === (name === "m0" ? "flood" : "work0"))!;
    await runBeside(fleet.here("link", "--in", "three", `${name}:%${session.windows[0]!.panes[0]!.id}`));
  }
  const tty = open(fleet, "-s", "local", "-s", "m0", "-s", "m1", "attach", "local:three");
  await shown(tty, "the flood", () => /\by\b/.test(screenText(tty)), LIMIT_MS);
  fleet.signal("m1", "SIGSTOP");
  try {
    const shared = await echoOf(tty, keys, 3, false);
    fleet.standBack();
    const apart = await echoOf(tty, keys, 4, false);
    const what = "one window of 3 machines, one floods, one is stopped: local echo";
    return [
      row(`${what}, p50`, "ms", percentile(apart, 50), undefined, "the other machines' processes give way to the near one's"),
      row("the same, p99 above one server", "ms", percentile(apart, 99) - alone, atMost(3, "ms")),
      row("all three on the same processors, p50", "ms", percentile(shared, 50)),
      row("all three on the same processors, p99 above one server", "ms", percentile(shared, 99) - alone),
    ];
  } finally {
    fleet.signal("m1", "SIGCONT");
    await tty.close();
    await runBeside(fleet.there(fleet.ship("m0"), "kill", "flood"));
  }
}

async function listing(context: Context, fleet: Fleet): Promise<Row[]> {
  context.say("ls -a over 50 ms");
  fleet.configure(DELAY_MS);
  const live = fleet.names.slice(0, fleet.size.live).flatMap((name) => ["-s", name]);
  const [all, alive]: number[][] = [[], []];
  for (let n = 0; n < (context.quick ? 1 : 4); n++) {
    for (const [args, times] of [[["-a"], all!], [live, alive!]] as const) {
      const before = systemClock.now();
      const text = await runBeside(fleet.here(...args, "ls", "--json"));
      times.push(systemClock.now() - before);
      const { sessions } = JSON.parse(text) as { sessions: unknown[] };
      if (sessions.length < fleet.size.live * fleet.size.sessions) throw new Error(`ls listed ${sessions.length} sessions only`);
    }
  }
  fleet.configure();
  return [
    row(`ls of ${fleet.size.live} live servers at ${2 * DELAY_MS} ms`, "ms", median(alive!), atMost(400, "ms")),
    row("ls -a with the dead", "ms", median(all!), atMost(400 + DEAD_LIMIT_MS, "ms"), `the limit for the dead is ${DEAD_LIMIT_MS} ms`),
  ];
}

export const many: Case = {
  name: "many",
  about: "50 servers in one view, 10 of them dead: first paint, all live, echo meanwhile, ls -a, memory and CPU",
  async run(context) {
    const size = context.quick ? { live: 8, tunnels: 2, sessions: 2 } : { live: 40, tunnels: 10, sessions: 5 };
    context.say("starting the servers");
    const fleet = await Fleet.start(context, size);
    fleet.signal("stopped", "SIGSTOP");
    const rows = [...(await trees(context, fleet)), ...(await idle(context, fleet)), ...(await listing(context, fleet)), ...(await echoes(context, fleet))];
    await context.cleanup.close();
    return rows;
  },
};
