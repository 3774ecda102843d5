/** Turns the bytes of a tty into input events and, apart from them, the terminal's replies. Bounded; never throws. */
import { canonicalKey, controlKey, MOD } from "../../base/keys.ts";
import { BoundedQueue } from "../../base/queue.ts";
import type { InputEvent } from "../../protocol/input.ts";
import {
  CAPITAL_O, decideEscape, DEL, ESC, INCOMPLETE, LEFT_BRACKET, takeAltKey, takeSs3, takeText,
} from "./characters.ts";
import { keyOfLinuxConsole, keyOfSequence } from "./key-sequences.ts";
import { MouseDecoder } from "./mouse.ts";
import { PasteCollector } from "./paste.ts";
import { repliesOfApc, repliesOfDcs, repliesOfOsc, replyOfSequence, weightOfReply } from "./replies.ts";
import type { TerminalReply } from "./replies.ts";
import { parameter, scanSequence } from "./sequences.ts";
import type { ControlSequence } from "./sequences.ts";
import { StringCollector } from "./strings.ts";
import type { StringKind } from "./strings.ts";

/** Most replies, and bytes of replies, kept until takeReplies; what comes beyond is dropped. */
const MOST_REPLIES = 256;
const MOST_REPLY_BYTES = 2 * 1024 * 1024;
/** Flushes for which a sequence that has certainly begun is waited for: half a second of a caller's 20 ms. */
const PATIENCE = 25;
/** Bytes between two flushes that count as progress of a sequence: more than a person types. */
const PROGRESS = 16;

/** Introducers of strings, and what must follow for them to be no Alt key: replies all begin like this. */
const STRINGS: ReadonlyMap<number, readonly [kind: StringKind, first: RegExp]> = new Map([
  [0x5d, ["osc", /[0-9]/]],
  [0x50, ["dcs", /[0-9>!$+]/]],
  [0x5f, ["apc", /G/]],
]);

/**
 * The decoder of one tty. Give it bytes as they come with `push`; while `pendingEscape` is true, call `flush` when
 * nothing has come for 20 ms, and again for as long as it stays true. A lone Esc comes out of the first flush.
 */
export class InputDecoder {
  private pending: Uint8Array = new Uint8Array(0);
  private paste: PasteCollector | undefined;
  private string: StringCollector | undefined;
  private skipping = false;
  private readonly mouse = new MouseDecoder();
  private readonly replies = new BoundedQueue<TerminalReply>(MOST_REPLIES, MOST_REPLY_BYTES, weightOfReply);
  private cursorReports = 0;
  private quietFlushes = 0;
  private sinceFlush = 0;

  /** Whether something waits that a flush may decide. */
  get pendingEscape(): boolean {
    if (this.paste) return this.paste.waiting;
    return this.string !== undefined || this.skipping || this.pending[0] === ESC;
  }

  /** Bytes kept for later, without replies: whatever came in, never more than LONGEST_STRING and a few thousand. */
  get heldBytes(): number {
    return this.pending.length + (this.paste?.held ?? 0) + (this.string?.held ?? 0);
  }

  /** Decodes bytes of any number, cut anywhere. */
  push(bytes: Uint8Array): InputEvent[] {
    const events: InputEvent[] = [];
    this.sinceFlush += bytes.length;
    let data = bytes;
    if (this.pending.length > 0) {
      data = new Uint8Array(this.pending.length + bytes.length);
      data.set(this.pending);
      data.set(bytes, this.pending.length);
    }
    const sequence = this.string ?? this.skipping;
    let at = 0;
    while (at < data.length) {
      const next = this.take(data, at, events);
      if (next === INCOMPLETE) break;
      at = next;
    }
    const isSame = sequence !== false && sequence === (this.string ?? this.skipping);
    if (at > 0 && !isSame) this.quietFlushes = 0;
    this.pending = data.slice(at);
    return events;
  }

  /** Decides what waits: an Esc with nothing behind it is the key; a sequence that stays incomplete is dropped. */
  flush(): InputEvent[] {
    const progress = this.sinceFlush;
    this.sinceFlush = 0;
    if (this.paste) return this.paste.flush();
    const ambiguous = this.string || this.skipping ? undefined : decideEscape(this.pending);
    if (ambiguous) {
      this.pending = this.pending.slice(ambiguous.used);
      this.quietFlushes = 0;
      return ambiguous.events;
    }
    if (!this.pendingEscape) return [];
    this.quietFlushes = progress < PROGRESS ? this.quietFlushes + 1 : 0;
    if (this.quietFlushes < PATIENCE) return [];
    this.quietFlushes = 0;
    if (!this.string && !this.skipping) this.pending = new Uint8Array(0);
    this.string = undefined;
    this.skipping = false;
    return this.pending.length > 0 ? this.flush() : [];
  }

  /** The replies since the last call, in order. */
  takeReplies(): TerminalReply[] {
    const taken: TerminalReply[] = [];
    for (let reply = this.replies.shift(); reply; reply = this.replies.shift()) taken.push(reply);
    return taken;
  }

  /**
   * Tells that the terminal was asked for the cursor's place: the next `CSI 1 ; n R` is the answer, and not F3 with
   * modifiers, which xterm writes alike.
   */
  expectCursor(): void {
    this.cursorReports = Math.min(this.cursorReports + 1, MOST_REPLIES);
  }

  /** Takes what stands at `at`, and returns where it ends. */
  private take(data: Uint8Array, at: number, events: InputEvent[]): number {
    if (this.paste) return this.takePaste(this.paste, data, at, events);
    if (this.string) return this.takeString(this.string, data, at);
    if (this.skipping) return this.skip(data, at);
    const byte = data[at]!;
    if (byte === ESC) return this.takeEscape(data, at, events);
    if (byte < 0x20 || byte === DEL) {
      events.push({ kind: "key", key: controlKey(byte) });
      return at + 1;
    }
    return takeText(data, at, events);
  }

  private takePaste(paste: PasteCollector, data: Uint8Array, at: number, events: InputEvent[]): number {
    const pieces: Extract<InputEvent, { kind: "paste" }>[] = [];
    const end = paste.feed(data, at, pieces);
    events.push(...pieces);
    if (paste.ended) this.paste = undefined;
    return end === at ? INCOMPLETE : end;
  }

  private takeString(string: StringCollector, data: Uint8Array, at: number): number {
    const end = string.feed(data, at);
    if (string.state === "open") return end === at ? INCOMPLETE : end;
    this.string = undefined;
    const text = string.state === "ended" ? string.text() : undefined;
    if (text === undefined) return end;
    const decode = { osc: repliesOfOsc, dcs: repliesOfDcs, apc: repliesOfApc }[string.kind];
    for (const reply of decode(text)) this.replies.push(reply);
    return end;
  }

  /** Skips the rest of a sequence that was given up, with its final byte. */
  private skip(data: Uint8Array, at: number): number {
    while (at < data.length) {
      const byte = data[at]!;
      const inside = byte >= 0x20 && byte < 0x40;
      if (!inside) {
        this.skipping = false;
        return byte >= 0x40 && byte < DEL ? at + 1 : at;
      }
      at++;
    }
    return at;
  }

  /** Takes what an ESC at `at` begins. */
  private takeEscape(data: Uint8Array, at: number, events: InputEvent[]): number {
    const next = data[at + 1];
    if (next === undefined) return INCOMPLETE;
    if (next === ESC) return this.takeDoubleEscape(data, at, events);
    if (next === LEFT_BRACKET) return this.takeCsi(data, at, events);
    if (next === CAPITAL_O) return takeSs3(data, at, events);
    const string = STRINGS.get(next);
    if (string !== undefined) {
      const first = data[at + 2];
      if (first === undefined) return INCOMPLETE;
      if (string[1].test(String.fromCharCode(first))) {
        this.string = new StringCollector(string[0]);
        return at + 2;
      }
    }
    return takeAltKey(data, at, events);
  }

  /** ESC ESC: Alt with the key of the sequence it begins (rxvt, PuTTY), or Alt-Escape. */
  private takeDoubleEscape(data: Uint8Array, at: number, events: InputEvent[]): number {
    const third = data[at + 2];
    if (third === undefined) return INCOMPLETE;
    if (third !== LEFT_BRACKET && third !== CAPITAL_O) {
      // A reply right behind the Escape key must stay one.
      const isString = STRINGS.has(third);
      events.push({ kind: "key", key: { name: "Escape", mods: isString ? 0 : MOD.alt } });
      return at + (isString ? 1 : 2);
    }
    const before = events.length;
    const end = third === LEFT_BRACKET ? this.takeCsi(data, at + 1, events) : takeSs3(data, at + 1, events);
    if (end === INCOMPLETE) return INCOMPLETE;
    const made = events[before];
    if (made?.kind === "key" && (made.key.mods & MOD.alt) === 0) {
      events[before] = { ...made, key: canonicalKey({ name: made.key.name, mods: made.key.mods | MOD.alt }) };
    } else {
      events.splice(before, 0, { kind: "key", key: { name: "Escape", mods: 0 } });
    }
    return end;
  }

  /** ESC [ and what follows. */
  private takeCsi(data: Uint8Array, at: number, events: InputEvent[]): number {
    const from = at + 2;
    if (from >= data.length) return INCOMPLETE;
    if (data[from] === LEFT_BRACKET) {
      if (from + 1 >= data.length) return INCOMPLETE;
      const key = keyOfLinuxConsole(data[from + 1]!);
      if (key) events.push(key);
      return key ? from + 2 : takeAltKey(data, at, events);
    }
    // The original mouse report has its parameters behind its final byte.
    if (data[from] === 0x4d) {
      if (from + 3 >= data.length) return INCOMPLETE;
      const event = this.mouse.bytes(data[from + 1]!, data[from + 2]!, data[from + 3]!);
      if (event) events.push(event);
      return event ? from + 4 : from + 1;
    }
    const scan = scanSequence(data, from);
    if (scan.status === "partial") return INCOMPLETE;
    if (scan.status === "broken") return scan.end === from ? takeAltKey(data, at, events) : scan.end;
    if (scan.status === "skip") this.skipping = true;
    else this.obey(scan.sequence, events);
    return scan.end;
  }

  /** Does what a whole control sequence means; one that means nothing to us is dropped. */
  private obey(sequence: ControlSequence, events: InputEvent[]): void {
    const form = sequence.marker + sequence.intermediates + sequence.final;
    if (form === "~" && parameter(sequence, 0, 0) === 200) {
      this.paste = new PasteCollector();
      return;
    }
    if (form === "I" || form === "O") {
      events.push({ kind: "focus", focused: form === "I" });
      return;
    }
    const isMouse = form === "<M" || form === "<m" || form === "M";
    const event = isMouse
      ? form === "M" ? this.mouse.urxvt(sequence) : this.mouse.sgr(sequence)
      : form === "R" && this.isCursorReport(sequence) ? undefined : keyOfSequence(sequence);
    if (event) {
      events.push(event);
      return;
    }
    const reply = isMouse ? undefined : replyOfSequence(sequence);
    if (reply) this.replies.push(reply);
  }

  /** Whether `CSI … R` is a cursor report. `CSI 1 ; 2-64 R` may be F3 with modifiers; it is, unless one is expected. */
  private isCursorReport(sequence: ControlSequence): boolean {
    const [, second] = sequence.params;
    if (second === undefined || second.length > 1) return false;
    const column = parameter(sequence, 1, 1);
    const couldBeKey = parameter(sequence, 0, 1) === 1 && column >= 2 && column <= 64;
    if (couldBeKey && this.cursorReports === 0) return false;
    this.cursorReports = Math.max(0, this.cursorReports - 1);
    return true;
  }
}
