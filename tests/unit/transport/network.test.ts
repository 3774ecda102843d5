/** tcp and tls on loopback: bytes, errors that name what to do, certificates, and peers that stall. */
import { afterAll, describe, expect, test } from "bun:test";
import { systemClock } from "../../../src/base/clock.ts";
import { ownCertificate } from "../../../src/trust/certificate.ts";
import { formatEndpoint, type Listening } from "../../../src/transport/network.ts";
import { connectTcp, listenTcp } from "../../../src/transport/tcp.ts";
import { connectTls, listenTls, type TlsGuest } from "../../../src/transport/tls.ts";
import type { Duplex } from "../../../src/transport/duplex.ts";
import { DuplexLog } from "../../support/duplex-log.ts";
import { tempHome } from "../../support/temp-folder.ts";
import { rejection } from "../../support/thrown.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { waitUntil } from "../../support/wait-until.ts";

const home = tempHome();
const other = tempHome();
const identity = await ownCertificate(home.paths, systemClock);
const stranger = await ownCertificate(other.paths, systemClock);
afterAll(() => {
  home[Symbol.dispose]();
  other[Symbol.dispose]();
});
const encode = (text: string) => new TextEncoder().encode(text);

/** A listener with what it accepted, ended with everything that was opened. */
class Rig {
  readonly accepted: DuplexLog[] = [];
  readonly from: string[] = [];
  readonly guests = new Set<TlsGuest>();
  readonly listening: Listening;
  private readonly dialled: Duplex[] = [];

  constructor(readonly kind: "tcp" | "tls", host = "127.0.0.1", clock = systemClock) {
    const accept = (duplex: Duplex, from: string) => {
      this.accepted.push(new DuplexLog(duplex));
      this.from.push(from);
    };
    const guests = { enter: (guest: TlsGuest) => this.guests.add(guest), leave: (guest: TlsGuest) => this.guests.delete(guest) };
    this.listening = kind === "tcp" ? listenTcp({ host, port: 0 }, accept) : listenTls({ host, port: 0 }, identity, guests, accept, clock);
  }

  async dial(host = "127.0.0.1"): Promise<DuplexLog> {
    const { port } = this.listening;
    const duplex = await (this.kind === "tcp" ? connectTcp(host, port) : connectTls(host, port, identity.fingerprint));
    this.dialled.push(duplex);
    return new DuplexLog(duplex);
  }

  async pair(): Promise<{ client: DuplexLog; server: DuplexLog }> {
    const client = await this.dial();
    await waitUntil("the connection", () => this.accepted.length > 0);
    return { client, server: this.accepted.at(-1)! };
  }

  [Symbol.dispose](): void {
    for (const duplex of [...this.dialled, ...this.accepted.map((log) => log.duplex)]) duplex.close(true);
    this.listening.dispose();
  }
}

/** A plain server that says something, or nothing. */
function plain(words: string): { port: number; heard: () => number; [Symbol.dispose](): void } {
  let heard = 0;
  const server = Bun.listen({
    hostname: "127.0.0.1", port: 0,
    socket: { open: (socket) => void socket.write(words), data: (_, bytes) => void (heard += bytes.length), close() {}, error() {} },
  });
  return { port: server.port, heard: () => heard, [Symbol.dispose]: () => server.stop(true) };
}

describe.each(["tcp", "tls"] as const)("%s", (kind) => {
  test("carries bytes both ways, and both ends hear once that it is over", async () => {
    using rig = new Rig(kind);
    const { client, server } = await rig.pair();
    client.duplex.write(encode("ping"));
    await waitUntil("the ping", () => server.text === "ping");
    server.duplex.write(encode("pong"));
    await waitUntil("the pong", () => client.text === "pong");
    expect(rig.from).toEqual(["127.0.0.1"]);
    client.duplex.close();
    await waitUntil("both ends", () => client.closes === 1 && server.closes === 1);
    expect(rig.guests.size).toBe(0);
  });

  test("keeps the order of more bytes than any buffer holds, to a reader that pauses", async () => {
    using rig = new Rig(kind);
    const { client, server } = await rig.pair();
    const size = 24 << 20;
    const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 2654435761) >>> 24);
    client.duplex.pause();
    for (let at = 0; at < size; at += 300_007) server.duplex.write(bytes.subarray(at, at + 300_007));
    expect(server.duplex.buffered).toBeGreaterThan(0);
    client.duplex.resume();
    await waitUntil("all of it", () => client.bytes === size);
    expect(Buffer.compare(client.content, bytes)).toBe(0);
    expect(server.duplex.buffered).toBe(0);
  });

  test("ends at once for a peer that does not read, if asked to", async () => {
    using rig = new Rig(kind);
    const { client, server } = await rig.pair();
    client.duplex.pause();
    for (let n = 0; n < 40; n++) server.duplex.write(new Uint8Array(1 << 20));
    expect(server.duplex.buffered).toBeGreaterThan(0);
    server.duplex.close(true);
    await waitUntil("the end", () => server.closes === 1);
  });

  test("says that nothing listens", async () => {
    const gone = new Rig(kind);
    const { port } = gone.listening;
    gone[Symbol.dispose]();
    const error = await rejection(kind === "tcp" ? connectTcp("127.0.0.1", port) : connectTls("127.0.0.1", port, identity.fingerprint));
    expect(error).toMatchObject({ code: "noServer", message: `nothing listens at 127.0.0.1:${port}`, hint: expect.stringContaining("fugue serve --listen") });
  });

  test("says that a host is unknown", async () => {
    const error = await rejection(kind === "tcp" ? connectTcp("no-such-host.invalid", 1) : connectTls("no-such-host.invalid", 1, ""));
    expect(error).toMatchObject({ code: "noServer", message: "the host 'no-such-host.invalid' is unknown" });
  });

  test("names the process that holds a busy port", () => {
    using rig = new Rig(kind);
    const listen = () => listenTcp({ host: "127.0.0.1", port: rig.listening.port }, () => {});
    expect(listen).toThrow(`127.0.0.1:${rig.listening.port} is in use: `);
    if (process.platform === "linux") expect(listen).toThrow(`pid ${process.pid}`);
  });

  test("says that an address is not this machine's", () => {
    expect(() => listenTcp({ host: "192.0.2.1", port: 0 }, () => {})).toThrow("192.0.2.1 is not an address of this machine");
  });
});

test("IPv6 works where the machine has it", async () => {
  let rig: Rig;
  try {
    rig = new Rig("tls", "::1");
  } catch (error) {
    return console.log(`LEFT OUT: no IPv6 here: ${(error as Error).message}`);
  }
  using own = rig;
  await own.dial("::1");
  await waitUntil("the connection", () => own.accepted.length > 0);
  expect(own.from).toEqual(["::1"]);
  expect(formatEndpoint({ host: "::1", port: 5 })).toBe("[::1]:5");
});

describe("a certificate", () => {
  test("other than the pinned one is refused, and the server gets no byte of ours", async () => {
    using rig = new Rig("tls");
    const error = await rejection(connectTls("127.0.0.1", rig.listening.port, stranger.fingerprint));
    expect(error).toMatchObject({ code: "refused", message: expect.stringContaining("another certificate than the pinned one"), hint: expect.stringContaining("fugue server invite") });
    await waitUntil("the end", () => rig.accepted.every((log) => log.closes === 1));
    expect(rig.accepted.map((log) => log.bytes).filter((n) => n > 0)).toEqual([]);
  });

  test.each(["", "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n"])("is not shown by a program that says %p", async (words) => {
    using server = plain(words);
    const error = await rejection(connectTls("127.0.0.1", server.port, identity.fingerprint, { patienceMs: 300 }));
    expect([error.code, error.message].join(": ")).toMatch(words === "" ? /^timeout: .*did not answer within 0\.3 s/ : /^protocol: no TLS is spoken/);
  });
});

describe("a peer of tls that stalls", () => {
  test("is a guest until its time is over", async () => {
    const clock = new VirtualClock();
    using rig = new Rig("tls", "127.0.0.1", clock);
    const peer = new DuplexLog(await connectTcp("127.0.0.1", rig.listening.port));
    await waitUntil("the guest", () => rig.guests.size === 1);
    clock.advance(11_000);
    await waitUntil("the end", () => peer.closes === 1 && rig.guests.size === 0);
    expect(rig.accepted).toEqual([]);
    expect(peer.bytes).toBe(0);
    expect(clock.timers).toBe(0);
  });

  test("can be dropped, and one that speaks something else is dropped by itself", async () => {
    using rig = new Rig("tls");
    const peer = new DuplexLog(await connectTcp("127.0.0.1", rig.listening.port));
    await waitUntil("the guest", () => rig.guests.size === 1);
    for (const guest of rig.guests) guest.drop();
    await waitUntil("the end", () => peer.closes === 1 && rig.guests.size === 0);
    const browser = new DuplexLog(await connectTcp("127.0.0.1", rig.listening.port));
    browser.duplex.write(encode("GET / HTTP/1.1\r\n\r\n"));
    await waitUntil("the end", () => browser.closes === 1 && rig.guests.size === 0);
    expect(rig.accepted).toEqual([]);
  });
});

test("a connection that comes late is closed", async () => {
  using rig = new Rig("tcp");
  const clock = new VirtualClock();
  const dialling = connectTcp("127.0.0.1", rig.listening.port, { patienceMs: 5, clock });
  clock.advance(6);
  expect(await rejection(dialling)).toMatchObject({ code: "timeout" });
  await waitUntil("the end", () => rig.accepted.length === 0 || rig.accepted[0]!.closes === 1);
});
