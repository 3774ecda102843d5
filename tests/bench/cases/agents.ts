/** Agents: whether their states are told right, how soon, and what that costs. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock, sleep } from "../../../src/base/clock.ts";
import { connectUnix } from "../../../src/transport/unix.ts";
import { loadRecording } from "../../support/agent-recording.ts";
import { replay, score } from "../../support/agent-replay.ts";
import { TestClient } from "../../support/daemon-rig.ts";
import { newServer, type Case, type Context } from "../support/bench.ts";
import type { Server } from "../subjects/subject.ts";
import { cpuOf } from "../support/processes.ts";
import { atLeast, atMost, type Row } from "../support/result.ts";
import { percentile } from "../support/statistics.ts";

const SIZE = { cols: 100, rows: 30 };
const PANES = 50;

/** A program that redraws like an agent ten times a second and changes its title every `turn` seconds, saying when. */
const REDRAWS = `import sys, time
turn, log = float(sys.argv[1]), sys.argv[2]
began, n, was = time.time(), 0, None
while True:
    n += 1
    busy = turn > 0 and int((time.time() - began) / turn) % 2 == 1 or turn == 0
    if was is not None and busy != was and log:
        open(log, "a").write("%s %d\\n" % ("working" if busy else "idle", time.time() * 1000))
    was = busy
    mark = "\\u2802\\u2810"[n % 2] if busy else "\\u2733"
    rows = "".join("word%d word%d word%d\\r\\n" % (n, i, i * n) for i in range(12))
    foot = "\\u2500" * 80 + "\\r\\n\\u276f \\r\\n" + "\\u2500" * 80 + "\\r\\n  " + ("esc to interrupt" if busy else "? for shortcuts")
    sys.stdout.write("\\x1b]0;%s Claude Code\\x07\\x1b[?2026h\\x1b[H\\x1b[2J%s* Working%d\\r\\n%s\\x1b[?2026l" % (mark, rows, n, foot))
    sys.stdout.flush()
    time.sleep(0.1)
`;

function fugue(context: Context): Server | undefined {
  const subject = context.subjects.find(({ name }) => name === "fugue");
  return subject && newServer(context, subject);
}

function accuracy(): Row[] {
  const folder = join(import.meta.dir, "../../fixtures/agents");
  const rows: Row[] = [];
  for (const agent of ["claude", "codex", "gemini", "opencode"]) {
    let transitions = 0, missed = 0, wrong = 0, found = 0, version = "";
    const delays: number[] = [];
    for (const file of readdirSync(folder).filter((name) => name.startsWith(agent))) {
      const recording = loadRecording(join(folder, file));
      const states = replay(recording);
      const result = score(recording, states);
      transitions += result.transitions;
      missed += result.missed.length;
      wrong += result.wrong.length;
      found += states.length;
      delays.push(...result.delays);
      version = recording.head.version;
    }
    const bench = `agents, ${agent} ${version}`;
    rows.push(
      { bench, what: "transitions recorded", unit: "", values: { fugue: transitions }, required: atLeast(200, "") },
      { bench, what: "recall", unit: "%", values: { fugue: 100 * (1 - missed / transitions) }, required: atLeast(99, "%") },
      { bench, what: "precision", unit: "%", values: { fugue: 100 * (1 - wrong / found) }, required: atLeast(99, "%") },
      { bench, what: "from what was done to the state, p95", unit: "ms", values: { fugue: percentile(delays, 95) }, note: "the agent's own time to show it is part of it" },
    );
  }
  return rows;
}

/** Starts a program under a name, in a pane of its own. */
function startRedraws(server: Server, name: string, index: number, turn: number, log: string): void {
  const path = join(server.folder, name);
  if (!existsSync(path)) writeFileSync(path, REDRAWS);
  server.start(`${name}${index}`, ["python3", path, String(turn), log], SIZE);
}

async function latency(context: Context): Promise<Row[]> {
  const server = fugue(context);
  if (!server) return [];
  const log = join(server.folder, "changes");
  startRedraws(server, "claude", 0, 0.7, log);
  const client = new TestClient(await connectUnix(join(server.folder, "h", "fugue.sock")));
  await sleep(systemClock, 100);
  await client.greet(77);
  await sleep(systemClock, 100);
  await client.attach({ create: { name: "watcher" } });
  const seen: { state: string; at: number }[] = [];
  const seconds = context.quick ? 15 : 120;
  for (const end = systemClock.now() + seconds * 1000; systemClock.now() < end; await sleep(systemClock, 2)) {
    for (const event of client.all("event").slice(seen.length)) {
      seen.push({ state: event.kind === "agent" ? event.state : "", at: systemClock.wall() });
    }
  }
  client.duplex.close();
  const changes = readFileSync(log, "utf8").trim().split("\n").map((line) => line.split(" ")).map(([state, at]) => ({ state: state!, at: Number(at) }));
  const delays = changes.slice(2, -1).map(({ state, at }) => {
    const event = seen.find((each) => each.at >= at && (each.state === state || (state === "idle" && each.state === "done")));
    return event ? event.at - at : Infinity;
  });
  await context.cleanup.close();
  const bench = "agents, state change to event";
  return [
    { bench, what: "p50", unit: "ms", values: { fugue: percentile(delays, 50) } },
    { bench, what: "p95", unit: "ms", values: { fugue: percentile(delays, 95) }, required: atMost(300, "ms"), note: `${delays.length} changes` },
  ];
}

/** CPU of the daemon with panes that redraw, as agents and as programs that are none: the difference is detection. */
async function cost(context: Context): Promise<Row[]> {
  const shares: number[] = [];
  const seconds = context.quick ? 5 : 20;
  for (const name of ["plain", "claude"]) {
    const server = fugue(context);
    if (!server) return [];
    for (let i = 0; i < PANES; i++) startRedraws(server, name, i, 0, "");
    await sleep(systemClock, 8000);
    const daemon = server.pids().slice(1);
    const before = cpuOf(daemon);
    await sleep(systemClock, seconds * 1000);
    shares.push((cpuOf(daemon) - before) / (seconds * 10));
    await context.cleanup.close();
  }
  const [plain, agents] = shares as [number, number];
  const bench = `agents, ${PANES} panes that redraw 10 times a second`;
  return [
    { bench, what: "CPU of the daemon, programs that are no agents", unit: "%", values: { fugue: plain } },
    { bench, what: "CPU that detection adds", unit: "%", values: { fugue: agents - plain }, required: atMost(5, "%") },
  ];
}

export const agents: Case = {
  name: "agents",
  about: "states of agents: right ones, how soon, at what cost",
  async run(context) {
    const rows = accuracy();
    for (const part of [latency, cost]) rows.push(...(await part(context)));
    return rows;
  },
};
