import { describe, expect, test } from "bun:test";
import { formatProblem, Problems } from "../../../src/config/problem.ts";
import { readToml } from "../../../src/config/toml-document.ts";

function read(text: string): { root: unknown; problems: readonly string[]; lineOf: (...path: string[]) => number } {
  const problems = new Problems("f");
  const document = readToml(text, problems);
  const listed = problems.list().map(formatProblem);
  return { root: document.root, problems: listed, lineOf: (...path) => document.lineOf(path) };
}

const RICH = `# comment with "quotes" and [brackets]
top = 1

[a]   # comment
"key with = and #" = "v # not a comment"
multi = """
[not a header]
x = 1 \\"""
"""
'lit''eral' = 1
`.replace("'lit''eral'", "'literal key'") + `raw = '''
don't "stop"
'''
list = [ # comment ]
  "one", # , comment
  { x = "}" },
  [1, 2],
]
b.c = { d = 1, e = [1, 2] }
\t[ a . "b d" ]
x = 1`;

describe("lines of settings", () => {
  test("are found past comments, strings of several lines, lists and quoted names", () => {
    const { lineOf, problems } = read(RICH);
    expect(problems).toEqual([]);
    expect(lineOf("top")).toBe(2);
    expect(lineOf("a")).toBe(4);
    expect(lineOf("a", "key with = and #")).toBe(5);
    expect(lineOf("a", "multi")).toBe(6);
    expect(lineOf("a", "literal key")).toBe(10);
    expect(lineOf("a", "raw")).toBe(11);
    expect(lineOf("a", "list")).toBe(14);
    expect(lineOf("a", "b", "c")).toBe(19);
    expect(lineOf("a", "b d", "x")).toBe(21);
  });

  test("of what stands inside a value are those of the value, and unknown ones are 0", () => {
    const { lineOf } = read(RICH);
    expect(lineOf("a", "b", "c", "d")).toBe(19);
    expect(lineOf("a", "nothing")).toBe(4);
    expect(lineOf("nothing")).toBe(0);
  });

  test("are right with CR LF, a byte order mark and escaped names", () => {
    const { lineOf, root } = read('\ufeffa = 1\r\n\r\n["x\\u0041"]\r\nb = """\r\n\r\n"""\r\nc = 2\r\n');
    expect(root).toMatchObject({ a: 1, xA: { c: 2 } });
    expect([lineOf("a"), lineOf("xA"), lineOf("xA", "b"), lineOf("xA", "c")]).toEqual([1, 3, 4, 7]);
  });
});

describe("syntax errors", () => {
  test("are all reported with their lines, and the rest is kept", () => {
    const { root, problems } = read("a = 1\nb = \nc = x y\n\n[t]\nd = 'open\ne = 2\n%f = 3\n");
    expect(problems.map((p) => p.split(": ")[0])).toEqual(["f:2", "f:3", "f:6", "f:8"]);
    expect(root).toEqual({ a: 1, t: { e: 2 } });
  });

  test.each([
    ["x = ", "f:1: x: missing value", "write a value behind the '='"],
    ["x = on", 'f:1: x: strings must be quoted: "on"', "(write true)"],
    ["x = Off", "strings must be quoted", "(write false)"],
    ["x = C-b", 'strings must be quoted: "C-b"', '(write "C-b")'],
    ["x = 5ms", "f:1: x: unexpected character after a value", "(put the value in quotes)"],
    ['x = "a', "f:1: x: unterminated string", "close the string"],
    ['x = "\\q"', "f:1: x: invalid escape", "single quotes"],
    ["x = [1, 2", "f:1: x:", "close the list with ]"],
    ["x = {a = 1", "f:1: x:", "close the table with }"],
    ["x = 1 y = 2", "f:1: x: expected a newline", "a line of its own"],
    ["x = 99999999999999999999", "f:1: x: integer", "smaller number"],
    ["\n[x", "f:2: expected ']'", "write the header as [name]"],
    ["\n\nset -g mouse on", "f:3: expected '='", "write name = value"],
    ["% = 1", "f:1: expected a key but found '%'", "need quotes"],
    ["[[x]]\na = 1", "f:1: x: lists of tables have no meaning here", "write [x]"],
  ])("%p names line, key and remedy", (text, message, hint) => {
    const { problems } = read(text.startsWith("[[") ? `${text}\nbad` : text);
    expect(problems[0]).toContain(message);
    expect(problems[0]).toContain(hint);
  });

  test("values without end are refused", () => {
    expect(read(`x = ${"[".repeat(15_000)}\ny = 1`).problems[0]).toStartWith("f:1: x:");
    const { root, problems } = read(`x = "${"a".repeat(20_000)}"\ny = 1`);
    expect(problems).toEqual(["f:1: x: the value is too long (16 KiB at most)"]);
    expect(root).toEqual({ y: 1 });
  });

  test("paths without end are refused", () => {
    const { root, problems } = read(`[${"a.".repeat(5000)}a]\nx = 1\n[b]\n${"c.".repeat(5000)}c = 1\ny = 1\n!`);
    expect(problems.map((p) => p.replace(/(\.?[ac])+:/, ""))).toEqual([
      "f:1:  nested too deeply (no setting is that deep)", "f:4: b nested too deeply (no setting is that deep)",
      expect.stringContaining("f:6:"),
    ]);
    expect(root).toEqual({ b: { y: 1 } });
  });

  test("a setting made twice names the line of the first", () => {
    const { root, problems } = read("[o]\na = 1\nb = 2\na = 3\n");
    expect(problems).toEqual(["f:4: o.a: is already set on line 2 (remove one of the two)"]);
    expect(root).toEqual({ o: { a: 1, b: 2 } });
  });

  test("a table begun twice is a mistake, but its settings are kept", () => {
    const { root, problems } = read("[o]\na = 1\n[p]\n[o]\nb = 2\n");
    expect(problems).toEqual(
      ["f:4: o: the table is already there, from line 1 on (put the settings of both under one header)"],
    );
    expect(root).toEqual({ o: { a: 1, b: 2 }, p: {} });
  });

  test.each([
    ["a = 1\n[a]\nb = 1\n", "f:2: a: is already set on line 1"],
    ["a = 1\n[a.b]\nc = 1\n", "f:2: a: is already set on line 1"],
    ["a = 1\na.b = 2\n", "f:2: a: is already set on line 1"],
    ["a.b = 1\n[a]\nc = 1\n", "f:2: a: the table is already there, from line 1 on"],
  ])("%p: a name cannot be two things", (text, problem) => {
    expect(read(text).problems[0]).toStartWith(problem);
  });

  test("the wrong element of a long list is named by its own line", () => {
    expect(read('a = [\n  "x",\n  y,\n  "z",\n]\n').problems[0]).toStartWith("f:3: a: strings must be quoted");
    expect(read('a = [\n  "x",\n  "y",\n  z ]\n').problems[0]).toStartWith("f:4: a: strings must be quoted");
    expect(read('a = [\n  "x"\n  "y"\n]\n').problems[0]).toStartWith("f:2: a: expected ','");
  });

  test("a list that nothing closes does not swallow what follows", () => {
    const { root, problems } = read('a = [\n  "x",\n  "y"\n[t]\nb = 1\nc = [ 1,\nd = 2\n');
    expect(problems.map((p) => p.slice(0, 10))).toEqual(["f:3: a: ex", "f:6: t.c: "]);
    expect(root).toEqual({ t: { b: 1, d: 2 } });
  });

  test("a long string that nothing closes does not swallow what follows", () => {
    const { root, problems } = read('a = """open\nb = 1\n[t]\nc = 2\n');
    expect(problems).toHaveLength(1);
    expect(problems[0]).toStartWith("f:1: a: unterminated string");
    expect(root).toEqual({ b: 1, t: { c: 2 } });
  });

  test("settings below a broken header belong nowhere", () => {
    const { root, problems } = read("[a\nx = 1\n[b]\ny = 2\n");
    expect(problems.map((p) => p.slice(0, 4))).toEqual(["f:1:"]);
    expect(root).toEqual({ b: { y: 2 } });
  });

  test("names of the prototype are names like others", () => {
    const { root } = read("[__proto__]\na = 1\n[constructor]\nb = 2\nbad\n");
    expect(Object.keys(root as object)).toEqual(["__proto__", "constructor"]);
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });

  test("more than a hundred mistakes are counted, not listed", () => {
    const { problems } = read("bad\n".repeat(150));
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toBe("f: 50 more problems are not listed (correct these first)");
  });
});

test("putting statements together gives what the whole parser gives", () => {
  const many = Array.from({ length: 2500 }, (_, i) => `k${i} = ${i}`).join("\n");
  expect(read(`${many}\n${RICH}`).root).toEqual(Bun.TOML.parse(`${many}\n${RICH}`));
});
