/**
 * The keeper's framing under any cuts and any bytes: the same messages, or a refusal; never a crash of what holds the
 * panes.
 */
import { expect, test } from "bun:test";
import { FugueError } from "../../src/base/errors.ts";
import { KeeperDecoder, encodeKeeperMessage } from "../../src/keeper/protocol.ts";
import { chunks, concat, fuzzRandom, fuzzRounds } from "../support/fuzz.ts";
import { keeperRig } from "../support/keeper-rig.ts";
import { waitUntil } from "../support/wait-until.ts";

type Heard = [type: number, pane: number, position: number, payload: string];

function outcome(pieces: readonly Uint8Array[]): { heard: Heard[]; code: string | undefined } {
  const heard: Heard[] = [];
  const decoder = new KeeperDecoder();
  try {
    for (const piece of pieces) {
      decoder.push(
        piece,
        (type, pane, position, payload) => heard.push([type, pane, position, Buffer.from(payload).toString("hex")]),
      );
    }
  } catch (error) {
    if (!(error instanceof FugueError)) throw error;
    return { heard, code: error.code };
  }
  return { heard, code: undefined };
}

test("all ways to cut a stream give the same messages", () => {
  fuzzRounds("cut keeper messages", 500, 500, (random) => {
    const sent = Array.from({ length: 1 + random.integer(15) }, () => ({
      type: random.integer(256), pane: random.integer(2 ** 32),
      position: random.integer(2 ** 32) * random.integer(2 ** 20), payload: random.bytes(random.integer(3)
        ? random.integer(200) : 0),
    }));
    const stream = concat(sent.map((m) => encodeKeeperMessage(m.type, m.pane, m.position, m.payload)));
    const expected = sent.map((m) => [m.type, m.pane, m.position, Buffer.from(m.payload).toString("hex")] as Heard);
    expect(outcome([stream])).toEqual({ heard: expected, code: undefined });
    expect(outcome(chunks(stream, random, random.integer(2) ? 4 : 500))).toEqual({ heard: expected, code: undefined });
  });
});

test("random bytes and broken messages are refused or read, nothing else", () => {
  fuzzRounds("broken keeper messages", 20_000, 500, (random) => {
    const message = encodeKeeperMessage(
      random.integer(20), random.integer(5), random.integer(1000), random.bytes(random.integer(40)),
    );
    for (let n = random.integer(4); n > 0; n--) message[random.integer(message.length)] = random.integer(256);
    const { code } = outcome([random.integer(4) ? message : random.bytes(random.integer(40))]);
    expect([undefined, "protocol", "tooLarge"]).toContain(code);
  });
});

test("a keeper survives every message with every payload, and its panes go on", async () => {
  const random = fuzzRandom("hostile daemon");
  await using rig = await keeperRig();
  const daemon = await rig.connect();
  const heard = await daemon.run(1, "stty raw -echo; printf ready; read x; printf still-here");
  await waitUntil("the program", () => heard.text === "ready");
  for (let round = 0; round < 60; round++) {
    const end = await rig.connect();
    for (let n = 0; n < 20; n++) {
      // anything but the end of the keeper, of pane 1, or input for it
      const type = random.integer(16);
      const pane = 2 + random.integer(2);
      if (type === 13) continue;
      const payload = random.integer(3) ? random.bytes(random.integer(30)) : new TextEncoder().encode(
        ["{}", "null", "[]", '{"versions":5}', '{"argv":5}', '{"argv":["x"]}', "{"][random.integer(7)]!,
      );
      end.send(type, pane, [0, -1, NaN, 1e300, 5][random.integer(5)]!, payload);
    }
    await waitUntil("the rest to be read", () => end.closed || end.duplex.buffered === 0);
    await end.kill();
  }
  const last = await rig.connect();
  last.attach(1, 0, 1000);
  last.type(1, 1, 1, "\n");
  await waitUntil(
    "the program to go on", () => last.pane(1).exit !== undefined, () => [last.pane(1).log, rig.lines.slice(-5)],
  );
  expect(last.pane(1).text).toBe("readystill-here");
});
