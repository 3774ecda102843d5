import { expect, test } from "bun:test";
import { seededRandom } from "../../../../src/base/random.ts";
import { quoteCommand, quoteWord } from "../../../../src/tunnel/ssh/quoting.ts";
import { tempFolder } from "../../../support/temp-folder.ts";
import { codeThrownBy } from "../../../support/thrown.ts";

const SHELLS = ["sh", "bash", "zsh", "fish"].filter((shell) => Bun.which(shell) !== null);

test("plain words stay plain, others are quoted", () => {
  expect(quoteWord("fugue")).toBe("fugue");
  expect(quoteWord("/a/b.c-d_e:f@g")).toBe("/a/b.c-d_e:f@g");
  expect(quoteWord("")).toBe("''");
  expect(quoteWord("it's")).toBe("it\\'s");
  expect(quoteWord("a b\\")).toBe("'a b'\\\\");
  expect(quoteWord("~")).toBe("'~'");
});

test.each(SHELLS)("%s reads random words back unchanged", (shell) => {
  using home = tempFolder();
  const random = seededRandom(7);
  const letters = [..."ab '\"\\$`!*?[]{}()<>|&;#~=%^\n\täß😀-"];
  const words = Array.from({ length: 80 }, () => Array.from({ length: random.integer(12) }, () => letters[random.integer(letters.length)]!).join(""));
  const result = Bun.spawnSync([shell, "-c", quoteCommand(["printf", "%s\\0", ...words])], { env: { PATH: process.env.PATH, HOME: home.path, LC_ALL: "C.UTF-8" } });
  expect(result.stdout.toString()).toBe(words.map((word) => `${word}\0`).join(""));
});

test("variables go through env; what can't be sent is refused", () => {
  expect(quoteCommand(["a", "b c"], { X: "1 2" })).toBe("env 'X=1 2' a 'b c'");
  expect(codeThrownBy(() => quoteCommand([]))).toBe("usage");
  expect(codeThrownBy(() => quoteCommand(["a\0b"]))).toBe("usage");
  expect(codeThrownBy(() => quoteCommand(["a"], { "X=Y; z": "1" }))).toBe("usage");
  expect(codeThrownBy(() => quoteCommand(["a".repeat(200_000)]))).toBe("usage");
});
