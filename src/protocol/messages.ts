/**
 * The numbered table of messages and the shape of each. Numbers are never reused; unknown numbers and unknown keys are
 * ignored; new fields are optional. docs/PROTOCOL.md is generated from this table.
 */
import type { AgentState } from "../base/agent-state.ts";
import type { InputEvent } from "./input.ts";
import type { Notices, Subscribe } from "./notices.ts";

export const MESSAGES = {
  serverHello: { number: 1, from: "server", summary: "First message: magic, version range, nonce. Identifies nobody." },
  clientHello: { number: 2, from: "client", summary: "Who the client is and the version it chose; proof where the peer's uid does not stand in." },
  welcome: { number: 3, from: "server", summary: "The client is accepted; which server this is." },
  goodbye: { number: 4, from: "both", summary: "The sender closes this connection, and why." },
  ping: { number: 5, from: "both", summary: "Asks for a sign of life." },
  pong: { number: 6, from: "both", summary: "Answers a ping with its number." },
  clientNonce: { number: 7, from: "client", summary: "Asks the server to prove itself: the client's nonce, the version it chose, an invite's id." },
  serverProof: { number: 8, from: "server", summary: "Proves that the server knows the secret, before the client says who it is." },
  command: { number: 10, from: "client", summary: "Runs a command of the registry." },
  reply: { number: 11, from: "server", summary: "The result of a command or an attach, or its error." },
  cancel: { number: 12, from: "client", summary: "The client no longer waits for the reply of a command." },
  subscribe: { number: 13, from: "client", summary: "Asks to be told what happens from now on; answered by a reply." },
  attach: { number: 20, from: "client", summary: "Shows a session on this client's terminal." },
  resize: { number: 21, from: "client", summary: "The client's terminal has another size, or told its colours." },
  input: { number: 22, from: "client", summary: "What a person typed, pasted or did with the mouse, for one pane." },
  ack: { number: 23, from: "client", summary: "Bytes of frames that are on the client's screen." },
  inputAck: { number: 24, from: "server", summary: "The largest input sequence that is in a pane's PTY, or was refused." },
  watch: { number: 25, from: "client", summary: "Which panes the client shows besides those of its session: links to them stand in another server's window." },
  leave: { number: 26, from: "client", summary: "The client shows no session any more; the connection stays." },
  view: { number: 30, from: "server", summary: "The attached session as the client shows it: windows, layout, focus, titles." },
  frame: { number: 31, from: "server", summary: "Changes of one pane's screen against what was sent before." },
  event: { number: 32, from: "server", summary: "Something happened: bell, clipboard, notification, message, detach." },
  history: { number: 33, from: "client", summary: "Asks for logical lines of a pane." },
  historyLines: { number: 34, from: "server", summary: "Logical lines of a pane, as packed rows." },
  watched: { number: 35, from: "server", summary: "What there is to know of the panes of a `watch`, whenever it changes." },
  packed: { number: 36, from: "server", summary: "Another message, compressed: only to clients that asked for it in their hello." },
  notices: { number: 37, from: "server", summary: "What happened, for who subscribed." },
} as const;

export type MessageName = keyof typeof MESSAGES;

export interface ServerHello {
  magic: string;
  min: number;
  max: number;
  nonce: Uint8Array;
}

export type ClientKind = "tui" | "cli" | "mcp";

export interface ClientHello {
  version: number;
  /** Random u32 of this client process: with the sequence it makes input and commands exactly once. */
  client: number;
  kind: ClientKind;
  /** Shown in `fugue clients`: the terminal's name or the program's. */
  name: string;
  pid: number;
  release: string;
  /** The pane the client runs in, if in one of ours: `FUGUE_PANE`. */
  pane?: number;
  /** Where an agent runs that comes from another server: that server's id and the session's id there, 0 for none. */
  origin?: { server: string; session: number };
  /** The server that the client was connected to before: another one at its address refuses, and takes nothing of what follows. */
  server?: string;
  /** How messages to this client may be compressed: it is on another machine, and can read that. Known: `zstd`. */
  compression?: string[];
  /** That the client knows the secret (protocol/handshake.ts); absent where the peer's user id stands in. */
  proof?: Uint8Array;
}

export interface ClientNonce {
  nonce: Uint8Array;
  version: number;
  /** Id of the invite whose secret is used in place of the lasting one. */
  invite?: string;
}

export interface ServerProof {
  proof: Uint8Array;
}

export interface Welcome {
  version: number;
  /** Identity of the server, random, for its lifetime on disk. */
  server: string;
  /** Host name, for people. */
  host: string;
  release: string;
  pid: number;
  /** To who came with an invite: the lasting secret, sealed with the invite's (protocol/handshake.ts). */
  secret?: Uint8Array;
}

export interface WireError {
  code: number;
  message: string;
  hint?: string;
}

export type Goodbye = WireError;

export interface Ping {
  n: number;
}

export interface CommandMessage {
  seq: number;
  name: string;
  args: Record<string, unknown>;
}

export interface Reply {
  seq: number;
  result?: unknown;
  error?: WireError;
  /** After a command that moved this client's focus: where input goes from now on. */
  focus?: { window: number; pane: number };
}

export interface Cancel {
  seq: number;
}

export interface Attach {
  seq: number;
  /** Shown if `target` is gone: where the client was before a reconnect. */
  session?: string;
  /** Session, window or pane to show; none: the one used last, or a new one if `create`. */
  target?: string;
  create?: { name?: string; cwd?: string; command?: string[]; env?: Record<string, string>; tags?: string[] };
  cols: number;
  rows: number;
  readOnly?: boolean;
  detachOthers?: boolean;
  /** Variables of the client for panes to come: `update-environment`. */
  env?: Record<string, string>;
}

export interface Resize {
  cols: number;
  rows: number;
  /** Default colours of the client's terminal, 0xRRGGBB, for programs that ask; absent: not known (yet). */
  colors?: { foreground?: number; background?: number };
}

export interface Input {
  seq: number;
  pane: number;
  event: InputEvent;
}

export interface Ack {
  bytes: number;
}

export interface InputAck {
  /** Everything this client sent to `pane` up to this sequence is settled. */
  seq: number;
  pane: number;
  /** Set if the input was refused: what to tell the person. */
  refused?: string;
}

export interface Watch {
  /** All of them: who is left out is not watched any more. */
  panes: number[];
  /** Panes that shall have a size of this client's, in cells, instead of the one in their window, while it says so. */
  claims?: PaneClaim[];
  /** Also to be told (event `sessions`) whenever the list of sessions changes. */
  sessions?: boolean;
}

export interface PaneClaim {
  pane: number;
  cols: number;
  rows: number;
}

/** A pane that is shown through a link, for its title. */
export interface WatchedPane {
  id: number;
  /** There is no such pane (any more). */
  gone?: boolean;
  title: string;
  program: string;
  cwd?: string;
  cols: number;
  rows: number;
  /** The agent that runs in it. */
  agent?: ViewAgent;
}

export interface Watched {
  panes: WatchedPane[];
  /** How many agents of the server are in each state; only to who asked for sessions. */
  agents?: Partial<Record<AgentState, number>>;
}

/** A leaf of the layout: cells of the window that show a pane. */
export interface ViewLeaf {
  pane: number;
  x: number;
  y: number;
  cols: number;
  rows: number;
}

/** A pane of another server. */
export interface PaneLink {
  /** Identity of the server, as its `welcome` tells it. */
  server: string;
  pane: number;
  /** What the server was called where the link was made: a hint for people, nothing else. */
  name: string;
}

export interface ViewPane {
  id: number;
  /** Position in the layout, counted from the server's `pane-base-index`. */
  index: number;
  title: string;
  /** The program in front: its name. */
  program: string;
  cwd?: string;
  /** It is a link to a pane of another server; the client resolves it among the servers that its user opened. */
  link?: PaneLink;
  /** Another server's window decides its size: it may be larger than its place here. */
  claimed?: boolean;
  /** Present once its program has ended and the pane is kept. */
  exit?: { code: number | null; signal: string | null };
  synchronized?: boolean;
  /** OSC 9;4 progress, 0-100, or -1 indeterminate. */
  progress?: number;
  /** The agent that runs in it. */
  agent?: ViewAgent;
}

export interface ViewAgent {
  agent: string;
  state: AgentState;
  /** What it asks while it is blocked. */
  question?: string;
}

export interface ViewWindow {
  id: number;
  index: number;
  name: string;
  panes: number;
  bell?: boolean;
  activity?: boolean;
  zoomed?: boolean;
  /** The one this client showed before the current one. */
  last?: boolean;
  /** The most pressing state of its agents; absent: it has none. */
  agent?: AgentState;
}

export interface View {
  revision: number;
  session: { id: number; name: string };
  windows: ViewWindow[];
  focus: { window: number; pane: number };
  /** Size of the current window in cells; the client crops or pads. */
  cols: number;
  rows: number;
  leaves: ViewLeaf[];
  panes: ViewPane[];
  readOnly?: boolean;
  synchronized?: boolean;
  /** Names of all sessions of the server, for the status line and switching. */
  sessions: { id: number; name: string; agent?: AgentState }[];
  /** How many agents of the server are in each state. */
  agents?: Partial<Record<AgentState, number>>;
}

export interface FrameCursor {
  x: number;
  y: number;
  visible: boolean;
  shape: number;
}

/** Modes of a pane that the client must know to treat mouse, paste and focus rightly. */
export interface FrameModes {
  mouse: boolean;
  /** Motion without a button is wanted. */
  motion: boolean;
  alternate: boolean;
  bracketedPaste: boolean;
  focusEvents: boolean;
  reverse: boolean;
  kitty: number;
}

/** ECHO and ICANON of a pane's terminal. No echo while lines are edited: a password is asked for. */
export interface FrameTty {
  echo: boolean;
  canonical: boolean;
}

export interface Frame {
  pane: number;
  cols: number;
  rows: number;
  /** The client drops what it has of this pane first. */
  full?: boolean;
  /** Whole-screen scroll applied before the rows: rows moved up by this many. */
  scroll?: number;
  /** Pairs of row number and packed row (terminal/row-codec). */
  lines: [y: number, row: Uint8Array][];
  cursor?: FrameCursor;
  modes?: FrameModes;
  /** More messages belong to this picture: paint when one without `more` arrives. */
  more?: boolean;
  /** Largest input sequence of this client in the PTY, and the largest old enough to have echoed. */
  input?: number;
  echoed?: number;
  /** Only to a client that has typed into the pane, when it changed: whether the terminal echoes, and whether it edits lines. */
  tty?: FrameTty;
}

export type ServerEvent =
  /** `window` is the number of its window in the session. */
  | { kind: "bell"; pane: number; window?: number }
  | { kind: "clipboard"; pane: number; selection: string; text: string }
  | { kind: "notification"; pane: number; title?: string; body: string }
  | { kind: "message"; text: string; level: "info" | "error" }
  | { kind: "detached"; reason: string }
  | { kind: "exited"; session: string; status?: number }
  | { kind: "config"; problems: string[] }
  /** An agent's state changed. `looked`: this client shows it. */
  | { kind: "agent"; pane: number; target: string; agent: string; state: AgentState; before: AgentState; question?: string; looked?: boolean }
  /** A program in a pane asks for something that a person has to allow, with `agent allow`. `expiresMs` 0: no longer. */
  | { kind: "request"; id: number; pane: number; text: string; expiresMs: number }
  | { kind: "sessions" };

export interface HistoryRequest {
  seq: number;
  pane: number;
  /** Logical line numbers [from, to); the server bounds the answer and says what it holds. */
  from: number;
  to: number;
}

export interface HistoryLines {
  seq: number;
  pane: number;
  /** First line held and the number after the last. */
  first: number;
  end: number;
  from: number;
  lines: Uint8Array[];
  /** Line number and column at which row 0 of the screen begins. */
  screen: { line: number; column: number };
  /** The same for each row of the screen. */
  rows: { line: number; column: number }[];
  /** Lines on which prompts, and outputs of commands, begin (OSC 133), ascending; only where the end was asked for. */
  prompts?: number[];
  outputs?: number[];
}

export interface Packed {
  /** Bytes of the message `[number, body]` before it was compressed. */
  size: number;
  /** The message as one zstd frame. No other `packed` is in it. */
  bytes: Uint8Array;
}

export interface MessageBodies {
  serverHello: ServerHello;
  clientHello: ClientHello;
  welcome: Welcome;
  goodbye: Goodbye;
  ping: Ping;
  pong: Ping;
  clientNonce: ClientNonce;
  serverProof: ServerProof;
  command: CommandMessage;
  reply: Reply;
  cancel: Cancel;
  subscribe: Subscribe;
  attach: Attach;
  resize: Resize;
  input: Input;
  ack: Ack;
  inputAck: InputAck;
  watch: Watch;
  leave: Record<string, never>;
  watched: Watched;
  packed: Packed;
  view: View;
  frame: Frame;
  event: ServerEvent;
  history: HistoryRequest;
  historyLines: HistoryLines;
  notices: Notices;
}

/** Any message: its name and its body. */
export type Message = { [N in MessageName]: { name: N; body: MessageBodies[N] } }[MessageName];
