import { describe, expect, test } from "bun:test";
import { parseKey } from "../../../../src/base/keys.ts";
import { Prompt } from "../../../../src/client/copy/prompt.ts";
import { FakeSource, Session, settled } from "./copy-fixture.ts";
import { TEXT } from "./copy-text.ts";

function typed(prompt: Prompt, keys: string): string {
  return keys.split(" ").map((key) => prompt.key(parseKey(key))).at(-1)!;
}

describe("the line of a prompt", () => {
  test("is edited with the usual keys", () => {
    const cases: [keys: string, shown: string, cursor: number][] = [
      ["a b c Backspace", "> ab", 4],
      ["a b c C-a x", "> xabc", 3],
      ["a b c Left Left Delete", "> ac", 3],
      ["a b c Home Right C-k", "> a", 3],
      ["a b c Left C-u", "> c", 2],
      ["a Space b c C-w", "> a ", 4],
      ["日 e Left", "> 日e", 3],
    ];
    for (const [keys, shown, cursor] of cases) {
      const prompt = new Prompt("search", ">");
      typed(prompt, keys);
      expect([keys, prompt.shown, prompt.cursor]).toEqual([keys, shown, cursor]);
    }
  });

  test("joins a combining mark with the character before it", () => {
    const prompt = new Prompt("search", ">");
    prompt.insert("e");
    prompt.insert("\u0301");
    expect(typed(prompt, "Backspace")).toBe("edited");
    expect(prompt.text).toBe("");
  });

  test("goes back to earlier patterns and forward again", () => {
    const prompt = new Prompt("search", ">", ["one", "two"]);
    typed(prompt, "Up Up Up");
    expect(prompt.text).toBe("one");
    typed(prompt, "Down Down");
    expect(prompt.text).toBe("");
  });

  test("is left by Backspace when it is empty", () => {
    expect(typed(new Prompt("search", ">"), "a Backspace")).toBe("edited");
    expect(typed(new Prompt("search", ">"), "Backspace")).toBe("cancelled");
  });

  test("is bounded, and takes no control characters", () => {
    const prompt = new Prompt("search", ">");
    prompt.insert("a\x1b\n".repeat(5000));
    expect(prompt.text).toBe("a".repeat(1000));
    const number = new Prompt("line", ">");
    number.insert("12x3".repeat(20));
    expect(number.text).toBe("1231231");
  });
});

test("a paste goes into the prompt, and nowhere else", async () => {
  const session = new Session(new FakeSource(TEXT));
  session.mode.input({ kind: "paste", text: "3j", first: true, more: false });
  expect(session.at).toBe("0:0");
  session.keys("/").mode.input({ kind: "paste", text: "foo\n", first: true, more: false });
  expect(session.mode.promptText).toBe("(search down) foo");
  session.keys("Enter");
  await settled();
  expect(session.at).toBe("1:0");
});

test("a key release is no key", () => {
  const session = new Session(new FakeSource(TEXT));
  session.mode.input({ kind: "key", key: parseKey("j"), event: 3 });
  expect(session.at).toBe("0:0");
});

test("a key of another layout works by its place on the keyboard", () => {
  const session = new Session(new FakeSource(TEXT));
  session.mode.input({ kind: "key", key: { name: "в", mods: 4 }, base: "d".codePointAt(0)! });
  expect(session.at).not.toBe("0:0");
});
