import { describe, expect, test } from "bun:test";
import { parseKey } from "../../../../src/base/keys.ts";
import { Keymap } from "../../../../src/client/tui/keymap.ts";
import { DEFAULT_PREFIX_KEYS } from "../../../../src/commands/default-keys.ts";
import type { Binding, KeyTables } from "../../../../src/config/bindings.ts";

function keymap(more: Partial<Record<keyof KeyTables, Binding[]>> = {}): Keymap {
  return new Keymap({ prefix: [], root: [], "copy-vi": [], "copy-emacs": [], ...more } as KeyTables);
}

const bind = (key: string, command: string | undefined, repeat = false): Binding => ({
  key: parseKey(key), command, repeat,
}) as Binding;

describe("the keys after the prefix", () => {
  test("are the default ones, each found by its notation and by its equals", () => {
    const map = keymap();
    for (const { key, command } of DEFAULT_PREFIX_KEYS)
      expect([key, map.inPrefix(parseKey(key))?.command]).toEqual([key, command]);
    expect(map.inPrefix({ name: "C", mods: 1 })).toEqual(map.inPrefix({ name: "C", mods: 0 }));
  });

  test("are no two meanings of one key", () => {
    const names = DEFAULT_PREFIX_KEYS.map(({ key }) => JSON.stringify(parseKey(key)));
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  test("are changed, added and taken away by the user", () => {
    const map = keymap({ prefix: [bind("c", "split"), bind("C-x", "kill", true), bind("d", undefined)] });
    expect(map.inPrefix(parseKey("c"))).toMatchObject({ command: "split", repeat: false });
    expect(map.inPrefix(parseKey("C-x"))).toMatchObject({ command: "kill", repeat: true });
    expect(map.inPrefix(parseKey("d"))).toBeUndefined();
  });
});

test("keys without the prefix are none by default, and then those of the user", () => {
  expect(keymap().inRoot(parseKey("M-Left"))).toBeUndefined();
  const map = keymap({ root: [bind("M-Left", "pane select --left")] });
  expect(map.inRoot(parseKey("M-Left"))?.command).toBe("pane select --left");
  expect(map.inPrefix(parseKey("M-Left"))?.command).not.toBe("pane select --left");
});
