/** A daemon for tests of commands: one session `work` with two windows, and a record of what is asked of it. */
import { FugueError } from "../../../src/base/errors.ts";
import type { Caller, PaneInfo, ServerContext, SessionInfo, WindowInfo } from "../../../src/commands/context.ts";
import type { MessageInfo } from "../../../src/commands/message-context.ts";
import { runServerCommand } from "../../../src/commands/run-server.ts";
import { parseWords } from "../../../src/commands/parse.ts";
import { lookup } from "../../../src/commands/registry.ts";
import { parseTarget, type Target } from "../../../src/commands/target.ts";

/** One call of a port: `panes.kill` with its arguments. */
export type PortCall = [port: string, ...args: unknown[]];

function pane(id: number, index: number): PaneInfo {
  return {
    id, index, title: `title ${id}`, program: "bash", pid: 100 + id, cwd: "/src", cols: 80, rows: 24,
    active: index === 0,
    command: [], cursor: `c${id}`, exit: null,
  };
}

function windowInfo(id: number, index: number, panes: PaneInfo[]): WindowInfo {
  return {
    id, index, name: `w${index}`, active: index === 0, zoomed: false, bell: false, activity: false, cols: 80,
    rows: 24, panes,
  };
}

function windowsOf(infos: readonly SessionInfo[]): WindowInfo[] {
  return infos.flatMap(({ windows }) => windows);
}

/** Windows 10 (panes 1 and 2) and 11 (pane 3) of session 5 `work`; session 6 `play` with window 12 (pane 4). */
export class FakeServer {
  readonly calls: PortCall[] = [];
  caller: Caller = { kind: "person", client: 7, readOnly: false };
  marked: number | undefined;
  buffers = [{ name: "buffer0", text: "hello\nworld" }];
  readonly mail: MessageInfo[] = [
    { id: "m1", type: "text", payload: "hello", from: "play", fromServer: "id", fromSession: 6, sentAt: 0, expiresAt: 1e6 },
  ];
  readonly infos: SessionInfo[] = [
    {
      id: 5, name: "work", createdAt: 1000, usedAt: 2000, attached: 1, tags: ["a", "b"], cwd: "/src",
      windows: [windowInfo(10, 0, [pane(1, 0), pane(2, 1)]), windowInfo(11, 1, [pane(3, 0)])],
    },
    {
      id: 6, name: "play", createdAt: 500, usedAt: 900, attached: 0, tags: [], cwd: "/",
      windows: [windowInfo(12, 0, [pane(4, 0)])],
    },
  ];

  /** Runs a command as if it had been typed. */
  run(line: readonly string[]): Promise<unknown> {
    const name = [line.slice(0, 2).join(" "), line[0]!].find((candidate) => lookup(candidate))!;
    const command = lookup(name)!;
    return runServerCommand(this.context(), name, parseWords(command, line.slice(name.split(" ").length)));
  }

  context(): ServerContext {
    const port = (name: string, own: Record<string, unknown> = {}) => new Proxy(own, {
      get: (target, key: string) => (key in target ? target[key] : (...args: unknown[]) => {
        this.calls.push([`${name}.${key}`, ...args]);
        return this.answer(`${name}.${key}`, args);
      }),
    });
    return {
      caller: this.caller,
      find: this.find(),
      sessions: port("sessions"),
      windows: port("windows"),
      panes: port("panes", { marked: this.marked }),
      buffers: port("buffers"),
      clients: port("clients"),
      labels: port("labels", { environment: () => ({ A: "1" }), metadata: () => ({ note: "x" }) }),
      mail: port("mail", {
        send: async () => ({ id: "m1", state: "delivered", recipients: 1 }), deliver: async () => ({ id: "m1", state: "delivered", recipients: 1 }),
        list: () => this.mail, wait: async () => this.mail, acknowledge: async (_: number, ids: string[]) => ids,
        outgoing: async () => [{ id: "m1", server: "far", seq: 1, type: "text", from: { name: "work" } }], settle: async () => 1,
        tellPeople: () => 1,
      }),
      rights: { foreign: false, allow: [], deny: [], servers: [], owns: (id: number) => id === 5 },
      whoami: () => ({ kind: this.caller.kind, server: "id", host: "h", pane: 1, window: 10, session: 5, target: "work/0.0" }),
      audit: (entry: unknown) => void this.calls.push(["audit", entry]),
      agents: port("agents"),
      trust: port("trust"),
      status: () => ({ release: "0.1.0", sessions: 2 }),
      stop: () => void this.calls.push(["stop"]),
    } as unknown as ServerContext;
  }

  private answer(call: string, args: unknown[]): unknown {
    switch (call) {
      case "sessions.create":
        return { session: { id: 9, name: "made" }, window: { id: 20, index: 0 }, pane: { id: 30 } };
      case "windows.create":
        return { window: { id: 20, index: 2 }, pane: { id: 30 } };
      case "windows.exportLayout":
        return { kind: "leaf" };
      case "windows.synchronize":
      case "panes.zoom":
        return true;
      case "windows.search":
        return [{ window: { id: 11 }, pane: { id: 3 }, line: "a line" }];
      case "panes.link":
        return { id: 7 };
      case "panes.split":
        return { id: 2 };
      case "panes.break":
        return { id: 21, index: 3 };
      case "panes.neighbour":
        return args[1] === "left" ? undefined : { id: 2 };
      case "panes.send":
        return "c42";
      case "panes.capture":
        return {
          pane: 1, cols: 80, rows: 24, lines: ["$ ls", "a\u001b[31mb"], cursor: { x: 1, y: 2, visible: true },
          title: "t", position: "c9",
        };
      case "panes.wait":
        return [{ pane: 1, exit: { code: 3, signal: null } }];
      case "panes.run":
      case "panes.runNew":
        return { pane: 1, label: "work/0.0", exit: { code: 0, signal: null }, lines: ["done"] };
      case "panes.mark":
        this.marked = args[0] as number | undefined;
        return undefined;
      case "buffers.list":
        return this.buffers.map(
          ({ name, text }) => ({ name, bytes: text.length, createdAt: 0, sample: text.slice(0, 5) })
        );
      case "buffers.get":
        return this.buffers[0];
      case "buffers.set":
        return (args[1] as string | undefined) ?? "buffer1";
      case "agents.list":
        return [{ pane: 2, agent: { agent: "claude", state: "blocked", since: 0, question: "may I?", answers: ["Yes", "No"] } }];
      case "agents.requests":
        return [];
      case "agents.explain":
        return { pane: 2, evidence: [{ kind: "process", says: "none", decided: true }], problems: [] };
      case "agents.next":
        return 3;
      case "agents.prompt":
        return { pane: args[0], proof: "state", state: "working" };
      case "trust.secret":
        return "5e".repeat(32);
      case "trust.invite":
        return { invite: "fugue1:abc", addresses: ["tls://box:1"], expires: 5, name: "box" };
      case "clients.list":
        return [7, 8].map((id) => (
          {
            id, name: "xterm", pid: id, session: "work", cols: 80, rows: 24, readOnly: false, attachedAt: 0,
            activeAt: id,
          }
        ));
    }
    return undefined;
  }

  private find(): ServerContext["find"] {
    const infos = this.infos;
    const at = (target: string | undefined) => {
      const { session, window, pane: index, paneId }: Target = target === undefined ? { paneId: 1 } : parseTarget(target);
      for (const info of infos) {
        if (session !== undefined && info.name !== session) continue;
        for (const own of info.windows) {
          if (window !== undefined && String(own.index) !== window && own.name !== window) continue;
          for (const one of own.panes) {
            const byIndex = index === undefined || one.index === index;
            if (paneId !== undefined ? one.id === paneId : byIndex) return { info, own, one };
          }
        }
      }
      throw new FugueError("noTarget", `no target ${target}`);
    };
    const windowRef = (info: SessionInfo, own: WindowInfo) => (
      { id: own.id, session: info.id, index: own.index, name: own.name, active: own.panes[0]!.id, cols: 80, rows: 24 }
    );
    const sessionRef = (info: SessionInfo) => (
      { id: info.id, name: info.name, windows: info.windows.map(({ id }) => id), tags: info.tags }
    );
    const windowOf = (id: number) => {
      for (const info of infos) for (const own of info.windows) if (own.id === id) return { info, own };
      throw new FugueError("noTarget", `no window @${id}`);
    };
    return {
      session: (target) => sessionRef(at(target).info),
      window: (target) => windowRef(at(target).info, at(target).own),
      pane: (target) => ({ id: at(target).one.id, window: at(target).own.id }),
      sessions: () => infos,
      sessionInfo: (id) => infos.find((info) => info.id === id)!,
      windowInfo: (id) => windowOf(id).own,
      paneInfo: (id) => windowsOf(infos).flatMap(({ panes }) => panes).find((one) => one.id === id)!,
      windowById: (id) => windowRef(windowOf(id).info, windowOf(id).own),
      sessionById: (id) => sessionRef(infos.find((info) => info.id === id)!),
      label: (id) => `work/0.${id - 1}`,
    };
  }
}
