import { describe, expect, test } from "bun:test";
import { Help } from "../../../../src/client/ui/help.ts";
import { Messages } from "../../../../src/client/ui/messages.ts";
import { TextPopup } from "../../../../src/client/ui/text-popup.ts";
import { isAligned, keys, mouse, NOW, rowsOf, stage, type } from "./harness.ts";

/** The lines between title and hints, without the frame. */
const body = (rows: string[]): string[] => rows.slice(1, -2).map((row) => row.slice(1, -1).trimEnd());

describe("help", () => {
  const open = async () => {
    const { context, host } = await stage();
    const help = new Help(context);
    host.overlay = help;
    help.setBindings([
      { table: "prefix", key: "C-b", command: "send-prefix", help: "send the prefix key" },
      { table: "prefix", key: "%", command: "split-window -h", help: "split {left} and right" },
      { table: "copy-mode", key: "C-漢", command: "cancel", help: "leave" },
    ]);
    return { help, host };
  };

  test("lists keys in their tables, in columns", async () => {
    const { help } = await open();
    expect(body(rowsOf(help, 80, 11))).toEqual([
      "prefix",
      "  C-b   send-prefix      send the prefix key",
      "  %     split-window -h  split {left} and right",
      "copy-mode",
      "  C-漢  cancel           leave", "", "", "",
    ]);
    expect(isAligned(help.draw())).toBe(true);
    help.dispose();
  });

  test("leaves the command out where there is no room for it", async () => {
    const { help } = await open();
    expect(body(rowsOf(help, 40, 11))[2]).toBe("  %     split {left} and right");
    help.dispose();
  });

  test("filters by key, command and help, with the tables that are left", async () => {
    const { help, host } = await open();
    keys(help, "/");
    type(help, "split");
    expect(body(rowsOf(help, 80, 11)).filter((row) => row !== "").length).toBe(2);
    type(help, "zzz");
    expect(body(rowsOf(help, 80, 11))[0]).toBe("(no match)");
    keys(help, "Escape", "q");
    expect(host.closes).toBe(1);
  });

  test("scrolls by lines, pages and wheel, never beyond its ends", async () => {
    const { help } = await open();
    help.setBindings(Array.from({ length: 100 }, (_, i) => ({ table: "t", key: `F${i}`, command: `c${i}`, help: "" })));
    const top = (): string => body(rowsOf(help, 60, 11))[0]!.trim();
    expect(top()).toBe("t");
    keys(help, "Up");
    expect(top()).toBe("t");
    keys(help, "Down", "Down");
    expect(top()).toBe("F1   c1");
    keys(help, "Space");
    expect(top()).toBe("F8   c8");
    mouse(help, 5, 5, 5);
    expect(top()).toBe("F11  c11");
    keys(help, "End", "Down");
    expect(body(rowsOf(help, 60, 11)).at(-1)!.trim()).toBe("F99  c99");
    keys(help, "Up");
    expect(body(rowsOf(help, 60, 11)).at(-1)!.trim()).toBe("F98  c98");
    help.dispose();
  });
});

describe("messages", () => {
  test("show the newest last, follow until the user scrolls, and wrap", async () => {
    const { context } = await stage();
    const messages = new Messages(context);
    const list = Array.from({ length: 30 }, (_, i) => ({ at: NOW + i * 1000, text: `message ${i}\x1b[2J` }));
    messages.setMessages(list);
    expect(body(rowsOf(messages, 40, 11)).at(-1)).toMatch(/^\d\d:\d\d:25  message 29\ufffd\[2J$/);
    messages.setMessages([...list, { at: NOW, text: "word ".repeat(12).trim() }]);
    expect(body(rowsOf(messages, 40, 11)).slice(-3)).toEqual([
      expect.stringMatching(/^\d\d:\d\d:56  word word word word word$/),
      "          word word word word word",
      "          word word",
    ]);
    keys(messages, "g");
    expect(body(rowsOf(messages, 40, 11))[0]).toContain("message 0");
    messages.setMessages([...list, ...list]);
    expect(body(rowsOf(messages, 40, 11))[0]).toContain("message 0");
    keys(messages, "G");
    messages.setMessages([...list, { at: NOW, text: "last" }]);
    expect(body(rowsOf(messages, 40, 11)).at(-1)).toContain("last");
    messages.dispose();
  });

  test("say so when there are none", async () => {
    const { context } = await stage();
    const messages = new Messages(context);
    expect(body(rowsOf(messages, 40, 11))[0]).toBe("no messages");
    messages.dispose();
  });
});

describe("a text", () => {
  test("is wrapped to the popup, with tabs as blanks, and wrapped anew when the size changes", async () => {
    const { context } = await stage();
    const popup = new TextPopup(context, "info 😀", "a\tb\r\n漢字漢字 {bold} end\n");
    expect(rowsOf(popup, 18, 20)).toEqual([
      "┌─ info 😀 ──────┐", "│a    b          │", "│漢字漢字 {bold} │",
      "│end             │", "│up down scroll …│", "└────────────────┘",
    ]);
    expect(isAligned(popup.draw())).toBe(true);
    expect(body(rowsOf(popup, 60, 20))).toEqual(["a    b", "漢字漢字 {bold} end", ""]);
    popup.dispose();
  });

  test("scrolls to its end, and closes with q or Enter", async () => {
    const { context, host } = await stage();
    const popup = new TextPopup(context, "t", Array.from({ length: 500 }, (_, i) => `line ${i}`).join("\n"));
    host.overlay = popup;
    popup.showEnd();
    expect(body(rowsOf(popup, 40, 10)).at(-1)).toBe("line 499");
    keys(popup, "Up");
    expect(body(rowsOf(popup, 40, 10)).at(-1)).toBe("line 498");
    keys(popup, "/");
    type(popup, "line 42");
    expect(body(rowsOf(popup, 40, 10)).slice(0, 2)).toEqual(["line 42", "line 142"]);
    keys(popup, "Enter", "Enter");
    expect(host.closes).toBe(1);
    keys(popup, "j");
    type(popup, "x");
  });

  test("is bounded, and says what it leaves out", async () => {
    const { context } = await stage();
    const popup = new TextPopup(context, "t", "x\n".repeat(30_000));
    popup.showEnd();
    expect(body(rowsOf(popup, 40, 10)).at(-1)).toBe("… 10000 more lines");
    popup.dispose();
  });
});
