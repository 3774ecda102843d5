import { describe, expect, test } from "bun:test";
import { parseKey } from "../../../../src/base/keys.ts";
import { LineEditor, type LineEditorOptions, type LineOutcome } from "../../../../src/client/ui/line-editor.ts";
import { LineHistory } from "../../../../src/client/ui/line-history.ts";
import { LONGEST_LINE } from "../../../../src/client/ui/line-text.ts";

/** Presses keys and types what stands in quotes. */
function edit(start: string, keys: string, options: LineEditorOptions = {}): { editor: LineEditor; last: LineOutcome } {
  const editor = new LineEditor({ ...options, text: start });
  let last: LineOutcome = "none";
  for (const part of keys.match(/"[^"]*"|\S+/g) ?? []) {
    if (part.startsWith("\"")) last = editor.input({ kind: "text", text: part.slice(1, -1) });
    else last = editor.input({ kind: "key", key: parseKey(part) });
  }
  return { editor, last };
}

/** The line with the cursor as a bar. */
function line({ editor }: { editor: LineEditor }): string {
  const { text, cursor } = editor.line;
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

const cases = (options: LineEditorOptions, list: [string, string, string][]): void => {
  for (const [start, keys, want] of list) {
    expect([start, keys, line(edit(start, keys, options))]).toEqual([start, keys, want]);
  }
};

describe("emacs keys", () => {
  test("move by characters and words", () => {
    cases({}, [
      ["abc", "Left Left", "a|bc"],
      ["abc", "C-a C-f", "a|bc"],
      ["abc", "Home Right", "a|bc"],
      ["foo bar-baz", "M-b", "foo bar-|baz"],
      ["foo bar-baz", "M-b M-b", "foo |bar-baz"],
      ["foo bar-baz", "C-a M-f", "foo| bar-baz"],
      ["foo bar", "C-Left C-Left C-Right", "foo| bar"],
      ["a漢👩‍💻e\u0301", "C-b C-b", "a漢|👩‍💻e\u0301"],
    ]);
  });

  test("delete, cut and put back", () => {
    cases({}, [
      ["abc", "Backspace", "ab|"],
      ["abc", "C-a C-d", "|bc"],
      ["abc", "C-a Delete", "|bc"],
      ["a👩‍💻", "C-h", "a|"],
      ["foo bar", "C-a M-f C-k", "foo|"],
      ["foo bar", "M-b C-u", "|bar"],
      ["foo bar", "M-b C-u C-e C-y", "barfoo |"],
      ["foo bar-baz", "C-w", "foo |"],
      ["foo bar-baz", "M-Backspace", "foo bar-|"],
      ["foo bar", "C-a M-d", "| bar"],
      ["abcd", "C-t", "abdc|"],
      ["abcd", "C-a C-f C-t", "ba|cd"],
      ["漢x", "C-t", "x漢|"],
    ]);
  });

  test("say what the owner has to do", () => {
    expect(edit("x", "Enter").last).toBe("accept");
    expect(edit("x", "KPEnter").last).toBe("accept");
    expect(edit("x", "Escape").last).toBe("cancel");
    expect(edit("x", "C-c").last).toBe("cancel");
    expect(edit("x", "Tab").last).toBe("complete");
    expect(edit("x", "S-Tab").last).toBe("completeBack");
    expect(edit("x", "F5").last).toBe("none");
    expect(edit("x", "Up").last).toBe("none");
  });

  test("take text as it comes, also from terminals that report keys one by one", () => {
    const editor = new LineEditor();
    editor.input({ kind: "key", key: { name: "a", mods: 0 } });
    editor.input({ kind: "key", key: { name: "a", mods: 0 }, event: 3 });
    editor.input({ kind: "text", text: "e" });
    editor.input({ kind: "text", text: "\u0301b" });
    editor.input({ kind: "key", key: parseKey("Left") });
    editor.input({ kind: "key", key: parseKey("Backspace") });
    expect(editor.text).toBe("ab");
  });

  test("a paste never accepts, and brings no control characters", () => {
    const editor = new LineEditor();
    const text = "rm x\r\nrm y\n\x1b[31m\x07";
    expect(editor.input({ kind: "paste", text, first: true, more: false })).toBe("changed");
    expect(editor.text).toBe("rm x rm y [31m");
  });

  test("a line does not grow beyond its bound, nor end in half a character", () => {
    const editor = new LineEditor({ text: "x".repeat(LONGEST_LINE - 1) });
    editor.input({ kind: "text", text: "👩‍💻" });
    expect(editor.text.length).toBe(LONGEST_LINE - 1);
    editor.input({ kind: "paste", text: "y".repeat(100_000), first: true, more: false });
    expect(editor.text.length).toBe(LONGEST_LINE);
  });
});

describe("vi keys", () => {
  const vi = (list: [string, string, string][]): void => cases({ keys: "vi" }, list);

  test("begin by inserting; Esc gives commands", () => {
    vi([
      ["", "\"ab\" Escape", "a|b"],
      ["ab", "Escape \"ix\"", "ax|b"],
      ["ab", "Escape \"Ax\"", "abx|"],
      ["ab", "Escape \"Ix\"", "x|ab"],
    ]);
    expect(edit("ab", "Escape", { keys: "vi" }).editor.inCommandMode).toBe(true);
    expect(edit("ab", "Escape Escape", { keys: "vi" }).last).toBe("cancel");
    expect(edit("ab", "Escape Enter", { keys: "vi" }).last).toBe("accept");
  });

  test("motions", () => {
    vi([
      ["foo bar", "Escape \"b\"", "foo |bar"],
      ["foo bar", "Escape \"0w\"", "foo |bar"],
      ["foo bar", "Escape \"0e\"", "fo|o bar"],
      ["foo bar", "Escape \"0$\"", "foo ba|r"],
      ["foo-x bar", "Escape \"0W\"", "foo-x |bar"],
      ["foo", "Escape \"hh\"", "|foo"],
      ["foo", "Escape \"0Z\"", "|foo"],
    ]);
  });

  test("operators", () => {
    vi([
      ["foo bar", "Escape \"0dw\"", "|bar"],
      ["foo bar", "Escape \"0de\"", "| bar"],
      ["foo bar", "Escape \"0cwnew\"", "new| bar"],
      ["foo bar", "Escape \"bD\"", "foo| "],
      ["foo bar", "Escape \"ddia\"", "a|"],
      ["foo bar", "Escape \"0x$p\"", "oo bar|f"],
      ["foo bar", "Escape \"Snew\"", "new|"],
      ["foo bar", "Escape \"d\" Escape \"x\"", "foo b|a"],
    ]);
  });
});

describe("history", () => {
  const history = (): LineHistory => new LineHistory(["one", "two", "three"]);

  test("walks up and down, and comes back to what was typed", () => {
    cases({ history: history() }, [
      ["dra", "Up", "three|"],
      ["dra", "Up Up Up Up", "one|"],
      ["dra", "Up Up Down", "three|"],
      ["dra", "C-p C-n", "dra|"],
      ["dra", "Down", "dra|"],
    ]);
    expect(line(edit("", "Escape \"kk\"", { keys: "vi", history: history() }))).toBe("tw|o");
  });

  test("C-r finds older lines that hold what is typed", () => {
    const saved = new LineHistory(["kill-pane", "new-window", "kill-window"]);
    expect(line(edit("kill", "C-r", { history: saved }))).toBe("kill-window|");
    expect(line(edit("kill", "C-r C-r", { history: saved }))).toBe("kill-pane|");
    expect(line(edit("kill", "C-r C-r C-r", { history: saved }))).toBe("kill-pane|");
    expect(line(edit("none", "C-r", { history: saved }))).toBe("none|");
  });

  test("is bounded, and holds no line twice", () => {
    const saved = new LineHistory();
    for (let i = 0; i < 2000; i++) saved.add(`line ${i}`);
    saved.add("line 1990");
    saved.add("  ");
    expect(saved.all().length).toBe(500);
    expect(saved.all().at(-1)).toBe("line 1990");
    expect(saved.all().filter((one) => one === "line 1990").length).toBe(1);
  });
});

describe("the visible part", () => {
  test("always holds the cursor, between whole characters", () => {
    const editor = new LineEditor({ text: "漢字".repeat(20) });
    for (let columns = 1; columns < 12; columns++) {
      editor.line.moveTo(0);
      for (let i = 0; i <= 40; i++) {
        const { text, cursor } = editor.visible(columns);
        expect(Bun.stringWidth(text)).toBeLessThanOrEqual(columns);
        expect(cursor).toBeLessThan(columns);
        expect(cursor).toBeGreaterThanOrEqual(0);
        editor.line.moveTo(editor.line.after);
      }
    }
  });

  test("is the end of a long line while it is typed", () => {
    const editor = new LineEditor({ text: "abcdefghij" });
    expect(editor.visible(5)).toEqual({ text: "ghij", cursor: 4 });
    editor.line.moveTo(0);
    expect(editor.visible(5)).toEqual({ text: "abcde", cursor: 0 });
  });
});
