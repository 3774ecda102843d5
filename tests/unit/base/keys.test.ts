/** Names of keys: reading, writing, and which of them mean the same press. */
import { describe, expect, test } from "bun:test";
import { FugueError } from "../../../src/base/errors.ts";
import {
  canonicalKey, controlKey, formatKey, KITTY_FIRST_CODE, KITTY_KEYS, kittyCode, MOD, NAMED_KEYS, parseKey, sameKey,
} from "../../../src/base/keys.ts";

function errorOf(text: string): FugueError {
  try {
    parseKey(text);
  } catch (thrown) {
    if (thrown instanceof FugueError) return thrown;
  }
  throw new Error(`${text} was accepted`);
}

describe("parseKey", () => {
  const cases: [string, string, number][] = [
    ["a", "a", 0], ["A", "A", 0], ["%", "%", 0], ["é", "é", 0], ["👍", "👍", 0], ["-", "-", 0], ["^", "^", 0],
    ["C-b", "b", MOD.ctrl], ["c-B", "b", MOD.ctrl], ["^b", "b", MOD.ctrl], ["^B", "b", MOD.ctrl],
    ["M-x", "x", MOD.alt], ["m-X", "X", MOD.alt], ["A-x", "x", MOD.alt], ["M-^", "^", MOD.alt],
    ["C--", "-", MOD.ctrl], ["C-M-a", "a", MOD.ctrl | MOD.alt], ["M-C-a", "a", MOD.ctrl | MOD.alt],
    ["S-a", "A", 0], ["M-S-a", "A", MOD.alt], ["C-S-a", "a", MOD.ctrl | MOD.shift], ["S-1", "1", MOD.shift],
    ["D-c", "c", MOD.super], ["H-c", "c", MOD.hyper], ["T-c", "c", MOD.meta],
    ["C-Space", "Space", MOD.ctrl], [" ", "Space", 0], ["S-Up", "Up", MOD.shift], ["pageup", "PageUp", 0],
    ["PPage", "PageUp", 0], ["PgUp", "PageUp", 0], ["NPage", "PageDown", 0], ["PgDn", "PageDown", 0],
    ["BSpace", "Backspace", 0], ["DC", "Delete", 0], ["IC", "Insert", 0], ["BTab", "Tab", MOD.shift],
    ["C-BTab", "Tab", MOD.ctrl | MOD.shift], ["Esc", "Escape", 0], ["KPEnter", "KPEnter", 0], ["KP+", "KPAdd", 0],
    ["kp.", "KPDecimal", 0], ["M-KP-", "KPSubtract", MOD.alt], ["f35", "F35", 0], ["\t", "Tab", 0],
  ];
  for (const [text, name, mods] of cases) {
    test(`reads ${JSON.stringify(text)}`, () => expect(parseKey(text)).toEqual({ name, mods }));
  }

  test("reads a decomposed letter as the composed one", () => {
    expect(parseKey("C-e\u0301")).toEqual({ name: "é", mods: MOD.ctrl });
  });

  test("refuses what is no key, as a usage error", () => {
    for (const text of ["", "C-", "ab", "X-a", "C-foo", "--", "\u0085", "\ud800"]) {
      expect(errorOf(text).code).toBe("usage");
      expect(errorOf(text).hint).toBeString();
    }
  });

  test("hints at the nearest name, by its canonical spelling", () => {
    expect(errorOf("PageUpp").hint).toBe("did you mean PageUp?");
    expect(errorOf("C-Entre").hint).toBe("did you mean Enter?");
    expect(errorOf("BSpac").hint).toBe("did you mean Backspace?");
    expect(errorOf("Wellington").hint).toStartWith("keys are written like");
  });

  test("names the modifier it does not know, and keeps long nonsense out of the message", () => {
    expect(errorOf("X-a").message).toContain("X-");
    expect(errorOf("x".repeat(10_000)).message.length).toBeLessThan(120);
  });
});

describe("formatKey", () => {
  test("writes what parseKey reads back, for every name and every set of modifiers", () => {
    for (const name of [...NAMED_KEYS, "a", "Z", "-", "^", "%", "é", "É", "ß", "😀", "1"]) {
      for (let mods = 0; mods < 64; mods++) {
        const key = { name, mods };
        const text = formatKey(key);
        expect(parseKey(text)).toEqual(canonicalKey(key));
        expect(formatKey(parseKey(text))).toBe(text);
      }
    }
  });

  test("writes modifiers in one order", () => {
    expect(formatKey({ name: "Up", mods: 63 })).toBe("C-M-S-D-H-T-Up");
    expect(formatKey(parseKey("M-C-a"))).toBe("C-M-a");
    expect(formatKey(parseKey("btab"))).toBe("S-Tab");
    expect(formatKey({ name: "\x01", mods: 0 })).toBe("C-a");
  });
});

describe("sameKey", () => {
  const same = (a: string, b: string): boolean => sameKey(rawKey(a), rawKey(b));
  /** A key as an input event may carry it: not made canonical. */
  function rawKey(text: string): { name: string; mods: number } {
    let mods = 0;
    let rest = text;
    for (; rest[1] === "-"; rest = rest.slice(2)) mods |= { C: MOD.ctrl, M: MOD.alt, S: MOD.shift }[rest[0]!]!;
    return { name: rest, mods };
  }

  test("takes the case of a letter for Shift, but not with Ctrl", () => {
    expect(same("S-a", "A")).toBeTrue();
    expect(same("S-A", "A")).toBeTrue();
    expect(same("M-S-a", "M-A")).toBeTrue();
    expect(same("M-a", "M-A")).toBeFalse();
    expect(same("a", "A")).toBeFalse();
    expect(same("C-B", "C-b")).toBeTrue();
    expect(same("C-S-b", "C-b")).toBeFalse();
    expect(same("C-S-B", "C-S-b")).toBeTrue();
    expect(same("S-é", "É")).toBeTrue();
  });

  test("keeps keys apart that only old terminals confuse", () => {
    expect(same("C-[", "Escape")).toBeFalse();
    expect(same("C-i", "Tab")).toBeFalse();
    expect(same("C-m", "Enter")).toBeFalse();
    expect(same("KPEnter", "Enter")).toBeFalse();
  });

  test("knows blanks and control characters by the keys they are", () => {
    expect(same(" ", "Space")).toBeTrue();
    expect(same("\x1b", "Escape")).toBeTrue();
    expect(same("\x02", "C-b")).toBeTrue();
  });
});

describe("tables", () => {
  test("every control character is a key of its own", () => {
    const names = new Set([...Array(32).keys(), 127].map((code) => formatKey(controlKey(code))));
    expect(names.size).toBe(33);
    expect(formatKey(controlKey(0))).toBe("C-Space");
    expect(formatKey(controlKey(0x1f))).toBe("C-_");
  });

  test("kitty's codes are those of its specification", () => {
    expect(kittyCode("CapsLock")).toBe(57358);
    expect(kittyCode("F13")).toBe(57376);
    expect(kittyCode("KP0")).toBe(57399);
    expect(kittyCode("KPBegin")).toBe(57427);
    expect(kittyCode("LeftShift")).toBe(57441);
    expect(kittyCode("IsoLevel5Shift")).toBe(57454);
    expect(KITTY_FIRST_CODE + KITTY_KEYS.length - 1).toBe(57454);
    expect(kittyCode("Space")).toBeUndefined();
  });

  test("kitty's table and ours hold the same keys, each once", () => {
    expect([...KITTY_KEYS, "Space"].sort()).toEqual([...NAMED_KEYS].sort());
    expect(new Set(NAMED_KEYS.map((name) => name.toLowerCase())).size).toBe(NAMED_KEYS.length);
  });
});
