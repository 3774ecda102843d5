import { describe, expect, test } from "bun:test";
import { MOD } from "../../../src/base/keys.ts";
import { problemsOf, readText } from "./read-text.ts";

describe("key bindings", () => {
  test("go to their tables", () => {
    const { config, problems } = readText(`
[keys]
"|" = "split-window -h"
c = { command = "new-window", repeat = true }
x = ""
y = false
[keys.root]
"M-Left" = "split-window"
[keys.copy-vi]
v = "send-keys -X begin-selection"
[keys.copy-emacs]
"C-Space" = "send-keys -X begin-selection"
`);
    expect(problems).toEqual([]);
    expect(config.keys).toEqual({
      prefix: [
        { key: { name: "|", mods: 0 }, command: "split-window -h", repeat: false },
        { key: { name: "c", mods: 0 }, command: "new-window", repeat: true },
        { key: { name: "x", mods: 0 }, command: undefined, repeat: false },
        { key: { name: "y", mods: 0 }, command: undefined, repeat: false },
      ],
      root: [{ key: { name: "Left", mods: MOD.alt }, command: "split-window", repeat: false }],
      "copy-vi": [{ key: { name: "v", mods: 0 }, command: "send-keys -X begin-selection", repeat: false }],
      "copy-emacs": [
        { key: { name: "Space", mods: MOD.ctrl }, command: "send-keys -X begin-selection", repeat: false },
      ],
    });
  });

  test.each([
    ['[keys]\n"C-%%" = "new-window"\n', '2: keys."C-%%": "C-%%" is not a key', "C-b"],
    ['[keys]\na = "new-windw"\n', "2: keys.a: unknown command 'new-windw'", "did you mean 'new-window'?"],
    ["[keys]\na = true\n", "2: keys.a: is no command line", '""'],
    ["[keys]\na = 3\n", "2: keys.a: is no command line", '""'],
    [
      '[keys]\na = "new-window\\nx"\n',
      "2: keys.a: the command line is too long or holds control", "separate commands by ;",
    ],
    [
      '[keys]\na = { command = "new-window", repeet = true }\n',
      "2: keys.a.repeet: unknown field", "did you mean 'repeat'?",
    ],
    ['[keys]\na = { command = "new-window", repeat = 1 }\n', "2: keys.a.repeat: is not true or false", "repeat = true"],
    ["[keys]\na = { repeat = true }\n", "2: keys.a: the binding has no command", "command ="],
    [
      '[keys]\n"C-a" = "new-window"\n\n"^a" = "new-window"\n',
      '4: keys."^a": is the same key as "C-a" on line 2', "remove one",
    ],
    ['[keys.rot]\na = "new-window"\n', "1: keys.rot: there is no such table of keys", "did you mean 'root'?"],
    ['[keys.whatever]\na = "new-window"\n', "1: keys.whatever: there is no such table of keys", "[keys.copy-vi]"],
    ['[keys]\nroot = "new-window"\n', '2: keys.root: "root" is not a key', ""],
    ["keys = 1\n", "1: keys: is not a table", "[keys]"],
  ])("%p is a mistake with its line, key and remedy", (text, message, hint) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
    expect(problems[0]).toContain(hint);
  });

  test("a command line of more than 4,096 characters is a mistake", () => {
    expect(problemsOf(`[keys]\na = "new-window ${"x".repeat(5000)}"\n`)[0]).toContain(
      "2: keys.a: the command line is too long",
    );
  });

  test("a binding with a mistake is left out, the others stay", () => {
    const { config } = readText('[keys]\na = "bad"\nb = "new-window"\n');
    expect(config.keys.prefix.map((b) => b.key.name)).toEqual(["b"]);
  });
});
