/** Characters in the input and short sequences around them: text, Alt with a key, SS3, and an Esc that stays alone. */
import { canonicalKey, MOD } from "../../base/keys.ts";
import type { InputEvent } from "../../protocol/input.ts";
import { keyOfSs3 } from "./key-sequences.ts";
import { characterLength, decodeUtf8 } from "./utf8.ts";

export const ESC = 0x1b;
export const DEL = 0x7f;
export const LEFT_BRACKET = 0x5b;
export const CAPITAL_O = 0x4f;

/** What the readers here return if they need bytes that have not come; otherwise it is the index where they stopped. */
export const INCOMPLETE = -1;

/** Most bytes of one text event. */
const LONGEST_TEXT = 65_536;

/** A run of printable characters at `at`, as one event. */
export function takeText(data: Uint8Array, at: number, events: InputEvent[]): number {
  const limit = Math.min(data.length, at + LONGEST_TEXT);
  let to = at;
  while (to < limit && data[to]! >= 0x20 && data[to] !== DEL) to++;
  const run = decodeUtf8(data, at, to);
  if (run.text !== "") events.push({ kind: "text", text: run.text });
  // What is left of the run is a character that either goes on behind the limit, or was broken off.
  const end = to < limit ? to : run.end;
  return end === at ? INCOMPLETE : end;
}

/** ESC and one character: the character with Alt. */
export function takeAltKey(data: Uint8Array, at: number, events: InputEvent[]): number {
  const length = characterLength(data, at + 1, data.length);
  if (length === 0) return INCOMPLETE;
  if (length < 0) {
    events.push({ kind: "key", key: { name: "Escape", mods: 0 } });
    return at + 1;
  }
  const { text } = decodeUtf8(data, at + 1, at + 1 + length);
  events.push({ kind: "key", key: canonicalKey({ name: text, mods: MOD.alt }) });
  return at + 1 + length;
}

/** ESC O, parameters as old terminals write them (`SS3 5 A`), and a final byte; if it is no key, it was Alt-O. */
export function takeSs3(data: Uint8Array, at: number, events: InputEvent[]): number {
  let end = at + 2;
  let mods = 1;
  let value = 0;
  for (; end < data.length && end < at + 8; end++) {
    const byte = data[end]!;
    if (byte >= 0x30 && byte <= 0x39) value = value * 10 + byte - 0x30;
    else if (byte === 0x3b) value = 0;
    else break;
    mods = value || 1;
  }
  if (end >= data.length) return INCOMPLETE;
  const key = keyOfSs3(String.fromCharCode(data[end]!), mods);
  if (!key) return takeAltKey(data, at, events);
  events.push(key);
  return end + 1;
}

/** What bytes that begin with ESC mean if nothing follows, or undefined if they are part of a longer sequence. */
export function decideEscape(pending: Uint8Array): { events: InputEvent[]; used: number } | undefined {
  if (pending[0] !== ESC) return undefined;
  const escape: InputEvent = { kind: "key", key: { name: "Escape", mods: 0 } };
  const [, second, third] = pending;
  if (second === undefined) return { events: [escape], used: 1 };
  if (second >= 0x80) return { events: [escape], used: 1 };
  const events: InputEvent[] = [];
  if (pending.length === 2) return { events, used: takeAltKey(pending, 0, events) };
  const isStart = third === LEFT_BRACKET || third === CAPITAL_O;
  if (second !== ESC || pending.length > 3 || !isStart) return undefined;
  events.push(escape);
  return { events, used: takeAltKey(pending, 1, events) };
}
