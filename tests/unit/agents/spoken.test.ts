import { expect, test } from "bun:test";
import { builtinRules } from "../../../src/agents/builtin-rules.ts";
import { spokenLines } from "../../../src/agents/live-text.ts";
import { readRules } from "../../../src/agents/rule-file.ts";
import { spokenIn, type SpokenSpawn } from "../../../src/agents/spoken.ts";
import { silentEmulator, write } from "../../support/cells.ts";
import { cpuMs } from "../../support/cpu-time.ts";

const outputOf = (agent: string) => builtinRules().find((rules) => rules.agent === agent)!.output!;

/** What is heard of rows that an agent drew on a screen of this size. */
function heard(rows: readonly string[], { agent = "claude", cols = 100, height = 30 } = {}): SpokenSpawn[] {
  const emulator = silentEmulator(cols, height, 100);
  write(emulator, rows.join("\r\n"));
  const found = spokenIn(spokenLines(emulator), outputOf(agent));
  emulator.dispose();
  return found;
}

const ids = (rows: readonly string[], options?: Parameters<typeof heard>[1]) => heard(rows, options).map(({ id, problem }) => problem ?? id);
const TAG = '<fugue:spawn id="one" command="npm%20test" where="right"/>';

test("what an agent says is heard, from the beginning of a line or of what it says", () => {
  const request = { kind: "spawn", command: "npm test", where: "right" } as const;
  expect(heard([`● ${TAG}`, "", "❯ "])).toEqual([{ text: TAG, id: "one", request }]);
  expect(heard(["❯ start it", "", "● I start the tests.", "", `  ${TAG}`, "", "✻ Worked for 2s", "", "❯ "])).toEqual([{ text: TAG, id: "one", request }]);
  expect(ids([`• ${TAG}`, "", "› "], { agent: "codex" })).toEqual(["one"]);
  expect(ids(["✦ so be it", `  ${TAG}`], { agent: "gemini" })).toEqual(["one"]);
  expect(ids([`● ${TAG}`, "", `  ${TAG.replace("one", "two")}`])).toEqual(["one", "two"]);
});

test("what a person typed, tools printed, dialogs ask and prose quotes is not", () => {
  for (const rows of [
    [TAG], [`  ${TAG}`],
    ["● earlier", "", `❯ ${TAG}`], ["● earlier", "", "❯ please say", "", `  ${TAG}`, "", "❯ "],
    ["❯ quote:", "  ● he said", `  ${TAG}`], ["● I work", "", "  ❯ queued", `  ${TAG}`], ["────────", `❯ ${TAG}`, "────────"],
    ["● Bash(cat notes)", "  ⎿  a note", `     ${TAG}`], ["● Bash(cat <<E", `      ${TAG}`, "      E)"], ["● fugue - read_pane (MCP)(target: \"x\")", `  ${TAG}`],
    ["● I ask:", "────────────", " Bash command", `   ${TAG}`, " Do you want to proceed?"],
    [`● It is written ${TAG}`], [`● \`${TAG}\``], [`● - ${TAG}`], [`● ${TAG} starts it`], [`● > ${TAG}`],
  ]) expect([rows, heard(rows)]).toEqual([rows, []]);
  for (const rows of [[`› ${TAG}`], ["› say", `  ${TAG}`], ["• Ran cat notes", `  └ ${TAG}`], ["• Ran cat <<E", `  ${TAG}`], ["• Queued follow-up inputs", "  ↳ then", `    ${TAG}`]]) expect(heard(rows, { agent: "codex" })).toEqual([]);
  for (const rows of [[` > ${TAG}`], ["✦ x", " > say", `   ${TAG}`], ["✦ x", "╭────╮", `  ${TAG}`]]) expect(heard(rows, { agent: "gemini" })).toEqual([]);
});

test("lines break between attributes anywhere, within values only where the terminal wraps", () => {
  const parts = ["<fugue:spawn", 'id="one"', 'command="npm%20test"', 'where="right"/>'];
  for (let cut = 1; cut < parts.length; cut++) {
    expect(ids([`● ${parts.slice(0, cut).join(" ")}`, `  ${parts.slice(cut).join(" ")}`, "", "❯ "])).toEqual(["one"]);
  }
  for (let cols = 10; cols < 70; cols++) {
    const [found] = heard([`● ${TAG}`, "", "❯ "], { cols });
    // a blank at the edge is a blank all the same
    expect([cols, found?.request]).toEqual([cols, { kind: "spawn", command: "npm test", where: "right" }]);
  }
  expect(ids(['● <fugue:spawn id="one" command="npm%20', '  test"/>'])).toEqual([expect.stringContaining("goes on in another line")]);
  // a wide character that found no room at the edge leaves a blank: nothing is guessed
  expect(ids(['● <fugue:spawn id="one" command="ab日本"/>'], { cols: 36 })).toEqual([expect.stringContaining("blanks")]);
});

test("where its lines break makes no other request of it", () => {
  const texts = [`● ${TAG}`, `● ${TAG.replace(" command", "\r\n  command")}`, `● ${TAG.replace(" where", "\r\n  where")}`].flatMap((row) => [20, 41, 100].map((cols) => heard([row], { cols })[0]!.text));
  expect(new Set(texts)).toEqual(new Set([TAG]));
});

test("a request that is not whole is none, and what is wrong with a whole one is said", () => {
  for (let end = 1; end < TAG.length; end++) expect(heard([`● ${TAG.slice(0, end)}`])).toEqual([]);
  expect(heard(["● <fugue:spawn", "● other/>"])).toEqual([]);
  expect(heard([`● <fugue:spawn id="a"`, `  ${TAG}`]).map(({ id }) => id)).toEqual(["one"]);
  const problem = (tag: string) => heard([`● ${tag}`], { cols: 1000, height: 20 })[0]?.problem;
  expect(problem('<fugue:spawn command="ls"/>')).toContain("has no id");
  expect(problem('<fugue:spawn id="a b" command="ls"/>')).toContain("has no id");
  expect(problem('<fugue:spawn id="" command="ls"/>')).toContain("has no id");
  expect(problem(`<fugue:spawn id="${"x".repeat(33)}" command="ls"/>`)).toContain("has no id");
  expect(problem('<fugue:spawn id="a" command="npm test"/>')).toContain("%20");
  expect(problem('<fugue:spawn id="a" id="b" command="ls"/>')).toContain("twice");
  for (const rest of ["", 'command="%zz"', 'command="ls" preset="x"', 'command="ls" where="moon"', 'command="ls" dir="relative"', "command='ls'", "command=ls", `command="${"x".repeat(1001)}"`, 'command="%00"']) {
    expect([rest, problem(`<fugue:spawn id="a" ${rest}/>`)]).toEqual([rest, "it is not understood"]);
  }
  expect(heard(['● <fugue:spawn id="a" command="a;b%3Bc"/>'])[0]!.request!.command).toBe("a;b;c");
});

test("what has scrolled away is not heard, but tells whose words go on", () => {
  const rows = ["● first", ...Array.from({ length: 40 }, (_, n) => `  line ${n}`), `  ${TAG}`];
  expect(ids(rows, { height: 10 })).toEqual(["one"]);
  expect(ids([...rows, ...Array.from({ length: 12 }, () => "")], { height: 10 })).toEqual([]);
  expect(ids(rows.slice(1), { height: 10 })).toEqual([]);
  // above the alternate screen is something else
  expect(ids([`● first\r\n${"\r\n".repeat(40)}\x1b[?1049h\x1b[H  ${TAG}`], { height: 10 })).toEqual([]);
  expect(ids([`\x1b[?1049h\x1b[H● ${TAG}`], { height: 10 })).toEqual(["one"]);
});

test("nothing that a screen may hold does harm", () => {
  for (const row of ["<fugue:spawn ".repeat(2000), `● <fugue:spawn ${'a="b" '.repeat(5000)}/>`, `● <fugue:spawn ${'"'.repeat(9000)}/>`, "● <fugue:spawn\u0000\u202e/>"]) {
    expect(cpuMs(() => void heard([row], { cols: 80, height: 100 }))).toBeLessThan(1000);
  }
});

test("a rule file says how an agent speaks", () => {
  const file = (output: string) => readRules("x.toml", `agent = "robo"\nprograms = ["robo"]\n${output}`);
  const { output } = file('[output]\nown = "^says: "\nother = "^>"\n').rules!;
  expect(spokenIn({ lines: [`says: ${TAG}`, "> x", TAG], screen: 0 }, output!).map(({ id }) => id)).toEqual(["one"]);
  expect(file("").rules!.output).toBeUndefined();
  expect(file('[output]\nother = "^>"\n').problems[0]).toMatchObject({ key: "output", message: "has no own" });
  expect(file('output = 1\n').problems[0]).toMatchObject({ key: "output", message: "is not a table" });
});
