/** Channels over a master connection that the test plays: windows, requests, refusals, nonsense. */
import { expect, test } from "bun:test";
import { seededRandom } from "../../../../src/base/random.ts";
import { MESSAGE, WINDOW_BYTES } from "../../../../src/tunnel/ssh/channel-messages.ts";
import { Channels, OpenRefused } from "../../../../src/tunnel/ssh/channels.ts";
import type { MuxChannel } from "../../../../src/tunnel/ssh/mux-channel.ts";
import { WireReader, WireWriter } from "../../../../src/tunnel/ssh/wire.ts";
import { bytesOf, readText } from "../../../support/duplex-text.ts";

/** The far side: packets that were sent, and a way to send some. */
class Far {
  readonly sent: { type: number; packet: WireReader }[] = [];
  ended = 0;
  closed = false;
  readonly channels: Channels;
  private hear!: (bytes: Uint8Array) => void;
  private end!: () => void;

  constructor() {
    this.channels = new Channels({
      buffered: 0,
      listen: (packet, close) => {
        this.hear = packet;
        this.end = close;
      },
      send: (packet) => {
        const bytes = packet.framed();
        expect(bytes[4]).toBe(0);
        this.sent.push({ type: bytes[5]!, packet: new WireReader(bytes.subarray(6)) });
      },
      close: () => {
        this.closed = true;
        this.end();
      },
    }, () => void this.ended++);
  }

  /** Sends one packet. */
  say(type: number, fill: (writer: WireWriter) => WireWriter): void {
    this.raw(fill(new WireWriter().byte(type)).framed().subarray(4));
  }

  raw(bytes: Uint8Array): void {
    this.hear(bytes);
  }

  drop(): void {
    this.end();
  }

  take(type: number): WireReader {
    const at = this.sent.findIndex((packet) => packet.type === type);
    if (at < 0) throw new Error(`no message ${type}, but ${this.sent.map((packet) => packet.type)}`);
    return this.sent.splice(at, 1)[0]!.packet;
  }

  async open(ends: "stream" | "program" = "stream", window = 100): Promise<MuxChannel> {
    const opening = this.channels.openChannel("direct-tcpip", (writer) => writer.string("h"), "test", ends);
    const packet = this.take(MESSAGE.open);
    expect(packet.text()).toBe("direct-tcpip");
    const id = packet.uint32();
    expect(packet.uint32()).toBe(WINDOW_BYTES);
    this.say(MESSAGE.opened, (writer) => writer.uint32(id).uint32(7).uint32(window).uint32(40));
    return opening;
  }
}

test("writes are cut to packets and wait for the window", async () => {
  const far = new Far();
  const channel = await far.open();
  let drains = 0;
  channel.listen({ data() {}, close() {}, drain: () => void drains++ });
  channel.write(new Uint8Array(130).fill(1));
  expect(channel.buffered).toBe(30);
  const sizes = [40, 40, 20];
  for (const size of sizes) {
    const packet = far.take(MESSAGE.data);
    expect(packet.uint32()).toBe(7);
    expect(packet.string().length).toBe(size);
  }
  expect(drains).toBe(0);
  far.say(MESSAGE.windowAdjust, (writer) => writer.uint32(0).uint32(1000));
  expect(far.take(MESSAGE.data).uint32()).toBe(7);
  expect([channel.buffered, drains]).toEqual([0, 1]);
});

test("what was read is announced in halves of the window; a paused reader is not credited", async () => {
  const far = new Far();
  const channel = await far.open();
  let got = 0;
  channel.listen({ data: (bytes) => void (got += bytes.length), close() {} });
  await Promise.resolve();
  const half = new Uint8Array(WINDOW_BYTES / 2);
  channel.pause();
  far.say(MESSAGE.data, (writer) => writer.uint32(0).string(half));
  expect(got).toBe(0);
  expect(far.sent).toHaveLength(0);
  channel.resume();
  await Promise.resolve();
  expect(got).toBe(half.length);
  const packet = far.take(MESSAGE.windowAdjust);
  expect([packet.uint32(), packet.uint32()]).toEqual([7, half.length]);
});

test("a peer that sends more than its window is cut off, also while the reader has paused", async () => {
  const far = new Far();
  const channel = await far.open();
  let got = 0;
  channel.listen({ data: (bytes) => void (got += bytes.length), close() {} });
  channel.pause();
  const quarter = new Uint8Array(WINDOW_BYTES / 4);
  for (let i = 0; i < 4; i++) far.say(MESSAGE.data, (writer) => writer.uint32(0).string(quarter));
  expect(far.closed).toBe(false);
  far.say(MESSAGE.data, (writer) => writer.uint32(0).string(quarter));
  expect(far.closed).toBe(true);
  // an honest peer that is credited goes on for ever
  const other = new Far();
  const honest = await other.open();
  honest.listen({ data: (bytes) => void (got += bytes.length), close() {} });
  await Promise.resolve();
  for (let i = 0; i < 40; i++) other.say(MESSAGE.data, (writer) => writer.uint32(0).string(quarter));
  expect(got).toBe(WINDOW_BYTES * 10);
  expect(other.closed).toBe(false);
});

test("requests are answered in order; exit status, signal and standard error are kept", async () => {
  const far = new Far();
  const channel = await far.open("program");
  const text = readText(channel);
  const first = channel.request("exec", (writer) => writer.string("ls"));
  const second = channel.request("other", (writer) => writer);
  const packet = far.take(MESSAGE.request);
  expect([packet.uint32(), packet.text(), packet.boolean(), packet.text()]).toEqual([7, "exec", true, "ls"]);
  far.say(MESSAGE.success, (writer) => writer.uint32(0));
  far.say(MESSAGE.failure, (writer) => writer.uint32(0));
  expect([await first, await second]).toEqual([true, false]);
  far.say(MESSAGE.extendedData, (writer) => writer.uint32(0).uint32(1).string("oops"));
  far.say(MESSAGE.data, (writer) => writer.uint32(0).string("out"));
  far.say(MESSAGE.request, (writer) => writer.uint32(0).string("exit-status").boolean(false).uint32(3));
  far.say(MESSAGE.request, (writer) => writer.uint32(0).string("keepalive@openssh.com").boolean(true));
  expect(far.take(MESSAGE.failure).uint32()).toBe(7);
  far.say(MESSAGE.eof, (writer) => writer.uint32(0));
  expect(text.closed).toBe(false);
  far.say(MESSAGE.close, (writer) => writer.uint32(0));
  expect(await channel.exit).toEqual({ code: 3 });
  expect([await text.end(), channel.stderr()]).toEqual(["out", "oops"]);
});

test("a program's input ends without its output; a stream follows the other end", async () => {
  const far = new Far();
  const program = await far.open("program");
  program.close();
  far.take(MESSAGE.eof);
  expect(far.sent).toEqual([]);
  const other = new Far();
  const stream = await other.open("stream", 0);
  const text = readText(stream);
  stream.write(bytesOf("late"));
  stream.close();
  expect(other.sent).toEqual([]);
  other.say(MESSAGE.windowAdjust, (writer) => writer.uint32(0).uint32(10));
  expect(other.take(MESSAGE.data).uint32()).toBe(7);
  other.take(MESSAGE.close);
  other.say(MESSAGE.close, (writer) => writer.uint32(0));
  await text.end();
});

test("refusals have their code; nobody opens channels to us; the end reaches everybody", async () => {
  const far = new Far();
  const refused = far.channels.openChannel("x", (writer) => writer, "", "stream").catch((error: unknown) => error);
  far.say(MESSAGE.openFailure, (writer) => writer.uint32(0).uint32(1).string("no").string(""));
  expect(await refused).toBeInstanceOf(OpenRefused);
  expect(((await refused) as OpenRefused).reason).toBe(1);
  far.say(MESSAGE.open, (writer) => writer.string("x11").uint32(9).uint32(0).uint32(0));
  expect(far.take(MESSAGE.openFailure).uint32()).toBe(9);
  far.sent.length = 0;
  const opening = far.channels.openChannel("x", (writer) => writer, "", "stream").catch((error: Error) => error.message);
  far.drop();
  expect(await opening).toBe("the connection is gone");
  expect(far.ended).toBe(1);
  expect(await far.channels.openChannel("x", (writer) => writer, "", "stream").catch((error: Error) => error.message)).toBe("the connection is gone");
});

test("nonsense ends the connection and nothing else; random packets never throw", async () => {
  const broken = new Far();
  const channel = await broken.open();
  const text = readText(channel);
  broken.raw(Uint8Array.of(MESSAGE.data, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff));
  await text.end();
  expect([broken.closed, broken.ended]).toEqual([true, 1]);
  const random = seededRandom(5);
  for (let round = 0; round < 300; round++) {
    const far = new Far();
    const open = await far.open();
    open.listen({ data() {}, close() {} });
    for (let i = 0; i < 20 && !far.closed; i++) {
      const bytes = random.bytes(1 + random.integer(30));
      bytes[0] = 80 + random.integer(25);
      if (bytes.length > 4) bytes.fill(0, 1, 5);
      far.raw(bytes);
    }
  }
});
