import { describe, expect, test } from "bun:test";
import { LARGEST_INPUT_TEXT } from "../../../src/protocol/limits.ts";
import { COMMANDS, lookup } from "../../../src/commands/registry.ts";
import { mayRun, runServerCommand } from "../../../src/commands/run-server.ts";
import { pastedText, typedText } from "../../../src/commands/send.ts";
import { checkValues } from "../../../src/commands/values.ts";
import { rejection, thrownBy } from "../../support/thrown.ts";
import { FakeServer, type PortCall } from "./fake-server.ts";

/** Command lines, what they ask of the daemon, and what comes of them. */
const LINES: [line: string[], calls: PortCall[], result: unknown][] = [
  [["new", "desk", "--tag", "x", "-c", "/tmp", "--env", "A=b=c", "--size", "90x20", "--", "vim"],
    [[
      "sessions.create",
      { command: ["vim"], cwd: "/tmp", env: { A: "b=c" }, name: "desk", tags: ["x"], cols: 90, rows: 20 },
    ], ["clients.switchTo", 9]],
    { sessions: [{ id: 9, name: "made", window: 20, pane: 30, created: true }] }],
  [
    ["new", "-d"], [["sessions.create", { name: undefined, tags: [] }]],
    { sessions: [{ id: 9, name: "made", window: 20, pane: 30, created: true }] },
  ],
  [
    ["new", "work", "-A"], [["clients.switchTo", 5]],
    { sessions: [{ id: 5, name: "work", window: 10, pane: 1, created: false }] },
  ],
  [["kill", "work"], [["sessions.kill", 5]], { killed: [{ kind: "session", id: 5 }] }],
  [["kill", "work/1"], [["windows.kill", 11]], { killed: [{ kind: "window", id: 11 }] }],
  [["kill", "work/0.1"], [["panes.kill", 2]], { killed: [{ kind: "pane", id: 2 }] }],
  [["kill", "%4"], [["panes.kill", 4]], { killed: [{ kind: "pane", id: 4 }] }],
  [["kill", "."], [["panes.kill", 1]], { killed: [{ kind: "pane", id: 1 }] }],
  [
    ["rename", "work", "desk"], [["sessions.rename", 5, "desk"]],
    { renamed: [{ kind: "session", id: 5, name: "desk" }] },
  ],
  [
    ["rename", "work/1", "logs"], [["windows.rename", 11, "logs"]],
    { renamed: [{ kind: "window", id: 11, name: "logs" }] },
  ],
  [["rename", "%2", "p"], [["panes.rename", 2, "p"]], { renamed: [{ kind: "pane", id: 2, name: "p" }] }],
  [["session", "select", "play"], [["clients.switchTo", 6, undefined]], { sessions: [{ id: 6, name: "play" }] }],
  [
    ["session", "select", "work/1"], [["clients.switchTo", 5, undefined], ["windows.select", 11]],
    { sessions: [{ id: 5, name: "work" }] },
  ],
  [
    ["session", "select", "work/0.1"], [["clients.switchTo", 5, undefined], ["panes.select", 2]],
    { sessions: [{ id: 5, name: "work" }] },
  ],
  [
    ["session", "select", "work/1", "--client", "8"], [["clients.switchTo", 5, 8]],
    { sessions: [{ id: 5, name: "work" }] },
  ],
  [["session", "next"], [["clients.step", "next"]], null],
  [["session", "rename", "desk"], [["sessions.rename", 5, "desk"]], { sessions: [{ id: 5, name: "desk" }] }],
  [["session", "kill", "--others"], [["sessions.kill", 6]], { sessions: [{ id: 6, name: "play" }] }],
  [
    ["window", "new", "play", "-n", "x", "--index", "4", "-d"],
    [["windows.create", 6, { name: "x", index: 4, select: false }]], { windows: [{ id: 20, index: 2, pane: 30 }] },
  ],
  [["window", "select", "work/1"], [["windows.select", 11]], { windows: [{ id: 11, index: 1 }] }],
  [["window", "next", "--alert"], [["windows.step", 5, "next", true]], null],
  [["window", "last"], [["windows.step", 5, "last"]], null],
  [
    ["window", "move", "--to", "7"], [["windows.move", 10, 5, 7, false]],
    { windows: [{ id: 10, index: 0, session: 5 }] },
  ],
  [
    ["window", "move", "work/1", "--to", "play/3", "--swap"], [["windows.move", 11, 6, 3, true]],
    { windows: [{ id: 11, index: 1, session: 5 }] },
  ],
  [
    ["window", "move", "--to", "play"], [["windows.move", 10, 6, undefined, false]],
    { windows: [{ id: 10, index: 0, session: 5 }] },
  ],
  [["window", "move", "--renumber"], [["windows.renumber", 5]], { windows: [{ id: 10, index: 0, session: 5 }] }],
  [
    ["window", "swap", "--next"], [["windows.move", 10, 5, 1, true]],
    { windows: [{ id: 10, index: 0 }, { id: 11, index: 1 }] },
  ],
  [
    ["window", "swap", "work/1", "--with", "play/0"], [["windows.move", 11, 6, 0, true]],
    { windows: [{ id: 11, index: 1 }, { id: 12, index: 0 }] },
  ],
  [["window", "rotate", "--down"], [["windows.rotate", 10, true]], null],
  [["window", "kill", "--others"], [["windows.kill", 11]], { windows: [{ id: 11 }] }],
  [["window", "rename", "x", "-t", "work/1"], [["windows.rename", 11, "x"]], { windows: [{ id: 11, name: "x" }] }],
  [
    ["window", "find", "x"], [["windows.search", "x"], ["windows.select", 11], ["panes.select", 3]],
    { windows: [{ id: 11, pane: 3, target: "work/0.2", line: "a line" }] },
  ],
  [["layout", ".", "tiled"], [["windows.arrange", 10, "tiled"]], { windows: [{ id: 10 }] }],
  [["layout", "work/1", "--export"], [["windows.exportLayout", 11]], {
    windows: [{ id: 11, layout: { kind: "leaf" } }],
  }],
  [["layout", ".", "--apply", "{\"a\":1}"], [["windows.applyLayout", 10, { a: 1 }]], { windows: [{ id: 10 }] }],
  [["sync"], [["windows.synchronize", 10, "toggle"]], { windows: [{ id: 10, synchronized: true }] }],
  [
    ["sync", "off", "-t", "work/1"], [["windows.synchronize", 11, false]],
    { windows: [{ id: 11, synchronized: true }] },
  ],
  [["split", "--left", "--size", "30%", "--whole", "-n", "x", "-d", "--", "a"],
    [[
      "panes.split", 1, { command: ["a"], name: "x", side: "left", size: { percent: 30 }, whole: true, select: false },
    ]], { panes: [{ id: 2, target: "work/0.1" }] }],
  [
    ["split"], [["panes.split", 1, { name: undefined, side: "down", size: undefined, whole: false }]],
    { panes: [{ id: 2, target: "work/0.1" }] },
  ],
  [
    ["pane", "swap", "--down"], [["panes.neighbour", 1, "next"], ["panes.swap", 1, 2]],
    { panes: [{ id: 1, target: "work/0.0" }, { id: 2, target: "work/0.1" }] },
  ],
  [
    ["pane", "swap", "%2", "--with", "%3"], [["panes.swap", 2, 3]],
    { panes: [{ id: 2, target: "work/0.1" }, { id: 3, target: "work/0.2" }] },
  ],
  [
    ["pane", "move", "--to", "work/1", "--right", "--size", "12"],
    [["panes.join", 1, 3, { side: "right", size: { cells: 12 } }]], { panes: [{ id: 1, target: "work/0.0" }] },
  ],
  [
    ["pane", "join", "--from", "%3"], [["panes.join", 3, 1, { side: "down", size: undefined }]],
    { panes: [{ id: 3, target: "work/0.2" }] },
  ],
  [
    ["pane", "break", "-d", "-n", "x", "--to", "play/4"],
    [["panes.break", 1, { session: 6, index: 4, name: "x", select: false }]],
    { windows: [{ id: 21, index: 3, pane: 1 }] },
  ],
  [["pane", "resize", "--left", "5"], [["panes.resize", 1, "left", 5]], { panes: [{ id: 1, cols: 80, rows: 24 }] }],
  [
    ["pane", "resize", "--cols", "50%", "--rows", "9"], [["panes.setSize", 1, { cols: { percent: 50 }, rows: 9 }]],
    { panes: [{ id: 1, cols: 80, rows: 24 }] },
  ],
  [["pane", "zoom"], [["panes.zoom", 1, "toggle"]], { panes: [{ id: 1, zoomed: true }] }],
  [["pane", "zoom", "--off"], [["panes.zoom", 1, false]], { panes: [{ id: 1, zoomed: true }] }],
  [["pane", "select", "--right"], [["panes.neighbour", 1, "right"], ["panes.select", 2]], { panes: [{ id: 2 }] }],
  [["pane", "select", "--left"], [["panes.neighbour", 1, "left"]], { panes: [{ id: 1 }] }],
  [["pane", "select", "%3"], [["panes.select", 3]], { panes: [{ id: 3 }] }],
  [
    ["pane", "respawn", "-k", "--", "x"], [["panes.respawn", 1, { command: ["x"], kill: true }]],
    { panes: [{ id: 1 }] },
  ],
  [["pane", "pipe", "--", "tee", "x"], [["panes.pipe", 1, ["tee", "x"]]], { panes: [{ id: 1, piped: true }] }],
  [["pane", "pipe"], [["panes.pipe", 1, undefined]], { panes: [{ id: 1, piped: false }] }],
  [["pane", "kill", "--others"], [["panes.kill", 2]], { panes: [{ id: 2 }] }],
  [["pane", "rename", "x"], [["panes.rename", 1, "x"]], { panes: [{ id: 1, name: "x" }] }],
  [["pane", "mark", "--clear"], [["panes.mark", undefined]], { panes: [] }],
  [["pane", "signal", "%1", "term"], [["panes.signal", 1, 15]], { panes: [{ id: 1 }] }],
  [["clear-history"], [["panes.clearHistory", 1]], { panes: [{ id: 1 }] }],
  [
    ["send", ".", "hi", "--enter"],
    [["panes.send", 1, [{ kind: "text", text: "hi" }, { kind: "key", key: { name: "Enter", mods: 0 } }]]],
    { panes: [{ id: 1, target: "work/0.0", cursor: "c42" }] },
  ],
  [
    ["send", "%2", "--keys", "C-c", "-"],
    [["panes.send", 2, [{ kind: "key", key: { name: "c", mods: 4 } }, { kind: "key", key: { name: "-", mods: 0 } }]]],
    { panes: [{ id: 2, target: "work/0.1", cursor: "c42" }] },
  ],
  [
    ["send", ".", "--paste", "a\nb"], [["panes.send", 1, [{ kind: "paste", text: "a\nb", first: true, more: false }]]],
    { panes: [{ id: 1, target: "work/0.0", cursor: "c42" }] },
  ],
  [
    ["send", ".", "--enter"], [["panes.send", 1, [{ kind: "key", key: { name: "Enter", mods: 0 } }]]],
    { panes: [{ id: 1, target: "work/0.0", cursor: "c42" }] },
  ],
  [
    ["wait", "work", ".", "--exit", "--any", "--timeout", "3s"], [["panes.wait", [1], { kind: "exit" }, false, 3000]],
    { panes: [{ id: 1, target: "work", exit: { code: 3, signal: null } }] },
  ],
  [
    ["wait", "%1", "%2", "--text", "x+", "--since", "c4"],
    [["panes.wait", [1, 2], { kind: "text", pattern: "x+", since: "c4" }, true, undefined]],
    { panes: [{ id: 1, target: "%1", exit: { code: 3, signal: null } }] },
  ],
  [
    ["wait", "%1", "--idle", "500ms"], [["panes.wait", [1], { kind: "idle", ms: 500 }, true, undefined]],
    { panes: [{ id: 1, target: "%1", exit: { code: 3, signal: null } }] },
  ],
  [["buffer", "show"], [["buffers.get", undefined]], { buffers: [{ name: "buffer0", text: "hello\nworld" }] }],
  [["buffer", "set", "x", "-b", "n"], [["buffers.set", "x", "n"]], { buffers: [{ name: "n" }] }],
  [
    ["buffer", "delete"], [["buffers.get", undefined], ["buffers.delete", "buffer0"]],
    { buffers: [{ name: "buffer0" }] },
  ],
  [["buffer", "paste", "%2", "-d"],
    [
      ["buffers.get", undefined],
      ["panes.send", 2, [{ kind: "paste", text: "hello\nworld", first: true, more: false }]],
      ["buffers.delete", "buffer0"],
    ],
    { panes: [{ id: 2, cursor: "c42" }] }],
  [["detach"], [["clients.list"], ["clients.detach", 7, "detached"]], { clients: [{ id: 7, session: "work" }] }],
  [
    ["detach", "--others"], [["clients.list"], ["clients.detach", 8, "detached"]],
    { clients: [{ id: 8, session: "work" }] },
  ],
  [["message", "hi", "--client", "8"], [["clients.message", "hi", 8]], null],
  [["stop"], [["stop"]], { stopped: [{ sessions: 2 }] }],
];

describe("commands of the daemon", () => {
  test.each(
    LINES.map(([line, calls, result]) => [line.join(" "), line, calls, result] as const)
  )("%s", async (_name, line, calls, result) => {
    const server = new FakeServer();
    expect(await server.run(line)).toEqual(result as never);
    expect(server.calls).toEqual(calls);
  });

  test("ls lists all sessions, or the one that a target is about", async () => {
    const all = await new FakeServer().run(["ls"]) as { sessions: { name: string }[] };
    expect(all.sessions.map(({ name }) => name)).toEqual(["work", "play"]);
    const one = await new FakeServer().run(["ls", "play/0"]) as { sessions: { name: string }[] };
    expect(one.sessions.map(({ name }) => name)).toEqual(["play"]);
  });

  test("capture names the text cursor and the output cursor apart", async () => {
    const server = new FakeServer();
    expect(await server.run(["capture", "%1", "--history", "all", "-e", "-J"])).toEqual({
      panes: [{
        id: 1, target: "work/0.0", cols: 80, rows: 24, title: "t", lines: ["$ ls", "a\u001b[31mb"], position: { x: 1, y: 2, visible: true },
        cursor: "c9",
      }],
    });
    expect(server.calls).toEqual([["panes.capture", 1, { history: "all", styled: true, join: true }]]);
  });

  test("swap and join take the marked pane, and say so if there is none", async () => {
    const server = new FakeServer();
    expect((await rejection(server.run(["pane", "swap"]))).message).toBe("no pane is marked");
    server.marked = 3;
    await server.run(["pane", "swap"]);
    await server.run(["pane", "join"]);
    expect(server.calls).toEqual([["panes.swap", 1, 3], ["panes.join", 3, 1, { side: "down", size: undefined }]]);
  });

  test("a script finds windows without moving anybody's focus, and leaves the session as it is", async () => {
    const server = new FakeServer();
    server.caller = { kind: "script", readOnly: false };
    await server.run(["window", "find", "x"]);
    await server.run(["new"]);
    expect(server.calls.map(([call]) => call)).toEqual(["windows.search", "sessions.create"]);
  });

  test("a script detaches the client used last among those of its session", async () => {
    const server = new FakeServer();
    server.caller = { kind: "script", readOnly: false };
    await server.run(["detach"]);
    expect(server.calls.at(-1)).toEqual(["clients.detach", 8, "detached by a command"]);
  });
});

describe("arguments that came over the wire", () => {
  const check = (name: string, raw: Record<string, unknown>) => checkValues(lookup(name)!, raw);

  test("are completed, and unknown ones dropped", () => {
    expect(check("split", { right: true, frob: 1 })).toEqual({
      right: true, left: false, up: false, down: false, whole: false, detached: false, env: [], command: [],
    });
  });

  test("may have their names in camelCase", () => {
    expect(
      check("pane search", { target: "%1", pattern: "x", ignoreCase: true })
    ).toMatchObject({ "ignore-case": true });
  });

  test("a current target is none", () => {
    expect(check("capture", { target: "." })).not.toHaveProperty("target");
  });

  test.each<[string, Record<string, unknown>]>([
    ["kill", {}],
    ["kill", { target: 5 }],
    ["kill", { target: "a b" }],
    ["split", { right: "yes" }],
    ["split", { env: "A=b" }],
    ["split", { env: ["Ab"] }],
    ["split", { command: [1] }],
    ["split", { command: Array(5000).fill("x") }],
    ["split", { left: true, right: true }],
    ["split", { size: "120%" }],
    ["new", { size: { cols: 0, rows: 5 } }],
    ["new", { size: "80x24" }],
    ["new", { name: "a:b" }],
    ["new", { tag: ["a b"] }],
    ["new", { attach: true }],
    ["wait", { target: [], exit: true }],
    ["wait", { target: ["a"] }],
    ["wait", { target: ["a"], exit: true, idle: 5 }],
    ["wait", { target: ["a"], exit: true, since: "c" }],
    ["wait", { target: ["a"], idle: -1 }],
    ["wait", { target: ["a"], idle: "5s" }],
    ["sync", { state: "maybe" }],
    ["pane resize", { left: 1.5 }],
    ["pane resize", { left: -1 }],
    ["pane resize", {}],
    ["pane signal", { target: "%1", signal: "FROB" }],
    ["layout", { target: "a" }],
    ["layout", { target: "a", name: "tiled", export: true }],
    ["layout", { target: "a", export: true, apply: "{}" }],
    ["send", { target: "a", text: [] }],
    ["send", { target: "a", text: ["a", "b"] }],
    ["send", { target: "a", text: ["C-c"], keys: true, enter: true }],
    ["send", { target: "a", text: [], keys: true }],
    ["send", { target: "a", text: ["Entr"], keys: true }],
    ["capture", { history: "-5" }],
    ["window move", { to: "a:3" }],
    ["window move", { to: "3", renumber: true }],
    ["buffer set", {}],
    ["buffer set", { text: "a", file: "b" }],
    ["detach", { client: 1, others: true }],
    ["constructor", {}],
    ["toString", {}],
  ])("%s is refused before anything happens: case %#", async (name, raw) => {
    const server = new FakeServer();
    const error = await rejection(runServerCommand(server.context(), name, raw));
    expect(error.code).toBe("usage");
    expect(server.calls).toEqual([]);
  });

  test("text that is too long is refused", () => {
    expect(thrownBy(() => check("send", { target: "a", text: ["x".repeat(2_000_000)] })).code).toBe("tooLarge");
  });

  test("values of a hostile client are never believed: any of them ends in a value or a FugueError", () => {
    const values = [
      null, undefined, 0, -1, 1e300, NaN, "", "x", "\u0000", [], ["a"], [null], {}, { cols: 1 }, { length: 3 }, true,
      new Uint8Array(3),
    ];
    for (const command of COMMANDS) {
      for (const name of Object.keys(command.args)) {
        for (const value of values) {
          try {
            checkValues(command, { [name]: value });
          } catch (error) {
            expect(error, `${command.name} ${name}`).toHaveProperty("name", "FugueError");
          }
        }
      }
    }
  });
});

describe("who may only watch", () => {
  const watcher = { kind: "person", client: 7, readOnly: true } as const;

  test("reads, looks around and leaves", () => {
    for (const name of ["ls", "capture", "window next", "pane select", "session select", "detach"]) {
      expect(mayRun(watcher, lookup(name)!), name).toBe(true);
    }
  });

  test("changes nothing", () => {
    for (const command of COMMANDS.filter(
      ({ runs, effect, view }) => runs === "server" && effect !== "read" && !view
    )) {
      expect(mayRun(watcher, command), command.name).toBe(false);
    }
  });

  test("does not send others away", async () => {
    const server = new FakeServer();
    server.caller = watcher;
    expect((await rejection(server.run(["detach", "--others"]))).code).toBe("refused");
    await server.run(["detach"]);
    expect(server.calls.at(-1)).toEqual(["clients.detach", 7, "detached"]);
  });

  test("as a script does not even move a focus", () => {
    expect(mayRun({ kind: "script", readOnly: true }, lookup("pane select")!)).toBe(false);
  });
});

describe("typed text", () => {
  test("control characters are the keys that send them", () => {
    expect(typedText("a\tb\r\u0003\u007f")).toEqual([
      { kind: "text", text: "a" }, { kind: "key", key: { name: "Tab", mods: 0 } }, { kind: "text", text: "b" },
      { kind: "key", key: { name: "Enter", mods: 0 } }, { kind: "key", key: { name: "c", mods: 4 } }, {
        kind: "key", key: { name: "Backspace", mods: 0 },
      },
    ]);
  });

  const ways = [["typed", typedText], ["pasted", pastedText]] as const;
  test.each(ways)("long %s text comes in bounded pieces, cut between characters", (_, make) => {
    const text = "a😀é".repeat(60_000);
    const pieces = make(text).map((event) => ("text" in event ? event.text! : ""));
    expect(pieces.join("")).toBe(text);
    expect(pieces.length).toBeGreaterThan(1);
    expect(
      pieces.filter((piece) => Buffer.byteLength(piece) > LARGEST_INPUT_TEXT || /^[\udc00-\udfff]/.test(piece))
    ).toEqual([]);
  });

  test("of the pieces of a paste the first and the last are marked", () => {
    const events = pastedText("x".repeat(150_000)) as { first: boolean; more: boolean }[];
    expect(events.map(({ first, more }) => [first, more])).toEqual(
      [[true, true], ...Array(events.length - 2).fill([false, true]), [false, false]]
    );
  });
});
