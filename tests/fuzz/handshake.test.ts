/** Strangers that send anything, to a daemon that waits for a proof, and servers that say anything to a client that wants one. */
import { expect, test } from "bun:test";
import { Connection } from "../../src/client/connection/connection.ts";
import { encodeMessage, MessageReader } from "../../src/protocol/codec.ts";
import { LARGEST_MESSAGE } from "../../src/protocol/limits.ts";
import type { Message } from "../../src/protocol/messages.ts";
import type { Peer } from "../../src/server/connections/greeting.ts";
import { memoryPair } from "../../src/transport/memory.ts";
import type { Random } from "../../src/base/random.ts";
import { DaemonRig } from "../support/daemon-rig.ts";
import { chunks, concat, fuzzRandom, pick } from "../support/fuzz.ts";
import { MESSAGE_NAMES, SAMPLES } from "../support/protocol-samples.ts";
import { settle } from "../support/virtual-clock.ts";

const ROUNDS = 150 * Number(process.env["FUZZ_TIMES"] ?? 1);
const FAR: Peer = { trusted: false, from: "192.0.2.7", fingerprint: "" };

/** A few messages, right, damaged, or no messages at all. */
function noise(random: Random): Uint8Array {
  const parts = Array.from({ length: 1 + random.integer(6) }, () => {
    const name = random.integer(3) === 0 ? pick(random, ["clientNonce", "clientHello", "serverHello", "serverProof", "welcome"] as const) : pick(random, MESSAGE_NAMES);
    const nonce = random.bytes(random.integer(4) === 0 ? random.integer(100) : 32);
    const body = name === "clientNonce" ? { nonce, version: 1 }
      : name === "clientHello" ? { ...SAMPLES.clientHello[0]!, client: 5, proof: random.bytes(32) }
      : name === "serverHello" ? { magic: "fugue", min: 1, max: 1, nonce }
      : name === "serverProof" ? { proof: random.bytes(32) } : pick(random, SAMPLES[name] as never[]);
    const bytes = encodeMessage(name, body as never).slice();
    const way = random.integer(4);
    if (way === 0) bytes[random.integer(bytes.length)]! ^= 1 << random.integer(8);
    return way === 1 ? bytes.subarray(0, random.integer(bytes.length)) : way === 2 ? random.bytes(random.integer(50)) : bytes;
  });
  return concat(parts);
}

test("a stranger gets nothing but the handshake, whatever it sends", async () => {
  const random = fuzzRandom("strangers");
  await using rig = await DaemonRig.start();
  for (let round = 0; round < ROUNDS; round++) {
    const heard: Message["name"][] = [];
    const reader = new MessageReader(LARGEST_MESSAGE);
    const duplex = rig.dial({ ...FAR, from: `192.0.2.${random.integer(250)}` });
    duplex.listen({ data: (bytes) => reader.push(bytes, ({ name }) => heard.push(name)), close() {} });
    for (const piece of chunks(noise(random), random, 40)) duplex.write(piece);
    await settle(30);
    const wrong = heard.filter((name, i) => name !== (["serverHello", "serverProof"] as const)[i] && name !== "goodbye");
    expect({ round, wrong }).toEqual({ round, wrong: [] });
    expect([...rig.daemon.clients].filter(({ hello }) => hello !== undefined)).toEqual([]);
    duplex.close(true);
  }
  await rig.pass(60_000);
  expect({ sessions: rig.daemon.model.sessions.size, clients: rig.daemon.clients.size, strangers: rig.daemon.trust.strangers.size }).toEqual({ sessions: 0, clients: 0, strangers: 0 });
  expect(rig.errors).toEqual([]);
});

test("a client tells a server that can't prove itself nothing but a nonce", async () => {
  const random = fuzzRandom("servers");
  for (let round = 0; round < ROUNDS; round++) {
    const [near, far] = memoryPair();
    const heard: Message["name"][] = [];
    const reader = new MessageReader(LARGEST_MESSAGE);
    far.listen({ data: (bytes) => reader.push(bytes, ({ name }) => heard.push(name)), close() {} });
    const connection = Connection.begin(near, { client: 5, kind: "cli", name: "t", pid: 1, release: "0" }, {}, { secret: random.bytes(32), fingerprint: "" });
    connection.command("ls", {}).catch(() => {});
    if (random.integer(2) === 0) far.write(encodeMessage("serverHello", { magic: "fugue", min: 1, max: 1, nonce: random.bytes(32) }));
    for (const piece of chunks(noise(random), random, 40)) far.write(piece);
    await settle(30);
    expect({ round, told: heard.filter((name) => name !== "clientNonce"), welcome: connection.welcome }).toEqual({ round, told: [], welcome: undefined });
    connection.end();
  }
});
