/** What a press is looked up by among bindings. */
import { describe, expect, test } from "bun:test";
import { formatKey, MOD } from "../../../../src/base/keys.ts";
import { bindingKeys } from "../../../../src/client/input/binding-keys.ts";
import type { KeyInput } from "../../../../src/protocol/input.ts";

function keysOf(name: string, mods: number, rest: Partial<KeyInput> = {}): string[] {
  return bindingKeys({ kind: "key", key: { name, mods }, ...rest }).map(formatKey);
}

describe("bindingKeys", () => {
  test("a plain press is only itself, in canonical form", () => {
    expect(keysOf("b", MOD.ctrl)).toEqual(["C-b"]);
    expect(keysOf("B", MOD.ctrl)).toEqual(["C-b"]);
    expect(keysOf("A", 0, { shifted: 65 })).toEqual(["A"]);
  });

  test("a shifted sign is found under the sign", () => {
    expect(keysOf("1", MOD.alt | MOD.shift, { shifted: 33 })).toEqual(["M-S-1", "M-!"]);
  });

  test("a key of another alphabet is found under its place on a US keyboard", () => {
    expect(keysOf("с", MOD.ctrl, { base: 99 })).toEqual(["C-с", "C-c"]);
    expect(keysOf("a", MOD.ctrl, { base: 97 })).toEqual(["C-a"]);
  });
});
