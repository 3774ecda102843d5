/** Properties of keyboard and mouse input: any bytes in any pieces, and what is encoded comes back. */
import { describe, expect, test } from "bun:test";
import { canonicalKey, formatKey, lowerCase, MOD, NAMED_KEYS, sameKey, upperCase } from "../../src/base/keys.ts";
import type { Key } from "../../src/base/keys.ts";
import type { Random } from "../../src/base/random.ts";
import { InputDecoder } from "../../src/client/input/decoder.ts";
import type { TerminalReply } from "../../src/client/input/replies.ts";
import type { InputEvent, KeyInput, MouseButton, MouseInput } from "../../src/protocol/input.ts";
import { encodeInput } from "../../src/server/panes/input-encoding.ts";
import { initialModes } from "../../src/terminal/modes.ts";
import type { TerminalModes } from "../../src/terminal/modes.ts";
import { fuzzRounds } from "../support/fuzz.ts";

const ROUNDS = 1500;
const MOST_MS = 1500;

/** Beginnings, ends and wholes of what a terminal sends: random bytes alone would hardly ever make a sequence. */
const PIECES = [
  "\x1b", "\x1b[", "\x1bO", "\x1b]", "\x1bP", "\x1b_G", "\x1b\\", "\x07", "[", "O", "M", "~", "u", "$", "y", "R", ";",
  ":", "<", "?", ">", "1", "27", "200", "201", "\r", "\n", "\x7f", "\x00", "abc", "é", "€", "👍", "\x1b[A", "\x1b[1;5A",
  "\x1b[200~", "\x1b[201~", "\x1b[<0;10;5M", "\x1b[<0;10;5m", "\x1b[M !!", "\x1b[32;1;1M", "\x1b[97;5u",
  "\x1b[97:65;2:3;65u", "\x1b[27;5;9~", "\x1b[3$", "\x1b[[A", "\x1b[I", "\x1b[?62;4c", "\x1b[?2026;2$y", "\x1b[?1u",
  "\x1b[24;80R", "\x1b]11;rgb:00/80/ff\x1b\\", "\x1b]52;c;QUJD\x07", "\x1bP>|name\x1b\\", "\x1bP1+r54\x1b\\", "\x1bOP",
].map((text) => Buffer.from(text, "utf8"));

function randomInput(random: Random): Uint8Array {
  const parts: Uint8Array[] = [];
  const count = 1 + random.integer(30);
  for (let i = 0; i < count; i++) {
    const kind = random.integer(10);
    if (kind < 7) parts.push(PIECES[random.integer(PIECES.length)]!);
    else if (kind < 9) parts.push(random.bytes(1 + random.integer(4)));
    else parts.push(Buffer.alloc(random.integer(5000), 0x30 + random.integer(12)));
  }
  return new Uint8Array(Buffer.concat(parts));
}

interface Outcome {
  readonly events: InputEvent[];
  readonly replies: TerminalReply[];
}

/** Decodes pieces, then flushes until nothing waits. Text that follows text is joined. */
function decodeAll(pieces: readonly Uint8Array[], mostHeld = Infinity): Outcome {
  const decoder = new InputDecoder();
  const events: InputEvent[] = [];
  for (const piece of pieces) {
    events.push(...decoder.push(piece));
    if (decoder.heldBytes > mostHeld) throw new Error(`${decoder.heldBytes} bytes are kept`);
  }
  for (let i = 0; decoder.pendingEscape; i++) {
    if (i === 200) throw new Error("flushing does not end");
    events.push(...decoder.flush());
  }
  const joined: InputEvent[] = [];
  for (const event of events) {
    const last = joined.at(-1);
    if (event.kind === "text" && last?.kind === "text") {
      joined[joined.length - 1] = { kind: "text", text: last.text + event.text };
    } else joined.push(event);
  }
  return { events: joined, replies: decoder.takeReplies() };
}

function cut(data: Uint8Array, random: Random): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  const longest = random.integer(3) === 0 ? 1 : 1 + random.integer(400);
  for (let at = 0; at < data.length;) {
    const length = 1 + random.integer(longest);
    pieces.push(data.slice(at, at + length));
    at += length;
  }
  return pieces;
}

describe("any bytes", () => {
  test("give the same events and replies however they are cut, and little is kept", () => {
    fuzzRounds("chunks", ROUNDS, MOST_MS, (random) => {
      const data = randomInput(random);
      const whole = decodeAll([data]);
      const pieces = cut(data, random);
      const cutUp = decodeAll(pieces, 160_000);
      if (!Bun.deepEquals(cutUp, whole)) {
        throw new Error(`${JSON.stringify(Buffer.from(data).toString("latin1"))} in pieces of `
          + `${pieces.map((piece) => piece.length)} gave ${JSON.stringify(cutUp)} instead of ${JSON.stringify(whole)}`);
      }
    });
  });

  test("give events that are well formed", () => {
    fuzzRounds("events", ROUNDS, MOST_MS, (random) => {
      for (const event of decodeAll([randomInput(random)]).events) {
        if (event.kind === "text") {
          expect(event.text).not.toBe("");
          expect(/[\x00-\x1f\x7f-\x9f\ud800-\udfff]/u.test(event.text)).toBeFalse();
        }
        if (event.kind === "key") expect(canonicalKey(event.key)).toEqual(event.key);
        if (event.kind === "mouse") expect(Math.min(event.x, event.y)).toBeGreaterThanOrEqual(0);
      }
    });
  });
});

const CHARACTERS = [..."abcdefghijklmnopqrstuvwxyz0123456789`-=[]\\;',./~!@#$%^&*()_+{}|:\"<>?éñсß日👍"];
const ALL_MODS = MOD.shift | MOD.alt | MOD.ctrl | MOD.super | MOD.hyper | MOD.meta;

/** Every key with every set of modifiers, in canonical form. */
function everyKey(): Key[] {
  const keys: Key[] = [];
  for (const name of [...NAMED_KEYS, ...CHARACTERS]) {
    for (let mods = 0; mods <= ALL_MODS; mods++) keys.push(canonicalKey({ name, mods }));
  }
  return keys;
}

function sent(event: InputEvent, modes: Partial<TerminalModes>): Uint8Array {
  return encodeInput(event, { ...initialModes(), ...modes });
}

/** Whether `events` are the one press of `key`; plain characters come back as text. */
function isPress(events: readonly InputEvent[], key: Key, type: 1 | 2 | 3): boolean {
  const [event] = events;
  if (events.length !== 1 || event === undefined) return false;
  if (event.kind === "key") return sameKey(event.key, key) && (event.event ?? 1) === type;
  if (event.kind !== "text" || key.mods & ~MOD.shift || type === 3) return false;
  if (key.name === "Space") return event.text === " ";
  if (key.name.startsWith("KP")) return event.text.length === 1;
  const isLetter = upperCase(key.name) !== key.name || lowerCase(key.name) !== key.name;
  // What Shift makes of other keys is the keyboard's business; the text must only be one character.
  return isLetter || key.mods === 0 ? event.text === key.name : [...event.text].length === 1;
}

function expectBack(key: Key, event: 1 | 2 | 3, modes: Partial<TerminalModes>, expected = key): void {
  const input: KeyInput = event === 1 ? { kind: "key", key } : { kind: "key", key, event };
  const bytes = sent(input, modes);
  const { events, replies } = decodeAll([bytes]);
  if (replies.length > 0 || !isPress(events, expected, event)) {
    const text = Buffer.from(bytes).toString("latin1");
    throw new Error(`${formatKey(key)}:${event} under ${JSON.stringify(modes)}: ${JSON.stringify([text, events])}`);
  }
}

/** Keys that are only reported where all keys are. */
const MODIFIER_KEY = /^(Left|Right|Iso)(Shift|Control|Alt|Super|Hyper|Meta|Level)|Lock$/;
/** Keypad keys that type. */
const KEYPAD_KEY = /^KP([0-9]|Decimal|Divide|Multiply|Subtract|Add|Equal|Separator)$/;

/** Whether a key types a character, and so goes as text where not all keys are reported. */
function isTyped(key: Key): boolean {
  if (key.mods & ~MOD.shift) return false;
  return CHARACTERS.includes(lowerCase(key.name)) || key.name === "Space" || KEYPAD_KEY.test(key.name);
}

describe("what is sent to a program is read back as the key", () => {

  for (const kittyFlags of [1, 3, 5, 7, 8, 9, 11, 15, 25, 31]) {
    test(`with kitty flags ${kittyFlags}, for every key`, () => {
      let checked = 0;
      for (const key of everyKey()) {
        for (const event of kittyFlags & 2 ? [1, 2, 3] as const : [1] as const) {
          if (!(kittyFlags & 8)) {
            if (MODIFIER_KEY.test(key.name)) continue;
            // Text is not marked as repeated, and three keys stay what they always were.
            if (event === 2 && isTyped(key)) continue;
            if (event !== 1 && key.mods === 0 && ["Enter", "Tab", "Backspace"].includes(key.name)) continue;
          }
          expectBack(key, event, { kittyFlags });
          checked++;
        }
      }
      expect(checked).toBeGreaterThan(9000);
    });
  }

  test("in xterm's forms, for every key they can tell", () => {
    const form = /^(Up|Down|Left|Right|Home|End|PageUp|PageDown|Insert|Delete|F\d+|Menu|KPBegin)$/;
    // F16 is sent as Menu is.
    const functional = NAMED_KEYS.filter((name) => form.test(name) && name !== "F16");
    for (const applicationCursor of [false, true]) {
      for (const name of functional) {
        for (let mods = 0; mods <= ALL_MODS; mods++) expectBack({ name, mods }, 1, { applicationCursor });
      }
    }
    for (const name of NAMED_KEYS.filter((key) => KEYPAD_KEY.test(key) || key === "KPEnter")) {
      for (let mods = 0; mods <= ALL_MODS; mods++) expectBack({ name, mods }, 1, { applicationKeypad: true });
    }
    for (const name of ["Enter", "Tab", "Backspace", "Escape", "Space", ...CHARACTERS]) {
      expectBack({ name, mods: 0 }, 1, {});
      expectBack({ name, mods: MOD.alt }, 1, {});
    }
    expectBack({ name: "Tab", mods: MOD.shift }, 1, {});
    for (const name of ["Space", ..."abcdefghjklnopqrstuvwxyz\\]^_"]) {
      expectBack({ name, mods: MOD.ctrl }, 1, {});
      expectBack({ name, mods: MOD.ctrl | MOD.alt }, 1, {});
    }
    // `C-h` is what Ctrl-Backspace sends, and Alt with a capital is Alt-Shift.
    expectBack({ name: "Backspace", mods: MOD.ctrl }, 1, {}, { name: "h", mods: MOD.ctrl });
    expectBack({ name: "a", mods: MOD.alt | MOD.shift }, 1, {}, { name: "A", mods: MOD.alt });
  });

  test("with modifyOtherKeys 2, for every character with Ctrl or Alt", () => {
    for (const name of ["Enter", "Tab", "Space", ...CHARACTERS]) {
      const isLetter = upperCase(name) !== name;
      for (const mods of [MOD.alt, MOD.ctrl, MOD.ctrl | MOD.alt]) {
        expectBack({ name, mods }, 1, { modifyOtherKeys: 2 });
        if (isLetter || name.length > 1) expectBack({ name, mods: mods | MOD.shift }, 1, { modifyOtherKeys: 2 });
      }
    }
  });
});

describe("mouse and paste", () => {
  test("mouse events come back from the encodings that tell all", () => {
    fuzzRounds("mouse", ROUNDS, MOST_MS, (random) => {
      const button = random.integer(12) as MouseButton;
      const isWheel = button >= 4 && button <= 7;
      const place = { mods: random.integer(8), x: random.integer(2000), y: random.integer(2000) };
      const any = (["press", "release", "move"] as const)[random.integer(3)]!;
      const action = isWheel ? "press" : button === 3 ? "move" : any;
      const event: MouseInput = { kind: "mouse", action, button, ...place };
      const bytes = sent(event, { mouseTracking: "any", mouseEncoding: "sgr" });
      expect(decodeAll([bytes]).events).toEqual([event]);
    });
  });

  test("presses and releases come back from the older encodings", () => {
    fuzzRounds("old mouse", ROUNDS, MOST_MS, (random) => {
      const button = ([0, 1, 2, 8, 9, 10, 11] as const)[random.integer(7)]!;
      const place = { mods: random.integer(8), x: random.integer(223), y: random.integer(223) };
      const events: MouseInput[] = [
        { kind: "mouse", action: "press", button, ...place }, { kind: "mouse", action: "release", button, ...place },
      ];
      const mouseEncoding = random.integer(2) ? "bytes" : "urxvt";
      const bytes = events.map((event) => sent(event, { mouseTracking: "normal", mouseEncoding }));
      expect(decodeAll(bytes).events).toEqual(events);
    });
  });

  test("a paste comes back as it was, and nothing gets out of it", () => {
    fuzzRounds("paste", ROUNDS, MOST_MS, (random) => {
      const text = Buffer.from(randomInput(random)).toString("utf8");
      const bytes = sent({ kind: "paste", text, first: true, more: false }, { bracketedPaste: true });
      const { events, replies } = decodeAll([bytes]);
      expect(replies).toEqual([]);
      expect(events).toHaveLength(Math.max(1, Math.ceil((bytes.length - 12) / 65_536)));
      const back = events.map((event) => (event.kind === "paste" ? event.text : "?")).join("");
      expect(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/.test(back)).toBeFalse();
      const plain = text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g, "");
      if (!/20[01]~/.test(text)) expect(back).toBe(plain);
    });
  });
});
