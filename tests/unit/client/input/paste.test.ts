/** Bracketed paste: pieces, their flags, and that nothing in them is interpreted. */
import { describe, expect, test } from "bun:test";
import { InputDecoder } from "../../../../src/client/input/decoder.ts";
import type { InputEvent, PasteInput } from "../../../../src/protocol/input.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "utf8");
const BEGIN = "\x1b[200~";
const END = "\x1b[201~";

function pieces(events: InputEvent[]): PasteInput[] {
  return events.filter((event) => event.kind === "paste");
}

describe("bracketed paste", () => {
  test("a short paste is one event", () => {
    expect(new InputDecoder().push(bytes(`a${BEGIN}two\nlines${END}b`))).toEqual([
      { kind: "text", text: "a" },
      { kind: "paste", text: "two\nlines", first: true, more: false },
      { kind: "text", text: "b" },
    ]);
  });

  test("an empty paste is an event too", () => {
    expect(new InputDecoder().push(bytes(BEGIN + END)))
      .toEqual([{ kind: "paste", text: "", first: true, more: false }]);
  });

  test("control sequences in it are text, also what looks like the beginning of the end", () => {
    const text = `\x1b[A\x1b]52;c;QQ==\x07${BEGIN}\x1b[201\x1b[20\x1b\x1b[2\x03\x1b[<0;1;1M`;
    const decoder = new InputDecoder();
    expect(decoder.push(bytes(BEGIN + text + END))).toEqual([{ kind: "paste", text, first: true, more: false }]);
    expect(decoder.takeReplies()).toEqual([]);
  });

  test("a long paste comes in pieces of at most 64 KiB, the same however it is cut", () => {
    const text = "zeile €👍\r\n".repeat(20_000);
    const data = bytes(`${BEGIN}${text}${END}x`);
    const whole = new InputDecoder().push(data);
    const decoder = new InputDecoder();
    const cut: InputEvent[] = [];
    for (let at = 0; at < data.length; at += 997) cut.push(...decoder.push(data.subarray(at, at + 997)));
    expect(cut).toEqual(whole);
    const all = pieces(whole);
    expect(all.length).toBe(Math.ceil(bytes(text).length / 65_536));
    expect(all.map((piece) => piece.text).join("")).toBe(text);
    expect(all.every((piece) => bytes(piece.text).length <= 65_536)).toBeTrue();
    expect(all.map((piece) => piece.first)).toEqual(all.map((_, i) => i === 0));
    expect(all.map((piece) => piece.more)).toEqual(all.map((_, i) => i < all.length - 1));
  });

  test("what is invalid in it is dropped", () => {
    const decoder = new InputDecoder();
    const events = decoder.push(Uint8Array.of(...bytes(BEGIN), 0x61, 0xff, 0x62, 0xe2, 0x82, ...bytes(END)));
    expect(events).toEqual([{ kind: "paste", text: "ab", first: true, more: false }]);
  });

  test("a paste that pauses comes out at a flush, with its end still to come", () => {
    const decoder = new InputDecoder();
    expect(decoder.push(bytes(`${BEGIN}abc\r`))).toEqual([]);
    expect(decoder.pendingEscape).toBeTrue();
    expect(decoder.flush()).toEqual([{ kind: "paste", text: "abc", first: true, more: true }]);
    expect(decoder.pendingEscape).toBeFalse();
    expect(decoder.push(bytes(`\nd\x1b[20`))).toEqual([]);
    expect(decoder.flush()).toEqual([{ kind: "paste", text: "\r\nd", first: false, more: true }]);
    expect(decoder.flush()).toEqual([]);
    expect(decoder.push(bytes("1~"))).toEqual([{ kind: "paste", text: "", first: false, more: false }]);
  });
});
