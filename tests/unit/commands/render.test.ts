import { describe, expect, test } from "bun:test";
import type { ServerCommand } from "../../../src/commands/command.ts";
import { COMMANDS, lookup } from "../../../src/commands/registry.ts";
import { formatTable, printableLines } from "../../../src/commands/text-table.ts";
import { FakeServer } from "./fake-server.ts";

const STYLE = { color: false, cols: 80, now: 3_600_500, raw: false };

function render(name: string, result: unknown, args: Record<string, unknown> = {}, raw = false, several = false): string {
  return (lookup(name) as ServerCommand).render!(result as never, { ...STYLE, raw, several }, args as never);
}

describe("results for people", () => {
  test("ls is a table, the oldest session first", () => {
    expect(render("ls", { sessions: new FakeServer().infos }, {})).toBe([
      "NAME  WINDOWS  ATTACHED  AGE  TAGS",
      "play  1        0         1h",
      "work  2        1         59m  a,b",
    ].join("\n"));
  });

  test("ls of several servers says which, in the order in which they were asked", () => {
    const [work, play] = new FakeServer().infos;
    const text = render("ls", { sessions: [{ server: "local", ...work! }, { server: "far", ...play! }] }, {}, false, true);
    expect(
      text.split("\n").map((line) => line.split(/ +/).slice(0, 2))
    ).toEqual([["SERVER", "NAME"], ["local", "work"], ["far", "play"]]);
  });

  test("ls --tree shows windows and panes", () => {
    const server = new FakeServer();
    server.infos[0]!.windows[1]!.bell = true;
    server.infos[0]!.windows[1]!.panes[0]!.exit = { code: 3, signal: null };
    expect(render("ls", { sessions: [server.infos[0]] }, { tree: true })).toBe([
      "work: 2 windows, 59m, attached [a,b]",
      "  0: w0* 80x24",
      "    0*  %1  80x24  bash  /src  title 1",
      "    1   %2  80x24  bash  /src  title 2",
      "  1: w1! 80x24",
      "    0*  %3  80x24  bash (ended with 3)  /src  title 3",
    ].join("\n"));
  });

  test("lists say where a link leads, and nothing of a program or folder", () => {
    const [work] = new FakeServer().infos;
    const pane = { ...work!.windows[0]!.panes[0]!, program: "", pid: 0, title: "", target: "work/0.0", link: { server: "b".repeat(32), pane: 7, name: "far" } };
    const session = { ...work!, windows: [{ ...work!.windows[0]!, panes: [pane] }] };
    expect(render("ls", { sessions: [session] }, { tree: true }).split("\n").at(-1)).toBe("    0*  %1  80x24  link to far:%7");
    expect(render("pane ls", { panes: [pane] })).toBe("work/0.0*  %1  link to far:%7");
    expect(render("pane display", { panes: [pane] }).replaceAll(/ +/g, " ")).toBe("pane work/0.0 (%1)\nshows link to far:%7\nsize 80x24");
  });

  test("nothing to list is nothing", () => {
    expect(render("ls", { sessions: [] }, {})).toBe("");
    expect(render("clients", { clients: [] })).toBe("");
    expect(render("buffer ls", { buffers: [] })).toBe("");
  });

  test("wait prints the line that matched, with the pane where there are several", () => {
    expect(render("wait", { panes: [{ id: 1, line: "ok" }] }, { target: ["a"] })).toBe("ok");
    expect(render("wait", { panes: [{ id: 1, target: "a", line: "ok" }, { id: 2 }] }, { target: ["a", "b"] })).toBe("a ok\n%2");
    const far = { panes: [{ server: "far", id: 1, target: "a", line: "ok" }] };
    expect(render("wait", far, { target: ["far:a", "b"] }, false, true)).toBe("far:a ok");
    expect(render("wait", { panes: [{ id: 1, exit: { code: 0, signal: null } }] }, { target: ["a"] })).toBe("");
  });

  test.each([
    [[{ code: 0, signal: null }], 0],
    [[{ code: 3, signal: null }], 3],
    [[{ code: null, signal: "SIGTERM" }], 143],
    [[{ code: null, signal: "KILL" }], 137],
    [[{ code: null, signal: null }], 1],
    [[{ code: 0, signal: null }, { code: 7, signal: null }, { code: 9, signal: null }], 7],
  ])("wait --exit of %j ends with %d", (exits, status) => {
    const panes = exits.map((exit, id) => ({ id, exit }));
    expect((lookup("wait") as ServerCommand).status!({ panes } as never, { exit: true } as never)).toBe(status);
    expect((lookup("wait") as ServerCommand).status!({ panes } as never, { exit: false } as never)).toBe(0);
  });

  test("a buffer is exact for files and harmless for terminals", () => {
    const shown = { buffers: [{ name: "b", text: "a\u001b[2Jb\r\nc" }] };
    expect(render("buffer show", shown, {}, true)).toBe("a\u001b[2Jb\r\nc");
    expect(render("buffer show", shown, {}, false)).toBe("a\ufffd[2Jb\nc");
  });

  test("captured colours pass where they were asked for", () => {
    const captured = { panes: [{ lines: ["a\u001b[31mb"] }] };
    expect(render("capture", captured, { styled: true })).toBe("a\u001b[31mb\n");
    expect(render("capture", captured, { styled: false })).toBe("a\ufffd[31mb\n");
    expect(render("capture", captured, { styled: false }, true)).toBe("a\u001b[31mb\n");
  });

  test("an exported layout is JSON that can be applied", () => {
    expect(JSON.parse(render("layout", { windows: [{ id: 1, layout: { kind: "leaf" } }] }))).toEqual({ kind: "leaf" });
    expect(render("layout", { windows: [{ id: 1 }] })).toBe("");
  });

  test("no control character of a name, title or line reaches a terminal", async () => {
    const evil = "\u001b]0;x\u0007\u009b2J\u202e\n";
    const server = new FakeServer();
    for (const session of server.infos) {
      session.name = evil;
      session.tags = [evil];
      for (const window of session.windows) {
        window.name = evil;
        for (const pane of window.panes) Object.assign(
          pane, { title: evil, program: evil, cwd: evil, exit: { code: null, signal: evil } },
        );
      }
    }
    const results: Record<string, unknown> = {
      ls: { sessions: server.infos },
      clients: { clients: [
        { id: 1, name: evil, pid: 1, session: evil, cols: 1, rows: 1, readOnly: true, attachedAt: 0, activeAt: 0 },
      ] },
      "buffer ls": { buffers: [{ name: evil, bytes: 1, createdAt: 0, sample: evil }] },
      "buffer show": { buffers: [{ name: evil, text: evil }] },
      "window find": { windows: [{ id: 1, pane: 1, target: evil, line: evil }] },
      "pane display": { panes: [{ ...server.infos[0]!.windows[0]!.panes[0]!, target: evil }] },
      capture: { panes: [{ lines: [evil] }] },
      "pane ls": { panes: [{ ...server.infos[0]!.windows[0]!.panes[0]!, target: evil }] },
      "window ls": { windows: [{ id: 1, target: evil, name: evil, active: true, zoomed: false, cols: 1, rows: 1, panes: 1 }] },
      env: { variables: [{ name: evil, value: evil }] },
      presets: { presets: [
        { name: evil, harness: evil, command: [evil], model: evil, dir: evil, tags: [evil], isolated: true, problem: null },
      ] },
      meta: { entries: [{ key: evil, value: evil }] },
      tag: { sessions: [{ id: 1, name: evil, tags: [evil] }] },
      whoami: { me: [{ kind: evil, serverId: evil, host: evil, session: 1, window: 1, pane: 1, target: evil }] },
      ...Object.fromEntries(["msg wait", "msg ls"].map((name) => [name, { messages: [
        { id: evil, type: evil, payload: evil, from: evil, fromServer: evil, fromSession: 1, sentAt: 0, expiresAt: 1 },
      ] }])),
      run: { runs: [{ pane: 1, target: evil, status: 0, exit: null, timedOut: false, output: [evil], truncated: false, error: evil }] },
      "msg send": { messages: [{ id: evil, state: evil, recipients: 1 }] },
      "msg deliver": { messages: [{ id: evil, state: evil, recipients: 1 }] },
      "msg outbox": { messages: [{ id: evil, server: evil, seq: 1, type: evil, from: evil, message: {} }] },
      "msg ack": { messages: [{ id: evil }] },
      "msg status": { reports: [{ told: evil, message: evil }] },
      "msg help": { reports: [{ told: evil, message: evil }] },
      send: { panes: [{ id: 1, cursor: evil }] },
      sync: { windows: [{ id: 1, synchronized: true }] },
      wait: { panes: [{ id: 1, line: evil }] },
      layout: { windows: [{ id: 1, layout: evil }] },
      agents: { agents: [{ id: 1, target: evil, agent: evil, state: evil, since: 0, question: evil }] },
      "agent explain": { explanations: [{ pane: 1, agent: { agent: evil, version: evil, state: "idle", since: 0 }, evidence: [{ kind: "title", says: evil, decided: true }], problems: [evil] }] },
      "agent next": { panes: [{ id: 1, target: evil }] },
      prompt: { panes: [{ id: 1, proof: "state", state: evil }] },
      "pane search": { matches: [{ line: 1, column: 1 }] },
      status: {
        status: [{
          release: evil, protocol: 1, home: evil, keeper: {
            pid: 1, startedAt: 0, restarts: 2, lastExit: evil,
          }, daemon: { pid: 1, startedAt: 0 },
          sessions: 1, windows: 1, panes: 1, clients: 1, listening: [evil], notListening: [{ address: evil, problem: evil }],
          upgrade: { executable: evil, state: "failed", why: evil },
          saved: { at: 0, bytes: 0, failing: evil, restored: { at: 0, sessions: 1, panes: 1, lost: [evil] } },
        }],
      },
      "server secret": { secrets: [{ secret: "0" }] },
      "agent requests": { requests: [{ id: 1, pane: 1, session: evil, text: evil, expiresAt: 0 }] },
      "server invite": { invites: [{ invite: evil, addresses: [evil], expires: 0, name: evil }] },
    };
    const rendering = COMMANDS.filter((command) => command.runs === "server" && command.render).map(({ name }) => name);
    expect(rendering.sort()).toEqual(Object.keys(results).sort());
    for (const name of rendering) {
      for (const tree of [false, true]) {
        const text = render(name, results[name], { target: ["a", "b"], tree });
        expect(text.replace(/[\n\t]/g, ""), name).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
      }
    }
  });
});

describe("tables", () => {
  test("columns are aligned by the width on the terminal, without blanks at the end", () => {
    expect(formatTable([["a", "日本", "x"], ["bbb", "c", ""]])).toBe("a    日本  x\nbbb  c");
    expect(formatTable([["1", "x"], ["20", "y"]], [0])).toBe(" 1  x\n20  y");
  });

  test("lines keep their ends and tabs", () => {
    expect(printableLines("a\tb\r\nc\rd\u0000")).toBe("a\tb\nc\ufffdd\ufffd");
  });
});
