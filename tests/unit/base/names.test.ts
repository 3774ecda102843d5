import { describe, expect, test } from "bun:test";
import { checkName, nearest, printable, suggestion } from "../../../src/base/names.ts";
import { codeThrownBy, thrownBy } from "../../support/thrown.ts";

describe("a name", () => {
  test.each([
    "a", "work", "Ärger", "日本", "a-b", "a_b", "0", "x".repeat(128), "a*b?", "{x}", "@1", "$2", "#",
  ])("may be %p", (name) => {
    expect(checkName("session", name)).toBe(name);
  });

  test.each([
    ["", "is empty"], ["x".repeat(129), "is longer than 128"], ["-a", "begins with '-'"], ["-", "begins with '-'"],
    ["a b", "blanks"], [" ", "blanks"], ["a\u00a0b", "blanks"], ["a\u3000b", "blanks"], ["a\nb", "control characters"],
    ["a\u001b[31m", "control characters"], ["a\u009b", "control characters"], ["a\u007f", "control characters"],
    ["a:b", "one of : / . %"], ["a/b", "one of"], ["a.b", "one of"], ["%1", "one of"],
  ])("can't be %j: it %s", (name, why) => {
    const error = thrownBy(() => checkName("window", name));
    expect(error.code).toBe("usage");
    expect(error.message).toContain(why);
    expect(error.message).toStartWith("window name '");
    expect(error.message).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    expect(error.hint).toBeDefined();
  });

  test("may not hide its direction", () => {
    expect(codeThrownBy(() => checkName("session", "a\u202eb"))).toBe("usage");
    expect(codeThrownBy(() => checkName("session", "a\u2066b"))).toBe("usage");
  });
});

describe("printable text", () => {
  test("shows control and direction characters as replacements", () => {
    expect(printable("a\u001b[31mb\r\n\u009bc\u202ed\u2069")).toBe("a\ufffd[31mb\ufffd\ufffd\ufffdc\ufffdd\ufffd");
  });

  test("is bounded and says that it was cut", () => {
    expect(printable("x".repeat(300))).toHaveLength(256);
    expect(printable("x".repeat(300)).endsWith("…")).toBeTrue();
    expect(printable("x".repeat(256))).toBe("x".repeat(256));
    expect(printable("abcdef", 4)).toBe("abc…");
  });

  test("is never cut inside of a character", () => {
    for (let n = 2; n < 12; n++) expect(printable("😀".repeat(8), n).isWellFormed()).toBeTrue();
  });
});

describe("did you mean", () => {
  test("finds slips: another, a missing, a doubled and a swapped letter", () => {
    const names = ["work", "play", "agents", "zzz"];
    for (const slip of ["wrok", "wor", "workk", "wark", "WORK"]) expect(nearest(slip, names)).toBe("work");
    expect(nearest("agnets", names)).toBe("agents");
  });

  test("finds what a name begins", () => {
    expect(nearest("ag", ["work", "agents"])).toBe("agents");
    expect(nearest("agent", ["a-gent-of-old", "agents-of-new"])).toBe("agents-of-new");
  });

  test("finds nothing where nothing is alike", () => {
    expect(nearest("q", ["work", "play"])).toBeUndefined();
    expect(nearest("monday", ["work", "play"])).toBeUndefined();
    expect(nearest("x", [])).toBeUndefined();
  });

  test("is put as a question, else lists what there is, bounded, else is nothing", () => {
    expect(suggestion("wrok", ["work"], "sessions")).toBe("did you mean 'work'?");
    expect(suggestion("monday", ["work", "play"], "sessions")).toBe("sessions: work, play");
    expect(suggestion("monday", [], "sessions")).toBeUndefined();
    const many = Array.from({ length: 30 }, (_, i) => `${i}\u001b`);
    const text = suggestion("monday", many, "sessions")!;
    expect(text).toEndWith("11\ufffd, …");
    expect(text).not.toContain("\u001b");
  });
});
