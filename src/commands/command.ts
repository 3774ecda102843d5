/** What a command is: one declarative entry, from which CLI, keys, prompt, MCP, completions and manuals are made. */
import type { CliContext, ServerContext, SessionInfo } from "./context.ts";
import type { TuiContext } from "./tui-context.ts";

/** How a value is written and checked. */
export type ArgType = "string" | "boolean" | "integer" | "duration" | "size" | "target" | "choice" | "file";

export interface Arg {
  readonly type: ArgType;
  readonly help: string;
  /** Given by position, in the order of the entry, not as an option. */
  readonly positional?: boolean;
  /** One letter: `-d`. */
  readonly short?: string;
  readonly required?: boolean;
  /** May be given several times; the value is a list. A positional one takes all that remain. */
  readonly repeat?: boolean;
  /** In a shell it may be given several times: the command is run once for each, side by side. */
  readonly each?: boolean;
  /** Neither wanted nor taken by position if this other option is given. */
  readonly unless?: string;
  /** Its value is a tag: what is meant are the sessions that have it. */
  readonly tagged?: boolean;
  /** Takes everything after `--`; the value is a list of words. */
  readonly rest?: boolean;
  readonly choices?: readonly string[];
  /** Word for the value in usage lines: `NAME`. */
  readonly value?: string;
  /** `-` stands for standard input, which the client reads before it sends the command. */
  readonly stdin?: boolean;
  /** A file whose text the client sends in place of its name (`-`: standard input). */
  readonly contents?: boolean;
  /** The value is a command line of ours, checked like any other. */
  readonly commandLine?: boolean;
  /** The text is JSON: tools of the MCP server take the value itself. */
  readonly json?: boolean;
  /** Completed with the names of live sessions, windows, panes, buffers, clients, or of configured servers. */
  readonly complete?: "session" | "target" | "buffer" | "client" | "server" | "layout" | "key";
}

export type Args = Record<string, Arg>;

type ValueOf<A extends Arg> = A["type"] extends "boolean" ? boolean
  : A["type"] extends "integer" | "duration" ? number
  : A["type"] extends "size" ? { cols: number; rows: number }
  : string;

/** The values of an argument table: absent ones are undefined, booleans default to false. */
export type Values<T extends Args> = {
  [K in keyof T]: T[K]["repeat"] extends true ? ValueOf<T[K]>[]
    : T[K]["rest"] extends true ? string[]
    : T[K]["type"] extends "boolean" ? boolean
    : T[K]["unless"] extends string ? ValueOf<T[K]> | undefined
    : T[K]["required"] extends true ? ValueOf<T[K]>
    : ValueOf<T[K]> | undefined;
};

/** `read` changes nothing, `write` can be undone or adds, `destroy` ends or overwrites something. */
export type Effect = "read" | "write" | "destroy";

/** How results may be shown. */
export interface RenderStyle {
  /** Colours may be used. */
  readonly color: boolean;
  /** Columns of the terminal, or 80. */
  readonly cols: number;
  /** Milliseconds since the epoch, for ages. */
  readonly now: number;
  /** The text goes to a file or a program: what panes and buffers hold is passed on as it is. */
  readonly raw: boolean;
  /** The result is of several servers, or of several targets: say of which each part is. */
  readonly several?: boolean;
}

/** A command as a tool of the MCP server. One command may be several tools. */
export interface McpTool {
  /** Lower-case words with underscores: `list_sessions`. */
  readonly name: string;
  /** For agents: when to use it, and what comes back. */
  readonly description: string;
  /** Arguments that the tool has; default: all of the command. */
  readonly args?: readonly string[];
  /** Other names of arguments than those of the command. */
  readonly names?: Readonly<Record<string, string>>;
  /** Values that the tool always gives. */
  readonly fixed?: Readonly<Record<string, unknown>>;
  /** List arguments of which the tool takes one text. */
  readonly single?: readonly string[];
  /** Arguments that the command can do without, and the tool can't. */
  readonly required?: readonly string[];
  /** Without a server and a target all servers answer. */
  readonly everywhere?: boolean;
  /** The result is shown to the agent as the command prints it, besides the structured one. */
  readonly plain?: boolean;
}

/** The servers of a client, for commands that several have a part in. */
export interface AcrossServers {
  /** Runs a command on a server of that name; undefined: the one that the command is for. */
  call(server: string | undefined, command: string, args: Record<string, unknown>): Promise<unknown>;
}

interface CommandEntry<T extends Args> {
  /** Words of the command: `window new`. */
  readonly name: string;
  /** One line, without a full stop, beginning with a verb. */
  readonly summary: string;
  /** A paragraph or two for the manual. */
  readonly details?: string;
  readonly args: T;
  readonly effect: Effect;
  /** Result as documented JSON shape, one line per field: name, type, meaning. */
  readonly result?: Readonly<Record<string, string>>;
  /** tmux's names for it, understood at the `:` prompt. */
  readonly tmux?: readonly string[];
  /** Offered to agents over MCP: under its own name and summary, or as tools with their own. */
  readonly mcp?: true | McpTool | readonly McpTool[];
  /** What agents may do with it: `own` (default unless it only reads) asks for their own session tree, `any` does not. */
  readonly agents?: "own" | "any";
  /** Changes only what the caller's own screen shows: a person that may only watch can still do it. */
  readonly view?: boolean;
  /** Checks values that only make sense together. @throws FugueError `usage` */
  check?(args: Values<T>): void;
  /** It is for this machine's own server unless a flag names another: the default server does not count. */
  readonly own?: boolean;
  /** Which group its manual page belongs to. */
  readonly group: "session" | "window" | "pane" | "buffer" | "server" | "config" | "client" | "script" | "agent";
}

/** A command that a daemon runs. `run` returns its JSON result. */
export interface ServerCommand<T extends Args = Args> extends CommandEntry<T> {
  readonly runs: "server";
  run(ctx: ServerContext, args: Values<T>): unknown;
  /** The result as text for people; without it the CLI prints nothing unless `--json` is given. */
  render?(result: never, style: RenderStyle, args: Values<T>): string;
  /** Files and programs get the rendered text as it is, without a line end of ours. */
  readonly exact?: boolean;
  /**
   * What a client does in place of sending the command, because several servers have a part in it: called if the value
   * `on` names a server. @returns the command's result
   */
  across?(servers: AcrossServers, args: Values<T>): Promise<unknown>;
  /** It takes as long as its caller likes: no limit of a list counts. */
  readonly waits?: boolean;
  /** What is known of a server without asking it, as its result; undefined if these values ask for an answer. */
  known?(sessions: readonly SessionInfo[], args: Values<T>): unknown;
  /** Exit status of the executable after this result; default 0. */
  status?(result: never, args: Values<T>): number;
}

/** A command of the TUI: a key's action, or typed at the `:` prompt. */
export interface TuiCommand<T extends Args = Args> extends CommandEntry<T> {
  readonly runs: "tui";
  run(ctx: TuiContext, args: Values<T>): unknown;
}

/** A command that the executable runs itself when typed in a shell. `run` returns the exit status, 0 if nothing. */
export interface CliCommand<T extends Args = Args> extends CommandEntry<T> {
  readonly runs: "cli";
  /** It knows what to do with several servers; others refuse `--all-servers` and more than one `--server`. */
  readonly several?: boolean;
  /** It makes paths absolute and reads standard input itself: where paths are depends on its values. */
  readonly unprepared?: boolean;
  run(ctx: CliContext, args: Values<T>): Promise<number | void> | number | void;
}

export type Command = ServerCommand | TuiCommand | CliCommand;

/** Declares a command of the daemon, with its arguments' types inferred. */
export function serverCommand<const T extends Args>(entry: Omit<ServerCommand<T>, "runs">): ServerCommand {
  return { ...entry, runs: "server" } as unknown as ServerCommand;
}

/** Declares a command of the TUI. */
export function tuiCommand<const T extends Args>(entry: Omit<TuiCommand<T>, "runs">): TuiCommand {
  return { ...entry, runs: "tui" } as unknown as TuiCommand;
}

/** Declares a command of the command line. */
export function cliCommand<const T extends Args>(entry: Omit<CliCommand<T>, "runs">): CliCommand {
  return { ...entry, runs: "cli" } as unknown as CliCommand;
}
