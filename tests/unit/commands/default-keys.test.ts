import { describe, expect, test } from "bun:test";
import { formatKey, parseKey } from "../../../src/base/keys.ts";
import { changedBindings, defaultBindings } from "../../../src/commands/bindings.ts";
import { checkCommandLine, parseLine } from "../../../src/commands/command-line.ts";
import { DEFAULT_PREFIX, DEFAULT_PREFIX_KEYS } from "../../../src/commands/default-keys.ts";

describe("the default keys", () => {
  test.each(
    DEFAULT_PREFIX_KEYS.map((row) => [row.key, row] as const)
  )("%s is a key with a command line that is right", (key, row) => {
    expect(formatKey(parseKey(key))).toBe(key);
    expect(checkCommandLine(row.command)).toBeUndefined();
    expect(row.help).toMatch(/^[A-Z].*[^.]$/);
  });

  test("no key stands twice", () => {
    const keys = DEFAULT_PREFIX_KEYS.map(({ key }) => key);
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
  });

  test("the keys are those of tmux and a few more, and the same ones repeat", () => {
    const arrows = ["Up", "Down", "Left", "Right"];
    const tmux = [
      ..."cnpl0123456789'fw&,.%\"o;xz{}![]#=dDs()$L:?timMr~-Eq", "Space", "PageUp", "C-o", "C-z", "C-b", "M-o", "M-n",
      "M-p",
      ...["1", "2", "3", "4", "5"].map((n) => `M-${n}`), ...arrows.flatMap((key) => [key, `C-${key}`, `M-${key}`]),
    ];
    const own = ["g", "j", "J", "Backspace"];
    expect(DEFAULT_PREFIX_KEYS.map(({ key }) => key).sort()).toEqual([...tmux, ...own].sort());
    const repeating = DEFAULT_PREFIX_KEYS.filter(({ repeat }) => repeat).map(({ key }) => key);
    expect(repeating.sort()).toEqual(arrows.flatMap((key) => [key, `C-${key}`, `M-${key}`]).sort());
  });

  test("x and & ask first", () => {
    for (const [key, ends] of [["x", "pane kill"], ["&", "window kill"]] as const) {
      const [ready] = parseLine(DEFAULT_PREFIX_KEYS.find((row) => row.key === key)!.command);
      expect(ready!.command.name).toBe("confirm");
      expect(ready!.values.command).toBe(ends);
    }
  });

  test("the prefix pressed twice is sent to the program", () => {
    expect(DEFAULT_PREFIX_KEYS.find(({ key }) => key === DEFAULT_PREFIX)!.command).toBe("send-prefix");
  });
});

describe("changes to the table", () => {
  const key = (name: string) => parseKey(name);

  test("a binding of the user takes the place of the default one, and new ones come last", () => {
    const table = changedBindings(defaultBindings(), [
      { key: key("c"), command: "split", repeat: true },
      { key: key("C-x"), command: "window new", repeat: false },
    ]);
    expect(table[0]).toEqual({ key: key("c"), command: "split", repeat: true, help: undefined });
    expect(table.at(-1)!.command).toBe("window new");
    expect(table).toHaveLength(DEFAULT_PREFIX_KEYS.length + 1);
  });

  test("a binding without a command removes the default one", () => {
    const table = changedBindings(defaultBindings(), [{ key: key("d"), command: undefined, repeat: false }]);
    expect(table.some((binding) => formatKey(binding.key) === "d")).toBe(false);
  });
});
