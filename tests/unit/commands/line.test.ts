import { describe, expect, test } from "bun:test";
import { seededRandom } from "../../../src/base/random.ts";
import { formatLine, formatWords, splitLine } from "../../../src/commands/line.ts";

describe("splitLine", () => {
  test.each<[string, string[][]]>([
    ["", []],
    ["  ;  ; ", []],
    ["split --right", [["split", "--right"]]],
    ["a ; b;c", [["a"], ["b"], ["c"]]],
    ["a \\; b", [["a", ";", "b"]]],
    ["a ';' b", [["a", ";", "b"]]],
    ["send . 'it''s'", [["send", ".", "its"]]],
    [`send . "it's \\"q\\""`, [["send", ".", `it's "q"`]]],
    ["a 'x\\y'", [["a", "x\\y"]]],
    ["a x\\ y", [["a", "x y"]]],
    [`a "\\t\\n\\e\\\\"`, [["a", "\t\n\u001b\\"]]],
    [`a "" ''`, [["a", "", ""]]],
    ["a b'c d'e", [["a", "bc de"]]],
    ["prompt { window find '}' }", [["prompt", "window find '}'"]]],
    ["confirm { a ; { b } }", [["confirm", "a ; { b }"]]],
    ["swap {next}", [["swap", "{next}"]]],
    ["rename #S $x %1 ~", [["rename", "#S", "$x", "%1", "~"]]],
  ])("%p", (line, commands) => {
    expect(splitLine(line)).toEqual(commands);
  });

  test.each(["a 'b", 'a "b', 'a "b\\"', "a { b", "a { 'b }"])("%p says what is not closed", (line) => {
    expect(() => splitLine(line)).toThrow(/is missing in/);
  });

  test("a line is bounded", () => {
    expect(() => splitLine("x".repeat(20_000))).toThrow(/longer than/);
  });

  test("deep braces end in an error, not in the stack", () => {
    expect(() => splitLine("a { ".repeat(2000))).toThrow(/is missing in/);
  });
});

describe("formatWords", () => {
  test.each<[string[], string]>([
    [["split", "--right"], "split --right"],
    [["send", ".", "ls -l"], "send . 'ls -l'"],
    [["send", "it's"], `send "it's"`],
    [["a", ""], `a ""`],
    [["a", ";"], "a ';'"],
    [["a", "{"], "a '{'"],
    [["rename", "#W"], "rename #W"],
  ])("%p", (words, line) => {
    expect(formatWords(words)).toBe(line);
  });

  test("whatever is written is read back", () => {
    const seed = 20260117;
    const random = seededRandom(seed);
    const alphabet = [..."ab;'\"\\{} \t\n#%$-é\u00a0", "\u001b", "😀"];
    for (let n = 0; n < 3000; n++) {
      const commands = Array.from({ length: 1 + random.integer(3) }, () => (
        Array.from(
          { length: 1 + random.integer(4) },
          () => Array.from({ length: random.integer(8) }, () => alphabet[random.integer(alphabet.length)]).join(""),
        )
      ));
      expect(splitLine(formatLine(commands)), `seed ${seed}, round ${n}`).toEqual(commands);
    }
  });
});
