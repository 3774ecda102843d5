import { describe, expect, test } from "bun:test";
import { FugueError } from "../../../src/base/errors.ts";
import type { Command } from "../../../src/commands/command.ts";
import { serverCommand } from "../../../src/commands/command.ts";
import { parseWords } from "../../../src/commands/parse.ts";

const everything = serverCommand({
  name: "try it",
  summary: "Try all kinds of arguments",
  group: "script",
  effect: "read",
  args: {
    target: { type: "target", positional: true, value: "TARGET", help: "" },
    name: { type: "string", positional: true, value: "NAME", help: "" },
    verbose: { type: "boolean", short: "v", help: "" },
    dir: { type: "file", short: "c", value: "DIR", help: "" },
    count: { type: "integer", short: "n", help: "" },
    timeout: { type: "duration", help: "" },
    size: { type: "size", help: "" },
    side: { type: "choice", choices: ["left", "right"], help: "" },
    tag: { type: "string", repeat: true, help: "" },
    command: { type: "string", rest: true, value: "CMD", help: "" },
  },
  run: () => undefined,
});

const many = serverCommand({
  name: "many",
  summary: "Take many targets",
  group: "script",
  effect: "read",
  args: { target: { type: "target", positional: true, repeat: true, required: true, value: "TARGET", help: "" } },
  run: () => undefined,
});

const texted = serverCommand({
  name: "say",
  summary: "Say a text",
  group: "script",
  effect: "read",
  args: {
    target: { type: "target", positional: true, required: true, value: "TARGET", help: "" },
    text: { type: "string", positional: true, required: true, stdin: true, value: "TEXT", help: "" },
  },
  run: () => undefined,
});

function parse(...words: string[]): Record<string, unknown> {
  return parseWords(everything, words);
}

function mistake(command: Command, ...words: string[]): [message: string, hint: string | undefined] {
  try {
    parseWords(command, words);
  } catch (error) {
    if (error instanceof FugueError && error.code === "usage") return [error.message, error.hint];
    throw error;
  }
  throw new Error(`no mistake in ${words.join(" ")}`);
}

describe("forms of options", () => {
  test.each([
    [["--dir", "x"], { dir: "x" }],
    [["--dir=x"], { dir: "x" }],
    [["--dir=a=b"], { dir: "a=b" }],
    [["-c", "x"], { dir: "x" }],
    [["-cx"], { dir: "x" }],
    [["-c=x"], { dir: "x" }],
    [["-v"], { verbose: true }],
    [["-vc", "x"], { verbose: true, dir: "x" }],
    [["-vcx"], { verbose: true, dir: "x" }],
    [["--verbose", "--no-verbose"], { verbose: false }],
    [["--dir", "--verbose"], { dir: "--verbose", verbose: false }],
    [["--count", "12"], { count: 12 }],
    [["-n3"], { count: 3 }],
    [["--timeout", "1m30s"], { timeout: 90_000 }],
    [["--size", "120x40"], { size: { cols: 120, rows: 40 } }],
    [["--side", "left"], { side: "left" }],
    [["--tag", "a", "--tag=b"], { tag: ["a", "b"] }],
    [["--dir", "a", "--dir", "b"], { dir: "b" }],
  ])("%p", (words, expected) => {
    expect(parse(...words)).toMatchObject(expected);
  });
});

describe("positions", () => {
  test("words without a dash fill the positions in order, wherever options stand", () => {
    expect(parse("work", "-v", "name")).toMatchObject({ target: "work", name: "name", verbose: true });
  });

  test("-t and --target give the positional target, and the other positions move up", () => {
    expect(parse("-t", "work/2", "name")).toMatchObject({ target: "work/2", name: "name" });
    expect(parse("name", "--target=work")).toMatchObject({ target: "work", name: "name" });
  });

  test("a repeated position takes all words, and -t adds to them", () => {
    expect(parseWords(many, ["a", "b/1", "-t", "%3"])).toEqual({ target: ["%3", "a", "b/1"] });
  });

  test("a lone dash is a word", () => {
    expect(parseWords(texted, ["work", "-"])).toEqual({ target: "work", text: "-" });
  });

  test("behind -- everything is the program, options and more dashes included", () => {
    expect(parse("work", "--", "vim", "-v", "--", "x")).toMatchObject(
      { target: "work", command: ["vim", "-v", "--", "x"], verbose: false }
    );
  });

  test("behind -- of a command without a program stand positions", () => {
    expect(parseWords(texted, ["work", "--", "-rf"])).toEqual({ target: "work", text: "-rf" });
  });

  test("what is not given is absent, but booleans are false and lists empty", () => {
    expect(parse()).toEqual({ verbose: false, tag: [], command: [] });
  });
});

describe("mistakes", () => {
  test.each<[Command, string[], string, string | RegExp]>([
    [everything, ["--dri", "x"], "'try it' has no option --dri", "did you mean '--dir'?"],
    [everything, ["--wholly"], "'try it' has no option --wholly", /its options: --verbose, --dir/],
    [everything, ["-x"], "'try it' has no option -x", "see: fugue try it --help"],
    [everything, ["-vx"], "'try it' has no option -x", "see: fugue try it --help"],
    [everything, ["--no-dir"], "'try it' has no option --no-dir", /./],
    [everything, ["--verbose=yes"], "--verbose takes no value", /./],
    [everything, ["--dir"], "--dir needs a value (DIR)", /./],
    [everything, ["-c"], "-c needs a value (DIR)", /./],
    [everything, ["--dir", "--", "x"], "--dir needs a value (DIR)", /./],
    [everything, ["--dir="], "--dir is empty", /./],
    [everything, ["--count", "many"], "--count is a whole number, not 'many'", /./],
    [everything, ["--count=-1"], "--count is a whole number, not '-1'", /./],
    [everything, ["--timeout", "30"], "'30' is not a duration", /500ms/],
    [everything, ["--size", "80"], "'80' is not a size", /COLSxROWS/],
    [everything, ["--size", "0x10"], "'0x10' is not a size", /COLSxROWS/],
    [everything, ["--size", "5000x10"], "'5000x10' is not a size", /COLSxROWS/],
    [everything, ["--side", "lef"], "--side can't be 'lef'", "did you mean 'left'?"],
    [everything, ["--side", "beneath"], "--side can't be 'beneath'", "choose from: left, right"],
    [everything, ["a b"], "'a b' is not a target", /SESSION/],
    [everything, ["work:2.1"], "'work:2.1' is not a target", "did you mean 'work/2.1'?"],
    [everything, ["a", "b", "c"], "unexpected word 'c'", "put -- before the program: fugue try it -- c"],
    [many, [], "'many' needs TARGET", /./],
    [many, ["-t"], "-t needs a value (TARGET)", /./],
    [texted, ["work"], "'say' needs TEXT", /./],
    [texted, ["work", "a", "b"], "more than one TEXT: 'b'", "put quotes around the whole text"],
    [texted, ["work", "-la"], "'say' has no option -l", "put -- before a text that begins with '-'"],
  ])("%#", (command, words, message, hint) => {
    const [said, hinted] = mistake(command, ...words);
    expect(said).toBe(message);
    if (typeof hint === "string") expect(hinted).toBe(hint);
    else if (hinted !== undefined) expect(hinted).toMatch(hint);
  });

  test("control characters of a word never reach the message", () => {
    expect(mistake(everything, "a", "b", "\u001b[2J")[0]).not.toContain("\u001b");
  });
});
