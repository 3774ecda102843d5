/** Memory of the server processes with panes full of history, and their CPU while nothing happens. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock, sleep } from "../../../src/base/clock.ts";
import type { Server } from "../subjects/subject.ts";
import { interleave, multiplexers, newServer, prepareParts, valuesOf, type Case, type Context } from "../support/bench.ts";
import { filledLines } from "../support/corpora.ts";
import { cpuOf, memoryOf, quietCpu } from "../support/processes.ts";
import { atMost, type Row } from "../support/result.ts";

const SIZE = { cols: 80, rows: 24 };
const HISTORY = 10_000;
const FILL_LIMIT_MS = 30_000;
/** After the last output: whatever is put off until a pane is quiet is done by then. */
const SETTLE_MS = 5000;
/** What the panes printed when they started has been written to the disk by then: idle panes cost no writes. */
const IDLE_AFTER_MS = 45_000;
const IDLE_PANES = 50;

/** A pane whose history is full; the lines are different in each. */
async function fillPane(server: Server, index: number): Promise<void> {
  const file = join(server.folder, "lines");
  const done = join(server.folder, `done${index}`);
  writeFileSync(file, filledLines(index, HISTORY + SIZE.rows, SIZE.cols));
  const argv = ["sh", "-c", `cat '${file}'; : > '${done}'; exec sleep 100000`];
  if (index === 0 || server.subject.name !== "screen") server.start(`p${index}`, argv, SIZE);
  else server.startHidden("p0", argv);
  const end = systemClock.now() + FILL_LIMIT_MS;
  while (!existsSync(done)) {
    if (systemClock.now() > end) throw new Error(`pane ${index} was not filled within ${FILL_LIMIT_MS} ms`);
    await sleep(systemClock, 5);
  }
}

async function full(context: Context): Promise<Row[]> {
  const panes = context.quick ? 10 : 100;
  const parts = await prepareParts(context, multiplexers(context), async (subject) => {
    const server = newServer(context, subject, { historyLines: HISTORY });
    for (let i = 0; i < panes; i++) await fillPane(server, i);
    await quietCpu(server.pids(), 10_000);
    await sleep(systemClock, SETTLE_MS);
    const mb = memoryOf(server.pids()) / 1e6;
    await context.cleanup.close();
    return mb;
  });
  const what = `${panes} panes of 80x24 with ${HISTORY} filled lines, PSS`;
  return [{ bench: "memory", what, unit: "MB", values: valuesOf(parts, (mb) => mb), required: atMost(200, "MB"), note: "screen: windows of one session" }];
}

interface Idle {
  readonly server: Server;
  readonly client: number;
  servers: number;
  clients: number;
  readonly mb: number;
}

async function idle(context: Context): Promise<Row[]> {
  const parts = await prepareParts(context, multiplexers(context), async (subject): Promise<Idle> => {
    const server = newServer(context, subject);
    for (let i = 0; i < IDLE_PANES; i++) {
      if (i === 0 || subject.name !== "screen") server.start(`p${i}`, ["sh"], SIZE);
      else server.startHidden("p0", ["sh"]);
    }
    const tty = server.view("p0", SIZE);
    await tty.settle(1000, 10_000);
    return { server, client: tty.pid, servers: 0, clients: 0, mb: memoryOf(server.pids()) / 1e6 };
  });
  await sleep(systemClock, IDLE_AFTER_MS);
  const seconds = context.quick ? 10 : 20;
  await interleave(context, parts, 1, async (state) => {
    const pids = state.server.pids();
    const before = [cpuOf(pids), cpuOf([state.client])] as const;
    await sleep(systemClock, seconds * 1000);
    state.servers = (cpuOf(pids) - before[0]) / (seconds * 10);
    state.clients = (cpuOf([state.client]) - before[1]) / (seconds * 10);
  });
  await context.cleanup.close();
  const bench = "idle";
  return [
    { bench, what: `CPU of the server, ${IDLE_PANES} panes, one client`, unit: "%", values: valuesOf(parts, (s) => s.servers), required: atMost(0.5, "%") },
    { bench, what: "CPU of that client", unit: "%", values: valuesOf(parts, (s) => s.clients) },
    { bench, what: `${IDLE_PANES} panes with an empty history, PSS`, unit: "MB", values: valuesOf(parts, (s) => s.mb) },
  ];
}

export const memory: Case = {
  name: "memory",
  about: "PSS of the server processes with full histories, and CPU of idle panes",
  async run(context) {
    return [...(await full(context)), ...(await idle(context))];
  },
};
