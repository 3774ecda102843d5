/** The daemon's listeners on real sockets of loopback, with real clients. */
import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Connection } from "../../../src/client/connection/connection.ts";
import { redeemInvite } from "../../../src/client/connection/redeem.ts";
import { parseListenAddress } from "../../../src/config/listen.ts";
import { Listeners } from "../../../src/server/listeners.ts";
import type { Duplex } from "../../../src/transport/duplex.ts";
import { connectTcp, listenTcp } from "../../../src/transport/tcp.ts";
import { connectTls } from "../../../src/transport/tls.ts";
import { connectUnix } from "../../../src/transport/unix.ts";
import { certificatePath } from "../../../src/trust/certificate.ts";
import { inviteFrom } from "../../../src/trust/invite.ts";
import { DaemonRig } from "../../support/daemon-rig.ts";
import { DuplexLog } from "../../support/duplex-log.ts";
import { rejection } from "../../support/thrown.ts";
import { waitUntil } from "../../support/wait-until.ts";

const IDENTITY = { client: 5, kind: "cli" as const, name: "t", pid: 1, release: "0" };

/** A port that is free now. */
function freePort(): number {
  const probe = listenTcp({ host: "127.0.0.1", port: 0 }, () => {});
  probe.dispose();
  return probe.port;
}

class Rig {
  readonly listeners: Listeners;
  private readonly duplexes: Duplex[] = [];

  private constructor(readonly daemons: DaemonRig) {
    this.listeners = new Listeners(daemons.daemon, daemons.clock);
  }

  static async start(...urls: string[]): Promise<Rig> {
    const rig = new Rig(await DaemonRig.start());
    await rig.listeners.openOwn();
    await rig.set(...urls);
    return rig;
  }

  get trust() {
    return this.daemons.daemon.trust;
  }

  set(...urls: string[]): Promise<void> {
    return this.listeners.set(urls.map((url) => parseListenAddress(url)));
  }

  async status(): Promise<{ listening: string[]; notListening: { address: string; problem: string }[] }> {
    return (await this.daemons.script()).status();
  }

  keep<T extends Duplex>(duplex: T): T {
    this.duplexes.push(duplex);
    return duplex;
  }

  /** A command over a connection with this secret. */
  async ask(duplex: Duplex, fingerprint: string, secret = this.trust.secret): Promise<unknown> {
    const connection = await Connection.open(this.keep(duplex), IDENTITY, {}, { secret, fingerprint });
    const { result } = await connection.command("status", {});
    connection.end();
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const duplex of this.duplexes) duplex.close(true);
    this.listeners.dispose();
    await waitUntil("the clients' end", () => this.daemons.daemon.clients.size === 0 || (this.daemons.daemon.clients.forEach((c) => c.close("over")), false));
    await this.daemons[Symbol.asyncDispose]();
  }
}

describe("a tcp listener", () => {
  test("serves who knows the secret, and nobody else", async () => {
    const port = freePort();
    await using rig = await Rig.start(`tcp://127.0.0.1:${port}`);
    expect(await rig.ask(await connectTcp("127.0.0.1", port), "")).toMatchObject({ status: [{ protocol: 1 }] });
    expect((await rejection(rig.ask(await connectTcp("127.0.0.1", port), "", new Uint8Array(32)))).message).toContain("not the expected one");
    const open = Connection.open(rig.keep(await connectTcp("127.0.0.1", port)), IDENTITY);
    expect(await rejection(open)).toMatchObject({ code: "refused", message: expect.stringContaining("wants a proof") });
    expect(statSync(rig.daemons.home.paths.token).mode & 0o777).toBe(0o600);
    expect((await rig.status()).listening).toEqual([`unix://${rig.daemons.home.paths.socket}`, `tcp://127.0.0.1:${port}`]);
  });

  test("gives a half-open peer its greeting and drops it in time", async () => {
    const port = freePort();
    await using rig = await Rig.start(`tcp://127.0.0.1:${port}`);
    const peer = new DuplexLog(rig.keep(await connectTcp("127.0.0.1", port)));
    await waitUntil("the greeting", () => peer.bytes > 0);
    const { bytes } = peer;
    await rig.daemons.pass(11_000);
    await waitUntil("the end", () => peer.closes === 1);
    expect(peer.bytes).toBe(bytes);
  });

  test("drops the oldest when strangers are too many, and still serves", async () => {
    const port = freePort();
    await using rig = await Rig.start(`tcp://127.0.0.1:${port}`);
    const peers: DuplexLog[] = [];
    for (let n = 0; n < 140; n++) peers.push(new DuplexLog(rig.keep(await connectTcp("127.0.0.1", port))));
    await waitUntil("the first to be dropped", () => peers.filter(({ closes }) => closes > 0).length >= 12);
    expect(rig.trust.strangers.size).toBeLessThanOrEqual(128);
    await rig.ask(await connectTcp("127.0.0.1", port), "");
    expect(peers.at(-1)!.closes).toBe(0);
  });
});

describe("a tls listener", () => {
  test("makes its certificate, and binds the secret to it", async () => {
    const port = freePort();
    await using rig = await Rig.start(`tls://127.0.0.1:${port}`);
    const { fingerprint } = await rig.trust.certificate();
    expect(statSync(certificatePath(rig.daemons.home.paths)).mode & 0o777).toBe(0o600);
    expect(await rig.ask(await connectTls("127.0.0.1", port, fingerprint), fingerprint)).toMatchObject({ status: [{}] });
    // as if somebody in between had shown another certificate
    expect((await rejection(rig.ask(await connectTls("127.0.0.1", port, fingerprint), "0b".repeat(32)))).code).toBe("refused");
  });

  test("with a certificate that others can read does not open until that is put right", async () => {
    const port = freePort();
    await using rig = await Rig.start();
    await rig.trust.certificate();
    await rig.daemons.restart();
    const listeners = new Listeners(rig.daemons.daemon, rig.daemons.clock);
    chmodSync(certificatePath(rig.daemons.home.paths), 0o644);
    await listeners.set([parseListenAddress(`tls://127.0.0.1:${port}`)]);
    expect((await rig.status()).notListening).toMatchObject([{ address: `tls://127.0.0.1:${port}`, problem: expect.stringContaining("open to other users") }]);
    chmodSync(certificatePath(rig.daemons.home.paths), 0o600);
    rig.daemons.clock.advance(1000);
    await waitUntil("the listener", () => rig.daemons.daemon.notListening.length === 0);
    listeners.dispose();
  });
});

describe("listeners", () => {
  test("come and go with the settings, and connections stay", async () => {
    const [one, two] = [freePort(), freePort()];
    await using rig = await Rig.start(`tcp://127.0.0.1:${one}`);
    const connection = await Connection.open(rig.keep(await connectTcp("127.0.0.1", one)), { ...IDENTITY, client: IDENTITY.client + 1 }, {}, { secret: rig.trust.secret, fingerprint: "" });
    await rig.set(`tcp://127.0.0.1:${two}`);
    expect((await rig.status()).listening.slice(1)).toEqual([`tcp://127.0.0.1:${two}`]);
    expect((await rejection(connectTcp("127.0.0.1", one))).code).toBe("noServer");
    await rig.ask(await connectTcp("127.0.0.1", two), "");
    expect((await connection.command("status", {})).result).toMatchObject({ status: [{}] });
    connection.end();
  });

  test("that find their port busy say by whom, and open when it is free", async () => {
    const squatter = listenTcp({ host: "127.0.0.1", port: 0 }, () => {});
    const url = `tcp://127.0.0.1:${squatter.port}`;
    await using rig = await Rig.start(url);
    expect((await rig.status()).notListening).toMatchObject([{ address: url, problem: expect.stringContaining(`127.0.0.1:${squatter.port} is in use`) }]);
    squatter.dispose();
    await Bun.sleep(1);
    rig.daemons.clock.advance(1000);
    await waitUntil("the listener", () => rig.daemons.daemon.notListening.length === 0);
    await rig.ask(await connectTcp("127.0.0.1", squatter.port), "");
  });

  test("at unix sockets serve our own user without a proof", async () => {
    await using rig = await Rig.start();
    const path = join(rig.daemons.home.path, "more.sock");
    await rig.set(`unix://${path}`);
    const connection = await Connection.open(rig.keep(await connectUnix(path)), IDENTITY);
    expect((await connection.command("status", {})).result).toMatchObject({ status: [{}] });
    connection.end();
    rig.listeners.dispose();
    expect(existsSync(path)).toBe(false);
  });
});

describe("an invite", () => {
  test("is exchanged for the lasting secret at the first address that answers, once", async () => {
    const port = freePort();
    await using rig = await Rig.start(`tls://127.0.0.1:${port}`);
    const ports = (await rig.daemons.script()).trust;
    const info = await ports.invite(60_000, [`tls://127.0.0.1:${freePort()}`, `tls://127.0.0.1:${port}`]);
    const invite = inviteFrom(info.invite);
    const redeemed = await redeemInvite(invite, IDENTITY, rig.daemons.clock.wall());
    expect(redeemed).toMatchObject({ address: { kind: "tls", port }, secret: rig.trust.secret, fingerprint: (await rig.trust.certificate()).fingerprint });
    expect(redeemed.welcome.server).toBe("id");
    expect(await rejection(redeemInvite(invite, IDENTITY, rig.daemons.clock.wall()))).toMatchObject({ code: "refused", message: expect.stringContaining("invite is not open") });
  });

  test("that has expired is refused on both sides", async () => {
    const port = freePort();
    await using rig = await Rig.start(`tls://127.0.0.1:${port}`);
    const invite = inviteFrom((await (await rig.daemons.script()).trust.invite(5_000, [])).invite);
    expect(invite.addresses).toEqual([{ kind: "tls", host: "127.0.0.1", port }]);
    rig.daemons.clock.advance(6_000);
    expect(await rejection(redeemInvite(invite, IDENTITY, rig.daemons.clock.wall()))).toMatchObject({ message: "this invite has expired" });
    expect(await rejection(redeemInvite(invite, IDENTITY, 0))).toMatchObject({ code: "refused", message: expect.stringContaining("invite is not open") });
  });

  test("leads to names of this machine where it listens on all addresses", async () => {
    const port = freePort();
    await using rig = await Rig.start(`tls://0.0.0.0:${port}`);
    const { addresses } = await (await rig.daemons.script()).trust.invite(5_000, []);
    expect(addresses.length).toBeGreaterThan(0);
    expect(addresses.join()).not.toContain("0.0.0.0");
  });

  test("needs a place to lead to", async () => {
    await using rig = await Rig.start();
    const { trust } = await rig.daemons.script();
    expect(await rejection(trust.invite(5_000, []))).toMatchObject({ message: "this server listens on no port" });
    for (const url of ["unix:///x", "ssh://x", "tcp://example.org:1"]) expect((await rejection(trust.invite(5_000, [url]))).code).toBe("usage");
  });

  test("is given to our own user at a unix socket, and so is the secret", async () => {
    const port = freePort();
    await using rig = await Rig.start(`tcp://127.0.0.1:${port}`);
    const far = await Connection.open(rig.keep(await connectTcp("127.0.0.1", port)), IDENTITY, {}, { secret: rig.trust.secret, fingerprint: "" });
    for (const command of ["server secret", "server invite"]) {
      expect(await rejection(far.command(command, { url: [] }))).toMatchObject({ code: "refused", message: expect.stringContaining("only to its own user") });
    }
    far.end();
    const own = await Connection.open(rig.keep(await connectUnix(rig.daemons.home.paths.socket)), { ...IDENTITY, client: 6 });
    expect((await own.command("server secret", {})).result).toEqual({ secrets: [{ secret: Buffer.from(rig.trust.secret).toString("hex") }] });
    own.end();
  });
});

test("a secret that is renewed lets nobody in who knows the old one; who came with it is cut off, own clients stay", async () => {
  const port = freePort();
  await using rig = await Rig.start(`tcp://127.0.0.1:${port}`);
  const old = rig.trust.secret;
  const open = async (secret: Uint8Array) => Connection.open(rig.keep(await connectTcp("127.0.0.1", port)), IDENTITY, {}, { secret, fingerprint: "" });
  const invite = inviteFrom((await (await rig.daemons.script()).trust.invite(60_000, [`tcp://127.0.0.1:${port}`])).invite);
  const far = await open(old);
  let cut = 0;
  far.onClosed(() => void cut++);
  expect((await rejection(far.command("server secret", { renew: true }))).code).toBe("refused");
  const own = await Connection.open(rig.keep(await connectUnix(rig.daemons.home.paths.socket)), { ...IDENTITY, client: 6 });
  const { secrets: [shown] } = (await own.command("server secret", { renew: true })).result as { secrets: { secret: string }[] };
  await waitUntil("the other to be cut off", () => cut === 1);
  expect(shown!.secret).not.toBe(Buffer.from(old).toString("hex"));
  expect(readFileSync(rig.daemons.home.paths.token, "utf8").trim()).toBe(shown!.secret);
  expect(statSync(rig.daemons.home.paths.token).mode & 0o777).toBe(0o600);
  expect((await rejection(open(old))).code).toBe("refused");
  (await open(rig.trust.secret)).end();
  // an invite of before leads to the new one
  const redeemed = await redeemInvite(invite, IDENTITY, rig.daemons.clock.wall());
  expect(Buffer.from(redeemed.secret).toString("hex")).toBe(shown!.secret);
  own.end();
});
