/** What is left after clients that were killed, and what a foreign program on the tunnel's port gets to hear. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { sleep, systemClock } from "../../../src/base/clock.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { encodeMessage, MessageReader } from "../../../src/protocol/codec.ts";
import { LARGEST_MESSAGE, NONCE_BYTES, PROTOCOL_MAGIC, PROTOCOL_MAX, PROTOCOL_MIN } from "../../../src/protocol/limits.ts";
import { freePort, SSH_USER } from "../../support/sshd.ts";
import { FarMachine } from "../subjects/far-machine.ts";
import type { Case, Context } from "../support/bench.ts";
import { killHard, runBeside } from "../support/processes.ts";
import { atMost, type Row } from "../support/result.ts";
import { Tty } from "../support/tty.ts";

const SIZE = { cols: 80, rows: 24 };
const SEED = 30;
/** Clients that run at a time. */
const TOGETHER = 8;
const SETTLE_MS = 3000;

/** Clients that are killed at any moment of their first second. Half of them come while there is no tunnel yet. */
async function killMany(machine: FarMachine, count: number): Promise<void> {
  const random = seededRandom(SEED);
  let left = count;
  const killOne = async () => {
    while (left > 0) {
      left--;
      const tty = new Tty(machine.say("attach", "kills"), SIZE);
      tty.emulating = false;
      await sleep(systemClock, random.float() * 600);
      await killHard(tty.pid);
      await tty.close();
      if (left === count >> 1) await machine.stopTunnel().catch(() => {});
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, killOne));
}

async function kills(context: Context): Promise<Row[]> {
  const count = context.quick ? 24 : 200;
  context.say(`${count} clients killed, seed ${SEED}`);
  const machine = await FarMachine.start(context, { delayMs: 5 });
  machine.fugue.start("kills", ["cat"], SIZE);
  await machine.raiseTunnel();
  await killMany(machine, count);
  await machine.raiseTunnel();
  await sleep(systemClock, SETTLE_MS);
  const processes = machine.processes();
  const tunnels = processes.filter(({ command }) => command.includes("--role=tunnel"));
  const clients = machine.there("clients", "--json");
  const listed = (JSON.parse(clients) as { clients: unknown[] }).clients.length;
  const bench = `remote, ${count} clients killed`;
  const others = processes.filter((process) => !tunnels.includes(process)).map(({ command }) => command.slice(0, 60));
  return [
    {
      bench, what: "processes left besides one tunnel", unit: "", values: { fugue: processes.length - 1 }, required: atMost(0, ""),
      note: `seed ${SEED}${others.length > 0 ? `; left: ${others.join(", ")}` : ""}`,
    },
    { bench, what: "clients that the far server still knows", unit: "", values: { fugue: listed }, required: atMost(0, "") },
  ];
}

/** A program that listens where the tunnel should: it says nothing, or what a server of fugue would say first. */
function foreign(port: number, speaks: boolean): { bytes: number; application: number; stop(): void } {
  const heard = { bytes: 0, application: 0 };
  const listener = Bun.listen<{ reader: MessageReader }>({
    hostname: "127.0.0.1", port,
    socket: {
      open(socket) {
        socket.data = { reader: new MessageReader(LARGEST_MESSAGE) };
        if (speaks) socket.write(encodeMessage("serverHello", { magic: PROTOCOL_MAGIC, min: PROTOCOL_MIN, max: PROTOCOL_MAX, nonce: new Uint8Array(NONCE_BYTES) }));
      },
      data(socket, bytes) {
        heard.bytes += bytes.length;
        socket.data.reader.push(bytes, ({ name }, size) => {
          if (name !== "clientNonce") heard.application += size;
          else socket.write(encodeMessage("serverProof", { proof: new Uint8Array(32) }));
        });
      },
    },
  });
  return Object.assign(heard, { stop: () => listener.stop(true) });
}

async function squatted(context: Context): Promise<Row[]> {
  context.say("a foreign program on the port");
  const machine = await FarMachine.start(context, { delayMs: 5 });
  const [port, farPort] = [await freePort(), await freePort()];
  appendFileSync(join(machine.fugue.folder, "config", "fugue", "config.toml"), `[server]\nlisten = ["tcp://127.0.0.1:${farPort}"]\n`);
  machine.fugue.start("main", ["cat"], SIZE);
  machine.configure([
    `addr = "tcp://127.0.0.1:${port}"`, `ssh_host = "${SSH_USER}@far"`, "ssh_tunnel = true", `remote_addr = "tcp://127.0.0.1:${farPort}"`,
  ]);
  let application = 0;
  let named = 0;
  for (const speaks of [false, true]) {
    const heard = foreign(port, speaks);
    const error = await runBeside(machine.say("ls")).then(() => "it worked", (failure: Error) => failure.message);
    // a program that says nothing may hear nothing at all
    application += speaks ? heard.application : heard.bytes;
    if (error.includes(`${process.pid}`)) named++;
    else context.say(`the error: ${error}`);
    heard.stop();
  }
  const bench = "remote, foreign program on the port";
  return [
    { bench, what: "application bytes that it gets", unit: "B", values: { fugue: application }, required: atMost(0, "B") },
    { bench, what: "errors that do not name it", unit: "", values: { fugue: 2 - named }, required: atMost(0, "") },
  ];
}

export const remoteLeftovers: Case = {
  name: "remote-leftovers",
  about: "200 clients killed, and what is left of them; a foreign program on the tunnel's port",
  async run(context) {
    const rows = await kills(context);
    await context.cleanup.close();
    return [...rows, ...(await squatted(context))];
  },
};
