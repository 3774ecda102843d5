/** Messages among daemons, carried by relays, with cuts and kills: each comes once, in its sender's order. */
import { expect, test } from "bun:test";
import { FugueError } from "../../../src/base/errors.ts";
import { seededRandom, type Random } from "../../../src/base/random.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { Connection } from "../../../src/client/connection/connection.ts";
import { Relay } from "../../../src/mcp/relay.ts";
import type { CallOptions, ServerCalls } from "../../../src/mcp/server-calls.ts";
import { sendMessageTool } from "../../../src/mcp/send-message.ts";
import { DaemonRig } from "../../support/daemon-rig.ts";
import { waitUntil } from "../../support/wait-until.ts";

/** A network of rigs, with a relay on one of them that may be cut off from any. */
class Network implements ServerCalls {
  readonly own: string;
  private readonly connections = new Map<string, Connection>();
  cuts = 0;

  constructor(private readonly rigs: ReadonlyMap<string, DaemonRig>, own: string, private readonly random: Random | undefined) {
    this.own = own;
  }

  private static next = 1000;

  servers(): readonly string[] {
    return [...this.rigs.keys()];
  }

  connected(): readonly string[] {
    return [...this.connections].filter(([, connection]) => !connection.closed).map(([name]) => name);
  }

  cut(): void {
    for (const connection of this.connections.values()) connection.end();
    this.connections.clear();
    this.cuts++;
  }

  async call(server: string = this.own, command: string, args: Record<string, unknown>, options: CallOptions = {}): Promise<unknown> {
    if (this.random && this.random.integer(60) === 0) this.cut();
    let connection = this.connections.get(server);
    if (!connection || connection.closed) {
      const rig = this.rigs.get(server);
      if (!rig) throw new FugueError("noServer", `no ${server}`);
      const own = server === this.own ? { pane: 1 } : { origin: { server: this.rigs.get(this.own)!.daemon.serverId, session: 1 } };
      const hello = { client: Network.next++, kind: "mcp" as const, name: "relay", pid: 1, release: "0", ...own };
      connection = await Connection.open(rig.dial(), hello);
      this.connections.set(server, connection);
    }
    const { result } = await connection.command(command, args, options.signal);
    // the answer may be lost on its way back
    if (this.random && this.random.integer(40) === 0) {
      this.cut();
      throw new FugueError("closed", "cut");
    }
    return result;
  }
}

async function rigs(...names: string[]): Promise<Map<string, DaemonRig>> {
  const all = new Map<string, DaemonRig>();
  for (const name of names) {
    const rig = await DaemonRig.start({}, name.repeat(32).slice(0, 32));
    await (await rig.script()).sessions.create({ name: `on-${name}` });
    all.set(name, rig);
  }
  return all;
}

async function end(all: ReadonlyMap<string, DaemonRig>): Promise<void> {
  for (const rig of all.values()) await rig[Symbol.asyncDispose]();
}

function send(relay: Relay, args: Record<string, unknown>) {
  const call = { args, servers: relay.calls, signal: new AbortController().signal, cwd: "/" };
  return sendMessageTool(relay).run(call).then(({ structured }) => (structured.messages as any[])[0]);
}

test("a message to another server is carried there, an answer comes back, what has no place says so", async () => {
  const all = await rigs("a", "b");
  const network = new Network(all, "a", undefined);
  const relay = new Relay(network, systemClock);
  expect(await send(relay, { to: { server: "b", session: "on-b" }, payload: { n: 1 }, type: "job" })).toMatchObject({ state: "delivered", recipients: 1 });
  expect(await send(relay, { to: { server: "b", session: "nobody" }, payload: "x" })).toMatchObject({ state: "undeliverable", reason: "no session is called 'nobody'" });
  expect(await send(relay, { to: "b:on-b", payload: "second" })).toMatchObject({ state: "delivered" });
  const b = all.get("b")!;
  const worker = await b.client("mcp", 1);
  const { messages } = (await worker.command("msg ls")).result as any;
  expect(messages.map(({ payload, type, from }: any) => [payload, type, from])).toEqual([["{\"n\":1}", "job", "on-a"], ["second", "text", "on-a"]]);
  // the answer is fetched by the relay that is connected to both: the worker's server knows no way back
  expect((await worker.command("msg send", { payload: "done", reply: messages[0].id })).result).toMatchObject({ messages: [{ state: "queued" }] });
  const agent = await all.get("a")!.client("mcp", 1);
  let inbox: any[] = [];
  await waitUntil("two messages", async () => {
    inbox = ((await agent.command("msg ls")).result as any).messages;
    return inbox.length >= 2;
  }, () => inbox);
  expect(inbox.map(({ type, payload }) => [type, payload]).at(-1)).toEqual(["text", "done"]);
  expect(inbox[0].type).toBe("undeliverable");
  relay.stop();
  network.cut();
  await end(all);
});

test("among three servers with random cuts and kills each message comes once, in its sender's order", async () => {
  const seed = Number(process.env.FUZZ_SEED ?? crypto.getRandomValues(new Uint32Array(1))[0]);
  console.log(`relay: FUZZ_SEED=${seed}`);
  const random = seededRandom(seed);
  const all = await rigs("a", "b", "c");
  const senders = ["a", "b", "c"].map((own) => {
    const network = new Network(all, own, seededRandom(random.integer(2 ** 31)));
    return { own, network, relay: new Relay(network, systemClock) };
  });
  const got = new Map<string, string[]>();
  const MESSAGES = 24;
  // a relay whose deliveries failed again and again rests for ten seconds
  const LONGEST_WAIT_MS = 30_000;
  // a restart while messages are taken out would take them out of the daemon that is gone
  let last: Promise<void> = Promise.resolve();
  const alone = (run: () => Promise<void>) => (last = last.then(run));
  const fetchAll = () => alone(async () => {
    for (const [name, rig] of all) {
      const ops = await rig.script(1);
      for (const { id, payload } of ops.mail.list(1, [])) {
        const [from, n] = payload.split(" ");
        const key = `${from} to ${name}`;
        got.set(key, [...(got.get(key) ?? []), n!]);
        await ops.mail.acknowledge(1, [id]);
      }
    }
  });
  await Promise.all(senders.map(async ({ own, relay }) => {
    for (let n = 0; n < MESSAGES; n++) {
      const to = ["a", "b", "c"][n % 3]!;
      await send(relay, { to: to === own ? `on-${own}` : `${to}:on-${to}`, payload: `${own} ${n}`, id: `${own}-${n}` });
      if (random.integer(15) === 0) await alone(() => [...all.values()][random.integer(3)]!.restart());
      if (random.integer(10) === 0) await fetchAll();
    }
  }));
  const count = () => [...got.values()].reduce((sum, list) => sum + list.length, 0);
  let tries = 0;
  await waitUntil("every message", async () => {
    await fetchAll();
    // a connection that was cut comes back by itself
    if (tries++ % 20 === 0) for (const { relay } of senders) await relay.calls.call(undefined, "whoami", {}).catch(() => {});
    return count() >= 3 * MESSAGES;
  }, () => Object.fromEntries(got), LONGEST_WAIT_MS);
  for (const [name, list] of got) {
    expect([name, list.map(Number)]).toEqual([name, [...new Set(list.map(Number))].sort((x, y) => x - y)]);
  }
  expect(count()).toBe(3 * MESSAGES);
  expect(senders.reduce((sum, { network }) => sum + network.cuts, 0)).toBeGreaterThan(2);
  for (const { relay, network } of senders) {
    relay.stop();
    network.cut();
  }
  await end(all);
}, 60_000);
