import { expect, test } from "bun:test";
import { builtinRules, RULE_TEXTS } from "../../../src/agents/builtin-rules.ts";
import { answerKeys } from "../../../src/agents/rules.ts";
import { draftOf } from "../../../src/agents/live-text.ts";
import { silentEmulator } from "../../support/cells.ts";
import { readRules } from "../../../src/agents/rule-file.ts";
import { judge } from "../../../src/agents/rules.ts";

const problemsOf = (text: string) => readRules("x.toml", text).problems.map(({ line, key, message, hint }) => `${line} ${key}: ${message} (${hint})`);

test("the rules that come with fugue have no mistakes, and each agent has its own", () => {
  for (const [name, text] of Object.entries(RULE_TEXTS)) expect(readRules(name, text).problems).toEqual([]);
  expect(builtinRules().map(({ agent }) => agent)).toEqual(["claude", "codex", "gemini", "opencode", "generic"]);
  const programs = builtinRules().flatMap((rules) => rules.programs);
  expect(new Set(programs).size).toBe(programs.length);
});

test("a file of a user is read, in the order in which it was written", () => {
  const { rules, problems } = readRules("own.toml", `
agent = "robo"
programs = ["robo", "robo-cli"]
quiet = "3s"
[rules.asks]
state = "blocked"
last = "\\\\(y/n\\\\)$"
[rules.busy]
state = "working"
screen = ["busy", "stop"]
rows = 3
[prompt]
input = "^> "
answer = ["%", "Enter"]
`);
  expect(problems).toEqual([]);
  expect(rules).toMatchObject({ agent: "robo", label: "robo", programs: ["robo", "robo-cli"], quietMs: 3000 });
  expect(rules!.rules.map(({ name, state }) => [name, state])).toEqual([["asks", "blocked"], ["busy", "working"]]);
  const sight = (...rows: string[]) => judge(rules!, { rows, title: "", progress: "none" })?.rule;
  expect(sight("really? (y/n)")).toBe("asks");
  expect(sight("busy", "stop")).toBe("busy");
  expect(sight("busy", "stop", "", "", "")).toBeUndefined();
});

test("mistakes are told with line, key and what to do", () => {
  expect(problemsOf("agent = \"A B\"\nprograms = [\"x\"]\n")[0]).toStartWith("1 agent: ");
  expect(problemsOf("agent = \"a\"\nprograms = [\"x\"]\n[rules.one]\nstate = \"bored\"\ntitle = \"x\"\n")[0]).toStartWith("4 rules.one.state: ");
  expect(problemsOf("agent = \"a\"\nprograms = [\"x\"]\n[rules.one]\nstate = \"idle\"\n")[0]).toContain("has no condition");
  expect(problemsOf("agent = \"a\"\nprograms = [\"x\"]\n[rules.one]\nstate = \"idle\"\ntitel = \"x\"\n")[0]).toContain("did you mean");
  expect(problemsOf("programs = [\"x\"]\n")[0]).toContain("agent: is missing");
  expect(problemsOf("agent = \"a\"\n")[0]).toContain("programs: is missing");
  expect(readRules("x.toml", "agent = \"a\"\n").rules).toBeUndefined();
});

test("patterns with back references or look-around are refused, and the others take linear time", () => {
  expect(problemsOf("agent = \"a\"\nprograms = [\"x\"]\n[rules.one]\nstate = \"idle\"\ntitle = \"(a)\\\\1\"\n")[0]).toStartWith("5 rules.one.title: ");
  const { rules } = readRules("x.toml", "agent = \"a\"\nprograms = [\"x\"]\n[rules.one]\nstate = \"idle\"\nlast = \"^(a+)+$\"\n");
  const row = `${"a".repeat(50_000)}b`;
  expect(judge(rules!, { rows: [row], title: "", progress: "none" })).toBeUndefined();
});

test("hostile files do no harm", () => {
  for (const text of ["", "\0\0", "[rules]\nrules = 1", "rules = 3", "[prompt]\ninput = 3", "[[rules]]", `agent = "${"x".repeat(100_000)}"`]) {
    expect(readRules("x.toml", text).rules).toBeUndefined();
  }
});

test("answers are keys with their number, or steps to them", () => {
  const keys = (answer: string, n: number) => answerKeys(readRules("x.toml", `agent = "x"\nprograms = ["x"]\n[prompt]\nanswer = ${answer}\n`).rules!.prompt, n);
  expect([keys('["%", "Enter"]', 3), keys('["Right*", "Enter"]', 3), keys('["Down*", "Enter"]', 1)]).toEqual([["3", "Enter"], ["Right", "Right", "Enter"], ["Enter"]]);
  expect(readRules("x.toml", "agent = \"x\"\nprograms = [\"x\"]\n[prompt]\nanswer = [\"Nokey*\"]\n").problems).toHaveLength(1);
});

test("answers without numbers are those that the rule names", () => {
  const opencode = builtinRules().find(({ agent }) => agent === "opencode")!;
  const rows = ["  ┃  △ Permission required", "  ┃    # Shell command", "  ┃", "  ┃  $ rm 1. Yes", "  ┃   Allow once   Allow always   Reject      ctrl+f fullscreen  ⇆ select  enter confirm", "  ┃"];
  expect(judge(opencode, { rows, title: "", progress: "none" })!.question).toEqual({
    text: "Permission required # Shell command $ rm 1. Yes", answers: ["Allow once", "Allow always", "Reject"],
  });
});

test("what stands in an input while nothing is typed is no draft", () => {
  const gemini = builtinRules().find(({ agent }) => agent === "gemini")!;
  const draft = (row: string) => {
    const emulator = silentEmulator(60, 5);
    emulator.parse(new TextEncoder().encode(row));
    const found = draftOf(emulator, gemini);
    emulator.dispose();
    return found;
  };
  expect([draft(" >   Type your message or @path/to/file"), draft(" > mine"), draft(" > "), draft("nothing")]).toEqual(["", "mine", "", undefined]);
});
