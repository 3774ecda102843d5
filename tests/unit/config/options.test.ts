import { describe, expect, test } from "bun:test";
import {
  OPTIONS, allOptions, defaultOptions, optionHint, optionNamed, optionProperty, withOptions,
} from "../../../src/config/options.ts";
import { MOD } from "../../../src/base/keys.ts";

describe("the table of options", () => {
  test("every default is a good value, written as it is read", () => {
    for (const [name, row] of allOptions()) {
      const value = row.type.read(row.default);
      const written = (Bun.TOML.parse(`v = ${row.type.write(value)}`) as { v: unknown }).v;
      expect({ name, value: row.type.read(written) }).toEqual({ name, value });
    }
  });

  test("help is one short line without a full stop", () => {
    for (const [, row] of allOptions()) expect(row.help).toMatch(/^[a-z0-9][^\n]{5,90}[^.\n]$/);
  });

  test("names in camelCase are unique and lead to the values", () => {
    const properties = allOptions().map(([name]) => optionProperty(name));
    expect(new Set(properties).size).toBe(Object.keys(OPTIONS).length);
    expect(Object.keys(defaultOptions()).sort()).toEqual([...properties].sort());
  });

  test("values are parsed", () => {
    const options = defaultOptions();
    expect(options.prefix).toEqual({ name: "b", mods: MOD.ctrl });
    expect(options.prefix2).toBeNull();
    expect(options.escapeTime).toBe(20);
    expect(options.repeatTime).toBe(500);
    expect(options.historyLimit).toBe(10_000);
    expect(options.mainPaneWidth).toEqual({ cells: 80 });
    expect(options.statusLeft.nodes.length).toBeGreaterThan(0);
    expect(options.term).toBe("xterm-256color");
  });

  test("only names of the table are options", () => {
    expect(optionNamed("mouse")).toBe(OPTIONS.mouse);
    expect(optionNamed("constructor")).toBeUndefined();
    expect(optionNamed("__proto__")).toBeUndefined();
  });

  test("a misspelled name is corrected, whatever its dashes and case", () => {
    expect(optionHint("base_index")).toBe("did you mean 'base-index'?");
    expect(optionHint("Mosue")).toBe("did you mean 'mouse'?");
    expect(optionHint("zzzzzz")).toBe("see the list of options, or remove it");
  });

  test("changed options leave the others and the originals alone", () => {
    const changed = withOptions(defaultOptions(), new Map([["base-index", 1]]));
    expect(changed.baseIndex).toBe(1);
    expect(changed.mouse).toBe(true);
    expect(defaultOptions().baseIndex).toBe(0);
  });
});

describe("values from the command line", () => {
  test.each([
    ["mouse", "on", true],
    ["mouse", "no", false],
    ["base-index", "1", 1],
    ["mode-keys", "vi", "vi"],
    ["repeat-time", "1s", 1000],
    ["display-time", "0", 0],
    ["prefix2", "None", null],
    ["prefix2", "C-a", { name: "a", mods: MOD.ctrl }],
    ["main-pane-width", "50%", { percent: 50 }],
    ["main-pane-width", "90", { cells: 90 }],
    ["update-environment", "A B,C", ["A", "B", "C"]],
    ["clock-mode-colour", "colour4", (1 << 24) | 4],
  ])("set %s %s", (name, text, value) => {
    expect(optionNamed(name)!.type.parse(text)).toEqual(value);
  });

  test.each([
    ["mouse", "maybe"],
    ["base-index", "-1"],
    ["base-index", "1e3"],
    ["history-limit", "99999999999999999999"],
    ["mode-keys", "vim"],
    ["repeat-time", "500"],
    ["escape-time", "500ms"],
    ["prefix", "none"],
    ["main-pane-width", "0"],
    ["main-pane-width", "101%"],
    ["term", "-x"],
    ["default-shell", "zsh"],
    ["copy-command", "a\nb"],
  ])("set %s %p is refused", (name, text) => {
    expect(() => optionNamed(name)!.type.parse(text)).toThrow(expect.objectContaining({ code: "usage" }));
  });
});
