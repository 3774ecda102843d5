import { describe, expect, test } from "bun:test";
import { HANDSHAKE_TIMEOUT_MS, LARGEST_STRANGER_MESSAGE } from "../../../../src/protocol/limits.ts";
import { COMMANDS } from "../../../../src/commands/registry.ts";
import { DaemonRig } from "../../../support/daemon-rig.ts";

describe("a stranger", () => {
  test("is told nothing but that this is fugue, and a nonce that never repeats", async () => {
    await using rig = await DaemonRig.start();
    const nonces = new Set<string>();
    for (let n = 0; n < 5; n++) {
      const client = rig.connect();
      await rig.settle();
      expect(client.heard).toHaveLength(1);
      const hello = client.all("serverHello")[0]!;
      expect(Object.keys(hello).sort()).toEqual(["magic", "max", "min", "nonce"]);
      nonces.add(Buffer.from(hello.nonce).toString("hex"));
    }
    expect(nonces.size).toBe(5);
  });

  test("that does not say who it is in time is sent away", async () => {
    await using rig = await DaemonRig.start();
    const client = rig.connect({ trusted: false, from: "192.0.2.7", fingerprint: "" });
    await rig.pass(HANDSHAKE_TIMEOUT_MS - 1);
    expect(client.closed).toBeFalse();
    await rig.pass(1);
    expect(client.closed).toBeTrue();
    expect(rig.daemon.clients.size).toBe(0);
  });

  test("of our own user may take its time: a tunnel keeps a stream ready", async () => {
    await using rig = await DaemonRig.start();
    const client = rig.connect();
    await rig.pass(100 * HANDSHAKE_TIMEOUT_MS);
    expect(client.closed).toBeFalse();
  });

  test.each([
    [
      "a command before its hello",
      (c: ReturnType<DaemonRig["connect"]>) => c.send("command", { seq: 1, name: "ls", args: {} }),
    ],
    ["nonsense", (c: ReturnType<DaemonRig["connect"]>) => c.duplex.write(new Uint8Array([0, 0, 0, 1, 255]))],
    [
      "a message larger than strangers may send",
      (c: ReturnType<DaemonRig["connect"]>) => c.duplex.write(new Uint8Array([0, 1, 0, 1])),
    ],
    [
      "a version that is not spoken",
      (c: ReturnType<DaemonRig["connect"]>) => c.send(
        "clientHello", { version: 9, client: 5, kind: "tui", name: "", pid: 1, release: "9.9" },
      ),
    ],
  ])("that sends %s is sent away with a reason, and nobody else notices", async (_what, send) => {
    await using rig = await DaemonRig.start();
    const good = await rig.attached();
    const bad = rig.connect();
    send(bad);
    await rig.settle();
    expect(bad.closed).toBeTrue();
    const [goodbye] = bad.all("goodbye");
    expect(goodbye!.message.length).toBeGreaterThan(5);
    expect(bad.all("welcome")).toEqual([]);
    expect(good.closed).toBeFalse();
    expect((await good.command("ls")).error).toBeUndefined();
    expect(rig.daemon.clients.size).toBe(1);
    expect(LARGEST_STRANGER_MESSAGE).toBe(65_536);
  });

  test("of another version is told both versions and what to do", async () => {
    await using rig = await DaemonRig.start();
    const client = rig.connect();
    client.send("clientHello", { version: 2, client: 5, kind: "tui", name: "", pid: 1, release: "9.9.9" });
    await rig.settle();
    const [goodbye] = client.all("goodbye");
    expect(goodbye).toMatchObject({
      code: 9, message: expect.stringContaining("9.9.9"), hint: expect.stringContaining("fugue upgrade"),
    });
  });

  test("becomes a client once, and may then send larger messages", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.client();
    expect(client.all("welcome")).toMatchObject([{ version: 1, server: "id", host: "h" }]);
    const reply = await client.command("buffer set", { text: "é".repeat(60_000) });
    expect(reply.error).toBeUndefined();
  });
});

describe("a client", () => {
  test("is answered to its ping", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.client();
    client.send("ping", { n: 42 });
    await rig.settle();
    expect(client.all("pong")).toEqual([{ n: 42 }]);
  });

  test("that falls silent is gone, unless it is a command line, which waits without a word", async () => {
    await using rig = await DaemonRig.start();
    const [view, agent, waiting, alive] = [await rig.client("tui"), await rig.client("mcp"), await rig.client("cli"), await rig.client("tui")];
    await rig.passWith(alive, 31_000);
    expect([view.closed, agent.closed, waiting.closed, alive.closed]).toEqual([true, true, false, false]);
  });

  test("that asks for a command that is not there, or gives it nonsense, gets an error and stays", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.client("cli");
    for (const [name, args] of [
      ["no such", {}], ["constructor", {}], ["new", { name: 5 }], ["new", { name: "a:b" }],
      ["pane resize", { target: "%1", cells: "x" }], ["attach", {}],
    ] as const) {
      const reply = await client.command(name, args);
      expect([name, reply.error !== undefined && reply.error !== null]).toEqual([name, true]);
    }
    expect([client.closed, rig.errors]).toEqual([false, []]);
  });

  test("may give every command any nonsense: it gets an answer that can be shown, and the daemon lives", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.attached({ create: { name: "work" } });
    const values = [
      "", "x".repeat(100_000), "\x1b[31m\u202e", "%1", "work/0.0", -1, 1e9, NaN, true, null, [], ["x".repeat(5000)], {},
    ];
    let errors = 0;
    for (const command of COMMANDS) {
      if (command.runs !== "server" || /stop|wait|outbox|^run$|kill|respawn|pipe/.test(command.name)) continue;
      for (const name of Object.keys(command.args)) {
        for (const value of values) {
          const { error } = await client.command(command.name, { [name]: value });
          client.heard.length = 0;
          if (!error) continue;
          errors++;
          const text = `${error.message} ${error.hint ?? ""}`;
          const said = [
            command.name, name, error.code, text.length < 2000, /[\u0000-\u001f\u007f-\u009f\u202e]/.test(text),
          ];
          expect(said).toEqual([command.name, name, error.code === 13 ? "internal" : error.code, true, false]);
        }
      }
      const { panes } = rig.daemon.model;
      for (const id of [...panes.keys()].slice(5)) rig.daemon.life.kill(id);
    }
    expect([errors > 100, client.closed, rig.errors]).toEqual([true, false, []]);
  }, 60_000);

  test("that is gone leaves nothing behind", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.attached();
    client.begin("wait", { target: ["%1"], text: "never" });
    await Bun.sleep(5);
    client.duplex.close(true);
    await rig.settle();
    expect(rig.daemon.clients.size).toBe(0);
    await rig.pass(5000);
    rig.keeper.print(1, "still printing\r\n");
    await rig.pass(5000);
    expect(rig.errors).toEqual([]);
  });
});

describe("attaching", () => {
  test("makes a session where there is none, and shows it: the view, then its screen, then the reply", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.attached({ create: { name: "work", command: ["vi"] }, cols: 100, rows: 30 });
    expect(rig.keeper.spawned).toMatchObject([{ argv: ["vi"], cols: 100, rows: 30 }]);
    expect(client.heard.map((m) => m.name).slice(2)).toEqual(["view", "frame", "reply"]);
    expect(client.view).toMatchObject({
      session: { name: "work" }, cols: 100, rows: 30, focus: { window: 1, pane: 1 },
    });
  });

  test("to what is not there is an error that says what is", async () => {
    await using rig = await DaemonRig.start();
    await rig.attached({ create: { name: "work" } });
    const client = await rig.client();
    const reply = await client.attach({ target: "wrok" });
    expect(reply.error).toMatchObject({ code: 3, hint: "did you mean 'work'?" });
    expect(client.view).toBeUndefined();
  });

  test("of a second client shows the same, and each has its own focus", async () => {
    await using rig = await DaemonRig.start();
    const first = await rig.attached({ create: { name: "work" } });
    const second = await rig.attached({ target: "work" });
    await first.command("window new");
    await rig.settle();
    expect([first.view!.focus.window, second.view!.focus.window]).toEqual([2, 1]);
    expect(second.view!.windows.map((w) => w.id)).toEqual([1, 2]);
  });

  test("alone sends the others away", async () => {
    await using rig = await DaemonRig.start();
    const first = await rig.attached({ create: { name: "work" } });
    await rig.attached({ target: "work", detachOthers: true });
    expect(first.all("event")).toMatchObject([{ kind: "detached" }]);
    rig.keeper.print(1, "more");
    await rig.pass(100);
    expect(first.screen(1)).toBe("");
  });

  test("to watch only: what is typed is refused and the size stays", async () => {
    await using rig = await DaemonRig.start();
    const writer = await rig.attached({ create: { name: "work" }, cols: 80, rows: 24 });
    const watcher = await rig.attached({ target: "work", readOnly: true, cols: 40, rows: 10 });
    expect(watcher.view).toMatchObject({ readOnly: true, cols: 80, rows: 24 });
    watcher.type(1, "rm -rf");
    expect((await watcher.command("kill", { target: "work" })).error!.code).toBe(5);
    await rig.settle();
    expect(rig.keeper.pane(1).written).toBe("");
    expect(watcher.all("inputAck")).toMatchObject([{ seq: 1, refused: expect.any(String) }]);
    rig.keeper.print(1, "seen");
    await rig.pass(50);
    expect([watcher.screen(1), writer.screen(1)]).toEqual(["seen", "seen"]);
  });
});

describe("input", () => {
  test("goes to its pane as its modes want it, and is acknowledged when it is in the terminal", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.attached();
    client.type(1, "hé");
    client.type(1, { kind: "key", key: { name: "Up", mods: 0 } });
    rig.keeper.print(1, "\x1b[?1h");
    await rig.pass(5);
    client.type(1, { kind: "key", key: { name: "Up", mods: 0 } });
    await rig.pass(50);
    expect(rig.keeper.pane(1).written).toBe(`${Buffer.from("hé").toString("latin1")}\x1b[A\x1bOA`);
    const told = Math.max(
      0, ...client.all("inputAck").map((a) => a.seq), ...client.all("frame").map((f) => f.input ?? 0),
    );
    expect(told).toBe(3);
  });

  test("is not acknowledged before its program reads", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.attached();
    rig.keeper.deaf = true;
    client.type(1, "x");
    await rig.pass(500);
    expect(client.all("inputAck")).toEqual([]);
    expect(client.all("frame").every((f) => !f.input)).toBeTrue();
    rig.keeper.readInput();
    await rig.pass(100);
    expect(client.all("inputAck").map((a) => a.seq)).toEqual([1]);
  });

  test("that the keeper refuses, or that is for a pane that is gone, is told", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.attached();
    rig.keeper.refusing = true;
    client.type(1, "x");
    client.type(99, "y");
    await rig.pass(100);
    expect(client.all("inputAck").map((a) => [a.seq, typeof a.refused]).sort()).toEqual([[1, "string"], [2, "string"]]);
  });

  test("into a synchronized window goes to all of its panes, mouse and focus to one", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.attached();
    await client.command("split");
    await client.command("sync", { on: true, state: "on" });
    await rig.settle();
    const window = rig.daemon.model.windows.get(1)!;
    window.synchronized = true;
    client.type(2, "ls");
    client.type(2, { kind: "mouse", action: "press", button: 0, mods: 0, x: 0, y: 0 });
    await rig.pass(20);
    expect([rig.keeper.pane(1).written, rig.keeper.pane(2).written]).toEqual(["ls", "ls"]);
  });

  test("that is sent twice, by two connections of one client, is written once", async () => {
    await using rig = await DaemonRig.start();
    const first = await rig.attached({ create: { name: "work" } });
    first.type(1, "a");
    await rig.pass(20);
    first.duplex.close(true);
    await rig.settle();
    const again = await rig.client("tui", undefined, 1);
    await again.attach({ target: "%1" });
    again.type(1, "a");
    again.type(1, "b");
    await rig.pass(20);
    expect(rig.keeper.pane(1).written).toBe("ab");
  });
});

describe("sizes", () => {
  test("of a window follow the client that was used last", async () => {
    await using rig = await DaemonRig.start();
    const big = await rig.attached({ create: { name: "work" }, cols: 100, rows: 40 });
    const small = await rig.attached({ target: "work", cols: 60, rows: 20 });
    expect(rig.keeper.pane(1)).toMatchObject({ cols: 60, rows: 20 });
    big.type(1, "x");
    await rig.pass(20);
    expect(rig.keeper.pane(1)).toMatchObject({ cols: 100, rows: 40 });
    small.send("resize", { cols: 61, rows: 21 });
    await rig.pass(20);
    expect(rig.keeper.pane(1)).toMatchObject({ cols: 61, rows: 21 });
    expect(big.view).toMatchObject({ cols: 61, rows: 21 });
  });

  test("of one by one cell, and back, break nothing", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.attached();
    for (let n = 0; n < 6; n++) await client.command("split", { right: n % 2 === 0, down: n % 2 === 1 });
    client.send("resize", { cols: 1, rows: 1 });
    await rig.pass(50);
    for (const { id } of client.view!.panes) rig.keeper.print(id, "some text that wraps\r\n");
    await rig.pass(50);
    client.send("resize", { cols: 1000, rows: 1000 });
    await rig.pass(100);
    client.send("resize", { cols: 80, rows: 24 });
    await rig.pass(100);
    expect([client.closed, rig.errors]).toEqual([false, []]);
    expect(client.view!.leaves).toHaveLength(7);
  });
});

describe("the end of a program", () => {
  test("shows its last words, then takes its pane away", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.attached();
    await client.command("split");
    rig.keeper.print(2, "last words");
    rig.keeper.end(2);
    await rig.pass(100);
    const frames = client.all("frame").filter((f) => f.pane === 2);
    expect([client.screen(2), frames.length > 0]).toEqual(["last words", true]);
    expect(client.view!.panes.map((p) => p.id)).toEqual([1]);
    expect(rig.keeper.closed).toEqual([2]);
  });

  test("that is the last ends the session, and its clients are told", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.attached({ create: { name: "work" } });
    rig.keeper.end(1, 3);
    await rig.pass(100);
    expect(client.all("event")).toMatchObject([{ kind: "exited", session: "work", status: 3 }]);
    expect(rig.daemon.model.sessions.size).toBe(0);
  });

  test("may leave the pane where it is, if the user says so", async () => {
    await using rig = await DaemonRig.start({ remainOnExit: "failed" });
    const client = await rig.attached();
    await client.command("split");
    rig.keeper.end(1, 0);
    rig.keeper.end(2, 7);
    await rig.pass(100);
    expect(client.view!.panes).toMatchObject([{ id: 2, exit: { code: 7, signal: null } }]);
    client.type(2, "x");
    await rig.pass(50);
    expect(client.closed).toBeFalse();
  });

  test("that could not even begin is an error, and no pane is left", async () => {
    await using rig = await DaemonRig.start();
    rig.keeper.spawnError = "can't start /nope: ENOENT";
    const client = await rig.client();
    const reply = await client.attach({ create: { command: ["/nope"] } });
    expect(reply.error).toMatchObject({ code: 1, message: expect.stringContaining("ENOENT") });
    expect([rig.daemon.model.panes.size, rig.daemon.model.sessions.size]).toEqual([0, 0]);
  });
});

test("a client that means another server is refused before anything of it is taken", async () => {
  await using rig = await DaemonRig.start({}, "mine");
  const client = rig.connect();
  client.send("clientHello", { version: 1, client: 5, kind: "tui", name: "t", pid: 1, release: "0", server: "other" });
  client.send("attach", { seq: 1, cols: 80, rows: 24, create: {} });
  await rig.settle();
  expect(client.all("goodbye")).toMatchObject([{ message: expect.stringContaining("another server") }]);
  expect([client.all("welcome").length, rig.daemon.model.sessions.size]).toEqual([0, 0]);
});

test("a client that comes again takes the place of its dead connection", async () => {
  await using rig = await DaemonRig.start();
  const before = await rig.attached();
  const after = await rig.client("tui", undefined, before.id);
  await after.attach({ target: "%1" });
  expect([before.closed, rig.daemon.clients.size]).toEqual([true, 1]);
});

test("a client that lists sessions hears of its view before frames of it come", async () => {
  await using rig = await DaemonRig.start();
  const first = await rig.attached();
  rig.keeper.print(1, "text");
  await rig.pass(100);
  const client = await rig.client();
  client.send("watch", { panes: [], sessions: true });
  await client.attach({ target: "%1" });
  await rig.pass(100);
  const names = client.heard.map(({ name }) => name).filter((name) => name === "view" || name === "frame");
  expect(names[0]).toBe("view");
  expect(client.screen(1)).toBe(first.screen(1));
});
