/** Answers of the outer terminal: recognised, and never typed. */
import { describe, expect, test } from "bun:test";
import { InputDecoder } from "../../../../src/client/input/decoder.ts";
import type { TerminalReply } from "../../../../src/client/input/replies.ts";

function replies(text: string): TerminalReply[] {
  const decoder = new InputDecoder();
  expect(decoder.push(Buffer.from(text, "utf8"))).toEqual([]);
  return decoder.takeReplies();
}

const hex = (text: string): string => Buffer.from(text).toString("hex");

describe("replies in control sequences", () => {
  const cases: [string, TerminalReply][] = [
    ["\x1b[?62;4;22c", { kind: "da1", attributes: [62, 4, 22] }],
    ["\x1b[>41;354;0c", { kind: "da2", attributes: [41, 354, 0] }],
    ["\x1b[0n", { kind: "status", ready: true }],
    ["\x1b[3n", { kind: "status", ready: false }],
    ["\x1b[24;80R", { kind: "cursor", row: 23, column: 79 }],
    ["\x1b[?1;5R", { kind: "cursor", row: 0, column: 4 }],
    ["\x1b[24;5R", { kind: "cursor", row: 23, column: 4 }],
    ["\x1b[1;80R", { kind: "cursor", row: 0, column: 79 }],
    ["\x1b[1;1R", { kind: "cursor", row: 0, column: 0 }],
    ["\x1b[?2026;2$y", { kind: "decrpm", mode: 2026, state: 2, isPrivate: true }],
    ["\x1b[20;1$y", { kind: "decrpm", mode: 20, state: 1, isPrivate: false }],
    ["\x1b[?31u", { kind: "kittyFlags", flags: 31 }],
    ["\x1b[>4;2m", { kind: "modifyOtherKeys", level: 2 }],
    ["\x1b[?997;1n", { kind: "colorScheme", dark: true }],
    ["\x1b[4;600;800t", { kind: "size", of: "textPixels", width: 800, height: 600 }],
    ["\x1b[6;20;10t", { kind: "size", of: "cellPixels", width: 10, height: 20 }],
    ["\x1b[8;24;80t", { kind: "size", of: "cells", width: 80, height: 24 }],
    ["\x1b[48;24;80;480;800t", { kind: "resize", rows: 24, columns: 80, width: 800, height: 480 }],
  ];
  for (const [text, reply] of cases) {
    test(`${JSON.stringify(text)} is ${reply.kind}`, () => expect(replies(text)).toEqual([reply]));
  }
});

describe("a cursor report that looks like F3", () => {
  test("is F3 with modifiers, unless the cursor was asked for", () => {
    const decoder = new InputDecoder();
    const report = Buffer.from("\x1b[1;5R");
    expect(decoder.push(report)).toEqual([{ kind: "key", key: { name: "F3", mods: 4 } }]);
    decoder.expectCursor();
    expect(decoder.push(report)).toEqual([]);
    expect(decoder.takeReplies()).toEqual([{ kind: "cursor", row: 0, column: 4 }]);
    expect(decoder.push(report)).toHaveLength(1);
  });
});

describe("replies in strings", () => {
  test("colours in every form, ended by BEL or ST", () => {
    expect(replies("\x1b]10;rgb:ffff/8080/0000\x07")).toEqual([
      { kind: "color", target: "foreground", red: 255, green: 128, blue: 0 },
    ]);
    expect(replies("\x1b]11;rgb:1e/f/000\x1b\\\x1b]12;rgba:ff/00/ff/80\x07\x1b]11;#102030\x07")).toEqual([
      { kind: "color", target: "background", red: 30, green: 255, blue: 0 },
      { kind: "color", target: "cursor", red: 255, green: 0, blue: 255 },
      { kind: "color", target: "background", red: 16, green: 32, blue: 48 },
    ]);
  });

  test("the palette, several at once", () => {
    expect(replies("\x1b]4;1;rgb:cdcd/0000/0000;255;rgb:00/00/01;x;rgb:0/0/0\x1b\\")).toEqual([
      { kind: "color", target: "palette", index: 1, red: 205, green: 0, blue: 0 },
      { kind: "color", target: "palette", index: 255, red: 0, green: 0, blue: 1 },
    ]);
  });

  test("version, attributes, settings and capabilities", () => {
    expect(replies("\x1bP>|XTerm(390)\x1b\\")).toEqual([{ kind: "xtversion", text: "XTerm(390)" }]);
    expect(replies("\x1bP!|7E565445\x1b\\")).toEqual([{ kind: "da3", text: "7E565445" }]);
    expect(replies("\x1bP1$r0;1m\x1b\\")).toEqual([{ kind: "decrqss", valid: true, text: "0;1m" }]);
    expect(replies(`\x1bP1+r${hex("RGB")}=${hex("8")};${hex("Tc")}\x1b\\`)).toEqual([
      { kind: "xtgettcap", found: true, name: "RGB", value: "8" }, { kind: "xtgettcap", found: true, name: "Tc" },
    ]);
    expect(replies(`\x1bP0+r${hex("no")}\x1b\\`)).toEqual([{ kind: "xtgettcap", found: false, name: "no" }]);
  });

  test("the clipboard", () => {
    expect(replies("\x1b]52;c;aGVsbG8=\x07")).toEqual([
      { kind: "clipboard", selection: "c", data: new Uint8Array(Buffer.from("hello")) },
    ]);
    expect(replies("\x1b]52;p;\x1b\\")).toEqual([{ kind: "clipboard", selection: "p", data: new Uint8Array(0) }]);
  });

  test("an answer of the graphics protocol", () => {
    expect(replies("\x1b_Gi=31;OK\x1b\\")).toEqual([{ kind: "graphics", text: "i=31;OK" }]);
  });

  test("strings we do not know, and malformed ones, are dropped without a trace", () => {
    expect(replies("\x1b]99;i=1:p=?;\x1b\\\x1b]11;nonsense\x07\x1b]4;1\x07\x1bP9q\x1b\\\x1b]52;c\x07\x1b_Gx\x1b\\"))
      .toEqual([{ kind: "graphics", text: "x" }]);
  });

  test("a clipboard beyond the bound is dropped, and its end found", () => {
    const decoder = new InputDecoder();
    const data = Buffer.from(`\x1b]52;c;${"QUFB".repeat(400_000)}\x1b\\x`);
    expect(decoder.push(data)).toEqual([{ kind: "text", text: "x" }]);
    expect(decoder.takeReplies()).toEqual([]);
  });

  test("a key breaks a string off and is not lost", () => {
    const decoder = new InputDecoder();
    const events = decoder.push(Buffer.from("\x1b]11;rgb:00\r\x1b]11;rgb:00\x1b[A"));
    expect(events).toMatchObject([{ key: { name: "Enter" } }, { key: { name: "Up" } }]);
    expect(decoder.takeReplies()).toEqual([]);
  });
});

describe("replies among keys", () => {
  test("come apart from what was typed around them", () => {
    const decoder = new InputDecoder();
    const events = decoder.push(Buffer.from("a\x1b[?62cb\x1b]11;rgb:0/0/0\x07\x1b[A\x1b\x1b]11;rgb:f/f/f\x07"));
    expect(events).toEqual([
      { kind: "text", text: "a" }, { kind: "text", text: "b" }, { kind: "key", key: { name: "Up", mods: 0 } },
      { kind: "key", key: { name: "Escape", mods: 0 } },
    ]);
    expect(decoder.takeReplies().map((reply) => reply.kind)).toEqual(["da1", "color", "color"]);
    expect(decoder.takeReplies()).toEqual([]);
  });
});
