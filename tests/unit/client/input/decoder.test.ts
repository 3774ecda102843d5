/** Text, chunks, waiting for an Esc, and the bounds of what the decoder keeps. */
import { describe, expect, test } from "bun:test";
import { formatKey } from "../../../../src/base/keys.ts";
import { InputDecoder } from "../../../../src/client/input/decoder.ts";
import type { InputEvent } from "../../../../src/protocol/input.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "utf8");

function names(events: InputEvent[]): string[] {
  return events.map((event) => {
    if (event.kind === "key") return formatKey(event.key);
    return event.kind === "text" ? JSON.stringify(event.text) : event.kind;
  });
}

describe("text", () => {
  test("a burst of characters is one event", () => {
    expect(new InputDecoder().push(bytes("Hello, Wörld 👍!"))).toEqual([{ kind: "text", text: "Hello, Wörld 👍!" }]);
  });

  test("characters may be cut anywhere", () => {
    const decoder = new InputDecoder();
    const events: InputEvent[] = [];
    for (const byte of bytes("é€👍")) events.push(...decoder.push(Uint8Array.of(byte)));
    expect(names(events)).toEqual(['"é"', '"€"', '"👍"']);
  });

  test("bytes that are not UTF-8, and C1 controls, are dropped", () => {
    const decoder = new InputDecoder();
    const invalid = [0xff, 0xc0, 0x80, 0xe0, 0x80, 0x80, 0xed, 0xa0, 0x80, 0xf4, 0x90, 0x80, 0x80, 0xc2, 0x9b];
    expect(names(decoder.push(Uint8Array.of(0x61, ...invalid, 0x62)))).toEqual(['"ab"']);
    // A character that another key breaks off is dropped too.
    expect(names(decoder.push(Uint8Array.of(0x63, 0xe2, 0x82, 0x0d, 0x64)))).toEqual(['"c"', "Enter", '"d"']);
    expect(decoder.heldBytes).toBe(0);
  });

  test("a byte order mark and the replacement character are characters", () => {
    expect(names(new InputDecoder().push(bytes("\ufeffa\ufffd")))).toEqual([JSON.stringify("\ufeffa\ufffd")]);
  });

  test("a very long run is cut into bounded events and loses nothing", () => {
    const text = "xé€👍".repeat(30_000);
    const events = new InputDecoder().push(bytes(text));
    expect(events.length).toBe(5);
    expect(events.every((event) => event.kind === "text" && event.text.length <= 65_536)).toBeTrue();
    expect(events.map((event) => (event.kind === "text" ? event.text : "")).join("")).toBe(text);
  });

  test("keys between text keep their order", () => {
    expect(names(new InputDecoder().push(bytes("ls\r\x1b[Aq\x03")))).toEqual(['"ls"', "Enter", "Up", '"q"', "C-c"]);
  });
});

describe("waiting for an Esc", () => {
  const afterFlush: [string, string[]][] = [
    ["\x1b", ["Escape"]], ["\x1b\x1b", ["M-Escape"]], ["\x1b[", ["M-["]], ["\x1bO", ["M-O"]], ["\x1b]", ["M-]"]],
    ["\x1bP", ["M-P"]], ["\x1b_", ["M-_"]], ["\x1b\x1b[", ["Escape", "M-["]], ["\x1b\x1bO", ["Escape", "M-O"]],
  ];
  for (const [input, keys] of afterFlush) {
    test(`${JSON.stringify(input)} alone is ${keys.join(" ")} after one flush`, () => {
      const decoder = new InputDecoder();
      expect(decoder.push(bytes(input))).toEqual([]);
      expect(decoder.pendingEscape).toBeTrue();
      expect(names(decoder.flush())).toEqual(keys);
      expect(decoder.pendingEscape).toBeFalse();
      expect(decoder.flush()).toEqual([]);
    });
  }

  test("nothing is pending after text, a whole key, or half a character", () => {
    const decoder = new InputDecoder();
    decoder.push(bytes("abc\x1b[A"));
    expect(decoder.pendingEscape).toBeFalse();
    decoder.push(Uint8Array.of(0xe2, 0x82));
    expect(decoder.pendingEscape).toBeFalse();
    expect(decoder.flush()).toEqual([]);
    expect(names(decoder.push(Uint8Array.of(0xac)))).toEqual(['"€"']);
  });

  test("an Esc before half a character comes out, and the character after it", () => {
    const decoder = new InputDecoder();
    decoder.push(Uint8Array.of(0x1b, 0xe2, 0x82));
    expect(decoder.pendingEscape).toBeTrue();
    expect(names(decoder.flush())).toEqual(["Escape"]);
    expect(names(decoder.push(Uint8Array.of(0xac)))).toEqual(['"€"']);
  });

  test("a sequence that certainly began survives a pause on a slow line", () => {
    const decoder = new InputDecoder();
    for (const part of ["\x1b[1", ";5", "A"]) {
      expect(decoder.flush()).toEqual([]);
      const events = decoder.push(bytes(part));
      if (part === "A") expect(names(events)).toEqual(["C-Up"]);
    }
    decoder.push(bytes("\x1b[<0;1"));
    for (let i = 0; i < 10; i++) expect(decoder.flush()).toEqual([]);
    expect(decoder.push(bytes("0;5M"))).toHaveLength(1);
  });

  test("a sequence that never goes on is dropped after half a second, and never typed", () => {
    for (const start of ["\x1b[1;5", "\x1b]11;rgb:", "\x1bP>|x", "\x1bO5", "\x1b[M!", "\x1b_Ga"]) {
      const decoder = new InputDecoder();
      decoder.push(bytes(start));
      let flushes = 0;
      while (decoder.pendingEscape && flushes < 100) {
        expect(decoder.flush()).toEqual([]);
        flushes++;
      }
      expect(flushes).toBe(25);
      expect(decoder.heldBytes).toBe(0);
      expect(names(decoder.push(bytes("a")))).toEqual(['"a"']);
    }
  });

  test("typing does not keep a dead string open for ever", () => {
    const decoder = new InputDecoder();
    decoder.push(bytes("\x1b]11;rgb:"));
    let lost = 0;
    while (decoder.push(bytes("k")).length === 0 && lost < 100) {
      lost++;
      decoder.flush();
    }
    expect(lost).toBeLessThanOrEqual(25);
  });

  test("a long string on a slow line is not given up while it grows", () => {
    const decoder = new InputDecoder();
    decoder.push(bytes("\x1b]52;c;"));
    for (let i = 0; i < 200; i++) {
      decoder.push(bytes("QUFB".repeat(8)));
      expect(decoder.flush()).toEqual([]);
    }
    expect(decoder.push(bytes("\x07"))).toEqual([]);
    expect(decoder.takeReplies()).toMatchObject([{ kind: "clipboard", selection: "c" }]);
  });
});

describe("bounds", () => {
  const hostile: [string, number, string][] = [
    ["parameters without end", 4200, "\x1b[" + "1;".repeat(50_000)],
    ["intermediates without end", 4200, "\x1b[" + "!".repeat(100_000)],
    ["a string without end", 1_050_000, "\x1b]52;c;" + "A".repeat(3_000_000)],
    ["a paste without end", 66_000, "\x1b[200~" + "\x1b[20".repeat(500_000)],
    ["escapes", 10, "\x1b".repeat(100_000)],
    ["unfinished mouse reports", 10, "\x1b[M".repeat(30_000)],
  ];
  for (const [what, bound, input] of hostile) {
    test(`${what}: at most ${bound} bytes are kept`, () => {
      const decoder = new InputDecoder();
      const data = bytes(input);
      let most = 0;
      for (let at = 0; at < data.length; at += 1000) {
        decoder.push(data.subarray(at, at + 1000));
        most = Math.max(most, decoder.heldBytes);
      }
      expect(most).toBeLessThanOrEqual(bound);
    });
  }

  test("a sequence that is too long is dropped to its final byte, however it comes", () => {
    const data = bytes("\x1b[" + "1".repeat(10_000) + "uok");
    expect(names(new InputDecoder().push(data))).toEqual(['"ok"']);
    const decoder = new InputDecoder();
    const events: InputEvent[] = [];
    for (const byte of data) events.push(...decoder.push(Uint8Array.of(byte)));
    expect(names(events)).toEqual(['"o"', '"k"']);
  });

  test("replies nobody takes are dropped beyond a bound", () => {
    const decoder = new InputDecoder();
    for (let i = 0; i < 1000; i++) decoder.push(bytes("\x1b[?62c"));
    expect(decoder.takeReplies()).toHaveLength(256);
    decoder.push(bytes("\x1b[?62c"));
    expect(decoder.takeReplies()).toHaveLength(1);
  });

  test("the caller may reuse its buffer", () => {
    const decoder = new InputDecoder();
    const buffer = Uint8Array.of(0x1b, 0x5b);
    decoder.push(buffer);
    buffer.fill(0x41);
    expect(names(decoder.push(bytes("B")))).toEqual(["Down"]);
  });
});
