/** Messages of every kind with every field, for golden bytes, round trips and mutations. */
import type { MessageBodies, MessageName, ServerEvent } from "../../src/protocol/messages.ts";
import type { InputEvent } from "../../src/protocol/input.ts";

const bytes = (...values: number[]) => new Uint8Array(values);

export const INPUT_EVENTS: readonly InputEvent[] = [
  { kind: "key", key: { name: "a", mods: 4 }, event: 2, shifted: 65, base: 97, text: "a" },
  { kind: "key", key: { name: "Enter", mods: 0 } },
  { kind: "text", text: "hé日😀" },
  { kind: "paste", text: "one\ntwo", first: true, more: false },
  { kind: "mouse", action: "press", button: 0, mods: 0, x: 3, y: -1 },
  { kind: "focus", focused: true },
];

export const SERVER_EVENTS: readonly ServerEvent[] = [
  { kind: "bell", pane: 1 },
  { kind: "clipboard", pane: 1, selection: "c", text: "copied" },
  { kind: "notification", pane: 1, title: "t", body: "b" },
  { kind: "message", text: "hello", level: "error" },
  { kind: "detached", reason: "why" },
  { kind: "exited", session: "work", status: 3 },
  { kind: "config", problems: ["one"] },
  { kind: "sessions" },
  { kind: "agent", pane: 1, target: "work/0.0", agent: "claude", state: "blocked", before: "working", question: "may I?", looked: true },
];

/** At least one message of every kind; together they hold every field of the table. */
export const SAMPLES: { [N in MessageName]: MessageBodies[N][] } = {
  serverHello: [{ magic: "fugue", min: 1, max: 2, nonce: bytes(1, 2, 250) }],
  clientHello: [
    { version: 1, client: 4_294_967_295, kind: "tui", name: "xterm", pid: 77, release: "0.1.0", pane: 3 },
    { version: 1, client: 0, kind: "cli", name: "", pid: 1, release: "0.1.0" },
    { version: 1, client: 9, kind: "mcp", name: "", pid: 1, release: "0.1.0", proof: bytes(7, 8) },
    { version: 1, client: 9, kind: "tui", name: "xterm", pid: 1, release: "0.1.0", compression: ["zstd"] },
  ],
  clientNonce: [{ nonce: bytes(4, 5), version: 1 }, { nonce: bytes(4), version: 1, invite: "00112233445566aa" }],
  serverProof: [{ proof: bytes(6, 255) }],
  welcome: [
    { version: 1, server: "0123456789abcdef", host: "höst", release: "0.1.0", pid: 12 },
    { version: 1, server: "0", host: "", release: "0.1.0", pid: 1, secret: bytes(9) },
  ],
  goodbye: [{ code: 9, message: "too old", hint: "update" }, { code: 14, message: "stopped" }],
  ping: [{ n: 0 }],
  pong: [{ n: 9_007_199_254_740_991 }],
  command: [{ seq: 1, name: "ls", args: { json: true, target: "work", n: [1, 2] } }],
  reply: [
    { seq: 1, result: { sessions: [{ name: "a" }] }, focus: { window: 2, pane: 3 } },
    { seq: 2, error: { code: 3, message: "no session 'x'", hint: "did you mean 'y'?" } },
  ],
  cancel: [{ seq: 7 }],
  subscribe: [{ seq: 4 }, { seq: 5, target: "work/2", kinds: ["pane", "agent"] }],
  attach: [
    {
      seq: 1, target: "work/1.0", cols: 80, rows: 24, readOnly: true, detachOthers: false,
      create: {
        name: "n", cwd: "/tmp", command: ["sh", "-c", "true"], env: { A: "b" }, tags: ["t"],
      }, env: { SSH_AUTH_SOCK: "/s" },
    },
    { seq: 2, cols: 1, rows: 1000 },
  ],
  resize: [{ cols: 120, rows: 40 }, { cols: 1, rows: 1, colors: { foreground: 0xffffff, background: 0 } }],
  input: INPUT_EVENTS.map((event, i) => ({ seq: i + 1, pane: 5, event })),
  ack: [{ bytes: 70_000 }],
  inputAck: [{ seq: 5, pane: 2 }, { seq: 6, pane: 3, refused: "the pane is gone" }],
  watch: [{ panes: [7, 9], sessions: true }, { panes: [] }],
  leave: [{}],
  watched: [
    { panes: [{ id: 7, title: "t", program: "sh", cwd: "/", cols: 80, rows: 24 }, { id: 9, gone: true, title: "", program: "", cols: 1, rows: 1 }] },
  ],
  view: [
    {
      revision: 1, session: { id: 1, name: "work" }, focus: { window: 1, pane: 2 }, cols: 80, rows: 23,
      windows: [
        { id: 1, index: 0, name: "sh", panes: 2, bell: true, activity: true, zoomed: true, last: true },
        { id: 2, index: 1, name: "vi", panes: 1 },
      ],
      leaves: [{ pane: 2, x: 0, y: 0, cols: 40, rows: 23 }, { pane: 3, x: 41, y: 0, cols: 39, rows: 23 }],
      panes: [
        {
          id: 2, index: 0, title: "t", program: "sh", cwd: "/", exit: { code: null, signal: "SIGKILL" },
          synchronized: true, progress: -1,
        },
        { id: 3, index: 1, title: "", program: "", exit: { code: 1, signal: null } },
      ],
      readOnly: true, synchronized: true, sessions: [{ id: 1, name: "work" }],
    },
    {
      revision: 2, session: { id: 1, name: "work" }, focus: { window: 1, pane: 4 }, cols: 80, rows: 23,
      windows: [{ id: 1, index: 0, name: "x", panes: 1, agent: "blocked" }],
      leaves: [{ pane: 4, x: 0, y: 0, cols: 80, rows: 23 }], sessions: [{ id: 1, name: "work", agent: "done" }],
      agents: { blocked: 1, idle: 2 },
      panes: [{ id: 4, index: 0, title: "", program: "", agent: { agent: "claude", state: "blocked", question: "may I?" }, link: { server: "0123456789abcdef", pane: 7, name: "polecats" } }],
    },
  ],
  frame: [
    {
      pane: 2, cols: 80, rows: 24, full: true, scroll: 3, lines: [[0, bytes(0, 32, 2, 104, 105)], [23, bytes(0)]],
      cursor: { x: 2, y: 0, visible: true, shape: 5 },
      modes: {
        mouse: true, motion: false, alternate: true, bracketedPaste: true, focusEvents: false, reverse: false, kitty: 3,
      },
      more: true, input: 9, echoed: 8,
    },
    { pane: 2, cols: 2, rows: 1, lines: [] },
    { pane: 2, cols: 80, rows: 24, lines: [], input: 10, echoed: 9, tty: { echo: false, canonical: true } },
  ],
  event: [...SERVER_EVENTS],
  history: [{ seq: 1, pane: 2, from: -500, to: 9_007_199_254_740_991 }],
  historyLines: [
    {
      seq: 1, pane: 2, first: 0, end: 100, from: 50, lines: [bytes(0), bytes(1, 2)], screen: { line: 98, column: 80 },
      rows: [{ line: 98, column: 80 }, { line: 99, column: 0 }],
    },
    {
      seq: 2, pane: 2, first: 0, end: 1, from: 0, lines: [], screen: { line: 0, column: 0 }, rows: [], prompts: [0, 7],
      outputs: [1],
    },
  ],
  // a ping as a zstd frame
  packed: [{ size: 8, bytes: bytes(40, 181, 47, 253, 32, 8, 65, 0, 0, 130, 5, 185, 0, 1, 97, 110, 3) }],
  notices: [
    { notices: [] },
    {
      notices: [
        { time: 1, kind: "session", event: "created", session: { id: 1, name: "work" }, tags: ["a"] },
        { time: 2, kind: "window", event: "moved", session: { id: 1, name: "work" }, window: { id: 2, index: 3, name: "vi" }, before: "work/1" },
        { time: 3, kind: "pane", event: "exited", pane: { id: 4, target: "work/3.0" }, exit: { code: 3, signal: null } },
        { time: 4, kind: "agent", event: "changed", pane: { id: 4, target: "work/3.0" }, agent: { agent: "claude", state: "blocked", question: "may I?" }, before: "working" },
        { time: 5, kind: "client", event: "detached", client: { id: 9, name: "xterm" } },
      ],
      dropped: 7,
    },
  ],
};

export const MESSAGE_NAMES = Object.keys(SAMPLES) as MessageName[];
