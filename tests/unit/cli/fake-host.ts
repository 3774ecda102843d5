/** An executable for tests: everything that is written is kept, and servers answer from a table. */
import { unlessAborted } from "../../../src/base/deadline.ts";
import { FugueError } from "../../../src/base/errors.ts";
import { runCli } from "../../../src/cli/run.ts";
import type { CliHost, Selection } from "../../../src/cli/host.ts";
import type { Follow, SessionInfo } from "../../../src/commands/context.ts";
import { unknownServer } from "../../../src/commands/target.ts";
import type { ProxyOptions, Tunnels } from "../../../src/commands/tunnel-context.ts";

const SERVER = { name: "far", address: "ssh://far", via: "ssh", default: false, trusted: false, fields: { addr: "ssh://far" } };

/** What a command line did. */
export interface Outcome {
  status: number;
  stdout: string;
  stderr: string;
  calls: { command: string; args: Record<string, unknown>; start: boolean; server: string }[];
  attached: Record<string, unknown>[];
  served: Record<string, unknown>[];
  proxied: ProxyOptions[];
  selections: Selection[];
  followed: Follow[];
}

/** How the executable is surrounded. */
export interface FakeSetup {
  /** Identities of servers; others are told by their names. */
  identities?: Record<string, string>;
  /** Lists that were seen last, by server. */
  lastKnown?: Record<string, readonly SessionInfo[]>;
  /** What comes when events are followed. */
  events?: (request: Follow) => Promise<void> | void;
  stdin?: string;
  answer?: string;
  tty?: boolean;
  env?: Record<string, string | undefined>;
  cwd?: string;
  servers?: readonly string[];
  discovered?: { name: string; addresses: readonly string[]; port: number }[];
  /** Results by command; a function gets the arguments and the server. Others have no result. */
  results?: Record<string, unknown>;
  /** Default: there are none. */
  tunnels?: Tunnels;
}

const noTunnels: Tunnels = {
  servers: async () => [],
  list: async () => [],
  up: async (name) => {
    throw new FugueError("noTarget", `no server is named '${name}'`);
  },
  stop: async () => false,
  restart: async (name) => {
    throw new FugueError("noTarget", `no server is named '${name}'`);
  },
  log: async () => "/nonexistent/tunnel.log",
  damaged: async () => [],
};

/** Runs a command line. */
export async function run(argv: readonly string[], setup: FakeSetup = {}): Promise<Outcome> {
  const outcome: Outcome = { status: -1, stdout: "", stderr: "", calls: [], attached: [], served: [], proxied: [], selections: [], followed: [] };
  outcome.status = await runCli(argv, fakeHost(setup, outcome));
  return outcome;
}

function fakeHost(setup: FakeSetup, outcome: Outcome): CliHost {
  const tty = setup.tty ?? false;
  return {
    env: { HOME: "/home/user", ...setup.env },
    cwd: setup.cwd ?? "/work/here",
    isTty: tty,
    terminal: tty ? { cols: 100, rows: 30 } : undefined,
    color: false,
    release: "0.1.0",
    stdout: (text) => void (outcome.stdout += text),
    stderr: (text) => void (outcome.stderr += text),
    stdin: async () => setup.stdin ?? "",
    ask: async (question) => {
      outcome.stderr += question;
      return setup.answer;
    },
    link(selection) {
      outcome.selections.push(selection);
      const selected = selection.all ? ["local", ...(setup.servers ?? [])] : selection.servers.length > 0 ? selection.servers : ["local"];
      return {
        selected,
        servers: () => ["local", ...(setup.servers ?? [])],
        unknownServer: (name, meant) => unknownServer(name, ["local", ...(setup.servers ?? [])], meant),
        async call(command, args, options) {
          const server = options?.server ?? selected[0]!;
          if (options?.admit && !options.admit(setup.identities?.[server] ?? server)) return undefined;
          outcome.calls.push({ command, args, start: options?.start ?? false, server });
          const result = setup.results?.[command];
          const answer = typeof result === "function" ? result(args, server) : (result ?? null);
          return options?.signal ? unlessAborted(options.signal, Promise.resolve(answer), () => new FugueError("interrupted", "cancelled")) : answer;
        },
        follow: async (request) => {
          outcome.followed.push(request);
          await setup.events?.(request);
          return 0;
        },
        lastKnown: () => new Map(Object.entries(setup.lastKnown ?? {})),
        async attach(options) {
          outcome.attached.push(options);
          return 0;
        },
        async serve(options) {
          outcome.served.push(options);
          return 0;
        },
        gone: async () => {},
        discover: async () => setup.discovered ?? [],
        tunnels: setup.tunnels ?? noTunnels,
        async proxy(options) {
          outcome.proxied.push(options);
          return 0;
        },
        mcp: async () => 0,
        serverAdmin: {
          list: async () => [SERVER], add: async () => SERVER, remove: async () => {},
          test: async () => [{ step: "configuration", ok: true, ms: 1, detail: "ssh://far" }],
        },
      };
    },
  };
}

/** Fails as a server that is not there. */
export function noServer(): never {
  throw new FugueError("noServer", "no server is running", "start one with: fugue new");
}

/** A session as a server describes it. */
export function session(name: string, changes: Partial<SessionInfo> = {}): SessionInfo {
  return {
    id: 1, name, createdAt: 0, usedAt: 0, attached: 0, tags: [], cwd: "/", windows: [{
      id: 1, index: 0, name: "shell", active: true, zoomed: false, bell: false, activity: false, cols: 80, rows: 24,
      panes: [{
        id: 1, index: 0, title: "", program: "bash", pid: 10, cwd: "/home", cols: 80, rows: 24, active: true,
        command: [], cursor: "5", exit: null,
      }],
    }], ...changes,
  };
}
