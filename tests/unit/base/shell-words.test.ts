import { expect, test } from "bun:test";
import { shellWords } from "../../../src/base/shell-words.ts";

test("words for a shell are quoted as POSIX has it", () => {
  expect(shellWords(["fugue", "send", "it's", "a b", ""])).toBe("fugue send 'it'\\''s' 'a b' ''");
});

test("a shell reads them back as they were", () => {
  const words = ["plain", "", "it's", "$HOME `id` \"x\"", "a\nb", "*", "~", "a\\b", "!x", "é"];
  const { stdout } = Bun.spawnSync(["sh", "-c", `printf '%s\\0' ${shellWords(words)}`]);
  expect(stdout.toString().split("\0").slice(0, -1)).toEqual(words);
});
