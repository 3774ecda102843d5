/**
 * What commands run against: interfaces only, implemented by the daemon (ServerContext) and the
 * command line (CliContext). Every method that takes a target throws FugueError `noTarget` with what is there.
 */
import type { ServerAdmin } from "./server-admin.ts";
import type { ServerStatus } from "./server-status.ts";
import type { AgentState } from "../base/agent-state.ts";
import type { FugueError } from "../base/errors.ts";
import type { CheckCommand } from "../config/bindings.ts";
import type { AgentRights, AuditEntry, Labels, WhoAmI } from "./caller-context.ts";
import type { MessagePort } from "./message-context.ts";
import type { Notices } from "../protocol/notices.ts";
import type { InputEvent } from "../protocol/input.ts";
import type { Agents, PaneAgent } from "./agent-context.ts";
import type { TunnelContext } from "./tunnel-context.ts";

/** Who gave the command. */
export interface Caller {
  /** A person at a TUI, a script in a shell, or an agent over MCP. Only a person's command moves that person's focus. */
  readonly kind: "person" | "script" | "agent";
  /** Client id of the TUI it came from. */
  readonly client?: number;
  /** The pane the caller itself runs in. */
  readonly pane?: number;
  readonly readOnly: boolean;
}

export interface SessionRef {
  readonly id: number;
  readonly name: string;
  readonly windows: readonly number[];
  readonly tags: readonly string[];
}

export interface WindowRef {
  readonly id: number;
  readonly session: number;
  readonly index: number;
  readonly name: string;
  readonly active: number;
  readonly cols: number;
  readonly rows: number;
  readonly zoomed?: number;
  readonly synchronized?: boolean;
  readonly layout?: string;
}

export interface PaneRef {
  readonly id: number;
  readonly window: number;
}

/** A pane as `--json` shows it. */
export interface PaneInfo {
  id: number;
  index: number;
  title: string;
  /** Program in the foreground. */
  program: string;
  pid: number;
  cwd: string;
  cols: number;
  rows: number;
  active: boolean;
  command: string[];
  /** Cursor of its output, for `wait --since`. */
  cursor: string;
  exit: { code: number | null; signal: string | null } | null;
  /** Set if it is a link: identity of the other server, the pane there, and what the server was called. */
  link?: { server: string; pane: number; name: string };
  /** Absent: no agent runs in it. */
  agent?: PaneAgent;
}

export interface WindowInfo {
  id: number;
  index: number;
  name: string;
  active: boolean;
  zoomed: boolean;
  bell: boolean;
  activity: boolean;
  cols: number;
  rows: number;
  panes: PaneInfo[];
}

export interface SessionInfo {
  id: number;
  name: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
  usedAt: number;
  /** Clients that show it. */
  attached: number;
  tags: string[];
  cwd: string;
  windows: WindowInfo[];
}

export interface ClientInfo {
  id: number;
  name: string;
  pid: number;
  session: string;
  cols: number;
  rows: number;
  readOnly: boolean;
  attachedAt: number;
  activeAt: number;
}

/** Where a new program starts, and what it is. Defaults: the shell, the folder of the target's pane. */
export interface SpawnOptions {
  command?: string[];
  cwd?: string;
  env?: Record<string, string>;
  /** The user's name for what is made. */
  name?: string;
  /** Starts what the preset of this name says; `command` then holds further words for it. */
  preset?: string;
  /** Folder if neither `cwd` nor the preset names one. */
  from?: string;
}

/** What a new session is given besides its first program. */
export interface SessionOptions extends SpawnOptions {
  cols?: number;
  rows?: number;
  tags?: string[];
  /** What of it runs again after a reboot. */
  restore?: "off" | "shell" | "command";
  /** Nothing that its panes show is kept on the disk. */
  unsaved?: boolean;
}

export type PaneSize = { cells: number } | { percent: number };
export type Side = "left" | "right" | "up" | "down";

/** Looks things up. Without a target: the caller's own pane or focus, else the session used last. */
export interface Find {
  session(target?: string): SessionRef;
  window(target?: string): WindowRef;
  pane(target?: string): PaneRef;
  sessions(): SessionInfo[];
  sessionInfo(id: number): SessionInfo;
  windowInfo(id: number): WindowInfo;
  paneInfo(id: number): PaneInfo;
  windowById(id: number): WindowRef;
  sessionById(id: number): SessionRef;
  /** `SESSION/WINDOW.PANE` of a pane, for messages. */
  label(pane: number): string;
}

export interface Sessions {
  create(options: SessionOptions): Promise<{ session: SessionRef; window: WindowRef; pane: PaneRef }>;
  rename(id: number, name: string): void;
  kill(id: number): void;
}

export interface Windows {
  create(session: number, options: SpawnOptions & { index?: number; select?: boolean }): Promise<{ window: WindowRef; pane: PaneRef }>;
  rename(id: number, name: string): void;
  kill(id: number): void;
  /** Shows it to the caller, if the caller is a person; for scripts only the default of later attaches changes. */
  select(id: number): void;
  /** Next, previous or last used window of the caller's session; `alert`: only those with a bell or activity. */
  step(session: number, to: "next" | "previous" | "last", alert?: boolean): void;
  move(id: number, session: number, index: number | undefined, swap: boolean): void;
  renumber(session: number): void;
  arrange(id: number, layout: string | "next" | "previous"): void;
  rotate(id: number, down: boolean): void;
  exportLayout(id: number): unknown;
  applyLayout(id: number, layout: unknown): Promise<void>;
  synchronize(id: number, on: boolean | "toggle"): boolean;
  /** Windows whose name, title or visible text holds the text. */
  search(text: string): { window: WindowRef; pane: PaneRef; line: string }[];
}

export interface CaptureOptions {
  /** Lines of history before the screen: a number, or all. */
  history?: number | "all";
  /** With SGR sequences for colours and attributes. */
  styled?: boolean;
  /** Wrapped rows joined to the lines the program wrote. */
  join?: boolean;
  /** Only what was printed after this output cursor, joined. */
  since?: string;
}

export interface Capture {
  pane: number;
  cols: number;
  rows: number;
  /** Rows (or joined lines), without trailing blanks. */
  lines: string[];
  cursor: { x: number; y: number; visible: boolean };
  title: string;
  /** Output cursor at the moment of the capture, for `wait --since`. */
  position: string;
}

export interface PaneSearch {
  pattern: string;
  regex: boolean;
  ignoreCase: boolean;
  direction: "forward" | "backward";
  /** Logical line and column from which the search goes on. */
  line: number;
  column: number;
  /** A match that begins at this very place counts. */
  inclusive: boolean;
}

export type WaitCondition =
  | { kind: "text"; pattern: string; since?: string }
  | { kind: "exit" }
  | { kind: "idle"; ms: number }
  /** `idle` is met by `done` as well. */
  | { kind: "agent"; state: AgentState };

export interface WaitResult {
  pane: number;
  /** The line that matched. */
  line?: string;
  exit?: { code: number | null; signal: string | null };
  /** The state of its agent. */
  agent?: AgentState;
}

/** How a command ended that was run in a pane. */
export interface RunOutcome {
  pane: number;
  label: string;
  /** Undefined: the time was up, and it still runs. */
  exit?: { code: number | null; signal: string | null };
  /** What it printed, as it wrote it. */
  lines: string[];
}

export interface Panes {
  split(pane: number, options: SpawnOptions & { side: Side; size?: PaneSize; whole?: boolean; select?: boolean }): Promise<PaneRef>;
  /** Puts a pane of another server beside a pane: in the layout only, nothing runs here for it. */
  link(pane: number, link: { server: string; pane: number; name: string }, options: { side: Side; size?: PaneSize }): PaneRef;
  kill(id: number): void;
  rename(id: number, name: string): void;
  select(id: number): void;
  /** The pane beside, before, after, or focused before the caller's. */
  neighbour(id: number, to: Side | "next" | "previous" | "last"): PaneRef | undefined;
  swap(a: number, b: number): void;
  /** Puts a pane beside another one, of any window. */
  join(id: number, beside: number, options: { side: Side; size?: PaneSize }): void;
  break(id: number, options: { session?: number; index?: number; name?: string; select?: boolean }): WindowRef;
  resize(id: number, side: Side, cells: number): void;
  setSize(id: number, size: { cols?: number | { percent: number }; rows?: number | { percent: number } }): void;
  zoom(id: number, on: boolean | "toggle"): boolean;
  respawn(id: number, options: SpawnOptions & { kill: boolean }): Promise<void>;
  /** Copies the pane's output to a program's input, or stops that. The command is an argv: no shell. */
  pipe(id: number, command: string[] | undefined): Promise<void>;
  mark(id: number | undefined): void;
  readonly marked: number | undefined;
  clearHistory(id: number): void;
  /** Types; resolves when everything is in the PTY. @returns the output cursor from before. */
  send(id: number, events: InputEvent[]): Promise<string>;
  capture(id: number, options: CaptureOptions): Capture;
  /** Resolves when the condition holds for any (or all) of the panes. Cancelled when the caller goes. */
  wait(ids: number[], condition: WaitCondition, all: boolean, timeoutMs: number | undefined): Promise<WaitResult[]>;
  /** How the program of a pane that is gone ended, if it is still known: of `%ID`, or the last one of a session. */
  ended(target: string): { pane: number; exit: { code: number | null; signal: string | null } } | undefined;
  /** Types a line into the shell of a pane and waits for its end. @throws FugueError `failed` if there is no prompt */
  run(id: number, line: string, timeoutMs: number | undefined): Promise<RunOutcome>;
  /** Runs a program in a new window of this pane's session, shown to nobody, that closes when it ends. */
  runNew(beside: number, options: SpawnOptions, timeoutMs: number | undefined): Promise<RunOutcome>;
  signal(id: number, signal: number): void;
  /** The next match from a place (exclusive) in all the pane printed; wraps around once. */
  search(id: number, search: PaneSearch): { line: number; column: number; length: number } | undefined;
}

export interface BufferInfo {
  name: string;
  bytes: number;
  createdAt: number;
  /** The beginning, control characters made visible. */
  sample: string;
}

/** Paste buffers of the server. `name` undefined: the newest. */
export interface Buffers {
  list(): BufferInfo[];
  get(name?: string): { name: string; text: string };
  set(text: string, name?: string): string;
  delete(name?: string): void;
}

export interface Clients {
  list(): ClientInfo[];
  detach(id: number, reason: string): void;
  /** Shows another session to a client. Default: the caller. */
  switchTo(session: number, client?: number): void;
  /** Next, previous or last session for the caller. */
  step(to: "next" | "previous" | "last"): void;
  message(text: string, client?: number): void;
}

/** What a server command runs against. */
export interface ServerContext {
  readonly caller: Caller;
  /** What the caller may do, if it is an agent. */
  readonly rights: AgentRights;
  whoami(): WhoAmI;
  audit(entry: AuditEntry): void;
  readonly find: Find;
  readonly sessions: Sessions;
  readonly windows: Windows;
  readonly panes: Panes;
  readonly buffers: Buffers;
  readonly clients: Clients;
  readonly labels: Labels;
  readonly agents: Agents;
  readonly trust: Trust;
  readonly mail: MessagePort;
  status(): ServerStatus;
  /** Replaces the daemon, or the keeper and the daemon, by another executable; programs go on. @throws FugueError `failed` if it can't be tried. */
  upgrade(executable: string, keeper: boolean): Promise<void>;
  /** Removes what is kept on disk of what panes showed: of one session, or of all. @returns panes that were concerned. */
  purge(session?: number): number;
  /** Ends everything: programs, daemon, keeper. */
  stop(): void;
}

/** What makes this server known to other machines. Only for callers on a unix socket that may do everything. */
export interface Trust {
  /** The lasting secret: 64 hexadecimal digits. @throws FugueError `refused` */
  secret(): string;
  /**
   * Makes another secret: whoever knows the old one is cut off and not let in again. @returns the new one
   * @throws FugueError `refused`; `system` if it can't be written, then the old one stays
   */
  renewSecret(): string;
  /**
   * Opens an invite for one machine.
   * @param expires milliseconds until it is void
   * @param addresses where the server can be reached; none: where it listens
   * @throws FugueError `refused`; `usage` for an address that can't be invited to
   */
  invite(expires: number, addresses: readonly string[]): Promise<InviteInfo>;
}

export interface InviteInfo {
  /** What the other machine is given: `fugue1:…`. It holds a secret. */
  invite: string;
  addresses: string[];
  /** Milliseconds since 1970. */
  expires: number;
  /** A name for this server on the other machine. */
  name: string;
}

/** Which command lines there are. Injected: commands can't import the table that they stand in. */
export interface CommandLanguage {
  /** What is wrong with a command line of this table of keys, or nothing. */
  check: CheckCommand;
  /** The full name of a command of tmux; other words stay as they are. */
  tmuxName(name: string): string;
}

/** How a command is sent to a server. */
export interface CallOptions {
  /** This machine's own daemon may be started if none answers. */
  readonly start?: boolean;
  /** Default: the first that was selected. */
  readonly server?: string;
  /** Milliseconds after which a server that has not answered counts as dead; default: as long as the command takes. */
  readonly limit?: number;
  /** Others are asked at the same time: nobody is asked for passwords, no progress is shown. */
  readonly quiet?: boolean;
  /** Told the server's identity once it is connected; if it says no, nothing is sent, and there is no result. */
  readonly admit?: (identity: string) => boolean;
  /** It changes nothing: it may leave before the server is admitted, and again if the connection ends before that. */
  readonly reads?: boolean;
  /** Gives the call up: the server is told. */
  readonly signal?: AbortSignal;
}

/** Whose events are told, and to whom. */
export interface Follow {
  readonly servers: readonly string[];
  /** As each server knows it. */
  readonly target: string | undefined;
  /** None: all. */
  readonly kinds: readonly string[];
  told(server: string, notices: Notices): void;
  /** `unreachable`: goes on trying; `failed`: does not. */
  connection(server: string, event: "connected" | "lost" | "unreachable" | "failed", error: FugueError | undefined): void;
}

/** What a command of the command line runs against. */
export interface CliContext extends TunnelContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** `--json` was given. */
  readonly json: boolean;
  /** Standard input and output are a terminal: somebody can be asked, and a session be shown. */
  readonly isTty: boolean;
  /** Size of the terminal that standard output is; undefined if it is something else. */
  readonly terminal: { readonly cols: number; readonly rows: number } | undefined;
  readonly color: boolean;
  readonly release: string;
  /** Servers that the command is for, the one of `call` without a name first: those of `--server`, else the default one. */
  readonly selected: readonly string[];
  /** An option chose the servers, not the place we are in or the configuration. */
  readonly named: boolean;
  /** Names that may stand before the `:` of a target: `local` and the configured servers. */
  servers(): readonly string[];
  /** Why a name is none of them: `noTarget` with a hint or the names there are, `config` for a mistake in the file. */
  unknownServer(name: string, meant?: string): FugueError;
  /** Loaded by who asks for it: it knows every command. */
  language(): Promise<CommandLanguage>;
  /** The servers of the configuration file. */
  readonly serverAdmin: ServerAdmin;
  stdout(text: string): void;
  stderr(text: string): void;
  /** All of standard input, bounded. @throws FugueError `tooLarge`. */
  stdin(): Promise<string>;
  /** Asks at the terminal; resolves with one line, without its end, or undefined at the end of input. */
  ask(question: string): Promise<string | undefined>;
  /** A message on stderr, with a mark that shows its kind. */
  note(kind: "info" | "success" | "warn" | "fail", text: string): Promise<void>;
  /** Runs a server command. @throws FugueError `noServer`, `timeout`, and as the server says */
  call(command: string, args: Record<string, unknown>, options?: CallOptions): Promise<unknown>;
  /** The lists of sessions that were seen last, by server. */
  lastKnown(): ReadonlyMap<string, readonly SessionInfo[]>;
  /** Resolves when a server that was called has closed its connection; at once if there is none. */
  gone(server: string): Promise<void>;
  /** Opens the TUI on a session; resolves with the exit status when it ends. */
  attach(options: { target?: string; create?: boolean; readOnly?: boolean; detachOthers?: boolean; servers?: readonly string[] }): Promise<number>;
  /** Runs the keeper in this process until it is stopped, or starts it in the background and waits until it answers. */
  serve(options: { detach: boolean; listen: string[]; advertise: boolean }): Promise<number>;
  /** Listens for so many milliseconds to servers that announce themselves in the local network. Nothing of it is proved. */
  discover(waitMs: number): Promise<{ name: string; addresses: readonly string[]; port: number }[]>;
  /** Tells what happens on servers until nothing can come any more. @throws FugueError if the only one can't be reached */
  follow(request: Follow): Promise<number>;
  /** Speaks MCP on standard input and output until that ends. */
  mcp(): Promise<number>;
}
