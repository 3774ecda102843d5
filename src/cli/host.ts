/** What the command line needs from the executable around it, and the context that commands get from that. */
import type { CliContext } from "../commands/context.ts";
import type { Globals } from "./globals.ts";
import { writeNote } from "./notes.ts";

/** Which servers the options name. */
export interface Selection {
  /** Of `--server`, in their order; none: the default one. */
  readonly servers: readonly string[];
  /** Of `--all-servers`. */
  readonly all: boolean;
  /** Of `--ephemeral`. */
  readonly ephemeral: boolean;
  /** Of `--addr`. */
  readonly addr: string | undefined;
  /** The environment, with `FUGUE_CONFIG` from `--config` and `FUGUE_ADDR` from `--addr`. */
  readonly env: CliContext["env"];
}

/** Connections to the selected servers. Nothing is opened, and no configuration read, before a method is called. */
export type CliLink = Pick<CliContext, "selected" | "servers" | "unknownServer" | "call" | "attach" | "follow" | "gone" | "lastKnown" | "serve" | "tunnels" | "proxy" | "discover" | "serverAdmin" | "mcp">;

/** The executable, as the command line sees it. Its `color` already follows NO_COLOR and TERM. */
export interface CliHost extends Omit<CliContext, "json" | "named" | "note" | "language" | keyof CliLink> {
  link(selection: Selection): CliLink;
  /** Called before `link`, with the environment that it will be given. */
  prepare?(env: CliContext["env"]): Promise<void>;
}

/** The context of one command line. */
export function contextOf(host: CliHost, globals: Globals): CliContext {
  const env = {
    ...host.env,
    ...(globals.config !== undefined && { FUGUE_CONFIG: globals.config }),
    ...(globals.addr !== undefined && { FUGUE_ADDR: globals.addr }),
  };
  const link = host.link({ servers: globals.servers, all: globals.all, ephemeral: globals.ephemeral, addr: globals.addr, env });
  const color = host.color && !globals.noColor;
  return {
    env,
    color,
    cwd: host.cwd,
    json: globals.json,
    get isTty() {
      return host.isTty;
    },
    get terminal() {
      return host.terminal;
    },
    release: host.release,
    language: async () => (await import("../commands/command-line.ts")).commandLanguage,
    named: globals.all || globals.servers.length > 0 || globals.addr !== undefined,
    get selected() {
      return link.selected;
    },
    stdout: (text) => host.stdout(text),
    stderr: (text) => host.stderr(text),
    stdin: () => host.stdin(),
    ask: (question) => host.ask(question),
    note: (kind, text) => writeNote(kind, text, color, (line) => host.stderr(line)),
    get serverAdmin() {
      return link.serverAdmin;
    },
    servers: () => link.servers(),
    unknownServer: (name, meant) => link.unknownServer(name, meant),
    call: (command, args, options) => link.call(command, args, options),
    follow: (request) => link.follow(request),
    lastKnown: () => link.lastKnown(),
    gone: (server) => link.gone(server),
    attach: (options) => link.attach(options),
    serve: (options) => link.serve(options),
    discover: (waitMs) => link.discover(waitMs),
    get tunnels() {
      return link.tunnels;
    },
    proxy: (options) => link.proxy(options),
    mcp: () => link.mcp(),
  };
}
