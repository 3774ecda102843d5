import { describe, expect, test } from "bun:test";
import { FugueError } from "../../../../src/base/errors.ts";
import { seededRandom } from "../../../../src/base/random.ts";
import { ServerLink } from "../../../../src/client/connection/server-link.ts";
import { MOST_UNACKED_INPUTS } from "../../../../src/protocol/limits.ts";
import type { InputEvent } from "../../../../src/protocol/input.ts";
import { FakeDaemon } from "../../../support/fake-daemon.ts";
import { rejection } from "../../../support/thrown.ts";
import { VirtualClock, settle } from "../../../support/virtual-clock.ts";

const key = (text: string): InputEvent => ({ kind: "text", text });
const GONE = new FugueError("noServer", "no daemon answers");

function rig() {
  const daemon = new FakeDaemon();
  const clock = new VirtualClock();
  const heard = { frames: 0, states: 0, refused: [] as string[], failed: [] as FugueError[], events: [] as string[] };
  const link = new ServerLink("local", async () => ({ duplex: await daemon.dial() }), {
    client: 77, kind: "tui", name: "t", pid: 1, release: "0",
  }, clock, seededRandom(1), {
    view: () => {}, frame: () =>
      void heard.frames++, event: (event) => void heard.events.push(event.kind), settled: () => {},
    stateChanged: () =>
      void heard.states++, refused: (why) =>
        void heard.refused.push(why), failed: (error) => void heard.failed.push(error),
  });
  const open = () => link.open(() => ({ target: "%1", cols: 80, rows: 24 }));
  const texts = (n = daemon.ends.length - 1) => daemon.ends[n]!.inputs.map(
    ({ seq, event }) => `${seq}${event.kind === "text" ? event.text : "?"}`,
  ).join(" ");
  const ack = (seq: number, pane = 1) => daemon.last.send("inputAck", { seq, pane } as never);
  return { daemon, clock, heard, link, open, texts, ack };
}

async function opened() {
  const r = rig();
  await r.open();
  await settle();
  return r;
}

/** Lets retries run until the link is connected again. */
async function reconnected(r: ReturnType<typeof rig>): Promise<void> {
  await settle();
  for (let n = 0; n < 50 && r.link.state !== "connected"; n++) await r.clock.advanceAsync(3000);
  expect(r.link.state).toBe("connected");
}

describe("opening", () => {
  test("greets, attaches and is connected", async () => {
    const r = await opened();
    expect([
      r.link.state, r.link.host, r.daemon.last.heard.map((m) => m.name),
    ]).toEqual(["connected", "here", ["clientHello", "attach"]]);
    expect(r.daemon.last.heard[0]!.body).toMatchObject({ version: 1, client: 77, kind: "tui" });
  });

  test("fails where nobody answers, no session is, or the versions don't meet", async () => {
    const gone = rig();
    gone.daemon.down = GONE;
    expect((await rejection(gone.open())).code).toBe("noServer");
    const other = rig();
    other.daemon.min = other.daemon.max = 9;
    expect((await rejection(other.open())).code).toBe("version");
    const refused = rig();
    refused.daemon.handle = (end, message) => {
      if (message.name === "attach")
        end.send("reply", { seq: message.body.seq, error: { code: 3, message: "no session 'x'", hint: "h" } });
      else FakeDaemon.prototype.handle.call(refused.daemon, end, message);
    };
    expect(await rejection(refused.open())).toMatchObject({ code: "noTarget", hint: "h" });
  });

  test("that is given up meanwhile ends instead of waiting for ever", async () => {
    const r = rig();
    r.daemon.holdAttach = true;
    const opening = rejection(r.open());
    await settle();
    r.link.end();
    expect((await opening).code).toBe("closed");
  });
});

describe("typing", () => {
  test("is numbered, sent in order and kept until it is acknowledged", async () => {
    const r = await opened();
    for (const text of ["a", "b", "c"]) r.link.input(1, key(text));
    await settle();
    expect(r.texts()).toBe("1a 2b 3c");
    r.ack(2);
    await settle();
    r.daemon.last.cut();
    await reconnected(r);
    expect(r.texts()).toBe("3c");
  });

  test("says no when too much waits, and takes more when some was acknowledged", async () => {
    const r = await opened();
    for (let n = 0; n < MOST_UNACKED_INPUTS; n++) expect(r.link.input(1, key("x"))).toBe(n + 1);
    expect(r.link.input(1, key("y"))).toBeUndefined();
    await settle();
    r.ack(1);
    await settle();
    expect(r.link.input(1, key("z"))).toBe(MOST_UNACKED_INPUTS + 1);
  });

  test("that is refused is told", async () => {
    const r = await opened();
    r.link.input(1, key("a"));
    await settle();
    r.daemon.last.send("inputAck", { seq: 1, pane: 1, refused: "the pane is gone" } as never);
    await settle();
    expect(r.heard.refused).toEqual(["the pane is gone"]);
  });

  test("while there is no connection waits, is counted, and comes exactly once and in order", async () => {
    const r = await opened();
    r.link.input(1, key("a"));
    await settle();
    r.ack(1);
    r.daemon.down = GONE;
    await settle();
    r.daemon.last.cut();
    await settle();
    expect(r.link.state).toBe("reconnecting");
    for (const text of ["b", "c"]) r.link.input(1, key(text));
    expect(r.link.waitingInputs).toBe(2);
    await r.clock.advanceAsync(5000);
    r.daemon.down = undefined;
    await reconnected(r);
    expect([r.texts(), r.link.waitingInputs]).toEqual(["2b 3c", 0]);
  });

  test("between the new connection and its attach is neither refused nor lost", async () => {
    const r = await opened();
    r.link.input(1, key("a"));
    await settle();
    r.daemon.holdAttach = true;
    r.daemon.last.cut();
    await r.clock.advanceAsync(3000);
    expect(r.daemon.last.attaches).toHaveLength(1);
    // a daemon refuses what comes before the attach is done, and everything before it would count as done
    r.link.input(1, key("b"));
    await settle();
    expect(r.texts()).toBe("");
    r.daemon.releaseAttaches();
    await settle();
    expect(r.texts()).toBe("1a 2b");
  });

  test("of anything at any moment arrives in order, whatever happens to connections", async () => {
    const random = seededRandom(42);
    const r = await opened();
    const written: number[] = [];
    // as the keeper does: a number that is not larger than the last one is acknowledged and not written again
    const take = (end: (typeof r.daemon.ends)[number], seq: number) => {
      if (seq > (written.at(-1) ?? 0)) written.push(seq);
      if (random.integer(3)) end.send("inputAck", { seq, pane: 1 } as never);
    };
    r.daemon.handle = (end, message) => {
      FakeDaemon.prototype.handle.call(r.daemon, end, message);
      if (message.name === "input") take(end, message.body.seq);
    };
    let typed = 0;
    for (let n = 0; n < 400; n++) {
      const what = random.integer(10);
      if (what < 6 && r.link.input(1, key("x"))) typed++;
      else if (what === 6) r.daemon.last.cut();
      else if (what === 7) r.daemon.down = random.integer(2) ? GONE : undefined;
      else await r.clock.advanceAsync(random.integer(300));
    }
    r.daemon.down = undefined;
    await reconnected(r);
    await settle();
    expect(written).toEqual(Array.from({ length: typed }, (_, i) => i + 1));
  });
});

describe("a lost connection", () => {
  test("is made again, with longer and longer waits while nobody answers", async () => {
    const r = await opened();
    r.daemon.down = GONE;
    r.daemon.last.cut();
    await settle();
    expect(r.heard.failed).toEqual([]);
    const waits: number[] = [];
    for (let n = 0; n < 9; n++) {
      waits.push(r.clock.untilNext!);
      await r.clock.advanceAsync(r.clock.untilNext!);
    }
    expect(waits[0]).toBeLessThan(130);
    expect(waits[8]).toBeGreaterThan(7000);
    expect(Math.max(...waits)).toBeLessThan(13_000);
    r.daemon.down = undefined;
    await reconnected(r);
    // the heart beats, nothing else
    expect(r.clock.timers).toBe(1);
  });

  test("is made again at once when a key is pressed", async () => {
    const r = await opened();
    r.daemon.down = GONE;
    r.daemon.last.cut();
    await r.clock.advanceAsync(20_000);
    r.daemon.down = undefined;
    const { dials } = r.daemon;
    r.link.hurry();
    r.link.hurry();
    await settle();
    expect([r.link.state, r.daemon.dials]).toEqual(["connected", dials + 1]);
  });

  test("while it is being made again leaves one connection, not two", async () => {
    const r = await opened();
    r.daemon.holdAttach = true;
    r.daemon.last.cut();
    await r.clock.advanceAsync(200);
    expect(r.daemon.ends).toHaveLength(2);
    r.daemon.last.cut();
    await settle();
    r.daemon.holdAttach = false;
    expect(r.clock.timers).toBe(1);
    await r.clock.advanceAsync(10_000);
    expect([r.link.state, r.daemon.ends.filter((end) => !end.closed).length]).toEqual(["connected", 1]);
  });

  test("to a session that is gone, or a daemon of another version, is the end", async () => {
    for (const how of ["session", "version"]) {
      const r = await opened();
      if (how === "version") r.daemon.min = r.daemon.max = 9;
      else {
        r.daemon.handle = (end, message) => {
          if (message.name === "attach")
            end.send("reply", { seq: message.body.seq, error: { code: 3, message: "gone" } });
          else FakeDaemon.prototype.handle.call(r.daemon, end, message);
        };
      }
      r.daemon.last.cut();
      await r.clock.advanceAsync(10_000);
      expect(r.heard.failed.map((e) => e.code)).toEqual([how === "version" ? "version" : "noTarget"]);
      expect([r.clock.timers, r.daemon.ends.every((end) => end.closed)]).toEqual([0, true]);
    }
  });

  test("with a goodbye is the end, with its reason", async () => {
    const r = await opened();
    r.daemon.last.send("goodbye", { code: 14, message: "the server was stopped" });
    await r.clock.advanceAsync(10_000);
    expect(r.heard.failed).toMatchObject([{ code: "closed", message: "the server was stopped" }]);
    expect(r.daemon.dials).toBe(1);
  });

  test("by nonsense from the daemon is the end, and is told", async () => {
    const r = await opened();
    r.daemon.last.duplex.write(new Uint8Array([0, 0, 0, 1, 0xff]));
    await settle();
    expect(r.heard.failed.map((e) => e.code)).toEqual(["protocol"]);
  });

  test("sends commands without a reply again, with their numbers; lines of history can be asked for anew", async () => {
    const r = await opened();
    const before = r.link.command("ls", {});
    const lines = rejection(r.link.history(1, 0, 10));
    await settle();
    r.daemon.last.cut();
    expect((await lines).code).toBe("closed");
    const meanwhile = r.link.command("status", {});
    expect((await rejection(r.link.history(1, 0, 10))).code).toBe("closed");
    await reconnected(r);
    await settle();
    const commands = (n: number) => r.daemon.ends[n]!.heard.flatMap((m) => (m.name === "command" ? [m.body] : []));
    expect(commands(1).map(({ name }) => name)).toEqual(["ls", "status"]);
    expect(commands(1)[0]!.seq).toBe(commands(0)[0]!.seq);
    for (const { seq, name } of commands(1)) r.daemon.last.send("reply", { seq, result: name });
    expect([(await before).result, (await meanwhile).result]).toEqual(["ls", "status"]);
  });

  test("is noticed within five seconds when nothing is heard any more", async () => {
    const r = await opened();
    r.daemon.handle = () => {};
    await r.clock.advanceAsync(5000);
    expect(r.link.state).toBe("reconnecting");
    expect(r.link.silence).toBeGreaterThan(2900);
    expect(r.link.error!.code).toBe("timeout");
  });

  test("does not come of silence alone: a server that answers pings is there", async () => {
    const r = await opened();
    await r.clock.advanceAsync(60_000);
    expect([r.link.state, r.daemon.dials, r.link.roundTrip]).toEqual(["connected", 1, 0]);
  });

  test("on purpose is not made again, and nothing waits for ever", async () => {
    const r = await opened();
    const command = rejection(r.link.command("ls", {}));
    const lines = rejection(r.link.history(1, 0, 10));
    r.link.end();
    await r.clock.advanceAsync(60_000);
    expect([r.daemon.dials, r.clock.timers, r.heard.failed.length]).toEqual([1, 0, 0]);
    expect([(await command).code, (await lines).code]).toEqual(["closed", "closed"]);
  });
});

test("answers reach whoever asked, errors with their code and hint", async () => {
  const r = await opened();
  r.daemon.handle = (end, message) => {
    if (message.name === "command" && message.body.name === "ok")
      end.send("reply", { seq: message.body.seq, result: { n: 1 } });
    if (message.name === "command" && message.body.name === "bad")
      end.send("reply", { seq: message.body.seq, error: { code: 2, message: "m", hint: "h" } });
    if (message.name === "history") {
      const { seq, pane } = message.body;
      end.send(
        "historyLines",
        {
          seq, pane, first: 0, end: 5, from: 2, lines: [new Uint8Array([0])], screen: { line: 4, column: 0 }, rows: [],
        },
      );
    }
    if (message.name === "ping") end.send("pong", message.body);
  };
  const [bad, ok, lines] = await Promise.all([
    rejection(r.link.command("bad", {})), r.link.command("ok", {}), r.link.history(1, 2, 3),
  ]);
  expect([bad.code, bad.hint, ok.result, lines.from]).toEqual(["usage", "h", { n: 1 }, 2]);
  r.daemon.last.send("reply", { seq: 999, result: null });
  r.daemon.last.send("ping", { n: 7 });
  await settle();
  expect(r.daemon.last.heard.at(-1)).toEqual({ name: "pong", body: { n: 7 } });
});

describe("another server at the same address", () => {
  test("gets nothing that was meant for the one before, until a person accepts it", async () => {
    const r = await opened();
    r.link.input(1, key("secret"));
    const command = rejection(r.link.command("kill", { target: "%1" }));
    await settle();
    r.daemon.server = "other";
    r.daemon.last.cut();
    await settle();
    await r.clock.advanceAsync(1000);
    expect([r.link.state, r.link.error?.code, (await command).code]).toEqual(["failed", "refused", "refused"]);
    expect(r.daemon.last.heard[0]!.body).toMatchObject({ server: "s" });
    expect(r.daemon.last.heard.map((m) => m.name)).not.toContain("input");
    await r.clock.advanceAsync(60_000);
    expect(r.daemon.dials).toBe(2);
    await r.link.retry();
    await settle();
    expect([r.link.state, r.link.server, r.daemon.last.inputs, r.heard.refused.length]).toEqual(["connected", "other", [], 1]);
  });

  test("is asked for by its new identity from then on", async () => {
    const r = await opened();
    r.daemon.server = "other";
    r.daemon.last.cut();
    await settle();
    await r.clock.advanceAsync(1000);
    await r.link.retry();
    r.daemon.last.cut();
    await reconnected(r);
    expect(r.daemon.last.heard[0]!.body).toMatchObject({ server: "other" });
  });
});

test("a server that says goodbye in the breath in which it attaches is not taken for connected", async () => {
  const r = await opened();
  r.daemon.handle = (end, message) => {
    FakeDaemon.prototype.handle.call(r.daemon, end, message);
    if (message.name === "attach") end.send("goodbye", { code: 1, message: "going down" });
  };
  r.daemon.last.cut();
  await settle();
  await r.clock.advanceAsync(200);
  expect(r.link.state).not.toBe("connected");
  delete (r.daemon as Partial<FakeDaemon>).handle;
  await reconnected(r);
});

test("a session that can't be shown is not asked for again after a reconnect", async () => {
  const r = await opened();
  r.daemon.handle = (end, message) => {
    if (message.name === "attach" && message.body.target === "gone") end.send("reply", { seq: message.body.seq, error: { code: 3, message: "no such session" } });
    else FakeDaemon.prototype.handle.call(r.daemon, end, message);
  };
  expect((await rejection(r.link.attach(() => ({ target: "gone", cols: 80, rows: 24 })))).code).toBe("noTarget");
  r.daemon.last.cut();
  await reconnected(r);
  expect(r.daemon.last.attaches.map(({ target }) => target)).toEqual(["%1"]);
});

describe("a person's retry", () => {
  test("that fails goes on in the background, and what waits is kept", async () => {
    const r = await opened();
    r.daemon.down = GONE;
    r.daemon.last.cut();
    await settle();
    r.link.input(1, key("a"));
    const command = r.link.command("ls", {});
    expect((await rejection(r.link.retry())).code).toBe("noServer");
    expect(r.link.state).toMatch(/^(re)?connecting$/);
    r.daemon.down = undefined;
    await reconnected(r);
    expect(r.texts()).toBe("1a");
    r.daemon.last.send("reply", { seq: r.daemon.last.heard.flatMap((m) => (m.name === "command" ? [m.body.seq] : []))[0]!, result: 1 });
    expect((await command).result).toBe(1);
  });

  test("that can ask waits for the attempt that can't", async () => {
    const r = await opened();
    r.daemon.holdAttach = true;
    r.daemon.last.cut();
    await settle();
    await r.clock.advanceAsync(200);
    const prompter = { progress() {}, ask: async () => undefined, confirm: async () => false };
    const retried = r.link.retry(prompter);
    await settle();
    expect(r.daemon.dials).toBe(2);
    r.daemon.releaseAttaches();
    await retried;
    expect([r.link.state, r.daemon.dials]).toEqual(["connected", 2]);
  });
});

test("a server that ends every connection at once is dialled less and less", async () => {
  const r = await opened();
  r.daemon.handle = (end, message) => {
    FakeDaemon.prototype.handle.call(r.daemon, end, message);
    if (message.name === "attach") queueMicrotask(() => end.cut());
  };
  r.daemon.last.cut();
  await settle();
  const before = r.daemon.dials;
  await r.clock.advanceAsync(60_000);
  expect(r.daemon.dials - before).toBeLessThan(20);
});

test("notices are asked for with every connection, and a refusal is the end", async () => {
  const r = rig();
  let error: { code: number; message: string } | undefined;
  r.daemon.handle = (end, message) => {
    if (message.name === "subscribe") end.send("reply", { seq: message.body.seq, ...(error ? { error } : { result: null }) });
    else FakeDaemon.prototype.handle.call(r.daemon, end, message);
  };
  r.link.subscribe({ target: "work", kinds: ["pane"] });
  await r.link.open();
  const asked = () => r.daemon.ends.map((end) => end.heard.flatMap(({ name, body }) => (name === "subscribe" ? [body] : [])));
  expect(asked()).toMatchObject([[{ target: "work", kinds: ["pane"] }]]);
  r.daemon.last.cut();
  await reconnected(r);
  expect(asked()).toMatchObject([[{ target: "work" }], [{ target: "work" }]]);
  error = { code: 3, message: "no session 'work'" };
  r.daemon.last.cut();
  await settle();
  await r.clock.advanceAsync(3000);
  expect([r.link.state, r.link.error?.message]).toEqual(["failed", "no session 'work'"]);
});
