/** Checks of message bodies at the edge, by hand: every field that the code behind relies on. */
import { FugueError } from "../base/errors.ts";
import { LARGEST_INPUT_TEXT, LARGEST_MESSAGE, LARGEST_SIDE, MOST_MARKS, MOST_NOTICES, MOST_WATCHED_PANES } from "./limits.ts";
import type { MessageName } from "./messages.ts";

type Fields = Record<string, unknown>;
type Check = (value: unknown) => boolean;

const u32: Check = (v) => typeof v === "number" && Number.isInteger(v) && v >= 0 && v <= 0xffffffff;
const count: Check = (v) => typeof v === "number" && Number.isSafeInteger(v) && v >= 0;
const integer: Check = (v) => typeof v === "number" && Number.isSafeInteger(v);
const side: Check = (v) => integer(v) && (v as number) >= 1 && (v as number) <= LARGEST_SIDE;
const bool: Check = (v) => typeof v === "boolean";
const bytes: Check = (v) => v instanceof Uint8Array;
// plain objects only: CBOR's tags also make dates, maps, sets and the like
const object: Check = (v) => typeof v === "object" && v !== null && Object.getPrototypeOf(v) === Object.prototype;
const text = (longest: number): Check => (v) => typeof v === "string" && v.length <= longest;
const list = (most: number, each: Check): Check => (v) => Array.isArray(v) && v.length <= most && v.every(each);
const maybe = (check: Check): Check => (v) => v === undefined || v === null || check(v);
const oneOf = (...values: unknown[]): Check => (v) => values.includes(v);
const record = (most: number, each: Check): Check => (v) => object(v) && list(most, each)(Object.values(v as Fields));
const shape = (fields: Record<string, Check>): Check => (v) => object(v) && firstBad(fields, v as Fields) === undefined;

function firstBad(fields: Record<string, Check>, value: Fields): string | undefined {
  for (const name in fields) if (!fields[name]!(value[name])) return name;
  return undefined;
}

const key = shape({ name: text(32), mods: u32 });
const EVENTS: Record<string, Record<string, Check>> = {
  key: { key, event: maybe(oneOf(1, 2, 3)), shifted: maybe(u32), base: maybe(u32), text: maybe(text(64)) },
  text: { text: text(LARGEST_INPUT_TEXT) },
  paste: { text: text(LARGEST_INPUT_TEXT), first: bool, more: bool },
  mouse: { action: oneOf("press", "release", "move"), button: (v) => u32(v) && (v as number) < 12, mods: u32, x: integer, y: integer },
  focus: { focused: bool },
};
/** The fields of a kind in a table; undefined for kinds that are not in it. */
function fieldsOf(table: Record<string, Record<string, Check>>, kind: unknown): Record<string, Check> | undefined {
  return typeof kind === "string" && Object.hasOwn(table, kind) ? table[kind] : undefined;
}

const event: Check = (v) => {
  const fields = object(v) ? fieldsOf(EVENTS, (v as Fields).kind) : undefined;
  return fields !== undefined && firstBad(fields, v as Fields) === undefined;
};
const wireError = { code: u32, message: text(8192), hint: maybe(text(8192)) };
const focus = shape({ window: u32, pane: u32 });
const leaf = shape({ pane: u32, x: u32, y: u32, cols: side, rows: side });
const namedFields = { id: u32, name: text(1024) };
const named = shape(namedFields);
/** Variables: together at most a MiB, which is more than a program can be given. */
const environment: Check = (v) => record(4096, text(1 << 20))(v)
  && Object.entries(v as Record<string, string>).reduce((sum, [name, value]) => sum + name.length + value.length, 0) <= 1 << 20;
const exit = shape({ code: maybe(integer), signal: maybe(text(32)) });
/** States are words: a newer daemon may know more of them. */
const agentState = text(32);
const viewWindow = shape({
  id: u32, index: u32, name: text(1024), panes: u32, bell: maybe(bool), activity: maybe(bool), zoomed: maybe(bool), last: maybe(bool),
  agent: maybe(agentState),
});
const paneAgent = shape({ agent: text(256), state: agentState, question: maybe(text(4096)) });
const agentCounts = record(32, maybe(count));
const viewPane = shape({
  link: maybe(shape({ server: text(64), pane: u32, name: text(256) })),
  id: u32, index: u32, title: text(4096), program: text(4096), cwd: maybe(text(4096)), exit: maybe(exit), synchronized: maybe(bool), claimed: maybe(bool),
  progress: maybe(integer), agent: maybe(paneAgent),
});
/** Events of the daemon; those of kinds that this build does not know are passed on and ignored. */
const SERVER_EVENTS: Record<string, Record<string, Check>> = {
  bell: { pane: u32, window: maybe(u32) },
  clipboard: { pane: u32, selection: text(64), text: text(LARGEST_MESSAGE) },
  notification: { pane: u32, title: maybe(text(4096)), body: text(4096) },
  message: { text: text(LARGEST_MESSAGE), level: oneOf("info", "error") },
  detached: { reason: text(4096) },
  exited: { session: text(1024), status: maybe(integer) },
  config: { problems: list(10_000, text(8192)) },
  sessions: {},
  request: { id: u32, pane: u32, text: text(32_768), expiresMs: count },
  agent: {
    pane: u32, target: text(2048), agent: text(256), state: agentState, before: agentState, question: maybe(text(4096)), looked: maybe(bool),
  },
};

/** Kinds and events are words: a newer daemon may know more of them. */
const notice = shape({
  time: count, kind: text(32), event: text(32), before: maybe(text(2048)), tags: maybe(list(1024, text(256))), exit: maybe(exit),
  session: maybe(named), window: maybe(shape({ ...namedFields, index: u32 })), pane: maybe(shape({ id: u32, target: text(2048) })),
  agent: maybe(shape({ agent: text(256), state: agentState, question: maybe(text(4096)) })), client: maybe(named),
});

const BODIES: Record<MessageName, Record<string, Check>> = {
  serverHello: { magic: text(16), min: u32, max: u32, nonce: bytes },
  clientHello: {
    version: u32, client: u32, kind: oneOf("tui", "cli", "mcp"), name: text(256), pid: u32, release: text(64), pane: maybe(u32),
    proof: maybe(bytes), origin: maybe(shape({ server: text(64), session: u32 })),
    server: maybe(text(64)), compression: maybe(list(8, text(16))),
  },
  clientNonce: { nonce: bytes, version: u32, invite: maybe(text(64)) },
  serverProof: { proof: bytes },
  welcome: { version: u32, server: text(64), host: text(256), release: text(64), pid: u32, secret: maybe(bytes) },
  goodbye: wireError,
  ping: { n: count },
  pong: { n: count },
  command: { seq: count, name: text(64), args: object },
  reply: { seq: count, error: maybe(shape(wireError)), focus: maybe(focus) },
  cancel: { seq: count },
  subscribe: { seq: count, target: maybe(text(1024)), kinds: maybe(list(32, text(32))) },
  notices: { notices: list(MOST_NOTICES, notice), dropped: maybe(count) },
  attach: {
    seq: count, target: maybe(text(1024)), session: maybe(text(1024)), cols: side, rows: side, readOnly: maybe(bool), detachOthers: maybe(bool),
    create: maybe(shape({
      name: maybe(text(256)), cwd: maybe(text(4096)), command: maybe(list(4096, text(1 << 20))),
      env: maybe(environment), tags: maybe(list(64, text(256))),
    })),
    env: maybe(environment),
  },
  resize: { cols: side, rows: side, colors: maybe(shape({ foreground: maybe(u32), background: maybe(u32) })) },
  input: { seq: count, pane: u32, event },
  ack: { bytes: count },
  inputAck: { seq: count, pane: u32, refused: maybe(text(1024)) },
  watch: {
    panes: list(MOST_WATCHED_PANES, u32), sessions: maybe(bool),
    claims: maybe(list(MOST_WATCHED_PANES, shape({ pane: u32, cols: side, rows: side }))),
  },
  leave: {},
  packed: { size: count, bytes },
  watched: {
    panes: list(MOST_WATCHED_PANES, shape({
      id: u32, gone: maybe(bool), title: text(4096), program: text(4096), cwd: maybe(text(4096)), cols: side, rows: side,
      agent: maybe(paneAgent),
    })),
    agents: maybe(agentCounts),
  },
  view: {
    revision: count, session: named, windows: list(10_000, viewWindow), focus, cols: side, rows: side,
    leaves: list(10_000, leaf), panes: list(10_000, viewPane), readOnly: maybe(bool), synchronized: maybe(bool),
    sessions: list(100_000, shape({ ...namedFields, agent: maybe(agentState) })), agents: maybe(agentCounts),
  },
  frame: {
    pane: u32, cols: side, rows: side, full: maybe(bool), scroll: maybe(integer),
    lines: list(LARGEST_SIDE, (v) => Array.isArray(v) && u32(v[0]) && bytes(v[1])),
    cursor: maybe(shape({ x: u32, y: u32, visible: bool, shape: u32 })),
    modes: maybe(shape({ mouse: bool, motion: bool, alternate: bool, bracketedPaste: bool, focusEvents: bool, reverse: bool, kitty: u32 })),
    more: maybe(bool), input: maybe(count), echoed: maybe(count), tty: maybe(shape({ echo: bool, canonical: bool })),
  },
  event: { kind: text(32) },
  history: { seq: count, pane: u32, from: integer, to: integer },
  historyLines: {
    seq: count, pane: u32, first: count, end: count, from: count, lines: list(100_000, bytes),
    screen: shape({ line: count, column: count }), rows: list(LARGEST_SIDE, shape({ line: count, column: count })),
    prompts: maybe(list(MOST_MARKS, count)), outputs: maybe(list(MOST_MARKS, count)),
  },
};

/** @throws FugueError `protocol` naming the field that is wrong. */
export function checkBody(name: MessageName, body: unknown): void {
  if (!object(body)) throw new FugueError("protocol", `${name}: the body is no map`);
  const fields = body as Fields;
  checkFields(name, BODIES[name], fields);
  if (name === "event") checkFields(name, fieldsOf(SERVER_EVENTS, fields.kind) ?? {}, fields);
}

function checkFields(name: MessageName, checks: Record<string, Check>, fields: Fields): void {
  const bad = firstBad(checks, fields);
  if (bad !== undefined) throw new FugueError("protocol", `${name}: field '${bad}' is missing or malformed`);
}
