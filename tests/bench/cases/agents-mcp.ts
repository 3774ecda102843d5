/** What agents wait for: the start of the MCP server, lists over servers, calls side by side, messages over kills and cuts. */
import { systemClock } from "../../../src/base/clock.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { join } from "node:path";
import { CutLine } from "../../support/cut-line.ts";
import { E2eHome } from "../../support/e2e-home.ts";
import { TestAgent } from "../../support/e2e-mcp.ts";
import type { FugueSubject } from "../subjects/fugue.ts";
import type { Case, Context } from "../support/bench.ts";
import { atMost, type Row } from "../support/result.ts";
import { median } from "../support/statistics.ts";

const NAMES = ["a", "b", "c"] as const;
const SIDE_BY_SIDE = 20;
const SEED = 7;

/** Three servers that know each other over lines that can be cut, with an agent in a session of each. */
interface Net {
  homes: E2eHome[];
  agents: TestAgent[];
  lines: CutLine[];
  end(): Promise<void>;
}

async function net(context: Context): Promise<Net> {
  const homes = NAMES.map(() => new E2eHome());
  const agents: TestAgent[] = [];
  const lines: CutLine[] = [];
  const made: Net = {
    homes, agents, lines,
    async end() {
      for (const agent of agents) await agent[Symbol.asyncDispose]();
      for (const line of lines) await line[Symbol.asyncDispose]();
      for (const home of homes) await home[Symbol.asyncDispose]();
    },
  };
  context.cleanup.own(made, () => made.end());
  for (const [i, home] of homes.entries()) {
    const servers: string[] = [];
    for (const [j, name] of NAMES.entries()) {
      if (i === j) continue;
      const path = join(home.mark, `to-${name}`);
      lines.push(await CutLine.start(path, homes[j]!.paths.socket));
      servers.push(`[servers.${name}]\naddr = "unix://${path}"\n`);
    }
    home.configure(servers.join(""));
    await home.fugue("new", `on-${NAMES[i]}`, "-d", "--", "sleep", "100000");
    await home.fugue("mcp", "allow", "*");
  }
  for (const home of homes) agents.push(await TestAgent.start(home, 1));
  return made;
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const began = systemClock.now();
  await run();
  return systemClock.now() - began;
}

async function starting(home: E2eHome, rounds: number): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const began = systemClock.now();
    const agent = await TestAgent.connect(home, 1);
    times.push(systemClock.now() - began);
    await agent[Symbol.asyncDispose]();
  }
  return median(times);
}

/** Calls at the same time, each of which says who it is. @returns how many answers were not its own */
async function wrongReplies(agent: TestAgent): Promise<number> {
  const answers = await Promise.all(Array.from({ length: SIDE_BY_SIDE }, async (_, i) => {
    const { entries } = await agent.call("metadata", { target: ".", set: { [`k${i}`]: String(i) } });
    return entries.some(({ key, value }: { key: string; value: string }) => key === `k${i}` && value === String(i));
  }));
  return answers.filter((right) => !right).length;
}

/** What came of many messages. */
interface Tally {
  lost: number;
  twice: number;
  disordered: number;
  perSecond: number;
}

async function messages({ homes, agents, lines }: Net, count: number, breaks: number): Promise<Tally> {
  const random = seededRandom(SEED);
  const got = new Map<string, number[]>();
  const each = Math.floor(count / NAMES.length);
  let sent = 0;
  let received = 0;
  let stop = false;
  const receive = async (own: string, agent: TestAgent) => {
    const known = new Set<string>();
    while (!stop) {
      const { result, failed } = await agent.try("wait_messages", { timeout: 1 });
      if (failed) await Bun.sleep(50);
      for (const { id, payload } of result?.messages ?? []) {
        if (known.has(id)) continue;
        known.add(id);
        const [from, n] = String(payload).split(" ");
        const key = `${from} ${own}`;
        got.set(key, [...(got.get(key) ?? []), Number(n)]);
        received++;
      }
      const ids = (result?.messages ?? []).map(({ id }: { id: string }) => id);
      if (ids.length > 0) await agent.try("ack", { ids });
    }
  };
  const send = async (own: string, agent: TestAgent) => {
    for (let n = 0; n < each; n++) {
      const to = NAMES[random.integer(NAMES.length)]!;
      const place = to === own ? { session: `on-${to}` } : { server: to, session: `on-${to}` };
      while ((await agent.try("send_message", { to: place, payload: `${own} ${n}`, id: `${own}-${n}` })).failed) await Bun.sleep(50);
      sent++;
    }
  };
  const breakThings = async () => {
    for (let done = 0; done < breaks && !stop; ) {
      await Bun.sleep(20);
      if (sent < ((done + 1) * each * NAMES.length) / (breaks + 1)) continue;
      const [daemon] = homes[random.integer(homes.length)]!.role("daemon");
      if (done % 2 === 1) lines[random.integer(lines.length)]!.cut();
      else if (daemon) process.kill(daemon.pid, "SIGKILL");
      done++;
    }
  };
  const began = systemClock.now();
  const receiving = NAMES.map((name, i) => receive(name, agents[i]!));
  const breaking = breakThings();
  await Promise.all(NAMES.map((name, i) => send(name, agents[i]!)));
  const seconds = (systemClock.now() - began) / 1000;
  for (let quiet = 0, last = -1; quiet < 50 && received < each * NAMES.length; ) {
    await Bun.sleep(200);
    quiet = received === last ? quiet + 1 : 0;
    last = received;
  }
  stop = true;
  await Promise.all([...receiving, breaking]);
  const lists = [...got.values()];
  const unique = lists.reduce((sum, list) => sum + new Set(list).size, 0);
  return {
    lost: each * NAMES.length - unique, twice: lists.reduce((sum, list) => sum + list.length, 0) - unique,
    disordered: lists.reduce((sum, list) => sum + list.filter((n, i) => i > 0 && n < list[i - 1]!).length, 0), perSecond: (each * NAMES.length) / seconds,
  };
}

export const agentsMcp: Case = {
  name: "agents-mcp",
  about: "the MCP server: its start, lists over three servers, calls side by side; messages over kills and cuts",
  async run(context) {
    const subject = context.subjects.find(({ name }) => name === "fugue") as FugueSubject | undefined;
    if (!subject) return [];
    process.env.FUGUE_E2E_EXECUTABLE = subject.executable;
    const made = await net(context);
    const [agent] = made.agents;
    const rounds = context.quick ? 5 : 30;
    const start = await starting(made.homes[0]!, rounds);
    await agent!.call("list_sessions");
    const lists: number[] = [];
    for (let i = 0; i < rounds; i++) lists.push(await timed(() => agent!.call("list_sessions")));
    const wrong = await wrongReplies(agent!);
    const count = context.quick ? 300 : 10_000;
    const breaks = context.quick ? 8 : 80;
    const { lost, twice, disordered, perSecond } = await messages(made, count, breaks);
    await context.cleanup.close();
    const bench = "agents";
    const note = `${count} messages among 3 servers, ${breaks / 2} kills of daemons and ${breaks / 2} cuts of lines`;
    const rows: Row[] = [
      { bench, what: "MCP: start to initialised, median", unit: "ms", values: { fugue: start }, required: atMost(150, "ms") },
      { bench, what: "MCP: list_sessions over 3 servers, median", unit: "ms", values: { fugue: median(lists) }, required: atMost(60, "ms") },
      { bench, what: `MCP: ${SIDE_BY_SIDE} calls side by side, wrong replies`, unit: "", values: { fugue: wrong }, required: atMost(0, "") },
      { bench, what: "messages lost, come twice, or out of order", unit: "", values: { fugue: lost + twice + disordered }, required: atMost(0, ""), note },
      { bench, what: "messages sent and carried", unit: "1/s", values: { fugue: perSecond }, note },
    ];
    return rows;
  },
};
