import { describe, expect, test } from "bun:test";
import { commandAt } from "../../../src/commands/registry.ts";
import { findInShell, isAlone, LONE_COMMANDS, shellCommand } from "../../../src/commands/shell-command.ts";
import { rejection } from "../../support/thrown.ts";

describe("a command of the shell", () => {
  test("that is loaded alone is the one of the registry", async () => {
    for (const name of LONE_COMMANDS) {
      expect(await shellCommand([name])).toBe(commandAt(name, "shell"));
      expect(await findInShell([name, "x", "-y"])).toEqual({ command: commandAt(name, "shell")!, words: ["x", "-y"] });
    }
  });

  test("may have two words", async () => {
    expect(isAlone("window")).toBe(false);
    expect(await shellCommand(["window", "new"])).toBe(commandAt("window new", "shell"));
    expect(await findInShell(["window", "new", "work"])).toEqual({ command: commandAt("window new", "shell")!, words: ["work"] });
  });

  test("is undefined, or an error, where there is none", async () => {
    for (const words of [[], ["nonsense"], ["constructor"], ["window"], ["window", "nonsense"]]) {
      expect(await shellCommand(words)).toBeUndefined();
      expect(await rejection(findInShell(words))).toMatchObject({ code: "usage" });
    }
  });
});
