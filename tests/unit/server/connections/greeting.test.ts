/** The mutual proof between the real client and the real daemon, and what strangers and forgers get. */
import { describe, expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import type { FugueError } from "../../../../src/base/errors.ts";
import { Connection } from "../../../../src/client/connection/connection.ts";
import { encodeMessage, MessageReader } from "../../../../src/protocol/codec.ts";
import { prove, type Terms } from "../../../../src/protocol/handshake.ts";
import { LARGEST_STRANGER_MESSAGE } from "../../../../src/protocol/limits.ts";
import type { Message, MessageBodies, MessageName } from "../../../../src/protocol/messages.ts";
import type { Peer } from "../../../../src/server/connections/greeting.ts";
import type { Duplex } from "../../../../src/transport/duplex.ts";
import { memoryPair } from "../../../../src/transport/memory.ts";
import { DaemonRig, type TestClient } from "../../../support/daemon-rig.ts";
import { rejection } from "../../../support/thrown.ts";

const FINGERPRINT = "0a".repeat(32);
const FAR: Peer = { trusted: false, from: "192.0.2.7", fingerprint: FINGERPRINT };
const IDENTITY = { client: 5, kind: "cli" as const, name: "t", pid: 1, release: "0" };
const NONCE = new Uint8Array(32).fill(3);

function open(rig: DaemonRig, change: { secret?: Uint8Array; fingerprint?: string; invite?: string } = {}, peer = FAR) {
  const secret = change.secret ?? rig.daemon.trust.secret;
  return Connection.open(rig.dial(peer), IDENTITY, {}, { secret, fingerprint: change.fingerprint ?? FINGERPRINT, invite: change.invite }, rig.clock);
}

/** The terms of the last handshake of a hand-made client. */
function termsOf(client: TestClient, change: Partial<Terms> = {}): Terms {
  const { min, max, nonce } = client.all("serverHello")[0]!;
  return { min, max, version: 1, serverNonce: nonce, clientNonce: NONCE, fingerprint: FINGERPRINT, ...change };
}

async function stranger(rig: DaemonRig, peer = FAR): Promise<TestClient> {
  const client = rig.connect(peer);
  await rig.settle();
  client.send("clientNonce", { nonce: NONCE, version: 1 });
  await rig.settle();
  return client;
}

const names = (client: TestClient) => client.heard.map(({ name }) => name);

describe("who knows the secret", () => {
  test("is welcome, and may send its first command together with the hello", async () => {
    await using rig = await DaemonRig.start();
    const writes: Message["name"][][] = [];
    const connection = Connection.begin(recorded(rig.dial(FAR), writes), IDENTITY, {}, { secret: rig.daemon.trust.secret, fingerprint: FINGERPRINT }, rig.clock);
    const status = connection.command("status", {});
    await connection.ready;
    expect(connection.welcome).toMatchObject({ server: "id" });
    expect(writes).toEqual([["clientNonce"], ["clientHello", "command"]]);
    expect((await status).result).toMatchObject({ status: [{ sessions: 0 }] });
    expect(rig.daemon.trust.strangers.size).toBe(0);
    connection.end();
  });

  test("may prove it at a unix socket too", async () => {
    await using rig = await DaemonRig.start();
    (await open(rig, { fingerprint: "" }, { trusted: true, from: "unix", fingerprint: "" })).end();
  });

  test("of an invite is given the lasting secret, once", async () => {
    await using rig = await DaemonRig.start();
    const { trust } = rig.daemon;
    const invite = trust.invites.open(rig.clock.wall(), rig.clock.wall() + 60_000);
    const connection = await open(rig, { secret: invite.secret, invite: invite.id });
    expect(connection.lastingSecret).toEqual(trust.secret);
    (await open(rig, { secret: connection.lastingSecret })).end();
    connection.end();
    const again = await rejection(open(rig, { secret: invite.secret, invite: invite.id }));
    expect(again).toMatchObject({ code: "refused", message: expect.stringContaining("invite is not open"), hint: expect.stringContaining("fugue server invite") });
  });
});

describe("who does not know it", () => {
  test("with another secret does not believe the server, and says nothing more", async () => {
    await using rig = await DaemonRig.start();
    const writes: Message["name"][][] = [];
    const connection = Connection.begin(recorded(rig.dial(FAR), writes), IDENTITY, {}, { secret: NONCE, fingerprint: FINGERPRINT }, rig.clock);
    const command = rejection(connection.command("status", {}));
    expect(await rejection(connection.ready)).toMatchObject({ code: "refused", message: expect.stringContaining("not the expected one"), hint: expect.stringContaining("fugue server invite") });
    expect((await command).code).toBe("refused");
    expect(writes).toEqual([["clientNonce"]]);
  });

  test.each<[string, Partial<Terms>, "server" | "client"]>([
    ["a reflected proof", {}, "server"],
    ["a proof for another certificate", { fingerprint: "0b".repeat(32) }, "client"],
    ["a proof without one", { fingerprint: "" }, "client"],
    ["a proof for a wider range of versions", { max: 2 }, "client"],
    ["a proof of another handshake", { serverNonce: NONCE }, "client"],
  ])("is refused with %s", async (_, change, role) => {
    await using rig = await DaemonRig.start();
    const client = await stranger(rig);
    expect(names(client)).toEqual(["serverHello", "serverProof"]);
    const proof = prove(rig.daemon.trust.secret, role, termsOf(client, change));
    client.send("clientHello", { version: 1, ...IDENTITY, proof });
    client.send("command", { seq: 1, name: "status", args: {} });
    await rig.settle();
    expect(names(client)).toEqual(["serverHello", "serverProof", "goodbye"]);
    expect(client.closed).toBe(true);
    expect(rig.daemon.clients.size).toBe(0);
  });

  test("gains nothing from a handshake that it overheard", async () => {
    await using rig = await DaemonRig.start();
    const heard = await stranger(rig);
    const hello = { version: 1, ...IDENTITY, proof: prove(rig.daemon.trust.secret, "client", termsOf(heard)) };
    heard.send("clientHello", hello);
    await rig.settle();
    expect(names(heard)).toContain("welcome");
    const replayed = await stranger(rig);
    replayed.send("clientHello", hello);
    await rig.settle();
    expect(names(replayed)).toEqual(["serverHello", "serverProof", "goodbye"]);
  });

  test.each<[string, MessageName, unknown]>([
    ["no proof", "clientHello", { version: 1, ...IDENTITY }],
    ["a version that nobody speaks", "clientNonce", { nonce: NONCE, version: 99 }],
    ["an unknown invite", "clientNonce", { nonce: NONCE, version: 1, invite: "0011223344556677" }],
    ["an invite that is a path", "clientNonce", { nonce: NONCE, version: 1, invite: "../../token" }],
  ])("with %s is told why, and not who we are", async (_, name, body) => {
    await using rig = await DaemonRig.start();
    const client = rig.connect(FAR);
    client.send(name, body as never);
    await rig.settle();
    expect(names(client)).toEqual(["serverHello", "goodbye"]);
    expect(JSON.stringify(client.heard)).not.toMatch(/0\.1\.0|"id"|\bh\b|\/tmp/);
  });

  test.each<[string, MessageName, unknown]>([
    ["a command", "command", { seq: 1, name: "status", args: {} }],
    ["an attach", "attach", { seq: 1, cols: 80, rows: 24, create: {} }],
    ["a ping", "ping", { n: 1 }],
    ["a server's message", "welcome", { version: 1, server: "x", host: "", release: "", pid: 1 }],
  ])("and begins with %s gets the greeting and not a byte more", async (_, name, body) => {
    await using rig = await DaemonRig.start();
    const client = rig.connect(FAR);
    client.send(name, body as never);
    await rig.settle();
    expect(names(client)).toEqual(["serverHello"]);
    expect(client.closed).toBe(true);
    expect(rig.daemon.model.sessions.size).toBe(0);
  });

  test.each([["a web browser", "GET / HTTP/1.1\r\n\r\n"], ["ssh", "SSH-2.0-x\r\n"], ["an announced 64 KiB and a byte", "\0\x01\0\x01"]])("and is %s gets the greeting and not a byte more", async (_, text) => {
    await using rig = await DaemonRig.start();
    const client = rig.connect(FAR);
    client.duplex.write(new TextEncoder().encode(text));
    await rig.settle();
    expect(names(client)).toEqual(["serverHello"]);
    expect(client.closed).toBe(true);
  });

  test("and says nothing is dropped when its time is over", async () => {
    await using rig = await DaemonRig.start();
    const client = rig.connect(FAR);
    await rig.pass(9_000);
    expect(client.closed).toBe(false);
    await rig.pass(2_000);
    expect(client.closed).toBe(true);
    expect(names(client)).toEqual(["serverHello"]);
    expect(rig.daemon.trust.strangers.size).toBe(0);
  });

  test("is not heard of in the log with what it sent, and nobody's secret is there", async () => {
    await using rig = await DaemonRig.start();
    const { trust } = rig.daemon;
    const invite = trust.invites.open(rig.clock.wall(), rig.clock.wall() + 60_000);
    await rejection(open(rig, { secret: NONCE }));
    (await open(rig, { secret: invite.secret, invite: invite.id })).end();
    const client = await stranger(rig);
    client.send("clientHello", { version: 1, ...IDENTITY, name: "intruder-text", proof: NONCE });
    await rig.settle();
    const log = rig.lines.join("\n");
    expect(log).toContain('"handshake failed"');
    expect(log).toContain("192.0.2.7");
    for (const secret of [trust.secret, invite.secret, NONCE]) for (const form of ["hex", "base64", "base64url"] as const) {
      expect(log).not.toContain(Buffer.from(secret).toString(form));
    }
    expect(log).not.toContain("intruder-text");
  });
});

describe("failures", () => {
  async function fail(rig: DaemonRig, peer = FAR): Promise<void> {
    const client = await stranger(rig, peer);
    await rig.pass(3_000);
    client.send("clientHello", { version: 1, ...IDENTITY, proof: NONCE });
    await rig.settle();
    expect(names(client).at(-1)).toBe("goodbye");
  }

  test("slow down their address, and no other", async () => {
    await using rig = await DaemonRig.start();
    for (let n = 0; n < 5; n++) await fail(rig);
    const slow = await stranger(rig);
    expect(names(slow)).toEqual(["serverHello"]);
    const other = await stranger(rig, { ...FAR, from: "192.0.2.8" });
    expect(names(other)).toEqual(["serverHello", "serverProof"]);
    await rig.pass(3_000);
    expect(names(slow)).toEqual(["serverHello", "serverProof"]);
  });

  test("are forgiven when the secret is proved", async () => {
    await using rig = await DaemonRig.start();
    for (let n = 0; n < 5; n++) await fail(rig);
    const opening = open(rig);
    await rig.pass(3_000);
    (await opening).end();
    expect(rig.daemon.trust.strangers.delay(FAR.from)).toBe(0);
  });

  test("who does not wait for the proof is dropped", async () => {
    await using rig = await DaemonRig.start();
    for (let n = 0; n < 5; n++) await fail(rig);
    const client = await stranger(rig);
    client.send("clientHello", { version: 1, ...IDENTITY, proof: prove(rig.daemon.trust.secret, "client", termsOf(client)) });
    await rig.settle();
    expect(names(client)).not.toContain("welcome");
    await rig.pass(5_000);
    expect(names(client)).not.toContain("serverProof");
  });
});

test("a secret that others can read proves nothing, and its path is not told", async () => {
  await using rig = await DaemonRig.start();
  void rig.daemon.trust.secret;
  await rig.restart();
  chmodSync(rig.home.paths.token, 0o644);
  const client = await stranger(rig);
  expect(names(client)).toEqual(["serverHello", "goodbye"]);
  expect(JSON.stringify(client.heard)).not.toContain("token");
  expect(rig.lines.join("\n")).toContain("the secret can't be read");
});

describe("a client", () => {
  const hello = { magic: "fugue", min: 1, max: 1, nonce: NONCE };
  const secret = new Uint8Array(32).fill(1);

  /** What the client says of a server that speaks these messages, and what it sent to it. */
  async function meet(speech: (end: Duplex, send: <N extends MessageName>(name: N, body: MessageBodies[N]) => void, nonce: () => Uint8Array) => void): Promise<{ error: FugueError; sent: Message["name"][] }> {
    const [near, far] = memoryPair();
    const sent: Message[] = [];
    const reader = new MessageReader(LARGEST_STRANGER_MESSAGE);
    far.listen({ data: (bytes) => reader.push(bytes, (message) => sent.push(message)), close() {} });
    const connection = Connection.begin(near, IDENTITY, {}, { secret, fingerprint: FINGERPRINT });
    void connection.command("status", {}).catch(() => {});
    const nonce = () => (sent.find(({ name }) => name === "clientNonce")!.body as MessageBodies["clientNonce"]).nonce;
    speech(far, (name, body) => far.write(encodeMessage(name, body)), nonce);
    const error = await rejection(connection.ready);
    await Bun.sleep(1);
    return { error, sent: sent.map(({ name }) => name) };
  }

  test.each<[string, Parameters<typeof meet>[0], string]>([
    ["another program", (end) => end.write(new TextEncoder().encode("SSH-2.0-OpenSSH_9.2\r\n")), "this is no fugue server"],
    ["a program that only closes", (end) => end.close(), "closed the connection"],
    ["another magic word", (_, send) => send("serverHello", { ...hello, magic: "other" }), "this is no fugue server"],
    ["a welcome out of nothing", (_, send) => send("welcome", { version: 1, server: "", host: "", release: "", pid: 1 }), "this is no fugue server"],
    ["a newer server", (_, send) => send("serverHello", { ...hello, min: 7, max: 9 }), "protocol 7 to 9"],
    ["a short nonce", (_, send) => send("serverHello", { ...hello, nonce: new Uint8Array(3) }), "this is no fugue server"],
    ["a server that skips its proof", (_, send) => {
      send("serverHello", hello);
      send("welcome", { version: 1, server: "", host: "", release: "", pid: 1 });
    }, "sent welcome during the handshake"],
    ["a server that guesses", (_, send) => {
      send("serverHello", hello);
      send("serverProof", { proof: NONCE });
    }, "not the expected one"],
    ["a server that greets twice", (_, send) => {
      send("serverHello", hello);
      send("serverHello", hello);
    }, "sent serverHello during the handshake"],
  ])("gives %s nothing", async (_, speech, message) => {
    const met = await meet(speech);
    expect(met.error.message).toContain(message);
    expect(met.sent.filter((name) => name !== "clientNonce")).toEqual([]);
  });

  test("does not believe a proof for other versions than it was offered", async () => {
    await using rig = await DaemonRig.start();
    const [near, far] = memoryPair();
    const inner = rig.dial(FAR);
    // in the middle: what the daemon offers is changed on its way
    const reader = new MessageReader(LARGEST_STRANGER_MESSAGE);
    inner.listen({
      data: (bytes) => reader.push(bytes, ({ name, body }) => far.write(encodeMessage(name, name === "serverHello" ? { ...(body as object), max: 7 } as never : body))),
      close: () => far.close(),
    });
    far.listen({ data: (bytes) => inner.write(bytes), close: () => inner.close() });
    const opening = Connection.open(near, IDENTITY, {}, { secret: rig.daemon.trust.secret, fingerprint: FINGERPRINT }, rig.clock);
    expect((await rejection(opening)).message).toContain("not the expected one");
  });

  test("does not wait for ever", async () => {
    await using rig = await DaemonRig.start();
    const [near, far] = memoryPair();
    const opening = rejection(Connection.open(near, IDENTITY, {}, undefined, rig.clock));
    await rig.pass(11_000);
    expect(await opening).toMatchObject({ code: "timeout", message: "the server did not greet in time" });
    far.close(true);
  });
});

/** A duplex that notes which messages each write holds. */
function recorded(duplex: Duplex, writes: Message["name"][][]): Duplex {
  const write = duplex.write.bind(duplex);
  duplex.write = (bytes) => {
    const held: Message["name"][] = [];
    new MessageReader(1 << 24).push(bytes, ({ name }) => held.push(name));
    writes.push(held);
    write(bytes);
  };
  return duplex;
}
